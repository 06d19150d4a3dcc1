//! Processes that are measured: the server and its memory, this process and its CPU time, and wrk.

use crate::client;
use anyhow::Context;
use std::fs;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The measured binary, built together with this bench.
const DAYI: &str = env!("CARGO_BIN_EXE_dayi");
/// Clock ticks a second in `/proc`, the same on every Linux.
const TICKS: f64 = 100.0;
/// Longest wait for a server to be ready: a first index of a million documents takes minutes.
const PATIENCE: Duration = Duration::from_mins(30);

/// Folders that a server works in.
pub(crate) struct Site {
    pub(crate) content: PathBuf,
    /// Folder with `index` and `data`.
    pub(crate) work: PathBuf,
    /// Removes the folder when dropped, if none was given.
    _temporary: Option<TempDir>,
}

impl Site {
    /// A site over documents, in a given folder or in a temporary one.
    pub(crate) fn at(content: &Path, work: Option<&Path>) -> anyhow::Result<Self> {
        let content = fs::canonicalize(content)
            .with_context(|| format!("no content at `{}`", content.display()))?;
        let (work, temporary) = if let Some(work) = work {
            fs::create_dir_all(work)
                .with_context(|| format!("cannot make `{}`", work.display()))?;
            (fs::canonicalize(work)?, None)
        } else {
            let temporary = tempfile::tempdir().context("no temporary folder")?;
            (temporary.path().to_owned(), Some(temporary))
        };
        Ok(Self {
            content,
            work,
            _temporary: temporary,
        })
    }

    /// Brings the index up to date; returns the seconds it took and the peak memory in MB.
    pub(crate) fn index(&self) -> anyhow::Result<(f64, f64)> {
        let started = Instant::now();
        let mut child = self.command("index").spawn().context("cannot run dayi")?;
        let mut most = 0.0_f64;
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            most = most.max(Memory::of(child.id()).map_or(0.0, |m| m.most));
            std::thread::sleep(Duration::from_millis(20));
        };
        anyhow::ensure!(status.success(), "`dayi index` failed: {status}");
        Ok((started.elapsed().as_secs_f64(), most))
    }

    /// Runs another command over the same folders with this input; returns its output.
    pub(crate) fn run(&self, arguments: &[&str], input: &str) -> anyhow::Result<String> {
        let mut command = Command::new(DAYI);
        command
            .args(arguments)
            .arg("--data")
            .arg(self.work.join("data"))
            .current_dir(&self.work)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = command.spawn().context("cannot run dayi")?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(input.as_bytes())?;
        }
        let output = child.wait_with_output()?;
        anyhow::ensure!(
            output.status.success(),
            "`dayi {}` failed",
            arguments.join(" ")
        );
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(DAYI);
        command
            .arg(name)
            .arg("--content")
            .arg(&self.content)
            .arg("--index")
            .arg(self.work.join("index"))
            .arg("--data")
            .arg(self.work.join("data"))
            .current_dir(&self.work)
            .env("DAYI_LOG", "error")
            .stdout(Stdio::null());
        command
    }

    /// Starts the server on a free port and waits until it is ready.
    pub(crate) fn serve(&self) -> anyhow::Result<Server> {
        let address = free_address()?;
        let started = Instant::now();
        let child = self
            .command("serve")
            .args(["--listen", &address.to_string()])
            .spawn()
            .context("cannot run dayi")?;
        let mut server = Server {
            child,
            address,
            ready: Duration::ZERO,
        };
        while !client::is_ready(address) {
            let ended = server.child.try_wait()?;
            anyhow::ensure!(ended.is_none(), "`dayi serve` ended before it was ready");
            anyhow::ensure!(started.elapsed() < PATIENCE, "`dayi serve` is never ready");
            std::thread::sleep(Duration::from_millis(2));
        }
        server.ready = started.elapsed();
        Ok(server)
    }
}

/// A port that was free a moment ago.
fn free_address() -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
    listener.local_addr().context("no free port")
}

/// A running server; ended when dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    /// Time from the start of the process to the first `/readyz` with success.
    pub(crate) ready: Duration,
}

impl Server {
    pub(crate) fn memory(&self) -> anyhow::Result<Memory> {
        Memory::of(self.child.id())
    }

