//! `GET /embed`: the lines that put the widget or the search box on another page, and what they can be told.

use super::frame::{Frame, page};
use crate::engine::SearchQuery;
use crate::web::locale::Locale;
use crate::web::refusal::Refusal;
use crate::web::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::response::Response;

/// Tags offered for a scope.
const TAGS: usize = 40;

#[derive(Template)]
#[template(path = "embed.html")]
struct EmbedPage {
    frame: Frame,
    /// Address of the service, as other pages have to write it.
    service: String,
    tags: Vec<String>,
    categories: Vec<String>,
    parts: [Embeddable; 2],
}

/// Something that can be put on another page.
struct Embeddable {
    /// Name of the module without its ending.
    script: &'static str,
    title: &'static str,
    about: &'static str,
    /// What else stands in the snippet.
    element: &'static str,
    options: Vec<EmbedOption>,
}

/// A `data-` attribute.
struct EmbedOption {
    name: &'static str,
    meaning: &'static str,
    control: Control,
}

/// How an option is set on the page.
enum Control {
    /// Any text, with an example.
    Text(&'static str),
    /// A text of which some are known, by the id of the list.
    Known(&'static str),
    /// One of these; the first is what counts when nothing is said.
    Choice(&'static [&'static str]),
    /// A colour, with the one that counts when nothing is said.
    Colour(&'static str),
}

const LANGUAGES: Control = Control::Choice(&["", "zh-CN", "en"]);

fn option(name: &'static str, meaning: &'static str, control: Control) -> EmbedOption {
    EmbedOption {
        name,
        meaning,
        control,
    }
}

fn widget(locale: Locale) -> Embeddable {
    let t = |chinese, english| locale.pick(chinese, english);
    Embeddable {
        script: "widget",
        title: t("答疑小窗", "The widget"),
        about: t(
            "一行脚本，任何页面的角落就有一个按钮，打开后提问、看解答、评价，没有解答时提交给专家。本页角落里的就是按下面选项运行的小窗。",
            "One line puts a button in the corner of any page: ask, read answers, rate them, or turn to the experts. The one on this page runs with the options below.",
        ),
        element: "",
        options: vec![
            option(
                "data-tag",
                t("只答这个标签的问题", "Only questions with this tag"),
                Control::Known("known-tags"),
            ),
            option(
                "data-category",
                t("只答这个分类的问题", "Only questions of this category"),
                Control::Known("known-categories"),
            ),
            option(
                "data-lang",
                t(
                    "界面语言，不写时跟随页面",
                    "Language; that of the page unless given",
                ),
                LANGUAGES,
            ),
            option(
                "data-accent",
                t(
                    "主色，文字对比度会自动保证",
                    "Accent colour; kept readable by itself",
                ),
                Control::Colour("#1f5eff"),
            ),
            option(
                "data-position",
                t("按钮在哪个角", "Corner of the button"),
                Control::Choice(&["", "right", "left"]),
            ),
            option(
                "data-theme",
                t(
                    "明暗，默认跟随页面和系统",
                    "Light or dark; follows the page and the system",
                ),
                Control::Choice(&["", "auto", "light", "dark"]),
            ),
            option(
                "data-label",
                t("按钮和标题的文字", "Text of the button and the title"),
                Control::Text(t("专家答疑", "Ask the experts")),
            ),
            option(
                "data-greeting",
                t("打开时的问候", "Greeting"),
                Control::Text(t("你好，遇到什么问题了？", "Hello, what is the problem?")),
            ),
            option(
                "data-examples",
                t("示例问题，用 | 分开", "Example questions, separated by |"),
                Control::Text("Nacos 连不上怎么办|2.x 要开放哪些端口"),
            ),
            option(
                "data-shortcut",
                t(
                    "打开的快捷键，默认没有",
                    "Shortcut that opens it; none unless given",
                ),
                Control::Text("ctrl+/"),
            ),
        ],
    }
}

fn search_box(locale: Locale) -> Embeddable {
    let t = |chinese, english| locale.pick(chinese, english);
    Embeddable {
        script: "search-box",
        title: t("搜索框", "The search box"),
        about: t(
            "一个边输入边提示的搜索框，放在页面的任何位置。",
            "A search input with suggestions as you type, anywhere on a page.",
        ),
        element: "dayi-search-box",
        options: vec![
            option(
                "data-lang",
                t(
                    "界面语言，不写时跟随页面",
                    "Language; that of the page unless given",
                ),
                LANGUAGES,
            ),
            option(
                "data-shortcut",
                t("把光标移进来的快捷键", "Shortcut that moves the cursor in"),
                Control::Choice(&["", "/", "ctrl+k"]),
            ),
            option(
                "data-placeholder",
                t("输入框里的提示", "Hint in the input"),
                Control::Text(t("搜索常见问题", "Search the answers")),
            ),
        ],
    }
}

/// The page.
pub(in crate::web) async fn embed(
    State(state): State<AppState>,
    locale: Locale,
) -> Result<Response, Refusal> {
    let query = SearchQuery {
        limit: 1,
        ..SearchQuery::default()
    };
    let facets = state
        .with_engine(move |engine| engine.search(&query))
        .await?
        .facets;
    let shown = EmbedPage {
        frame: Frame::new(&state, locale, "/embed"),
        service: state.config.base_url.value.clone(),
        tags: facets
            .tags
            .into_iter()
            .take(TAGS)
            .map(|t| t.value)
            .collect(),
        categories: facets.categories.into_iter().map(|c| c.value).collect(),
        parts: [widget(locale), search_box(locale)],
    };
    page(&shown, locale)
}
