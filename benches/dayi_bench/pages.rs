//! The pages of experts over many ratings, imported by `dayi feedback import`; in the database of `DAYI_DATABASE` if
//! that is set.

use crate::client::exchange;
use crate::material;
use crate::process::{Server, Site};
use crate::random::{Random, Zipf};
use crate::report::{Table, number};
use anyhow::Context;
use dayi::document::Document;
use serde_json::json;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Times each page is loaded.
const LOADS: usize = 7;
/// Days over which everything is spread.
const DAYS: usize = 30;
const NAME: &str = "li.hua";
const PASSWORD: &str = "correct horse battery";

/// What to import and load.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Folder of documents.
    #[arg(long)]
    content: PathBuf,
    /// Ratings; half as many logged searches and a fiftieth as many asks come with them.
    #[arg(long, default_value_t = 1_000_000)]
    ratings: usize,
    /// Folder that keeps index and ratings for the next time; a temporary one unless given.
    #[arg(long)]
    work: Option<PathBuf>,
}

/// Measures and prints.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let site = Site::at(&arguments.content, arguments.work.as_deref())?;
    site.index()?;
    let documents = material::read(&site.content)?;
    let file = site.work.join("feedback.jsonl");
    let started = Instant::now();
    if !file.exists() {
        write(&file, &documents, arguments.ratings)?;
        eprintln!("takes the records in");
        site.run(&["feedback", "import", &file.display().to_string()], "")?;
    }
    let imported = started.elapsed().as_secs_f64();
    site.run(&["expert", "password", NAME], PASSWORD)?;
    let server = site.serve()?;
    let cookie = sign_in(&server)?;
    let popular = &documents[0].id.0;
    let mut table = Table::new(&["page", "median ms", "slowest ms", "KB"]);
    let mut slowest_of_all = 0.0_f64;
    for path in [
        "/admin".to_owned(),
        "/admin/inbox".to_owned(),
        "/admin/inbox?state=new".to_owned(),
        "/admin/inbox?kind=rating&state=in_work".to_owned(),
        "/admin/inbox?assignee=wang".to_owned(),
        "/admin/inbox?q=%E7%BD%91%E5%85%B3".to_owned(),
        "/admin/inbox?q=qwertyuiop".to_owned(),
        "/admin/answers".to_owned(),
        "/admin/answers?offset=250".to_owned(),
        format!("/admin/answers/{popular}"),
        "/admin/queries".to_owned(),
        "/admin/audit".to_owned(),
    ] {
        let mut times = Vec::with_capacity(LOADS);
        let mut bytes = 0;
        for _ in 0..LOADS {
            let started = Instant::now();
            let (status, _, body) = exchange(server.address, &path, "GET", &cookie, "")?;
            times.push(started.elapsed().as_secs_f64() * 1e3);
            anyhow::ensure!(status == 200, "`{path}` answers {status}");
            bytes = body.len();
        }
        times.sort_by(f64::total_cmp);
        let slowest = times[LOADS - 1];
        slowest_of_all = slowest_of_all.max(slowest);
        table.row(&path, &[times[LOADS / 2], slowest, bytes as f64 / 1024.0]);
    }
    table.print(&format!(
        "Pages of experts over {} ratings, taken in in {} s (0 where they were there); slowest {} ms",
        number(arguments.ratings as f64),
        number(imported),
        number(slowest_of_all)
    ));
    Ok(())
}

/// The header line that identifies the signed-in expert.
fn sign_in(server: &Server) -> anyhow::Result<String> {
    let form = format!("name={NAME}&password={}", PASSWORD.replace(' ', "+"));
    let headers = "Content-Type: application/x-www-form-urlencoded\r\n";
    let (status, head, _) = exchange(server.address, "/admin/login", "POST", headers, &form)?;
    let cookie = head
        .lines()
        .find_map(|line| line.strip_prefix("set-cookie: ")?.split(';').next());
    let cookie = cookie.with_context(|| format!("signing in answers {status}"))?;
    Ok(format!("Cookie: {cookie}\r\n"))
}

/// Writes records of the last days in the format of `dayi feedback export`.
fn write(file: &Path, documents: &[Document], ratings: usize) -> anyhow::Result<()> {
    let mut to = BufWriter::new(File::create(file)?);
    let mut random = Random::new(1, 0);
    let zipf = Zipf::new(documents.len());
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
    let first = now.saturating_sub(Duration::from_hours(24 * (DAYS as u64 - 1)));
    let at = |random: &mut Random| {
        first.as_millis() as u64 + random.below((DAYS - 1) * 24 * 60 * 60 * 1_000) as u64
    };
    for number in 0..ratings {
        let document = &documents[zipf.draw(&mut random)];
        let is_good = random.below(5) < 3;
        let state = ["new", "new", "in_work", "answered", "dismissed"][random.below(5)];
        let assignee = if state == "new" {
            ""
        } else {
            ["wang", "li.hua"][random.below(2)]
        };
        let line = json!({
            "table": "ratings", "at": at(&mut random), "visitor": format!("v{number}"),
            "network": format!("n{}", random.below(ratings)), "question_id": document.id.0, "grade_id": null,
            "helpful": u8::from(is_good), "reasons": if is_good { "" } else { "outdated,unclear" },
            "comment": if is_good { "" } else { "按第三步操作后网关没有生效，版本 2.0.3" },
            "query": document.headline(), "page": "https://example.org/docs", "language": "zh-CN",
            "state": state, "assignee": assignee, "note": "",
        });
        writeln!(to, "{line}")?;
    }
    for number in 0..ratings / 2 {
        let document = &documents[zipf.draw(&mut random)];
        let other = &documents[zipf.draw(&mut random)];
        let state = ["answered", "answered", "related", "related", "none"][random.below(5)];
        let text = if state == "none" {
            format!("{} {}", document.headline(), random.below(5_000))
        } else {
            document.headline().to_owned()
        };
        let clicked = (state != "none" && random.below(2) == 0).then_some(&document.id.0);
        let line = json!({
            "table": "queries", "at": at(&mut random), "network": format!("q{number}"), "text": text, "total": 2,
            "answer_state": state, "took_micros": 900 + random.below(9_000), "rank": clicked.map(|_| 1),
            "shown": format!("{}\n{}", document.id.0, other.id.0), "clicked": clicked,
        });
        writeln!(to, "{line}")?;
    }
    for number in 0..ratings / 50 {
        let document = &documents[zipf.draw(&mut random)];
        let line = json!({
            "table": "asks", "at": at(&mut random), "visitor": format!("a{number}"),
            "question": format!("{}，按文档做了还是不行", document.headline()),
            "contact": format!("visitor{number}@example.org"), "tag": "", "category": "",
            "page": "https://example.org", "language": "zh-CN", "state": "new", "assignee": "", "note": "",
        });
        writeln!(to, "{line}")?;
    }
    to.flush()?;
    Ok(())
}
