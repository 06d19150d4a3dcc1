//! Processes that are measured: the server and its memory, this process and its CPU time, wrk.

use crate::client;
use anyhow::Context;
use std::fs;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The binary that is measured, built with this bench.
const DAYI: &str = env!("CARGO_BIN_EXE_dayi");
/// Clock ticks a second in `/proc`: the same on every Linux.
const TICKS: f64 = 100.0;
/// How long a server may take until it is ready; a first index of a million documents takes minutes.
const PATIENCE: Duration = Duration::from_mins(30);

/// Folders that a server works in.
pub(crate) struct Site {
    pub(crate) content: PathBuf,
    /// Where `index` and `data` are.
    pub(crate) work: PathBuf,
    /// Removed when dropped, where no folder was given.
    _temporary: Option<TempDir>,
}

impl Site {
    /// Over documents, in a folder that is kept, or in a temporary one.
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

    /// Brings the index up to date; the seconds it took and the most memory it had, in MB.
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

    /// Runs another command over the same folders with this input; what it prints.
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
    /// From the start of the process to the first `/readyz` that said yes.
    pub(crate) ready: Duration,
}

impl Server {
    pub(crate) fn memory(&self) -> anyhow::Result<Memory> {
        Memory::of(self.child.id())
    }

    /// Seconds of CPU it has used.
    pub(crate) fn cpu(&self) -> anyhow::Result<f64> {
        cpu_seconds(&self.child.id().to_string())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Gone already, or never to be missed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Memory of a process, in MB.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Memory {
    /// In physical memory now.
    pub(crate) resident: f64,
    /// Of that its own, and pages of files, which the system takes back when it needs them.
    pub(crate) anonymous: f64,
    pub(crate) of_files: f64,
    /// Most that was ever resident.
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

/// Seconds of CPU a process has used, in user mode and in the system, by all its threads; `self` is this one.
pub(crate) fn cpu_seconds(process: &str) -> anyhow::Result<f64> {
    let path = format!("/proc/{process}/stat");
    let stat = fs::read_to_string(&path).with_context(|| format!("cannot read `{path}`"))?;
    // The name of the program, in brackets, may contain spaces.
    let after_name = stat.rsplit(") ").next().unwrap_or_default();
    let ticks = after_name.split(' ').skip(11).take(2);
    Ok(ticks.filter_map(|t| t.parse::<f64>().ok()).sum::<f64>() / TICKS)
}

/// What wrk measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    /// Answers a second.
    pub(crate) qps: f64,
    /// Milliseconds.
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    /// Answers other than 2xx and 3xx, and failures of connections.
    pub(crate) errors: f64,
}

/// Tells wrk to ask for the lines of a file in turn, each thread from another place, and to print what it measured.
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

/// Where one of several runs of [`wrk`] begins, so that each asks for others: what an earlier one asked for might still be in
/// memory. Half of the list is for its second thread.
pub(crate) fn first_of(run: usize, runs: usize, paths: &[String]) -> usize {
    run * paths.len() / (2 * runs)
}

/// Asks for `paths` over 16 connections, from the place `first` on and again from the beginning; a second thread begins
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
