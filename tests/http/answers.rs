//! Answers in every form that they leave in: page, API, Markdown, feed.

use crate::kit::{TestApp, document};
use scraper::{Html, Selector};

/// A service over one answer at `guide/a.md`, beside other files.
fn over(answer: &str) -> TestApp {
    TestApp::over(&[
        (
            "guide/a.md",
            document("a", "网关怎么配置？", answer, "\"网关\""),
        ),
        (
            "guide/b.md",
            document("b-id", "端口有哪些？", "## 步骤\n8848", "\"端口\""),
        ),
        ("guide/images/a.png", "picture".to_owned()),
        ("guide/secret.txt", "secret".to_owned()),
        (".hidden/a.png", "hidden".to_owned()),
    ])
}

/// The answer in all its forms.
async fn forms(app: &TestApp) -> [(&'static str, String); 5] {
    let api = app.get("/api/v1/questions/a").await.assert_ok().json();
    [
        ("page", app.get("/questions/a").await.text().to_owned()),
        ("html", api["answer_html"].as_str().unwrap().to_owned()),
        (
            "markdown of the API",
            api["answer_markdown"].as_str().unwrap().to_owned(),
        ),
        (
            "markdown",
            app.get("/questions/a.md").await.text().to_owned(),
        ),
        ("feed", app.get("/feed.xml").await.text().to_owned()),
    ]
}

#[tokio::test]
async fn comments_leave_in_no_form() {
    let app = over(
        "第一段。\n\n<!-- 机密 -->\n\n{/* 机密 */}\n\n%% 机密 %%\n\n<script>var 机密</script>\n\n`<!-- 代码 -->`",
    );
    for (form, text) in forms(&app).await {
        assert!(!text.contains("机密"), "{form}: {text}");
        assert!(
            text.contains("代码") && text.contains("第一段"),
            "{form}: {text}"
        );
    }
    let found = app.get("/api/v1/search?q=%E6%9C%BA%E5%AF%86").await;
    assert_eq!(found.assert_ok().json()["total"], 0);
}

#[tokio::test]
async fn links_and_pictures_of_the_folder_work_in_every_form() {
    let app = over(
        "[跳](#第二节) [另一个](./b.md#步骤) ![图](images/a.png) [没有](missing.md)\n\n## 第二节\n内容",
    );
    let [page, html, _, markdown, feed] = forms(&app).await.map(|(_, text)| text);
    for text in [&page, &html] {
        let parsed = Html::parse_fragment(text);
        let prose = |selector: &str, attribute: &str| {
            let found = parsed.select(&Selector::parse(selector).unwrap()).next();
            found.and_then(|e| e.attr(attribute)).map(str::to_owned)
        };
        assert!(text.contains("id=\"a-第二节\""), "{text}");
        let href = prose("a[href^='#a-%E7']", "href");
        assert_eq!(
            href.as_deref(),
            Some("#a-%E7%AC%AC%E4%BA%8C%E8%8A%82"),
            "{text}"
        );
        let other = prose("a[href^='/questions/b-id#']", "href");
        assert_eq!(
            other.as_deref(),
            Some("/questions/b-id#a-%E6%AD%A5%E9%AA%A4")
        );
        assert_eq!(
            prose("img", "src").as_deref(),
            Some("/pictures/guide/images/a.png")
        );
        assert!(
            text.contains("没有") && !text.contains("missing.md"),
            "{text}"
        );
    }
    for address in [
        "https://qa.example.org/questions/b-id#a-步骤",
        "https://qa.example.org/pictures/guide/images/a.png",
        "https://qa.example.org/questions/a#a-第二节",
    ] {
        assert!(markdown.contains(address), "{address}: {markdown}");
    }
    let feed = roxmltree::Document::parse(&feed).unwrap();
    let content = feed
        .descendants()
        .filter(|node| node.has_tag_name(("http://www.w3.org/2005/Atom", "content")));
    let contents: String = content.filter_map(|node| node.text()).collect();
    for address in [
        "href=\"https://qa.example.org/questions/b-id#",
        "src=\"https://qa.example.org/pictures/guide/images/a.png\"",
        "href=\"https://qa.example.org/questions/a#a-",
    ] {
        assert!(contents.contains(address), "{address}: {contents}");
    }
    assert!(
        !contents.contains("href=\"/") && !contents.contains("href=\"#"),
        "{contents}"
    );
}

#[tokio::test]
async fn pictures_of_the_folder_are_served_and_nothing_else_of_it() {
    let app = over("a");
    let picture = app.get("/pictures/guide/images/a.png").await;
    assert_eq!(picture.assert_ok().header("content-type"), "image/png");
    assert_eq!(picture.text(), "picture");
    assert!(
        picture
            .header("content-security-policy")
            .contains("sandbox")
    );
    assert_eq!(picture.header("x-content-type-options"), "nosniff");
    for path in [
        "/pictures/guide/a.md",
        "/pictures/guide/secret.txt",
        "/pictures/.hidden/a.png",
        "/pictures/guide/../.hidden/a.png",
        "/pictures/guide%2F..%2F.hidden%2Fa.png",
        "/pictures/..%2Fdayi.toml",
        "/pictures/%2Fetc%2Fpasswd",
        "/pictures/guide/images/none.png",
        "/pictures/guide/images",
        "/pictures/",
    ] {
        assert_eq!(app.get(path).await.status.as_u16(), 404, "{path}");
    }
}

#[tokio::test]
async fn callouts_and_footnotes_are_on_the_page() {
    let app =
        over("::: tip\n先备份。\n:::\n\n> [!WARNING] 小心\n> 别停。\n\n甲[^1]。\n\n[^1]: 仅单机");
    let page = app.get("/questions/a").await.text().to_owned();
    for part in [
        "<aside class=\"callout callout-tip\">\n<p class=\"callout-title\">提示</p>",
        "<p class=\"callout-title\">小心</p>",
        "<a href=\"#a-fn-1\"",
        "<li id=\"a-fn-1\">",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains(":::") && !page.contains("[!WARNING]") && !page.contains("[^1]"));
}

#[tokio::test]
async fn references_may_be_documents_of_the_folder() {
    let text = "---\nid: a\ntitle: t\n---\n## 解答\n答\n\n## 参考链接\n[乙](b.md)\nhttps://nacos.io/docs。\n[丙](missing.md)\n";
    let app = TestApp::over(&[
        ("a.md", text.to_owned()),
        ("b.md", document("b", "端口？", "8848", "")),
    ]);
    let references = app.get("/api/v1/questions/a").await.json()["references"].clone();
    let urls: Vec<Option<&str>> = references
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["url"].as_str())
        .collect();
    assert_eq!(
        urls,
        [Some("/questions/b"), Some("https://nacos.io/docs"), None]
    );
    let markdown = app.get("/questions/a.md").await.text().to_owned();
    assert!(
        markdown.contains("* [乙](https://qa.example.org/questions/b)"),
        "{markdown}"
    );
}

