//! Ratings at a steady rate beside searches at full speed.

use crate::client::{Connection, encoded};
use crate::limits::texts;
use crate::material;
use crate::process::{Load, Server, Site, wrk};
use crate::random::Random;
use crate::report::Table;
use anyhow::Context;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;
use tokio::task::JoinSet;

/// Connections that send ratings.
const SENDERS: u32 = 16;
/// Seconds of searches without ratings, before and after.
const ALONE: u64 = 15;
/// Seconds of searches that are not measured.
const WARM_UP: u64 = 5;

/// What to measure, and for how long.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Folder of documents.
    #[arg(long)]
    content: PathBuf,
    /// Ratings a second.
    #[arg(long, default_value_t = 1_000)]
    rate: u32,
    /// Seconds they go on.
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// Folder that keeps index and ratings; a temporary one unless given.
    #[arg(long)]
    work: Option<PathBuf>,
}

/// Measures and prints.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let site = Site::at(&arguments.content, arguments.work.as_deref())?;
    site.index()?;
    let server = site.serve()?;
    let documents = material::read(&site.content)?;
    let ids: Vec<String> = documents.into_iter().map(|d| d.id.0).collect();
    // More queries than the service caches, so that each is a search and not a look-up.
    let paths: Vec<String> = texts(&site.content)?
        .iter()
        .map(|t| format!("/api/v1/search?q={}", encoded(t)))
        .collect();
    wrk(server.address, &paths, 0, WARM_UP, &site.work)?;
    let before = wrk(server.address, &paths, 0, ALONE, &site.work)?;
    let (beside, accepted) = with_ratings(&server, &site, &paths, &ids, arguments)?;
    let after = wrk(server.address, &paths, 0, ALONE, &site.work)?;
    drop(server);
    let stored = site.run(&["feedback", "export", "--only", "ratings"], "")?;
    let stored = stored.lines().count();
    let alone = f64::midpoint(before.qps, after.qps);
    let mut table = Table::new(&["what", "measured"]);
    for (name, value) in [
        (
            "ratings accepted a second",
            accepted as f64 / arguments.seconds as f64,
        ),
        ("ratings accepted", accepted as f64),
        ("ratings in the store", stored as f64),
        ("searches a second alone, before", before.qps),
        ("searches a second alone, after", after.qps),
        ("searches a second beside the ratings", beside.qps),
        (
            "share of those alone, before and after (mean)",
            beside.qps / alone,
        ),
        ("p99 of searches alone, ms", before.p99),
        ("p99 of searches beside the ratings, ms", beside.p99),
    ] {
        table.row(name, &[value]);
    }
    table.print(&format!(
        "{} ratings a second for {} s",
        arguments.rate, arguments.seconds
    ));
    Ok(())
}

/// Searches while ratings are sent; returns how many ratings were accepted.
fn with_ratings(
    server: &Server,
    site: &Site,
    paths: &[String],
    ids: &[String],
    arguments: &Arguments,
) -> anyhow::Result<(Load, usize)> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let (address, ids) = (server.address, ids.to_vec());
    let (rate, seconds) = (arguments.rate, arguments.seconds);
    std::thread::scope(|scope| {
        let ratings = scope.spawn(move || runtime.block_on(send(address, &ids, rate, seconds)));
        let load = wrk(server.address, paths, 0, seconds, &site.work)?;
        let accepted = ratings
            .join()
            .map_err(|_| anyhow::anyhow!("the ratings failed"))??;
        Ok((load, accepted))
    })
}

/// Sends ratings at a rate, each from another address; returns how many got status 201.
async fn send(
    address: SocketAddr,
    ids: &[String],
    rate: u32,
    seconds: u64,
) -> anyhow::Result<usize> {
    let mut senders = JoinSet::new();
    let started = tokio::time::Instant::now();
    for sender in 0..SENDERS {
        let ids = ids.to_vec();
        senders.spawn(async move {
            let mut random = Random::new(1, u64::from(sender));
            let mut connection = Connection::open(address).await?;
            let pause = Duration::from_secs_f64(f64::from(SENDERS) / f64::from(rate));
            let first = started + pause.mul_f64(f64::from(sender) / f64::from(SENDERS));
            let mut accepted = 0;
            for turn in 0.. {
                let due = first + pause * turn;
                if due >= started + Duration::from_secs(seconds) {
                    break;
                }
                tokio::time::sleep_until(due).await;
                let id = &ids[random.below(ids.len())];
                let rating = if random.below(3) == 0 {
                    format!(r#"{{"question_id":"{id}","rating":"unhelpful","reasons":["outdated"],"comment":"第三步的页面已经没有了"}}"#)
                } else {
                    format!(r#"{{"question_id":"{id}","rating":"helpful"}}"#)
                };
                // Outside the addresses of trusted proxies.
                let visitor = Ipv4Addr::from(0x0100_0000 + random.below(0x6000_0000) as u32);
                let status = connection.post("/api/v1/feedback", visitor, &rating).await?;
                accepted += usize::from(status == 201);
            }
            anyhow::Ok(accepted)
        });
    }
    let mut accepted = 0;
    while let Some(sent) = senders.join_next().await {
        accepted += sent??;
    }
    Ok(accepted)
}
