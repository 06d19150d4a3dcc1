use crate::kit::{Place, SERVE, Service, exchange, stamps};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const TWO: &[(&str, &str)] = &[
    ("a.md", "Nacos 注册中心连不上"),
    ("b.md", "Dubbo 超时怎么调"),
];
const SOON: Duration = Duration::from_secs(2);

#[test]
fn changes_are_searchable_soon_and_drop_no_request() {
    let place = Place::with(TWO);
    let service = place.serve();
    let (stop, answered) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|threads| {
        threads.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                assert_eq!(service.found("dubbo"), ["b"]);
                answered.fetch_add(1, Ordering::Relaxed);
            }
        });
        place.write("new.md", "Seata 回滚失败");
        service.wait_until(SOON, "a new file", |s| s.found("seata") == ["new"]);
        place.write("new.md", "Sentinel 规则丢失");
        service.wait_until(SOON, "an edit", |s| {
            s.found("sentinel") == ["new"] && s.found("seata").is_empty()
        });
        fs::create_dir(place.path("content/deep")).unwrap();
        fs::rename(
            place.path("content/new.md"),
            place.path("content/deep/moved.md"),
        )
        .unwrap();
        service.wait_until(SOON, "a rename", |s| s.found("sentinel") == ["new"]);
        fs::remove_file(place.path("content/deep/moved.md")).unwrap();
        service.wait_until(SOON, "a removal", |s| s.found("sentinel").is_empty());
        assert_eq!(service.get("/questions/new").0, 404);
        stop.store(true, Ordering::Relaxed);
    });
    assert!(answered.into_inner() > 0);
}

#[test]
fn what_names_all_documents_follows_their_changes() {
    let place = Place::with(TWO);
    let service = place.serve();
    let naming = |service: &Service| {
        ["/", "/feed.xml", "/sitemap.xml", "/llms.txt"]
            .iter()
            .filter(|path| service.get(path).1.contains("/questions/new"))
            .count()
    };
    assert_eq!(naming(&service), 0);
    place.write("new.md", "Seata 回滚失败");
    service.wait_until(SOON, "a new file", |s| naming(s) == 4);
    fs::remove_file(place.path("content/new.md")).unwrap();
    service.wait_until(SOON, "a removal", |s| naming(s) == 0);
}

#[test]
fn many_documents_are_indexed_the_same_by_any_number_of_threads() {
    let place = Place::with(&[]);
    for number in 0..1_100 {
        place.write(&format!("{number:04}.md"), &format!("端口 {number} 被占用"));
    }
    place.write("9999.md", "Seata 回滚失败");
    place.write_raw("again.md", "---\nid: '0007'\ntitle: again\n---\nbody\n");
    for threads in ["1", "2", "8"] {
        let index = format!("index-{threads}");
        let run = |arguments: &[&str]| {
            let mut command = place.command(arguments);
            command.args(["--index", &index, "--format", "json"]);
            let run = command.env("RAYON_NUM_THREADS", threads).output().unwrap();
            serde_json::from_slice::<serde_json::Value>(&run.stdout).unwrap()
        };
        let built = run(&["index"]);
        assert_eq!(built["added"], 1_101, "{threads} threads: {built}");
        assert_eq!(built["rejected"][0]["path"], "again.md");
        assert_eq!(run(&["search", "端口"])["total"], 1_100);
        assert_eq!(run(&["search", "seata"])["hits"][0]["id"], "9999");
        assert_eq!(run(&["index"])["unchanged"], 1_101);
    }
}

#[test]
fn changes_behind_a_content_folder_that_is_a_link_are_searchable_soon() {
    let place = Place::with(TWO);
    fs::create_dir(place.path("content/deep")).unwrap();
    fs::rename(place.path("content"), place.path("real")).unwrap();
    std::os::unix::fs::symlink("real", place.path("content")).unwrap();
    let service = place.serve();
    for name in ["new.md", "deep/other.md"] {
        place.write(name, "Seata 回滚失败");
        service.wait_until(SOON, "a new file", |s| s.found("seata").len() == 1);
        fs::remove_file(place.path("real").join(name)).unwrap();
        service.wait_until(SOON, "a removal", |s| s.found("seata").is_empty());
    }
}

