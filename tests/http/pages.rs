use crate::kit::{TestApp, attribute, document, texts};

#[tokio::test]
async fn home_has_the_search_box_the_newest_and_the_tags() {
    let home = TestApp::with_documents().get("/").await;
    assert_eq!(
        attribute(home.assert_ok(), "main form[role=search]", "action"),
        "/search"
    );
    assert_eq!(texts(&home, ".questions .title").len(), 3);
    assert_eq!(texts(&home, ".tags .tag")[0], "nacos 2");
    assert_eq!(attribute(&home, "html", "lang"), "zh-CN");
    assert_eq!(
        attribute(&home, "link[rel=canonical]", "href"),
        "https://qa.example.org/"
    );
}

#[tokio::test]
async fn home_of_an_empty_service_says_what_comes_first() {
    let app = TestApp::over(&[]);
    for (language, title, name) in [
        ("zh-CN", "开始使用", "网站名称是"),
        ("en", "Getting started", "the name is"),
    ] {
        let home = app.get_with("/", "accept-language", language).await;
        assert_eq!(texts(home.assert_ok(), ".columns h2"), [title]);
        assert_eq!(
            texts(&home, ".steps code"),
            ["dayi check", "site_name", "dayi expert password NAME"]
        );
        assert!(texts(&home, ".steps li")[1].contains(name));
        assert_eq!(
            attribute(&home, ".steps li:nth-child(3) a", "href"),
            "/admin"
        );
        assert_eq!(
            attribute(&home, ".steps li:nth-child(4) a", "href"),
            "/embed"
        );
    }
    let home = TestApp::with_documents().get("/").await;
    assert_eq!(texts(&home, ".steps"), [""; 0]);
}

#[tokio::test]
async fn results_are_highlighted_filtered_and_counted() {
    let app = TestApp::with_documents();
    let results = app.get("/search?q=注册中心").await;
    assert_eq!(texts(results.assert_ok(), ".hits h2 mark")[0], "注册中心");
    assert_eq!(
        attribute(&results, "header input[name=q]", "value"),
        "注册中心"
    );
    let facets = app.get("/search?q=nacos").await;
    assert!(
        texts(&facets, ".facet a").contains(&"注册中心 1".to_owned()),
        "{:?}",
        texts(&facets, ".facet a")
    );
}

#[tokio::test]
async fn a_search_without_hits_helps_on() {
    let nothing = TestApp::with_documents().get("/search?q=qwzx").await;
    assert_eq!(
        texts(nothing.assert_ok(), ".nothing h2"),
        ["还没有这个问题的解答"]
    );
    assert_eq!(texts(&nothing, ".nothing li").len(), 3);
    let asked = texts(&nothing, "form.ask textarea");
    assert_eq!(
        asked,
        ["qwzx"],
        "the question goes to the experts as it was typed"
    );
    // The page is cached for many visitors: none of them may have the key of another.
    assert_eq!(attribute(&nothing, "form.ask [name=key]", "value"), "");
}

/// Two documents about ports, the first with a part for each question.
fn parts() -> TestApp {
    let answer = "根据您的问题，下面介绍端口和内存。\n\n## 修改端口\n\n把 `server.port` 改成 8849：\n\n\
                  ```properties\nserver.port=8849\n```\n\n见[别处](#修改内存)和[主页](https://a.example/)。\n\n\
                  ## 修改内存\n\n改启动参数 Xmx。\n\n## 其他\n\n重启服务。";
    TestApp::over(&[
        ("a.md", document("a", "Nacos 的端口怎么修改？", answer, "")),
        (
            "b.md",
            document("b", "网关的端口是多少？", "网关用 80 端口。", ""),
        ),
    ])
}

