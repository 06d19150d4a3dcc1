//! Offered against served load: requests are sent at a fixed rate, whatever the server does.

use crate::client::{Connection, encoded};
use crate::limits::texts;
use crate::process::{Site, first_of, wrk};
use crate::report::{Table, median_of};
use anyhow::Context;
use dayi::eval::percentile;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Offered load, as a share of the capacity.
const STEPS: [f64; 7] = [0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0];
/// How often the capacity is measured, and for how many seconds.
const CAPACITY_RUNS: usize = 3;
const CAPACITY_SECONDS: u64 = 5;
/// How long a visitor waits.
const PATIENCE: Duration = Duration::from_secs(10);
/// Concurrent requests, at most, below the limit on open files of this process.
const MOST_AT_ONCE: usize = 8_000;

/// What to measure, and for how long.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Folder of documents.
    #[arg(long)]
    content: PathBuf,
    /// Seconds each step takes.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Folder that keeps the index for the next time; a temporary one unless given.
    #[arg(long)]
    work: Option<PathBuf>,
}

/// Measures and prints.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let site = Site::at(&arguments.content, arguments.work.as_deref())?;
    site.index()?;
    let server = site.serve()?;
    let paths: Vec<String> = texts(&site.content)?
        .iter()
        .map(|t| format!("/api/v1/search?q={}", encoded(t)))
        .collect();
    let loads = (0..CAPACITY_RUNS)
        .map(|run| {
            let first = first_of(run, CAPACITY_RUNS, &paths);
            wrk(server.address, &paths, first, CAPACITY_SECONDS, &site.work)
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    let capacity = median_of(&loads, |l| l.qps);
    let paths: Arc<[String]> = paths.into();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let mut table = Table::new(&[
        "offered / capacity",
        "offered/s",
        "200/s",
        "503/s",
        "other/s",
        "given up/s",
        "p50 of 200 ms",
        "p99 of 200 ms",
        "server CPU %",
        "memory MB",
    ]);
    // Like the runs above, each step requests other addresses.
    let mut first = 0;
    for step in STEPS {
        eprintln!("offers {step} of the capacity");
        let cpu = server.cpu()?;
        let started = Instant::now();
        let offered = Offered {
            address: server.address,
            paths: Arc::clone(&paths),
            first,
            rate: capacity * step,
            seconds: arguments.seconds as f64,
        };
        let outcomes = runtime.block_on(offered.send());
        first += outcomes.len();
        let busy = (server.cpu()? - cpu) / started.elapsed().as_secs_f64() * 100.0;
        let seconds = arguments.seconds as f64;
        let rate = |is: &dyn Fn(&Outcome) -> bool| {
            outcomes.iter().filter(|o| o.in_time && is(o)).count() as f64 / seconds
        };
        let good: Vec<f64> = outcomes
            .iter()
            .filter(|o| o.status == Some(200))
            .map(|o| o.milliseconds)
            .collect();
        table.row(
            &step.to_string(),
            &[
                outcomes.len() as f64 / seconds,
                rate(&|o| o.status == Some(200)),
                rate(&|o| o.status == Some(503)),
                rate(&|o| o.status.is_some_and(|s| s != 200 && s != 503)),
                outcomes.iter().filter(|o| o.status.is_none()).count() as f64 / seconds,
                percentile(&good, 0.5),
                percentile(&good, 0.99),
                busy,
                server.memory()?.resident,
            ],
        );
        // Lets leftovers of this step finish before the next one.
        std::thread::sleep(Duration::from_secs(2));
    }
    table.print(&format!(
        "Searches over HTTP, capacity {capacity:.0}/s (16 connections)"
    ));
    Ok(())
}

/// The outcome of one request; it has no status if it was given up or the connection was refused.
struct Outcome {
    status: Option<u16>,
    /// Milliseconds since it was due.
    milliseconds: f64,
    /// Whether it ended while the load lasted: later responses do not count as served load.
    in_time: bool,
}

/// A load.
struct Offered {
    address: SocketAddr,
    paths: Arc<[String]>,
    /// The index of the first address that is requested.
    first: usize,
    rate: f64,
    seconds: f64,
}

impl Offered {
    async fn send(self) -> Vec<Outcome> {
        let idle: Arc<Mutex<Vec<Connection>>> = Arc::default();
        let at_once = Arc::new(tokio::sync::Semaphore::new(MOST_AT_ONCE));
        let started = tokio::time::Instant::now();
        let mut requests = tokio::task::JoinSet::new();
        for number in 0..(self.rate * self.seconds) as usize {
            let due = started + Duration::from_secs_f64(number as f64 / self.rate);
            tokio::time::sleep_until(due).await;
            let (idle, at_once) = (Arc::clone(&idle), Arc::clone(&at_once));
            let (address, paths) = (self.address, Arc::clone(&self.paths));
            let (first, seconds) = (self.first, self.seconds);
            requests.spawn(async move {
                let path = &paths[(first + number) % paths.len()];
                let asked = async {
                    let _permit = at_once.acquire().await?;
                    ask(address, path, &idle).await
                };
                let answered = tokio::time::timeout(PATIENCE, asked).await;
                Outcome {
                    status: answered.ok().and_then(Result::ok),
                    milliseconds: due.elapsed().as_secs_f64() * 1e3,
                    in_time: started.elapsed().as_secs_f64() <= seconds,
                }
            });
        }
        requests.join_all().await
    }
}

/// Sends a request on an idle connection, or on a new one.
async fn ask(
    address: SocketAddr,
    path: &str,
    idle: &Mutex<Vec<Connection>>,
) -> anyhow::Result<u16> {
    let reused = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let mut connection = match reused {
        Some(connection) => connection,
        None => Connection::open(address).await?,
    };
    let status = connection.ask(path).await?;
    idle.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(connection);
    Ok(status)
}
