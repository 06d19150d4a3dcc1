//! Stores to test, and records to put into them. Tests over PostgreSQL start their own server; if it is not
//! installed, they are left out (`#[ignore]`).

use dayi::feedback::record::{Ask, Click, QueryRecord, Rating, Reason, SearchOutcome};
use dayi::feedback::reports::RatingCounts;
use dayi::feedback::webhook::Outbox;
use dayi::feedback::{Record, Store, Visitor};
use jiff::Timestamp;
use sqlx::{Connection, Executor};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The database of one test. Both kinds must pass the same tests.
pub(crate) enum Place {
    Sqlite(TempDir),
    Postgres(String),
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    /// A new, empty database of the server.
    pub(crate) async fn postgres() -> Self {
        static DATABASES: AtomicU32 = AtomicU32::new(0);
        let name = format!("dayi{}", DATABASES.fetch_add(1, Ordering::Relaxed));
        let mut server = sqlx::PgConnection::connect(&POSTGRES.url("postgres"))
            .await
            .unwrap();
        server
            .execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))
            .await
            .unwrap();
        Self::Postgres(POSTGRES.url(&name))
    }

    pub(crate) fn folder(&self) -> &Path {
        match self {
            Self::Sqlite(folder) => folder.path(),
            Self::Postgres(_) => Path::new("/nonexistent"),
        }
    }

    pub(crate) fn database(&self) -> Option<&str> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres(url) => Some(url),
        }
    }

    pub(crate) async fn open(&self) -> Store {
        self.open_telling(Outbox::default()).await
    }

    /// Runs statements beside the store.
    pub(crate) async fn execute(&self, sql: &'static str) {
        self.connect().await.execute(sql).await;
    }

    /// A connection beside the store.
    pub(crate) async fn connect(&self) -> Beside {
        match self {
            Self::Sqlite(folder) => {
                let file = folder.path().join("feedback.db");
                let url = format!("sqlite://{}", file.display());
                Beside::Sqlite(sqlx::SqliteConnection::connect(&url).await.unwrap())
            }
            Self::Postgres(url) => {
                Beside::Postgres(Box::new(sqlx::PgConnection::connect(url).await.unwrap()))
            }
        }
    }

    pub(crate) async fn open_telling(&self, outbox: Outbox) -> Store {
        Store::open(self.folder(), self.database(), outbox)
            .await
            .unwrap()
    }
}

/// A connection beside the store, as another process has it.
pub(crate) enum Beside {
    Sqlite(sqlx::SqliteConnection),
    Postgres(Box<sqlx::PgConnection>),
}

impl Beside {
    pub(crate) async fn execute(&mut self, sql: &'static str) {
        match self {
            Self::Sqlite(connection) => connection.execute(sql).await.map(drop).unwrap(),
            Self::Postgres(connection) => connection.execute(sql).await.map(drop).unwrap(),
        }
    }
}

/// Runs a test over both databases.
macro_rules! over_both {
    ($($name:ident)*) => { $(
        mod $name {
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                super::$name(crate::kit::Place::sqlite()).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            #[ignore = "needs PostgreSQL: ./test.sh runs it"]
            async fn postgres() {
                super::$name(crate::kit::Place::postgres().await).await;
            }
        }
    )* };
}
pub(crate) use over_both;

/// The server of all tests of this process.
static POSTGRES: LazyLock<Postgres> = LazyLock::new(Postgres::start);

pub(crate) struct Postgres {
    folder: PathBuf,
    port: u16,
}

impl Postgres {
    /// Starts a server in a new folder on a free port. The server ends with this process.
    pub(crate) fn start() -> Self {
        let binaries =
            binaries().expect("PostgreSQL is not installed; on Debian the package is `postgresql`");
        let folder = tempfile::Builder::new()
            .prefix("dayi-pg-")
            .tempdir()
            .unwrap()
            .keep();
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let server = Self { folder, port };
        if is_root() {
            let given = Command::new("chown")
                .arg("postgres")
                .arg(&server.folder)
                .status()
                .unwrap();
            assert!(given.success());
        }
        let made = command(&binaries, "initdb")
            .args([
                "--auth=trust",
                "--username=dayi",
                "--encoding=UTF8",
                "--no-sync",
                "-D",
            ])
            .arg(server.folder.join("db"))
            .output()
            .unwrap();
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        server.run();
        server
    }