#[tokio::test]
async fn an_answered_search_has_the_passage_that_answers_on_top() {
    let app = parts();
    let page = app
        .get("/search?q=nacos%20%E7%9A%84%E7%AB%AF%E5%8F%A3%E6%80%8E%E4%B9%88%E4%BF%AE%E6%94%B9")
        .await;
    assert_eq!(
        texts(page.assert_ok(), ".best h2 a"),
        ["Nacos 的端口怎么修改？"]
    );
    assert_eq!(texts(&page, ".best .under"), ["修改端口"]);
    let passage = texts(&page, ".best .prose").concat();
    assert!(
        passage.contains("server.port=8849") && !passage.contains("根据您的问题"),
        "{passage}"
    );
    assert_eq!(
        attribute(&page, ".best .more a", "href"),
        "/questions/a#a-修改端口"
    );
    assert_eq!(
        attribute(&page, ".best form.rate", "action"),
        "/questions/a/feedback"
    );
    assert_eq!(
        attribute(&page, ".best form.rate [name=query]", "value"),
        "nacos 的端口怎么修改"
    );
    // It is no hit of the list below it as well.
    let listed = texts(&page, ".hits h2 a");
    assert!(
        !listed.contains(&"Nacos 的端口怎么修改？".to_owned()),
        "{listed:?}"
    );
    let second = app
        .get("/search?q=nacos%20%E7%9A%84%E7%AB%AF%E5%8F%A3%E6%80%8E%E4%B9%88%E4%BF%AE%E6%94%B9&page=2")
        .await;
    assert_eq!(texts(&second, ".best").len(), 0);
    let newest = app.get("/search?q=").await;
    assert_eq!(texts(newest.assert_ok(), ".best, .passage").len(), 0);
}

#[tokio::test]
async fn related_hits_open_their_passages_in_place() {
    let page = parts().get("/search?q=%E5%86%85%E5%AD%98%20%E4%B8%8D%E5%A4%9F%20%E6%8A%A5%E9%94%99%20%E5%B4%A9%E6%BA%83").await;
    assert_eq!(texts(page.assert_ok(), ".best").len(), 0, "{}", page.text());
    let opened = texts(&page, ".hits details.passage .prose").concat();
    assert!(opened.contains("Xmx"), "{opened}");
}

#[tokio::test]
async fn a_reading_page_has_contents_facts_and_the_question_as_it_was_formatted() {
    let text = "---\nid: x\ntitle: 启动报错怎么办\nauthor: 李华\ndate: 2024-01-02\nupdated: 2025-03-04\n---\n\n\
                ## 用户问题 ：\n启动报错怎么办，配置如下：\n\n```yaml\na: 1\n```\n\n\
                ## 专家官方解答 ：\n\n### 一\n\n甲。\n\n### 二\n\n乙。\n\n### 三\n\n丙。\n";
    let app = TestApp::over(&[("x.md", text.to_owned())]);
    let page = app.get("/questions/x").await;
    assert_eq!(texts(page.assert_ok(), ".toc a"), ["一", "二", "三"]);
    assert_eq!(attribute(&page, ".toc a", "href"), "#a-一");
    assert_eq!(texts(&page, ".asked pre code"), ["a: 1"]);
    assert_eq!(texts(&page, ".facts .author"), ["李华"]);
    let days = texts(&page, ".facts time");
    assert_eq!(days, ["2024-01-02", "2025-03-04"]);
    let title = attribute(&page, "meta[property=\"og:title\"]", "content");
    assert_eq!(texts(&page, "h1"), [title]);
    let short = TestApp::with_documents()
        .get("/questions/dubbo-provider")
        .await;
    assert_eq!(texts(short.assert_ok(), ".toc").len(), 0);
}

#[tokio::test]
async fn behind_the_last_page_there_is_a_way_back() {
    let beyond = TestApp::with_documents()
        .get("/search?q=nacos&page=7")
        .await;
    assert_eq!(texts(beyond.assert_ok(), ".nothing h2"), ["没有更多结果了"]);
    assert_eq!(attribute(&beyond, ".nothing a", "href"), "/search?q=nacos");
}

#[tokio::test]
async fn a_slash_behind_a_question_leads_to_it() {
    let moved = TestApp::with_documents()
        .get("/questions/dubbo-provider/")
        .await;
    assert_eq!(moved.status, 308);
    assert_eq!(moved.header("location"), "/questions/dubbo-provider");
}

