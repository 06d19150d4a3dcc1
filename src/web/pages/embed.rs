//! `GET /embed`: the lines that put the widget, the search box or the search dialog on another page, with their options.

mod options;
mod snippets;

use crate::engine::SearchQuery;
use crate::texts::Texts;
use crate::web::frame::{Frame, page};
use crate::web::parameters::{Parameters, Raw};
use crate::web::refusal::Refusal;
use crate::web::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use options::{Control, Embeddable, search_box, search_dialog, widget};
use serde::Deserialize;
use std::iter;

/// Tags offered for a scope.
const TAGS: usize = 40;
/// The accent of what is embedded without one.
const ACCENT: &str = "#1f5eff";

#[derive(Template)]
#[template(path = "embed.html")]
struct EmbedPage {
    frame: Frame,
    /// Address of the service for other pages.
    service: String,
    tags: Vec<String>,
    categories: Vec<String>,
    parts: [Embeddable; 3],
    /// The page that was asked about.
    asked: String,
    checked: Option<Checked>,
}

/// What browsers let the pages of an origin do.
struct Checked {
    /// The origin, or what was sent where that is none.
    origin: String,
    /// The key of what is said of it.
    said: &'static str,
    is_allowed: bool,
}

impl Checked {
    /// Checks a page by its address.
    fn new(sent: &str, allowed: &[String], service: &str) -> Self {
        let sent = sent.trim();
        let Some(origin) = origin_of(sent) else {
            return Self {
                origin: sent.to_owned(),
                said: "embed-origin-wrong",
                is_allowed: false,
            };
        };
        let is_own = origin_of(service).as_deref() == Some(origin.as_str());
        let is_allowed = is_own || allowed.iter().any(|known| known == "*" || *known == origin);
        let said = if is_allowed {
            "embed-origin-allowed"
        } else {
            "embed-origin-refused"
        };
        Self {
            origin,
            said,
            is_allowed,
        }
    }
}

/// The origin of a page, as a browser sends it.
fn origin_of(address: &str) -> Option<String> {
    let uri: Uri = address.parse().ok()?;
    let (scheme, authority) = (uri.scheme_str()?, uri.authority()?);
    let is_web = ["http", "https"].contains(&scheme);
    let host = authority.host().to_lowercase();
    let port = authority.port_u16().filter(|port| {
        let default = if scheme == "https" { 443 } else { 80 };
        *port != default
    });
    let port = port.map_or_else(String::new, |port| format!(":{port}"));
    (is_web && !host.is_empty()).then(|| format!("{scheme}://{host}{port}"))
}

/// What the form of the page sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct EmbedParameters {
    origin: Raw,
}

/// The page.
pub(in crate::web) async fn embed(
    State(state): State<AppState>,
    texts: Texts,
    Parameters { sent, .. }: Parameters<EmbedParameters>,
) -> Result<Response, Refusal> {
    let query = SearchQuery {
        limit: 1,
        ..SearchQuery::default()
    };
    let facets = state
        .with_engine(move |engine| engine.search(&query))
        .await?
        .facets;
    let catalog = state.texts.current();
    let tags = catalog.languages().iter();
    let tags = tags.map(|texts| texts.tag().to_owned());
    let languages: Vec<String> = iter::once(String::new()).chain(tags).collect();
    let accent = state.config.site_accent;
    let accent = accent.map_or_else(|| ACCENT.to_owned(), |accent| accent.to_string());
    let service = state.config.base_url.clone();
    let asked = sent.origin.text().unwrap_or_default().to_owned();
    let checked = Some(asked.as_str()).filter(|asked| !asked.is_empty());
    let shown = EmbedPage {
        frame: Frame::new(&state, texts.clone(), "/embed"),
        tags: facets
            .tags
            .into_iter()
            .take(TAGS)
            .map(|t| t.value)
            .collect(),
        categories: facets.categories.into_iter().map(|c| c.value).collect(),
        parts: [
            widget(&texts, &languages, accent),
            search_dialog(&texts, &languages),
            search_box(&texts, &languages),
        ],
        checked: checked.map(|asked| Checked::new(asked, &state.config.cors_origins, &service)),
        asked,
        service,
    };
    page(&shown, &texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_checked_by_its_origin() {
        let allowed = [
            "https://nacos.io".to_owned(),
            "http://localhost:3000".to_owned(),
        ];
        for (sent, said) in [
            ("https://nacos.io/docs/?a=b", "embed-origin-allowed"),
            ("HTTPS://Nacos.IO:443", "embed-origin-allowed"),
            (" http://localhost:3000 ", "embed-origin-allowed"),
            ("https://qa.example.org/x", "embed-origin-allowed"),
            ("http://nacos.io", "embed-origin-refused"),
            ("https://www.nacos.io", "embed-origin-refused"),
            ("http://localhost:3001", "embed-origin-refused"),
            ("nacos.io", "embed-origin-wrong"),
            ("ftp://nacos.io", "embed-origin-wrong"),
            ("https://", "embed-origin-wrong"),
        ] {
            let checked = Checked::new(sent, &allowed, "https://qa.example.org");
            assert_eq!(checked.said, said, "{sent}");
        }
        let any = Checked::new("https://a.example", &["*".to_owned()], "https://b.example");
        assert!(any.is_allowed);
    }
}
