//! Codes of the feedback store in words.

use crate::feedback::Reason;
use crate::feedback::record::WorkState;
use crate::texts::Texts;

/// A reason in words.
pub(super) fn reason_label(reason: Reason, texts: &Texts) -> String {
    texts.text(&format!("reason-{}", reason.code()))
}

/// Reasons in words, as a list.
pub(super) fn reason_labels(reasons: &[Reason], texts: &Texts) -> String {
    let labels: Vec<String> = reasons.iter().map(|r| reason_label(*r, texts)).collect();
    labels.join(&texts.text("list-separator"))
}

/// A state in words.
pub(super) fn state_label(state: WorkState, texts: &Texts) -> String {
    texts.text(&format!("state-{}", state.code()))
}

/// A state in words for the sender of an ask.
pub(super) fn ask_state_label(state: WorkState, texts: &Texts) -> String {
    texts.text(&format!("ask-state-{}", state.code()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Catalog;

    #[test]
    fn every_code_has_words() {
        let catalog = Catalog::embedded();
        let texts = catalog.default_language();
        assert_eq!(
            reason_labels(&Reason::ALL[..2], texts),
            "答非所问、内容过时"
        );
        for reason in Reason::ALL {
            assert!(!reason_label(reason, texts).is_empty());
        }
        for state in WorkState::ALL {
            assert!(!state_label(state, texts).is_empty());
            assert!(!ask_state_label(state, texts).is_empty());
        }
    }
}
