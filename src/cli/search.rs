//! `dayi search`: searches from the terminal.

use super::args::Format;
use super::exit_code::{FOUND_A_PROBLEM, GOOD};
use super::feedback::with_store;
use super::upkeep::current_id;
use super::words::SiteWords;
use super::{index, report};
use crate::config::Config;
use crate::engine::embedded::{EmbeddedEngine, IndexError};
use crate::engine::{Engine, Origin, Quality, Reason, Reduced, SearchQuery, SearchResults, reduce};
use crate::feedback::Store;
use serde_json::{Value, json};
use std::fmt::Write;

pub(super) fn search(
    config: &Config,
    text: &str,
    format: Format,
    limit: usize,
    explain: bool,
) -> anyhow::Result<u8> {
    let engine = open(config)?;
    engine.set_quality(learned(config, &engine)?);
    let asked = reduce(text);
    let found = engine.search(&SearchQuery {
        text: asked.text.clone(),
        limit,
        ..SearchQuery::default()
    })?;
    match format {
        Format::Json => report::print_json(&as_json(&asked, &found, explain))?,
        Format::Human => report::print(&as_text(&asked, &found, explain))?,
    }
    Ok(if found.hits.is_empty() {
        FOUND_A_PROBLEM
    } else {
        GOOD
    })
}

fn as_json(asked: &Reduced, found: &SearchResults, explain: bool) -> Value {
    let hits = found.hits.iter().map(|hit| {
        let mut shown = json!({
            "id": hit.document.id,
            "title": hit.document.headline(),
            "score": hit.score,
            "snippet_html": hit.snippet_html,
            "asked_as": hit.asked_as,
            "similar": hit.similar,
        });
        if explain {
            shown["score_parts"] = json!(hit.parts);
        }
        shown
    });
    let mut shown = json!({
        "query": asked.text,
        "query_reduced": asked.reduced,
        "query_truncated": asked.truncated,
        "total": found.total,
        "answer_state": found.answer_state,
        "reason": found.reason,
        "suggestion": found.suggestion,
        "hits": hits.collect::<Vec<_>>(),
    });
    if explain {
        shown["understanding"] = json!(found.understanding);
        shown["confidence"] = json!(found.confidence);
    }
    shown
}

fn as_text(asked: &Reduced, found: &SearchResults, explain: bool) -> String {
    let mut lines = String::new();
    // Writing to a string cannot fail.
    if explain {
        for concept in &found.understanding.concepts {
            let wordings = concept.wordings.iter().map(|(words, origin)| match origin {
                Origin::Typed => words.clone(),
                origin => format!("{words} ({})", json!(origin).as_str().unwrap_or_default()),
            });
            let wordings: Vec<String> = wordings.collect();
            let shown = if wordings.is_empty() {
                "in no document".to_owned()
            } else {
                wordings.join(", ")
            };
            let _ = writeln!(lines, "{} [{:.2}]: {shown}", concept.typed, concept.weight);
        }
        lines.push('\n');
    }
    for (rank, hit) in found.hits.iter().enumerate() {
        let document = &hit.document;
        let _ = writeln!(
            lines,
            "{}. {}\n   {}  {:.2}",
            rank + 1,
            document.headline(),
            document.id,
            hit.score
        );
        if explain {
            let _ = writeln!(lines, "   {}", numbers(&json!(hit.parts)));
        }
        if let Some(asking) = &hit.asked_as {
            let _ = writeln!(lines, "   also asked as: {asking}");
        }
        let _ = writeln!(
            lines,
            "   {}",
            text_of(&hit.snippet_html).replace('\n', " ")
        );
        if !hit.similar.is_empty() {
            let _ = writeln!(lines, "   and {} more like this", hit.similar.len());
        }
    }
    if let Some(suggestion) = &found.suggestion {
        let _ = writeln!(lines, "did you mean: {suggestion}");
    }
    if asked.truncated {
        lines.push_str("the text is too long: a part of it was searched\n");
    } else if asked.reduced {
        lines.push_str("the text is long: its telling parts were searched\n");
    }
    let state = found.answer_state.code();
    let hits = if found.total == 1 { "hit" } else { "hits" };
    let why = match found.reason {
        Some(Reason::Opposite) => " (the first hit says the reverse)",
        Some(Reason::Topic) => " (the query only names a topic)",
        None => "",
    };
    let _ = writeln!(lines, "{} {hits}, answer: {state}{why}", found.total);
    if let Some(confidence) = found.confidence.filter(|_| explain) {
        let (none, answered) = (confidence.none(), confidence.answered());
        let _ = writeln!(
            lines,
            "probability of no answer {none:.2}, of the first hit being it {answered:.2}: {}",
            numbers(&json!(confidence))
        );
    }
    lines
}

/// The text of a snippet, whose only markup are highlights and escaped characters.
fn text_of(snippet_html: &str) -> String {
    let text = snippet_html.replace("<mark>", "").replace("</mark>", "");
    let escaped = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        // Last, or what stood for another character would become that one.
        ("&amp;", "&"),
    ];
    let unescaped = |text: String, (name, character)| text.replace(name, character);
    escaped.into_iter().fold(text, unescaped)
}

/// Named numbers on one line; zeros are left out.
fn numbers(value: &Value) -> String {
    let named = value.as_object().into_iter().flatten();
    let shown = named.filter_map(|(name, number)| {
        let number = number.as_f64().filter(|n| *n != 0.0)?;
        Some(format!("{name} {number:.2}"))
    });
    shown.collect::<Vec<_>>().join(", ")
}

fn read_only(config: &Config) -> anyhow::Result<EmbeddedEngine> {
    let words = SiteWords::read_and_log(config);
    let engine = EmbeddedEngine::open_read_only(&config.index, words.analyzer)?;
    engine.set_pins(words.pins);
    engine.set_ranking(config.ranking());
    Ok(engine)
}

/// What ranking learned from visitors; nothing if there is no feedback store.
fn learned(config: &Config, engine: &EmbeddedEngine) -> anyhow::Result<Quality> {
    if !Store::exists(&config.data, config.database.as_deref()) {
        return Ok(Quality::default());
    }
    with_store(config, async |store| {
        let change_daily = config.visitors_change_daily;
        let current = |id: &str| current_id(engine, id);
        Ok(store.learning().quality(change_daily, current).await?)
    })
}

/// Opens the index and brings it up to date; opens it read-only if another process holds it.
fn open(config: &Config) -> anyhow::Result<EmbeddedEngine> {
    match index::open_and_sync(config) {
        Ok((engine, _)) => Ok(engine),
        Err(error) if matches!(error.downcast_ref(), Some(IndexError::InUse(_))) => {
            report::announce(
                "another process keeps this index: it is searched as that one made it, of its own content folder",
            );
            Ok(read_only(config)?)
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::escape;
    use proptest::prelude::*;

    #[test]
    fn a_snippet_is_shown_as_it_is_written() {
        for (html, text) in [
            (
                "<mark>NACOS</mark>_<mark>AUTH</mark>_ENABLE",
                "NACOS_AUTH_ENABLE",
            ),
            ("插件文档\n配置解释：a*b*c", "插件文档\n配置解释：a*b*c"),
            ("&lt;b&gt; &amp;lt; `x` # y", "<b> &lt; `x` # y"),
        ] {
            assert_eq!(text_of(html), text);
        }
    }

    proptest! {
        #[test]
        fn any_text_comes_back(text in any::<String>()) {
            prop_assert_eq!(text_of(&escape(&text)), text);
        }
    }
}