#[tokio::test]
async fn a_question_page_is_complete_and_free_of_inline_scripts() {
    let page = TestApp::with_documents()
        .get("/questions/dubbo-provider")
        .await;
    assert_eq!(
        texts(page.assert_ok(), "article h1"),
        ["Dubbo 报 No provider available 怎么排查？"]
    );
    assert_eq!(texts(&page, ".references a"), ["文档"]);
    assert_eq!(
        texts(
            &page,
            "script:not([type=\"application/ld+json\"], [src^=\"/search-box.js?v=\"], [src^=\"/theme.js?v=\"], [src^=\"/page.js?v=\"])"
        )
        .len(),
        0
    );
    assert!(!page.text().contains("alert(1)") && !page.text().contains("答疑服务说明"));
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("default-src 'none'") && !policy.contains("unsafe"),
        "{policy}"
    );
}

#[tokio::test]
async fn json_ld_has_what_a_qa_page_needs() {
    let page = TestApp::over(&[(
        "a.md",
        document("x", "怎么写 </script>？", "用 `<b>`。", ""),
    )])
    .get("/questions/x")
    .await;
    let written = texts(page.assert_ok(), "script[type=\"application/ld+json\"]");
    let data: serde_json::Value = serde_json::from_str(&written[0]).unwrap();
    assert_eq!(data["@type"], "QAPage");
    let question = &data["mainEntity"];
    assert_eq!(
        (question["@type"].as_str(), question["answerCount"].as_u64()),
        (Some("Question"), Some(1))
    );
    assert_eq!(question["name"], "怎么写 </script>？");
    assert_eq!(question["acceptedAnswer"]["text"], "用 <b>。");
    assert_eq!(
        question["acceptedAnswer"]["url"],
        "https://qa.example.org/questions/x"
    );
}

#[tokio::test]
async fn tag_and_category_pages_list_their_documents() {
    let app = TestApp::with_documents();
    assert_eq!(
        texts(
            app.get("/tags/nacos").await.assert_ok(),
            ".questions .title"
        )
        .len(),
        2
    );
    assert_eq!(
        texts(
            app.get("/categories/guide").await.assert_ok(),
            ".questions .title"
        )
        .len(),
        3
    );
}

#[tokio::test]
async fn what_is_not_there_is_a_page_with_a_way_on() {
    let app = TestApp::with_documents();
    for path in [
        "/nope",
        "/questions/nope",
        "/tags/nope",
        "/questions/..%2f..%2fetc%2fpasswd",
        "/questions/nope.md",
    ] {
        let missing = app.get(path).await;
        assert_eq!(missing.status, 404, "{path}");
        assert_eq!(texts(&missing, "main h1"), ["没有找到"], "{path}");
        assert_eq!(
            attribute(&missing, "meta[name=robots]", "content"),
            "noindex"
        );
    }
    let refused = app.get("/search?q=a&page=x").await;
    assert_eq!(refused.status, 400);
    assert!(
        texts(&refused, "main p")
            .iter()
            .any(|p| p.contains("`page`"))
    );
}

#[tokio::test]
async fn english_readers_get_english_pages() {
    let page = TestApp::with_documents()
        .get_with("/", "accept-language", "en-GB,en;q=0.9")
        .await;
    assert_eq!(attribute(page.assert_ok(), "html", "lang"), "en");
    assert_eq!(texts(&page, "h1"), ["Ask the experts"]);
    assert_eq!(page.header("vary"), "accept-language, cookie");
}

#[tokio::test]
async fn what_is_typed_stays_text_on_the_page() {
    let page = TestApp::with_documents()
        .get("/search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3Enacos")
        .await;
    assert!(!page.assert_ok().text().contains("<script>alert"));
}

#[tokio::test]
async fn the_embed_page_has_its_snippets_without_javascript() {
    let page = TestApp::with_documents().get("/embed").await;
    let snippets = texts(page.assert_ok(), "pre code");
    assert_eq!(
        snippets[0],
        "<script type=\"module\" src=\"https://qa.example.org/widget.js\"></script>"
    );
    assert!(
        snippets
            .iter()
            .any(|lines| lines.ends_with("<dayi-search-box></dayi-search-box>"))
    );
    assert!(texts(&page, ".option code").contains(&"data-tag".to_owned()));
    assert!(texts(&page, "#known-tags option").contains(&"nacos".to_owned()));
}

