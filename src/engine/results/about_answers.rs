//! Blocks that speak about an answer and hold none: openings that repeat the question, closings that sum up.

/// How openings begin that say what is answered, from what, for whom.
const OPENINGS: &[&str] = &[
    "根据您",
    "根据你",
    "根据我",
    "根据提供",
    "根据已有",
    "根据现有",
    "根据上述",
    "针对您",
    "针对你",
    "关于您",
    "关于你",
    "您提到",
    "您的问题",
    "您好",
    "你好",
    "based on",
    "according to your",
    "regarding your",
    "hello",
    "hi,",
];
/// How closings begin that point back at what was said.
const CLOSINGS: &[&str] = &[
    "综上",
    "总之",
    "总的来说",
    "总结来说",
    "以上",
    "上述",
    "通过上述",
    "通过以上",
    "按照上述",
    "按照以上",
    "遵循上述",
    "通过遵循",
    "完成上述",
    "完成以上",
    "希望",
    "如果您还有",
    "如果你还有",
    "如有其他",
    "如有更多",
    "如需进一步",
    "如需更多",
    "in summary",
    "to sum up",
    "in conclusion",
    "by following",
    "hope this",
    "i hope",
];

/// Whether a paragraph only announces, repeats or sums up.
pub(super) fn is_about_the_answer(text: &str) -> bool {
    let text = text.trim_start().to_lowercase();
    let mut beginnings = OPENINGS.iter().chain(CLOSINGS);
    beginnings.any(|beginning| text.starts_with(beginning))
}

/// Whether a paragraph announces the block behind it.
pub(super) fn announces(text: &str) -> bool {
    text.trim_end().ends_with(['：', ':'])
}