#[test]
fn a_file_that_breaks_leaves_the_search_and_comes_back_when_mended() {
    let place = Place::with(TWO);
    let service = place.serve();
    place.write_raw("a.md", "not a document any more");
    service.wait_until(SOON, "gone", |s| s.found("注册中心").is_empty());
    let metrics = service.get("/metrics").1;
    assert!(metrics.contains("dayi_rejected_documents 1"), "{metrics}");
    place.write("a.md", "Nacos 注册中心连不上");
    service.wait_until(SOON, "back", |s| s.found("注册中心") == ["a"]);
}

#[test]
fn a_second_start_with_nothing_changed_touches_nothing() {
    let place = Place::with(TWO);
    drop(place.serve());
    // Files that were indexed in the moment they were written are looked at once more, which is remembered.
    let has_settled = (0..20).any(|_| {
        let before = stamps(&place.path("index"));
        drop(place.serve());
        stamps(&place.path("index")) == before
    });
    assert!(has_settled, "every start changes the index");
    let before = stamps(&place.path("index"));
    let service = place.serve();
    assert_eq!(service.found("dubbo"), ["b"]);
    drop(service);
    assert_eq!(stamps(&place.path("index")), before);
}

#[test]
fn what_changed_while_nothing_ran_is_there_at_the_next_start() {
    let place = Place::with(TWO);
    drop(place.serve());
    place.write("a.md", "Seata 回滚失败");
    fs::rename(place.path("content/b.md"), place.path("content/c.md")).unwrap();
    let service = place.serve();
    assert_eq!(service.found("seata"), ["a"]);
    assert_eq!(service.found("注册中心"), [""; 0]);
    assert_eq!(service.found("dubbo"), ["b"]);
}

#[test]
fn a_second_process_gets_a_clear_error_and_can_still_search() {
    let place = Place::with(TWO);
    let service = place.serve();
    for arguments in [&["index"][..], &["serve", "--listen", "127.0.0.1:0"]] {
        let refused = place.run(arguments);
        assert!(
            refused
                .assert_code(2)
                .stderr()
                .contains("the index `index` is in use by another dayi")
        );
    }
    let searched = place.run(&["search", "dubbo"]);
    let hits = searched.assert_code(0).stdout();
    assert!(hits.contains("Dubbo 超时怎么调"), "{hits}");
    let said = searched.stderr();
    assert!(said.contains("another process keeps this index"), "{said}");
    assert_eq!(service.found("dubbo"), ["b"]);
}

#[test]
fn damage_of_any_file_is_noticed_and_mended() {
    let place = Place::with(TWO);
    place.run(&["index"]).assert_code(0);
    let whole: Vec<(std::path::PathBuf, Vec<u8>)> = stamps(&place.path("index"))
        .into_iter()
        .map(|(path, _)| (path.clone(), fs::read(path).unwrap()))
        .collect();
    for (path, bytes) in &whole {
        let name = path.file_name().unwrap().to_string_lossy();
        if name == "lock" || name.starts_with(".tantivy") || bytes.is_empty() {
            continue;
        }
        for damaged in [bytes[..bytes.len() / 2].to_vec(), flipped(bytes)] {
            fs::remove_dir_all(place.path("index")).unwrap();
            for (path, bytes) in &whole {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, bytes).unwrap();
            }
            fs::write(path, damaged).unwrap();
            let found = place.run(&["search", "dubbo", "--format", "json"]);
            assert_eq!(
                found.assert_code(0).json()["hits"][0]["id"],
                "b",
                "after damage to {name}"
            );
        }
    }
}

fn flipped(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    bytes
}