    /// Seconds of CPU used so far.
    pub(crate) fn cpu(&self) -> anyhow::Result<f64> {
        cpu_seconds(&self.child.id().to_string())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Fails only if the process has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Memory of a process, in MB.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Memory {
    /// Resident in physical memory now.
    pub(crate) resident: f64,
    /// The anonymous part of it. The rest are pages of files, which the system takes back when it needs memory.
    pub(crate) anonymous: f64,
    pub(crate) of_files: f64,
    /// Peak of resident memory.
    pub(crate) most: f64,
}

impl Memory {
    pub(crate) fn of(process: u32) -> anyhow::Result<Self> {
        let path = format!("/proc/{process}/status");
        let status = fs::read_to_string(&path).with_context(|| format!("cannot read `{path}`"))?;
        let megabytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let kilobytes = line.and_then(|l| l.trim().split(' ').next()?.parse::<f64>().ok());
            kilobytes.unwrap_or(0.0) / 1024.0
        };
        Ok(Self {
            resident: megabytes("VmRSS:"),
            anonymous: megabytes("RssAnon:"),
            of_files: megabytes("RssFile:"),
            most: megabytes("VmHWM:"),
        })
    }
}

/// Seconds of CPU of a process, in user and system mode, summed over all threads; `self` is this process.
pub(crate) fn cpu_seconds(process: &str) -> anyhow::Result<f64> {
    let path = format!("/proc/{process}/stat");
    let stat = fs::read_to_string(&path).with_context(|| format!("cannot read `{path}`"))?;
    // The name of the program stands in brackets and may contain spaces.
    let after_name = stat.rsplit(") ").next().unwrap_or_default();
    let ticks = after_name.split(' ').skip(11).take(2);
    Ok(ticks.filter_map(|t| t.parse::<f64>().ok()).sum::<f64>() / TICKS)
}

/// The measurements of wrk.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    /// Responses a second.
    pub(crate) qps: f64,
    /// Milliseconds.
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    /// Responses other than 2xx and 3xx, and failed connections.
    pub(crate) errors: f64,
}

/// Makes wrk request the lines of a file in turn, each thread from another line, and print its measurements.
const SCRIPT: &str = r#"
local paths, at, threads = {}, 0, 0
for line in io.lines("paths") do paths[#paths + 1] = line end
function init(args) at = tonumber(args[1]) + start * math.floor(#paths / 2) end
function setup(thread) thread:set("start", threads); threads = threads + 1 end
function request() at = at % #paths + 1; return wrk.format("GET", paths[at]) end
function done(summary, latency)
  local e = summary.errors
  print(string.format("MEASURED %f %f %f %d", summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, e.status + e.connect + e.read + e.write + e.timeout))
end
"#;

/// The index at which one of several runs of [`wrk`] begins. Each run requests other addresses, because those of an
/// earlier run may be cached. Half of the list belongs to wrk's second thread.
pub(crate) fn first_of(run: usize, runs: usize, paths: &[String]) -> usize {
    run * paths.len() / (2 * runs)
}

/// Requests `paths` over 16 connections, beginning at the index `first` and wrapping around; a second thread begins
/// half the list later.
pub(crate) fn wrk(
    address: SocketAddr,
    paths: &[String],
    first: usize,
    seconds: u64,
    work: &Path,
) -> anyhow::Result<Load> {
    fs::write(work.join("paths"), paths.join("\n"))?;
    fs::write(work.join("script.lua"), SCRIPT)?;
    let output = Command::new("wrk")
        .args(["--threads", "2", "--connections", "16", "--timeout", "30s"])
        .args(["--script", "script.lua", "--duration"])
        .arg(format!("{seconds}s"))
        .arg(format!("http://{address}/"))
        .args(["--", &first.to_string()])
        .current_dir(work)
        .output()
        .context("cannot run wrk: expected it installed (`apt-get install wrk`)")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find_map(|l| l.strip_prefix("MEASURED "));
    let numbers: Vec<f64> = line
        .unwrap_or_default()
        .split(' ')
        .filter_map(|n| n.parse().ok())
        .collect();
    let [qps, p50, p99, errors] = numbers[..] else {
        anyhow::bail!(
            "wrk measured nothing: {text}{}",
            String::from_utf8_lossy(&output.stderr)
        );
    };
    Ok(Load {
        qps,
        p50,
        p99,
        errors,
    })
}
