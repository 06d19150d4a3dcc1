//! What visitors typed, as chats show it without reading any of it as markup: it mentions nobody, hides no address behind
//! a text, and formats nothing. Texts look as they were typed; a character without width parts what would be markup.

/// Characters of one text in a chat, at most: experts read the rest on the page that the message links to.
const LONGEST: usize = 1_000;
/// Zero width space, U+200B: it is neither a word character nor white space to any of the systems.
const APART: char = '\u{200b}';

/// The text, or its beginning.
pub(super) fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

/// For a robot of DingTalk. Its text messages have no markup; members are mentioned by `@`
/// (<https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages>).
pub(super) fn for_dingtalk(text: &str) -> String {
    parted(text, &['@', '＠'])
}

/// For a robot of Feishu. Its text messages have `<at user_id="all">`, `<b>`, `<i>`, `<u>`, `<s>`, `**bold**`, `~~struck~~`
/// and `[text](address)` (<https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot>). Of tags nothing is left:
/// it has no escapes for `<` and `>`.
pub(super) fn for_feishu(text: &str) -> String {
    let text = text.replace('<', "＜").replace('>', "＞");
    parted(&text, &['@', '＠', '*', '_', '~', '`', ']'])
}

/// For an incoming webhook of Slack. It mentions by `<!channel>` and `<@U…>`, links by `<address|text>`
/// (<https://docs.slack.dev/messaging/formatting-message-text>).
pub(super) fn for_slack(text: &str) -> String {
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    parted(&text, &['@', '*', '_', '~', '`'])
}

/// The text with each of these characters parted from what follows.
fn parted(text: &str, marks: &[char]) -> String {
    let mut parted = String::with_capacity(text.len());
    for c in text.chars() {
        parted.push(c);
        if marks.contains(&c) {
            parted.push(APART);
        }
    }
    parted
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A system, what makes its texts plain, and what it reads as a mention, a link or formatting.
    type System = (&'static str, fn(&str) -> String, &'static [&'static str]);

    const SYSTEMS: [System; 3] = [
        (
            "dingtalk",
            for_dingtalk,
            &["@all", "@所有人", "@13800138000", "＠所有人"],
        ),
        (
            "feishu",
            for_feishu,
            &[
                "<at user_id=\"all\">所有人</at>",
                "<at user_id=\"ou_1\"></at>",
                "<at email=a@b.example></at>",
                "<b>粗</b>",
                "<i>斜</i>",
                "<u>线</u>",
                "<s>删</s>",
                "<a href=\"https://evil.example\">点我</a>",
                "**粗**",
                "__粗__",
                "~~删~~",
                "`码`",
                "[点我](https://evil.example)",
                "![图](https://evil.example/a.png)",
                "@所有人",
            ],
        ),
        (
            "slack",
            for_slack,
            &[
                "<!channel>",
                "<!here|here>",
                "<!everyone>",
                "<!subteam^S1>",
                "<@U024BE7LH>",
                "<#C1>",
                "<https://evil.example|click>",
                "*bold*",
                "_italic_",
                "~struck~",
                "`code`",
                "@channel",
                "&lt;!channel&gt;",
            ],
        ),
    ];

    #[test]
    fn nothing_that_a_system_reads_as_markup_is_left_and_all_looks_as_typed() {
        for (system, plain, markup) in SYSTEMS {
            for typed in markup {
                let shown = plain(&format!("前 {typed} 后"));
                assert!(!shown.contains(typed), "{system}: {shown}");
                let looks = shown
                    .replace(APART, "")
                    .replace(['＜'], "<")
                    .replace(['＞'], ">")
                    .replace("&lt;", "<")
                    .replace("&gt;", ">")
                    .replace("&amp;", "&");
                assert_eq!(looks, format!("前 {typed} 后"), "{system}");
            }
        }
    }

    #[test]
    fn a_long_text_is_cut() {
        let cut_text = cut(&"很长".repeat(1_000));
        assert_eq!(cut_text.chars().count(), LONGEST + 1);
        assert!(cut_text.ends_with('…'));
        assert_eq!(cut("短"), "短");
    }

    proptest! {
        #[test]
        fn no_text_is_markup(text in "[<>&@＠*_~`!\\[\\]()|#a所]{0,40}") {
            let feishu = for_feishu(&text);
            let slack = for_slack(&text);
            prop_assert!(!feishu.contains(['<', '>']) && !slack.contains(['<', '>']));
            for marks in ["**", "__", "~~", "](", "``", "@a", "@所"] {
                prop_assert!(!feishu.contains(marks));
            }
            prop_assert!(!for_dingtalk(&text).contains("@所"));
        }
    }
}