#[tokio::test]
async fn whatever_documents_hold_xml_is_well_formed() {
    let odd: String = ('\0'..='\u{1f}')
        .chain([
            '\u{7f}', '\u{85}', '\u{fffe}', '\u{ffff}', '😀', '<', '&', ']',
        ])
        .collect();
    let odd = odd.replace(['\n', '\r'], "");
    let title = r#""标题 \u0001\uFFFE&<""#;
    let app = TestApp::configured(
        &[(
            "a.md",
            format!(
                "---\ntitle: {title}\ndate: 2026-01-01\n---\n正文 {odd} \u{1b}[31mERROR ]]> 完\n"
            ),
        )],
        "site_name = \"答疑 & <\\u000b>\"\n",
    );
    for path in ["/feed.xml", "/sitemap.xml", "/opensearch.xml"] {
        let text = app.get(path).await.assert_ok().text().to_owned();
        let read = roxmltree::Document::parse(&text);
        assert!(read.is_ok(), "{path}: {read:?}");
    }
    let feed = app.get("/feed.xml").await.text().to_owned();
    assert!(feed.contains("ERROR") && feed.contains("完"), "{feed}");
}

#[tokio::test]
async fn the_feed_is_short_whatever_the_answers_are() {
    let long = "一段很长的解答，写了很多。\n\n".repeat(5_000);
    let documents: Vec<(String, String)> = (0..30)
        .map(|n| {
            (
                format!("{n}.md"),
                document(&format!("d-{n}"), &format!("问题 {n}？"), &long, ""),
            )
        })
        .collect();
    let documents: Vec<(&str, String)> = documents
        .iter()
        .map(|(name, text)| (name.as_str(), text.clone()))
        .collect();
    let app = TestApp::over(&documents);
    let feed = app.get("/feed.xml").await.assert_ok().text().to_owned();
    assert!(feed.len() < 512 * 1024, "{}", feed.len());
    assert_eq!(feed.matches("<entry>").count(), 30);
    assert!(
        feed.contains("&lt;a href=&quot;https://qa.example.org/questions/d-29&quot;&gt;…"),
        "{}",
        &feed[..2000]
    );
    assert!(roxmltree::Document::parse(&feed).is_ok());
}
