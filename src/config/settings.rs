//! The table of settings. A new setting is one entry here: `dayi.toml`, the environment, `dayi config`, its checks and its
//! field in [`Config`] all come from it.

use super::keys::key_of;
use super::kinds;
use super::layer::{Layer, Source};
use super::site::{CategoryName, Colour, SiteLink};
use ipnet::IpNet;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::net::SocketAddr;
use std::path::PathBuf;

/// A setting, apart from its type.
pub(super) struct Setting {
    /// Name of its field.
    pub(super) field: &'static str,
    /// Lines of explanation.
    pub(super) explanation: &'static [&'static str],
    /// Its default as TOML.
    pub(super) default: &'static str,
    /// A realistic value as TOML, for settings whose default shows little.
    pub(super) example: Option<&'static str>,
}

impl Setting {
    /// Its key: the name of its field, but for a table in front.
    pub(super) fn key(&self) -> String {
        key_of(self.field)
    }
}

/// Generates [`Config`] and [`SETTINGS`] from the table. An entry is `key: type = default, example => kind;` below
/// its explanation, which is also the documentation of its field.
macro_rules! settings {
    ($(
        $(#[doc = $explanation:literal])+
        $key:ident: $type:ty = $default:literal $(, $example:literal)? => $kind:path;
    )+) => {
        /// Checked settings.
        #[derive(Debug, Clone)]
        pub struct Config {
            $( $(#[doc = $explanation])+ pub $key: $type, )+
            /// The constants of ranking by name.
            pub(super) ranking: Vec<(String, f64)>,
            /// Where each value came from, by key.
            pub(super) sources: BTreeMap<String, Source>,
        }

        /// The settings in the order of the table.
        pub(super) const SETTINGS: &[Setting] = &[$( Setting {
            field: stringify!($key),
            explanation: &[$($explanation),+],
            default: $default,
            example: [$(Some($example),)? None][0],
        } ),+];

        impl Config {
            /// Checks all values; `None` when one cannot be used, which is then among the problems.
            pub(super) fn check(mut values: Layer, problems: &mut Vec<String>) -> Option<Self> {
                let sources = values.sources();
                $( let $key = values.take(&key_of(stringify!($key)), &$kind, problems); )+
                let ranking = values.take_ranking(problems);
                Some(Self { $( $key: $key?, )+ ranking: ranking?, sources })
            }

            /// Every setting of the table with its value as TOML.
            pub(super) fn shown(&self) -> Vec<(String, String)> {
                vec![$( (key_of(stringify!($key)), $kind.shown(&self.$key)) ),+]
            }
        }
    };
}

settings! {
    /// Folder of Markdown documents; watched while serving.
    content: PathBuf = r#""content""# => kinds::PATH;

    /// Folder of the index: derived, safe to delete.
    index: PathBuf = r#""index""# => kinds::PATH;

    /// Folder of what visitors send: precious.
    data: PathBuf = r#""data""# => kinds::PATH;

    /// Folder of the site's own words, added to the built-in ones: dictionary.txt, synonyms.txt, thesaurus.txt,
    /// opposites.txt, stopwords.txt, pinned.toml and `asked_as.jsonl`, each optional. Changes count while serving.
    words: PathBuf = r#""words""# => kinds::PATH;

    /// Address and port of the HTTP server. Behind a reverse proxy keep it on the loopback address.
    listen: SocketAddr = r#""127.0.0.1:8080""# => kinds::ADDRESS_AND_PORT;

    /// Address of the service as visitors see it, without a slash at its end; used in canonical links, feeds and the
    /// sitemap. Unless it is set, that of `listen`.
    base_url: String = r#""http://127.0.0.1:8080""#, r#""https://qa.example.org""# => kinds::BASE_URL;

    /// Name of the site, in the header and in page titles.
    site_name: String = r#""专家答疑""# => kinds::SHORT_TEXT;

    /// Where experts find the file of an answer, with `{path}` and `{line}` in it. Empty: they see the path alone.
    source_url: String = r#""""#, r#""https://github.com/example/site/edit/main/content/{path}#L{line}""# => kinds::SOURCE_URL;

    /// Origins whose pages may call the API from a browser; "*" allows all.
    cors_origins: Vec<String> = "[]", r#"["https://nacos.io"]"# => kinds::ORIGINS;

    /// Seconds that a visitor may take to send a body, and that keeping it may take.
    request_timeout_seconds: u64 = "10" => kinds::SECONDS;

    /// Address of a PostgreSQL database for feedback; empty for SQLite in the data folder. Set an address with a password
    /// by `DAYI_DATABASE` rather than in a file that others read.
    database: Option<String> = r#""""#, r#""postgres://user@host/name""# => kinds::DATABASE;

    /// File of systems that are notified of asks and bad ratings: `[[webhook]]` with `name`, `url`, `form` (`json`,
    /// `dingtalk`, `feishu`, `slack`), `secret` and `events` (`ask`, `bad_rating`). Optional.
    webhooks: PathBuf = r#""webhooks.toml""# => kinds::PATH;

    /// Share of searches logged for experts: 1 all, 0 none. Addresses are never kept.
    query_log: f64 = "1.0" => kinds::SHARE;

    /// Visitors are keyed hashes of address and browser. With true nobody can be recognised on another day.
    visitors_change_daily: bool = "true" => kinds::SWITCH;

    /// Days until ratings are erased; 0 keeps them.
    keep_ratings_days: u64 = "0" => kinds::DAYS;

    /// Days until questions for the experts are erased; 0 keeps them.
    keep_asks_days: u64 = "730" => kinds::DAYS;

    /// Days until logged searches are erased; 0 keeps them.
    keep_queries_days: u64 = "90" => kinds::DAYS;

    /// Logged searches that are kept at most, the newest ones; 0 keeps all that are not too old. Each takes some hundred
    /// bytes, or a few KB where somebody means to fill the disk.
    keep_queries: u64 = "1000000" => kinds::COUNT;

    /// Days until entries of the audit log are erased; 0 keeps them. Failed sign-ins are kept for 30 days at most.
    keep_audit_days: u64 = "1095" => kinds::DAYS;

    /// Proxies whose X-Forwarded-For is believed; from others the header is ignored.
    trusted_proxies: Vec<IpNet> = r#"["127.0.0.0/8", "::1"]"# => kinds::NETWORKS;

    /// Ratings and asks a minute that one address may send.
    feedback_per_minute: u32 = "20" => kinds::FEEDBACK_RATE;

    /// Pages, searches and suggestions a minute from one address, without the files of pages; 0 is no limit. However this
    /// is set, one address leaves the others a part of what can be done at once.
    requests_per_minute: u32 = "0" => kinds::REQUEST_RATE;

    /// Picture of the logo in the header, readable on light and dark: svg, png, jpg, webp, avif. Empty: the sign of dayi.
    site_logo: PathBuf = r#""""#, r#""brand/logo.svg""# => kinds::PATH;

    /// Square picture for browser tabs and home screens. Empty: the sign of dayi.
    site_icon: PathBuf = r#""""#, r#""brand/icon.png""# => kinds::PATH;

    /// Picture beside links to the site in chat programs, 1200 by 630 pixels. Optional.
    site_picture: PathBuf = r#""""#, r#""brand/preview.png""# => kinds::PATH;

    /// Colour of buttons and links. Made darker or lighter where it could not be read.
    site_accent: Option<Colour> = r#""""#, r##""#0f766e""## => kinds::COLOUR;

    /// Headline of the home page in all languages. Empty: the text `home-title`, which `words/texts/` can change for each.
    site_title: String = r#""""#, r#""Higress 专家答疑""# => kinds::LINE;

    /// Sentence below it. Empty: the text `home-about`.
    site_about: String = r#""""#, r#""网关、插件与 AI 的问题，专家已经答过。""# => kinds::LINE;

    /// Links in the header: a text and an address each.
    site_links: Vec<SiteLink> = "[]", r#"["官网 https://higress.cn", "GitHub https://github.com/alibaba/higress"]"# => kinds::LINKS;

    /// Line at the foot of every page, in Markdown: owner, licence, number of registration.
    site_footer: String = r#""""#, r#""© [Higress](https://higress.cn)""# => kinds::LINE;

    /// Names of categories as visitors see them.
    site_categories: Vec<CategoryName> = "[]", r#"["expertConsultation = 专家咨询"]"# => kinds::CATEGORY_NAMES;

    /// Languages that visitors are offered, the default one first. Empty: all that there are texts of.
    site_languages: Vec<String> = "[]", r#"["zh-CN", "en"]"# => kinds::LANGUAGES;

    /// Whether visitors see the link to the file of an answer, made from `source_url`.
    site_edit_links: bool = "false" => kinds::SWITCH;

    /// Address of a language model up to and with `/v1`, by the chat protocol that Ollama, vLLM, llama.cpp, LM Studio and
    /// the clouds speak. Only `dayi asked-as write` asks it; searching never does.
    assistant_url: Option<String> = r#""""#, r#""http://127.0.0.1:11434/v1""# => kinds::MODEL_URL;

    /// Name of the model, as its server knows it.
    assistant_model: String = r#""""#, r#""qwen3:8b""# => kinds::NAME;

    /// File with the key of the model's server, on one line. A key in `DAYI_ASSISTANT_KEY` counts before it.
    assistant_key_file: PathBuf = r#""""#, r#""/run/secrets/assistant""# => kinds::PATH;

    /// The key itself; set it in the environment rather than in a file that others read.
    assistant_key: Option<String> = r#""""# => kinds::SECRET;

    /// Requests that are sent to the model at once.
    assistant_requests_at_once: u32 = "4" => kinds::AT_ONCE;

    /// Seconds that the model may take for one answer.
    assistant_timeout_seconds: u64 = "120" => kinds::SECONDS;

    /// Tokens of one answer, at most: for a model that does not stop.
    assistant_answer_tokens: u32 = "1024" => kinds::TOKENS;

    /// Questions that a model is to write for each document.
    asked_as_questions: u32 = "7" => kinds::QUESTIONS;

    /// File with the site's own prompt, in place of the one that ships: with `{question}`, `{answer}`, and where it wants
    /// `{count}` and `{tags}`.
    asked_as_prompt: PathBuf = r#""""#, r#""words/prompt.txt""# => kinds::PATH;
}

/// The example of a configuration file, `dayi.toml`: every setting with its explanation, commented out.
pub fn example() -> String {
    let mut text = String::from(
        "# An example of all settings: their defaults, or what they may look like. Take away the # of what you change;
# `dayi config` shows what counts. Every key is also an environment variable, that of a table with its name in front:
# DAYI_SITE_NAME, DAYI_ASSISTANT_URL, DAYI_RANKING__SYNONYM.\n",
    );
    write_out_commented(&mut text, |_| true);
    text
}

/// Writes those settings that are `wanted`, with their explanations, commented out, and the table of ranking.
pub(super) fn write_out_commented(text: &mut String, wanted: impl Fn(&Setting) -> bool) {
    let mut table = String::new();
    for setting in SETTINGS.iter().filter(|setting| wanted(setting)) {
        text.push('\n');
        let key = setting.key();
        let (own_table, key) = key.split_once('.').unwrap_or(("", &key));
        if own_table != table {
            own_table.clone_into(&mut table);
            let _ = writeln!(text, "#[{table}]");
        }
        write_explanation(text, setting);
        let value = setting.example.unwrap_or(setting.default);
        let _ = writeln!(text, "#{key} = {value}");
    }
    text.push_str("\n# The constants of ranking are explained in src/engine/ranking/weights.toml.\n#[ranking]\n#synonym = 0.7\n");
}

/// Writes the explanation of a setting as comments.
pub(super) fn write_explanation(text: &mut String, setting: &Setting) {
    for line in setting.explanation {
        let _ = writeln!(text, "#{line}");
    }
}
