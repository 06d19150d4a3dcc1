use super::*;
use proptest::prelude::*;
use std::fmt::Write as _;

fn spring_trace(frames: usize) -> String {
    let mut trace = String::from(
        "2024-09-06 10:11:12.123 ERROR 4711 --- [nio-8080-exec-1] o.a.c.c.C.[.[.[/].[dispatcherServlet] : \
         Servlet.service() for servlet [dispatcherServlet] threw exception\n\
         org.springframework.web.util.NestedServletException: Request processing failed\n",
    );
    for line in 0..frames {
        writeln!(
            trace,
            "\tat org.springframework.web.servlet.FrameworkServlet.service(FrameworkServlet.java:{line})"
        )
        .unwrap();
    }
    trace.push_str(
        "Caused by: com.alibaba.cloud.ai.tongyi.common.exception.TongYiException: Can not find api-key\n\
         \tat com.alibaba.cloud.ai.X.y(X.java:12)\n\t... 150 more\n",
    );
    trace
}

#[test]
fn of_a_trace_the_cause_and_the_exceptions_are_left() {
    let reduced = reduce(&spring_trace(150));
    assert!(reduced.reduced && !reduced.truncated);
    assert!(
        reduced
            .text
            .starts_with("TongYiException Can not find api-key"),
        "{reduced:?}"
    );
    for noise in [
        "FrameworkServlet",
        "4711",
        "2024",
        "nio-8080",
        "more",
        "org.springframework",
    ] {
        assert!(!reduced.text.contains(noise), "{noise} in {reduced:?}");
    }
}

#[test]
fn what_a_person_wrote_around_a_log_comes_first() {
    let text = format!("启动报错了\n{}\n请问怎么解决？", spring_trace(3));
    let text = reduce(&text).text;
    assert!(
        text.starts_with("启动报错了 请问怎么解决？ TongYiException"),
        "{text}"
    );
}

#[test]
fn a_trace_that_lost_its_line_breaks_is_read_too() {
    let text = reduce(&spring_trace(20).replace('\n', " ")).text;
    assert!(
        text.contains("TongYiException Can not find api-key"),
        "{text}"
    );
    assert!(!text.contains("FrameworkServlet"), "{text}");
}

#[test]
fn logs_of_other_runtimes_are_read() {
    for (log, told) in [
        (
            "Traceback (most recent call last):\n  File \"/srv/app/main.py\", line 12, in <module>\n    client.connect()\nredis.exceptions.ConnectionError: Error 111 connecting to 10.0.0.5:6379. Connection refused.",
            "ConnectionError Error 111 connecting to 6379 . Connection refused.",
        ),
        (
            "panic: runtime error: invalid memory address or nil pointer dereference\n\ngoroutine 1 [running]:\nmain.main()\n\t/home/a/main.go:8 +0x1d",
            "runtime error: invalid memory address or nil pointer dereference",
        ),
        (
            "TypeError: Cannot read properties of undefined (reading 'map')\n    at render (/srv/app/list.js:10:15)\n    at processTicksAndRejections (node:internal/process/task_queues:96:5)",
            "TypeError Cannot read properties of undefined (reading 'map')",
        ),
        (
            "[2024-09-06T10:11:12Z] \u{1b}[31mERROR\u{1b}[0m [main] connection to 0x7ffe12ab lost",
            "connection to lost",
        ),
    ] {
        let reduced = reduce(log);
        assert!(reduced.reduced, "{log}");
        assert_eq!(reduced.text, told);
    }
}

#[test]
fn of_frames_alone_the_first_classes_are_left() {
    let frames: String = [
        "a.b.FrameworkServlet.service",
        "a.b.FrameworkServlet.doGet",
        "a.HttpServlet.x",
        "a.B2$C.y",
        "a.Dd.z",
    ]
    .map(|call| format!("\tat {call}(X.java:1)\n"))
    .concat();
    assert_eq!(reduce(&frames).text, "FrameworkServlet HttpServlet B2");
}

#[test]
fn lines_of_a_lower_level_go_where_errors_are() {
    let log = "2024-09-06 10:00:00 INFO  [main] c.a.n.Starter : starting with 8 threads\n\
               2024-09-06 10:00:01 ERROR [main] c.a.n.Starter : db.num is null\n";
    assert_eq!(reduce(log).text, "db.num is null");
    let log = log.lines().next().unwrap();
    assert_eq!(reduce(log).text, "starting with 8 threads");
}

#[test]
fn a_question_stays_as_it_was_asked() {
    for question in [
        "nacos 注册中心连不上",
        "[Nacos] 如何配置 8848 端口",
        "java.lang.NullPointerException",
        "Spring Boot 3.2.4: 启动失败",
        "at what time does the job run (see docs)",
        "如何在 2024-09-06 之后升级",
        "#1 问题",
        "",
    ] {
        let reduced = reduce(question);
        assert_eq!((reduced.text.as_str(), reduced.reduced), (question, false));
    }
    assert_eq!(reduce(" 第一行\n\n第二行 ").text, "第一行 第二行");
}

#[test]
fn a_long_story_is_cut_in_its_middle_and_says_so() {
    let story = format!("开头{}结尾", "很长的故事。".repeat(300));
    let reduced = reduce(&story);
    assert!(reduced.truncated && !reduced.reduced);
    assert!(reduced.text.starts_with("开头") && reduced.text.ends_with("结尾"));
    assert!(reduced.text.chars().count() <= LONGEST_QUERY);
    assert!(!reduce(&"很".repeat(LONGEST_QUERY)).truncated);
}

proptest! {
    #[test]
    fn a_query_is_one_line_within_the_limit_and_reducing_again_cuts_nothing(
        text in "(ERROR|Caused by: |a\\.B\\.CException: |\tat a\\.b\\(C\\.java:1\\)|2024-01-01 10:00:00 |\\[main\\] |中文|[a-z:. ]|\n){0,60}"
    ) {
        let once = reduce(&text);
        prop_assert!(!once.text.contains('\n'));
        prop_assert!(once.text.chars().count() <= LONGEST_QUERY);
        prop_assert!(!reduce(&once.text).truncated);
    }

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        reduce(&text);
    }
}
