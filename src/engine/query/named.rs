//! A query that is the name of one document: its id, or the address of its page.

use crate::document::{DocumentId, GradeId, OLD_FEEDBACK_PATH};
use percent_encoding::percent_decode_str;

/// Where the addresses of pages of documents begin.
const QUESTIONS: &str = "/questions/";

/// The document that a query may name. Whether there is one, the index knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Named {
    /// By its id.
    Id(DocumentId),
    /// By the grade id of its old feedback link.
    Grade(GradeId),
}

/// What `query` names, if it is a name at all.
pub(crate) fn named(query: &str) -> Option<Named> {
    let query = query.trim();
    if query.contains(char::is_whitespace) {
        return None;
    }
    let address = query.split('#').next().unwrap_or_default();
    let (path, parameters) = address.split_once('?').unwrap_or((address, ""));
    if path.ends_with(OLD_FEEDBACK_PATH) {
        let mut parameters = parameters.split('&');
        let grade = parameters.find_map(|p| p.strip_prefix("enhancerGradePOJOId="))?;
        return Some(Named::Grade(GradeId(decoded(grade)?)));
    }
    let id = match path.rsplit_once(QUESTIONS) {
        Some((_, id)) => decoded(id.strip_suffix('/').unwrap_or(id))?,
        // A word is a question about what it means, also where a document is called so.
        None if query.contains(|c: char| !c.is_alphabetic()) => query.to_owned(),
        None => return None,
    };
    let id = id.strip_suffix(".md").unwrap_or(&id);
    Some(Named::Id(DocumentId(id.to_owned())))
}

fn decoded(text: &str) -> Option<String> {
    let text = percent_decode_str(text).decode_utf8().ok()?;
    Some(text.into_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_addresses_are_names() {
        for (query, id) in [
            ("question-history-12492", "question-history-12492"),
            (" s-port\n", "s-port"),
            ("http://127.0.0.1:8194/questions/s-port", "s-port"),
            ("https://qa.example.org/qa/questions/s-port/", "s-port"),
            ("/questions/s-port.md", "s-port"),
            (
                "https://qa.example.org/questions/s-port?from=mail#answer",
                "s-port",
            ),
            ("/questions/%E7%AB%AF%E5%8F%A3-1", "端口-1"),
        ] {
            let expected = Named::Id(DocumentId(id.into()));
            assert_eq!(named(query), Some(expected), "{query}");
        }
        let old = "https://a.example/user/feedbackByEnhancerGradePOJOID?enhancerGradePOJOId=16703";
        assert_eq!(named(old), Some(Named::Grade(GradeId("16703".into()))));
    }

    #[test]
    fn words_and_sentences_are_none() {
        for query in [
            "",
            "nacos",
            "端口",
            "question-history-12492 怎么办",
            "/questions/%FF",
        ] {
            assert_eq!(named(query), None, "{query}");
        }
    }
}