#[test]
fn an_index_of_another_version_or_analysis_is_rebuilt_and_says_why() {
    let place = Place::with(TWO);
    for (key, value, reason) in [
        (
            "version",
            "0.0.1".into(),
            "it was written by version 0.0.1 of dayi",
        ),
        (
            "analysis",
            "other".into(),
            "it was written with another analysis",
        ),
        ("reading", 0.into(), "documents were read by other rules"),
    ] {
        place.run(&["index"]).assert_code(0);
        let path = place.path("index/current");
        let mut manifest: serde_json::Value =
            serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        manifest[key] = serde_json::Value::clone(&value);
        fs::write(&path, manifest.to_string()).unwrap();
        let service = place.serve_unready();
        // There is no moment without an answer: the old index serves until the new one is there.
        assert_eq!(service.found("dubbo"), ["b"]);
        service.wait_until(Duration::from_secs(10), "rebuilt", |s| {
            s.get("/readyz").0 == 200
        });
        assert_eq!(service.found("dubbo"), ["b"]);
        let said = service.kill();
        assert!(
            said.contains("the index is rebuilt") && said.contains(reason),
            "{said}"
        );
    }
    fs::write(place.path("index/current"), "{").unwrap();
    assert!(
        place
            .serve_unready()
            .kill()
            .contains("its manifest is damaged")
    );
}

#[test]
fn a_kill_at_any_moment_leaves_an_index_the_next_start_can_use() {
    let place = Place::with(&[]);
    let words = [
        "苹果", "香蕉", "樱桃", "葡萄", "柠檬", "芒果", "橄榄", "桃子", "石榴", "菠萝", "草莓",
        "西瓜", "荔枝", "柚子", "山楂",
    ];
    for (round, word) in (0..).zip(words) {
        for n in 0..40 {
            place.write(&format!("d{n}.md"), &format!("{word}第 {n} 个"));
        }
        if round % 4 == 0 {
            let _ = fs::remove_file(place.path("index/current"));
        }
        let mut indexing = place
            .command(&["index"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(100 + round * 37 % 400));
        indexing.kill().unwrap();
        indexing.wait().unwrap();
    }
    let service = place.serve();
    assert_eq!(
        service
            .get("/api/v1/search?q=%E5%B1%B1%E6%A5%82&per_page=50")
            .1
            .matches("\"id\"")
            .count(),
        40
    );
    assert_eq!(service.found("柚子"), [""; 0]);
}

#[test]
fn termination_lets_running_requests_finish() {
    // A service manager, somebody at the terminal, and a terminal that is closed.
    for signal in ["TERM", "INT", "HUP"] {
        let place = Place::with(TWO);
        let service = place.serve();
        let ask = "{\"question\":\"怎么升级？\"}";
        let mut slow = waiting_for_a_body(&service, ask.len());
        service.signal(signal);
        service.wait_until(SOON, "the end has begun", |s| s.said().contains("stopping"));
        slow.write_all(ask.as_bytes()).unwrap();
        let mut answer = String::new();
        slow.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 201"), "{signal}: {answer}");
        let (code, said) = service.end();
        assert_eq!(code, Some(0), "{signal}: {said}");
    }
}

/// A connection with a request under way: the service has asked for its body.
fn waiting_for_a_body(service: &Service, length: usize) -> TcpStream {
    const GO_ON: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";
    let mut stream = TcpStream::connect(service.address).unwrap();
    write!(
        stream,
        "POST /api/v1/asks HTTP/1.1\r\nhost: t\r\ncontent-type: application/json\r\nexpect: 100-continue\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
    )
    .unwrap();
    let mut answer = [0; GO_ON.len()];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(answer, GO_ON);
    stream
}

#[test]
fn termination_waits_for_no_idle_connection() {
    let place = Place::with(TWO);
    let service = place.serve();
    // One has asked for nothing yet, the other has had its answer.
    let fresh = TcpStream::connect(service.address).unwrap();
    let mut resting = TcpStream::connect(service.address).unwrap();
    resting
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n")
        .unwrap();
    let mut status = [0; 12];
    resting.read_exact(&mut status).unwrap();
    assert_eq!(&status, b"HTTP/1.1 200");
    let asked = Instant::now();
    service.signal("TERM");
    let (code, said) = service.end();
    assert_eq!(code, Some(0), "{said}");
    // Requests that never end may take half a minute.
    assert!(asked.elapsed() < Duration::from_secs(15), "{said}");
    drop((fresh, resting));
}

#[test]
fn termination_cuts_off_what_never_ends() {
    let place = Place::with(TWO);
    // Longer than the end of serving may take.
    fs::write(place.path("dayi.toml"), "request_timeout_seconds = 300\n").unwrap();
    let service = place.serve();
    let _endless = waiting_for_a_body(&service, 100);
    service.signal("TERM");
    let (code, said) = service.end();
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("some requests did not finish in time"),
        "{said}"
    );
}