#[tokio::test]
async fn a_page_does_not_grow_with_what_it_is_asked_for() {
    let app = TestApp::with_documents();
    let usual = app.get("/search?q=nacos&per_page=10&tag=nacos").await;
    usual.assert_ok();
    let zeros = "0".repeat(20_000);
    let padded =
        format!("/search?q=nacos&per_page={zeros}10&tag=nacos&page={zeros}1&sort=relevance");
    assert_eq!(app.get(&padded).await.text(), usual.text());
    let long = format!("/search?q=nacos&tag={}", "标".repeat(20_000));
    let page = app.get(&long).await;
    assert!(page.assert_ok().body.len() < 200_000, "{}", page.body.len());
}

#[tokio::test]
async fn a_path_that_is_no_text_is_of_nothing() {
    let app = TestApp::with_documents();
    for path in [
        "/questions/%ff",
        "/tags/%c0%af",
        "/categories/%ff",
        "/questions/%ff/",
    ] {
        let page = app.get(path).await;
        assert_eq!(page.status, 404, "{path}");
        assert!(page.text().contains("没有找到"), "{path}");
    }
    app.get("/api/v1/questions/%ff")
        .await
        .assert_problem(404, "not_found");
}

#[tokio::test]
async fn a_tag_has_one_page_whatever_its_case() {
    let with = |id: &str, tags: &str| document(id, &format!("问题 {id}"), "按步骤。", tags);
    let app = TestApp::over(&[
        ("a.md", with("a", "\"Spring\"")),
        ("b.md", with("b", "\"spring\", \"nacos\"")),
        ("c.md", with("c", "\"spring\", \"SPRING\"")),
    ]);
    for path in [
        "/tags/spring",
        "/tags/Spring",
        "/tags/SPRING",
        "/categories/GUIDE",
    ] {
        let page = app.get(path).await;
        for id in ["a", "b", "c"] {
            assert!(
                page.assert_ok()
                    .text()
                    .contains(&format!("/questions/{id}\"")),
                "{path}: {id}"
            );
        }
        assert!(!page.text().contains("/tags/Spring\""), "{path}");
    }
    let found = app.get("/search?q=%E9%97%AE%E9%A2%98&tag=SPRING").await;
    assert!(found.assert_ok().text().contains("/questions/a\""));
    let json = app.get("/api/v1/search?tag=sPRING").await.json();
    assert_eq!(json["total"], 3);
    assert_eq!(json["facets"]["tags"][0]["value"], "spring");
    assert_eq!(json["facets"]["tags"][0]["count"], 3);
}

#[tokio::test]
async fn a_new_search_stays_within_what_was_chosen_and_a_tag_of_a_hit_narrows() {
    let app = TestApp::with_documents();
    let page = app
        .get("/search?q=nacos&tag=nacos&from=2024-01-01&sort=newest")
        .await;
    let hidden = |name: &str| {
        let input = format!("form.search input[type=hidden][name={name}]");
        attribute(page.assert_ok(), &input, "value")
    };
    assert_eq!(
        (hidden("tag").as_str(), hidden("from").as_str()),
        ("nacos", "2024-01-01")
    );
    let without = attribute(&page, ".chosen a", "href");
    assert!(
        !without.contains("tag=") && without.contains("from=2024-01-01"),
        "{without}"
    );
    let narrowed = attribute(&page, ".hits .meta a.tag", "href");
    assert!(narrowed.starts_with("/search?q=nacos&tag="), "{narrowed}");
    let plain = app.get("/search?q=nacos").await;
    assert_eq!(texts(plain.assert_ok(), ".chosen").len(), 0);
    assert!(
        !plain.text().contains("name=\"tag\" value"),
        "{}",
        plain.text()
    );
}