    /// Starts the server over its folder, on its port.
    pub(crate) fn run(&self) {
        let binaries = binaries().expect("PostgreSQL is installed");
        let mut server = command(&binaries, "postgres");
        server
            .arg("-D")
            .arg(self.folder.join("db"))
            .args(["-p", &self.port.to_string()])
            .args(["-c", "listen_addresses=127.0.0.1"])
            .args(["-c", "max_connections=300", "-k"])
            .arg(&self.folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        // The server ends with the thread that started it, so this thread waits until the tests end.
        std::thread::spawn(move || server.spawn().unwrap().wait());
        let started = Instant::now();
        while !self.is_ready() {
            assert!(
                started.elapsed() < Duration::from_mins(1),
                "PostgreSQL does not start"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Whether the server accepts connections.
    fn is_ready(&self) -> bool {
        let binaries = binaries().expect("PostgreSQL is installed");
        let status = Command::new(binaries.join("pg_isready"))
            .args(["-h", "127.0.0.1", "-p", &self.port.to_string()])
            .stdout(Stdio::null())
            .status();
        status.unwrap().success()
    }

    /// Stops the server at once, closing all connections.
    pub(crate) fn stop(&self) {
        let binaries = binaries().expect("PostgreSQL is installed");
        let stopped = command(&binaries, "pg_ctl")
            .args(["stop", "-w", "-m", "immediate", "-D"])
            .arg(self.folder.join("db"))
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(stopped.success());
    }

    /// The address of the database that every server has.
    pub(crate) fn own_url(&self) -> String {
        self.url("postgres")
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://dayi@127.0.0.1:{}/{database}", self.port)
    }
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().unwrap().stdout == b"0\n"
}

/// A program of the server, run as another user if this is root: PostgreSQL refuses to run as root.
fn command(binaries: &Path, program: &str) -> Command {
    let program = binaries.join(program);
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command
        .args([
            "--reuid=postgres",
            "--regid=postgres",
            "--clear-groups",
            "--pdeathsig=KILL",
        ])
        .arg(program);
    command
}

/// The folder of the newest installed server.
fn binaries() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let mut found: Vec<PathBuf> = versions
        .map(|version| version.path().join("bin"))
        .filter(|bin| bin.join("postgres").is_file())
        .collect();
    found.sort();
    found.pop()
}

pub(crate) fn visitor(name: &str) -> Visitor {
    Visitor {
        id: format!("{name}-id"),
        network: format!("{name}-network"),
    }
}

/// The numbers of helpful and unhelpful ratings of an answer.
pub(crate) async fn counts(store: &Store, question_id: &str) -> (i64, i64) {
    let RatingCounts { helpful, unhelpful } = store
        .reports()
        .counts(&[question_id.to_owned()])
        .await
        .unwrap();
    (helpful, unhelpful)
}

pub(crate) fn rating(who: &str, question_id: &str, helpful: bool) -> Record {
    Record::Rating(Rating {
        at: Timestamp::now(),
        visitor: visitor(who),
        question_id: question_id.into(),
        grade_id: Some("7".into()),
        helpful,
        reasons: if helpful {
            vec![]
        } else {
            vec![Reason::Outdated, Reason::Unclear]
        },
        comment: "步骤三找不到 = '；--".into(),
        query: "怎么升级".into(),
        page: "https://nacos.io/docs".into(),
        language: "zh-CN".into(),
    })
}

/// A question of a visitor who has asked nothing before: the same question of the same one would be the same ask.
pub(crate) fn ask(question: &str, contact: &str) -> Record {
    static ASKERS: AtomicU32 = AtomicU32::new(0);
    let asker = ASKERS.fetch_add(1, Ordering::Relaxed);
    ask_of(&format!("asker{asker}"), question, contact)
}

pub(crate) fn ask_of(who: &str, question: &str, contact: &str) -> Record {
    Record::Ask(Ask {
        at: Timestamp::now(),
        visitor: visitor(who),
        question: question.into(),
        contact: contact.into(),
        tag: "nacos".into(),
        category: String::new(),
        page: "https://nacos.io".into(),
        language: "zh-CN".into(),
    })
}

pub(crate) fn query(who: &str, text: &str, outcome: SearchOutcome, shown: &[&str]) -> Record {
    Record::Query(QueryRecord {
        at: Timestamp::now(),
        visitor: visitor(who),
        text: text.into(),
        total: shown.len() as i64,
        outcome,
        took_micros: 1_500,
        shown: shown.iter().map(|s| (*s).into()).collect(),
        times: 1,
    })
}

pub(crate) fn click(who: &str, text: &str, question_id: &str) -> Record {
    Record::Click(Click {
        at: Timestamp::now(),
        visitor: visitor(who),
        query: text.into(),
        question_id: question_id.into(),
    })
}
