//! A content folder, the binary over it, and a plain HTTP client.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The working directory of the binary, with a folder `content`.
pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn with(documents: &[(&str, &str)]) -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        fs::create_dir(place.path("content")).unwrap();
        for (name, question) in documents {
            place.write(name, question);
        }
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a document; its id is the stem of the file's name.
    pub(crate) fn write(&self, name: &str, question: &str) {
        let id = name.rsplit('/').next().unwrap().split('.').next().unwrap();
        self.write_raw(
            name,
            &format!(
                "---\nid: {id}\ntitle: {question}\ndate: 2024-09-03\n---\n{question}见文档。\n"
            ),
        );
    }

    pub(crate) fn write_raw(&self, name: &str, text: &str) {
        let path = self.path("content").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dayi"));
        command
            .args(arguments)
            .current_dir(self.0.path())
            .env_clear();
        command
    }

    /// Runs the binary to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Finished {
        Finished(self.command(arguments).output().unwrap())
    }

    /// Starts `dayi serve` and waits until it is ready.
    pub(crate) fn serve(&self) -> Service {
        let service = self.serve_unready();
        service.wait_until(Duration::from_secs(30), "ready", |s| {
            s.get("/readyz").0 == 200
        });
        service
    }

    /// Starts `dayi serve` and waits until it listens.
    pub(crate) fn serve_unready(&self) -> Service {
        Service::start(self.command(SERVE))
    }
}

/// The arguments that serve on a free port.
pub(crate) const SERVE: &[&str] = &["serve", "--listen", "127.0.0.1:0"];

/// The exit code and output of a command.
pub(crate) struct Finished(pub(crate) Output);

impl Finished {
    pub(crate) fn stdout(&self) -> &str {
        std::str::from_utf8(&self.0.stdout).unwrap()
    }

    pub(crate) fn stderr(&self) -> &str {
        std::str::from_utf8(&self.0.stderr).unwrap()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(self.stdout()).unwrap()
    }

    #[track_caller]
    pub(crate) fn assert_code(&self, code: i32) -> &Self {
        assert_eq!(
            self.0.status.code(),
            Some(code),
            "{}{}",
            self.stdout(),
            self.stderr()
        );
        self
    }
}

/// A running `dayi serve`; killed when dropped.
pub(crate) struct Service {
    process: Child,
    pub(crate) address: SocketAddr,
    /// The log so far. A thread reads it all the time, so that the service never blocks on a full pipe.
    pub(crate) said: Arc<Mutex<String>>,
    reading: Option<JoinHandle<()>>,
}

impl Service {
    /// Runs a `dayi serve` and waits until it listens.
    pub(crate) fn start(mut command: Command) -> Self {
        let mut process = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap());
        let mut said = String::new();
        let address = loop {
            let mut line = String::new();
            assert!(
                lines.read_line(&mut line).unwrap() > 0,
                "ended before it served: {said}"
            );
            said.push_str(&line);
            if let Some(rest) = line.strip_prefix("dayi serves http://") {
                break rest.split('/').next().unwrap().parse().unwrap();
            }
        };
        let said = Arc::new(Mutex::new(said));
        let more = Arc::clone(&said);
        let reading = std::thread::spawn(move || {
            let mut line = String::new();
            while lines.read_line(&mut line).is_ok_and(|read| read > 0) {
                more.lock().unwrap().push_str(&line);
                line.clear();
            }
        });
        Self {
            process,
            address,
            said,
            reading: Some(reading),
        }
    }

    /// The log so far.
    pub(crate) fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    /// Status and body of a GET.
    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        get(self.address, path)
    }

    /// Ids of the hits of a search.
    pub(crate) fn found(&self, query: &str) -> Vec<String> {
        let (status, body) = self.get(&format!("/api/v1/search?q={}", encode(query)));
        assert_eq!(status, 200, "{body}");
        let found: serde_json::Value = serde_json::from_str(&body).unwrap();
        let hits = found["hits"].as_array().unwrap();
        hits.iter()
            .map(|h| h["id"].as_str().unwrap().to_owned())
            .collect()
    }

    #[track_caller]
    pub(crate) fn wait_until(&self, limit: Duration, what: &str, is_so: impl Fn(&Self) -> bool) {
        let started = Instant::now();
        while !is_so(self) {
            assert!(started.elapsed() < limit, "not within {limit:?}: {what}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([format!("-{name}"), self.process.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
    }

    /// Peak memory in bytes.
    pub(crate) fn most_memory(&self) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()));
        let status = status.unwrap();
        let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
        let kilobytes = line.unwrap().trim().trim_end_matches(" kB");
        kilobytes.parse::<usize>().unwrap() * 1_024
    }

    /// Its environment, as names and values.
    pub(crate) fn environment(&self) -> Vec<String> {
        let environment = std::fs::read(format!("/proc/{}/environ", self.process.id())).unwrap();
        let entries = environment.split(|byte| *byte == 0);
        entries
            .map(|entry| String::from_utf8_lossy(entry).into_owned())
            .collect()
    }

    /// Waits for the end; returns the exit code and the whole log.
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        let code = self.process.wait().unwrap().code();
        if let Some(reading) = self.reading.take() {
            reading.join().unwrap();
        }
        (code, self.said())
    }

    /// Kills it as `kill -9` does; returns the log.
    pub(crate) fn kill(self) -> String {
        self.signal("KILL");
        self.end().1
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Fails if it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Sends a GET on a new connection; returns status and body.
pub(crate) fn get(address: SocketAddr, path: &str) -> (u16, String) {
    let request = format!("GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
    send(address, &request).unwrap()
}

/// Sends a request on a new connection; returns status and body, or `None` if the connection broke.
pub(crate) fn send(address: SocketAddr, request: &str) -> Option<(u16, String)> {
    send_over(TcpStream::connect(address).ok()?, request)
}

/// Sends a request on this connection and closes it; returns status and body, or `None` if the connection broke.
pub(crate) fn send_over(stream: TcpStream, request: &str) -> Option<(u16, String)> {
    let (head, body) = exchange(stream, request)?;
    Some((status_of(&head)?, body))
}

/// Sends a request on this connection and closes it; returns head and body, or `None` if the connection broke.
pub(crate) fn exchange(mut stream: TcpStream, request: &str) -> Option<(String, String)> {
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    Some((head.to_owned(), body.to_owned()))
}

/// The status in the head of a response.
pub(crate) fn status_of(head: &str) -> Option<u16> {
    head.split(' ').nth(1)?.parse().ok()
}

/// Text, percent-encoded.
pub(crate) fn encode(text: &str) -> String {
    text.bytes()
        .fold(String::new(), |encoded, b| encoded + &format!("%{b:02x}"))
}

/// All files below a folder, each with the time of its last change.
pub(crate) fn stamps(folder: &Path) -> Vec<(PathBuf, std::time::SystemTime)> {
    let mut stamps = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            stamps.extend(self::stamps(&entry.path()));
        } else {
            stamps.push((entry.path(), entry.metadata().unwrap().modified().unwrap()));
        }
    }
    stamps.sort();
    stamps
}
