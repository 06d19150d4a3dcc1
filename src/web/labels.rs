//! Codes of the feedback store in words.

use super::locale::Locale;
use crate::feedback::Reason;
use crate::feedback::record::WorkState;

/// A reason in words.
pub(super) fn reason_label(reason: Reason, locale: Locale) -> &'static str {
    match reason {
        Reason::OffTopic => locale.pick("答非所问", "Answers another question"),
        Reason::Outdated => locale.pick("内容过时", "Out of date"),
        Reason::StepsFail => locale.pick("步骤不可用", "Its steps do not work"),
        Reason::Unclear => locale.pick("看不懂", "Hard to understand"),
        Reason::Other => locale.pick("其他", "Something else"),
    }
}

/// A state in words.
pub(super) fn state_label(state: WorkState, locale: Locale) -> &'static str {
    match state {
        WorkState::New => locale.pick("新", "new"),
        WorkState::InWork => locale.pick("处理中", "in work"),
        WorkState::Answered => locale.pick("已解答", "answered"),
        WorkState::Dismissed => locale.pick("不处理", "dismissed"),
    }
}
