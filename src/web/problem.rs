//! Refusals as `application/problem+json` (RFC 9457).

use super::refusal::{BodyProblem, Expected, Refusal};
use crate::feedback::record::{BadField, FieldProblem};
use crate::texts::{Argument, Texts};
use serde::Serialize;
use utoipa::ToSchema;

/// Body of a refusal by the API.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Problem {
    /// Stable name of the kind of problem, as an address.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What was wrong with this request and what was expected.
    pub detail: String,
    /// Stable code, for programs.
    pub code: &'static str,
    /// The parameter at fault, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<&'static str>,
}

/// The JSON of a refusal.
pub(super) fn body(refusal: &Refusal, texts: &Texts) -> Vec<u8> {
    let (status, code) = refusal.status_and_code();
    let problem = Problem {
        kind: format!("/docs#{code}"),
        title: title(refusal, texts),
        status: status.as_u16(),
        detail: detail(refusal, texts),
        code,
        parameter: refusal.parameter_name(),
    };
    // Cannot fail: a struct of texts and numbers.
    serde_json::to_vec(&problem).unwrap_or_default()
}

/// The kind of problem in words.
pub(super) fn title(refusal: &Refusal, texts: &Texts) -> String {
    let (_, code) = refusal.status_and_code();
    texts.text(&format!("problem-{code}"))
}

/// What was wrong with this request, and what to do.
pub(super) fn detail(refusal: &Refusal, texts: &Texts) -> String {
    match refusal {
        Refusal::UnknownGrade(grade) if grade.is_empty() => texts.text("problem-no-grade-detail"),
        Refusal::UnknownGrade(grade) => {
            let arguments = [("grade", grade.as_str().into())];
            texts.format("problem-unknown-grade-detail", &arguments)
        }
        Refusal::UnreadableKey => texts.text("problem-unreadable-key-detail"),
        Refusal::BadCursor => texts.text("problem-bad-cursor-detail"),
        Refusal::BadParameter {
            name,
            value,
            expected,
        } => {
            let expected = texts.text(expected_key(*expected));
            let arguments = [
                ("name", Argument::from(*name)),
                ("value", value.as_str().into()),
                ("expected", expected.as_str().into()),
            ];
            texts.format("problem-bad_parameter-detail", &arguments)
        }
        Refusal::BadBody(problem) => {
            let problem = body_problem(problem, texts);
            let arguments = [("problem", problem.as_str().into())];
            texts.format("problem-bad_body-detail", &arguments)
        }
        Refusal::BadField(BadField { field, problem }) => {
            let problem = field_problem(*problem, texts);
            let arguments = [
                ("field", Argument::from(*field)),
                ("problem", problem.as_str().into()),
            ];
            texts.format("problem-bad_field-detail", &arguments)
        }
        Refusal::TooMany(seconds) => {
            let seconds = i64::try_from(*seconds).unwrap_or(i64::MAX);
            texts.format("problem-too_many-detail", &[("seconds", seconds.into())])
        }
        refusal => {
            let (_, code) = refusal.status_and_code();
            texts.text(&format!("problem-{code}-detail"))
        }
    }
}

fn expected_key(expected: Expected) -> &'static str {
    match expected {
        Expected::PositiveInteger => "expected-positive-integer",
        Expected::WholeNumber => "expected-whole-number",
        Expected::Date => "expected-date",
        Expected::SortOrder => "expected-sort-order",
        Expected::QuestionOrder => "expected-question-order",
        Expected::Flag => "expected-flag",
        Expected::ListFormat => "expected-list-format",
    }
}

fn body_problem(problem: &BodyProblem, texts: &Texts) -> String {
    match problem {
        BodyProblem::NotJson => texts.text("body-not-json"),
        BodyProblem::NotForm => texts.text("body-not-form"),
        BodyProblem::IncompleteOrTooLong => texts.text("body-incomplete"),
        BodyProblem::Malformed(problem) => problem.clone(),
    }
}

fn field_problem(problem: FieldProblem, texts: &Texts) -> String {
    let count = |key, count: usize| texts.format(key, &[("count", count.into())]);
    match problem {
        FieldProblem::NoDocument => texts.text("field-no-document"),
        FieldProblem::TooLong(most) => count("field-too-long", most),
        FieldProblem::TooShort(least) => count("field-too-short", least),
        FieldProblem::ControlCharacters => texts.text("field-control-characters"),
        FieldProblem::NoWords => texts.text("field-no-words"),
        FieldProblem::NotOneOf(allowed) => {
            texts.format("field-not-one-of", &[("allowed", allowed.into())])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Catalog;

    #[test]
    fn every_refusal_has_a_title_and_a_detail() {
        let catalog = Catalog::embedded();
        for refusal in [
            Refusal::NotFound,
            Refusal::UnknownGrade(String::new()),
            Refusal::UnknownGrade("7".into()),
            Refusal::Outdated,
            Refusal::TooSlow,
            Refusal::MethodNotAllowed,
            Refusal::parameter("page", "x", Expected::PositiveInteger),
            Refusal::BadBody(BodyProblem::NotJson),
            Refusal::not_one_of("rating", "`helpful`, `unhelpful`"),
            Refusal::UnreadableKey,
            Refusal::BadCursor,
            Refusal::UnknownQuestion,
            Refusal::LooksSecret,
            Refusal::KeyReused,
            Refusal::CrossSite,
            Refusal::SignInFirst,
            Refusal::TooMany(1),
            Refusal::StoreUnavailable,
            Refusal::Indexing,
            Refusal::Busy,
            Refusal::Internal,
        ] {
            for texts in catalog.languages() {
                let (title, detail) = (title(&refusal, texts), detail(&refusal, texts));
                assert!(
                    !title.is_empty() && !detail.contains('{'),
                    "{refusal:?}: {detail}"
                );
            }
        }
    }
}