#[test]
fn a_text_of_the_site_shows_while_serving_and_renews_what_is_cached() {
    let place = Place::with(TWO);
    fs::create_dir_all(place.path("words/texts")).unwrap();
    let service = place.serve();
    let home = |service: &Service| {
        let request = "GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";
        let connection = TcpStream::connect(service.address).unwrap();
        exchange(connection, request).unwrap()
    };
    let etag = |head: &str| {
        let lines = head.lines().find(|line| line.starts_with("etag: "));
        lines.unwrap().to_owned()
    };
    let script = |page: &str| {
        let at = page.find("/search-box.js?v=").unwrap();
        page[at..].split('"').next().unwrap().to_owned()
    };
    let (head, before) = home(&service);
    assert!(before.contains("有问题，问专家"), "{before}");
    let texts = "home-title = 问我们\nbox-all = 全部产品\n";
    fs::write(place.path("words/texts/zh-CN.ftl"), texts).unwrap();
    service.wait_until(Duration::from_secs(20), "the text shows", |service| {
        home(service).1.contains("问我们")
    });
    let (new_head, after) = home(&service);
    assert_ne!(etag(&head), etag(&new_head));
    assert_ne!(script(&before), script(&after));
    assert!(service.get(&script(&after)).1.contains("全部产品"));
}

#[test]
fn the_sites_words_and_pinned_documents_count_while_serving() {
    let place = Place::with(TWO);
    let service = place.serve();
    assert_eq!(service.found("小黄鸭"), [""; 0]);
    fs::create_dir(place.path("words")).unwrap();
    fs::write(place.path("words/synonyms.txt"), "小黄鸭, 注册中心\n").unwrap();
    service.wait_until(SOON, "a synonym", |s| s.found("小黄鸭") == ["a"]);
    // A new name cuts documents differently: they are indexed anew, without a moment that finds nothing.
    fs::write(place.path("words/dictionary.txt"), "[terms]\n心连\n").unwrap();
    service.wait_until(SOON, "a name", |s| {
        s.found("小黄鸭") == ["a"] && s.found("dubbo") == ["b"]
    });
    fs::write(
        place.path("words/pinned.toml"),
        "[[rule]]\nquery = \"*dubbo*\"\nfirst = [\"a\"]\n",
    )
    .unwrap();
    service.wait_until(SOON, "a pinned document", |s| {
        s.found("dubbo") == ["a", "b"]
    });
    fs::write(
        place.path("words/pinned.toml"),
        "[[rule]]\nquery = \"*dubbo*\"\nhide = [\"b\"]\n",
    )
    .unwrap();
    service.wait_until(SOON, "a hidden document", |s| s.found("dubbo").is_empty());
    drop(service);
    // The next start finds the index as it is.
    let service = place.serve();
    assert!(!service.said().contains("rebuilt"), "{}", service.said());
}

#[test]
#[cfg(target_env = "gnu")]
fn free_memory_goes_back_to_the_system_unless_it_is_set_otherwise() {
    let place = Place::with(TWO);
    let setting = |service: &Service| {
        let mut environment = service.environment().into_iter();
        environment.find(|entry| entry.starts_with("MALLOC_MMAP_THRESHOLD_="))
    };
    let service = place.serve();
    let given = setting(&service);
    assert_eq!(given.as_deref(), Some("MALLOC_MMAP_THRESHOLD_=2097152"));
    drop(service);
    let mut command = place.command(SERVE);
    command.env("MALLOC_MMAP_THRESHOLD_", "131072");
    let service = Service::start(command);
    let own = setting(&service);
    assert_eq!(own.as_deref(), Some("MALLOC_MMAP_THRESHOLD_=131072"));
}
