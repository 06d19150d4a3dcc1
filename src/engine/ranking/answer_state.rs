//! How sure the engine is, in one word, and why it is no surer.

use super::confidence::Confidence;
use serde::Serialize;

/// How sure the top hit answers the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AnswerState {
    /// The first hit answers the query.
    Answered,
    /// The hits are about the query and may help.
    Related,
    /// Nothing here answers the query.
    None,
}

/// Why hits that fit the query well are no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// The first hit says the reverse of what is asked.
    Opposite,
    /// The query only names a product or a tag.
    Topic,
}

/// What is known of a query and its first hit beside the signals.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Circumstances {
    /// A maintainer wants the first hit first, or the query is its title or its address.
    pub(crate) is_named: bool,
    /// A word was taken for a mistyped one: what was meant is a guess.
    pub(crate) is_corrected: bool,
    /// Why the first hit is no answer, however well it fits.
    pub(crate) reason: Option<Reason>,
}

/// The state of a query whose first hits have this confidence, and the reason where it would be surer without.
pub(crate) fn state(
    confidence: Option<&Confidence>,
    circumstances: Circumstances,
) -> (AnswerState, Option<Reason>) {
    if circumstances.is_named {
        return (AnswerState::Answered, None);
    }
    let state = confidence.map_or(AnswerState::None, Confidence::state);
    match (state, circumstances.reason) {
        (AnswerState::None, _) => (state, None),
        (_, Some(reason)) => (AnswerState::Related, Some(reason)),
        (AnswerState::Answered, None) if circumstances.is_corrected => (AnswerState::Related, None),
        (state, None) => (state, None),
    }
}

impl AnswerState {
    /// As it is sent and stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Related => "related",
            Self::None => "none",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::confidence::Signal;
    use super::*;

    fn sure() -> Confidence {
        let mut confidence = Confidence::default();
        for (signal, number) in [
            (Signal::Words, 1.0),
            (Signal::Matched, 2.0),
            (Signal::Focus, 1.0),
        ] {
            confidence.set(signal, number);
        }
        confidence
    }

    #[test]
    fn guesses_and_reasons_keep_a_sure_hit_from_being_the_answer() {
        let of = |circumstances| state(Some(&sure()), circumstances);
        let nothing = Circumstances::default();
        assert_eq!(of(nothing), (AnswerState::Answered, None));
        let corrected = Circumstances {
            is_corrected: true,
            ..nothing
        };
        assert_eq!(of(corrected), (AnswerState::Related, None));
        let opposite = Circumstances {
            reason: Some(Reason::Opposite),
            ..nothing
        };
        assert_eq!(of(opposite), (AnswerState::Related, Some(Reason::Opposite)));
    }

    #[test]
    fn a_reason_makes_nothing_surer_and_a_name_is_sure() {
        let topic = Circumstances {
            reason: Some(Reason::Topic),
            ..Circumstances::default()
        };
        assert_eq!(
            state(Some(&Confidence::default()), topic),
            (AnswerState::None, None)
        );
        assert_eq!(state(None, topic), (AnswerState::None, None));
        let named = Circumstances {
            is_named: true,
            ..topic
        };
        assert_eq!(state(None, named), (AnswerState::Answered, None));
    }
}
