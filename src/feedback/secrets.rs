//! Finds text that looks like a password, a token or a key. Visitors are warned before they send it, and lists mask it.
//!
//! Finds what people paste by mistake (configuration lines, headers, well-known token formats), not every secret.

use regex::Regex;
use std::sync::LazyLock;

/// Replaces a secret.
const MASK: &str = "••••••";

/// Patterns of secrets. Only the group `secret` is masked; the text around it identifies the secret.
static SECRETS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        // password: x, "access-key-secret" = "x", spring.datasource.password=x, 密码是 x
        r#"(?i)(?:password|passwd|\bpwd|secret|token|api[-_.]?key|access[-_.]?key(?:[-_.]?(?:id|secret))?|private[-_.]?key|credential|密码|口令|密钥|令牌)["'`]?\s*(?:[:=：＝]|\bis\b|是|为)+\s*["'`]?(?P<secret>[^\s"'`,;，。；]{4,})"#,
        r"(?i)\b(?:bearer|basic)\s+(?P<secret>[A-Za-z0-9+/._~=-]{12,})",
        // user:password@host
        r"[a-z][a-z0-9+.-]*://[^\s:/@]+:(?P<secret>[^\s:/@]{3,})@",
        // Formats that name themselves: JSON Web Tokens (RFC 7519), AWS, Alibaba Cloud, GitHub, OpenAI-like.
        r"(?P<secret>\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*)",
        r"(?P<secret>\b(?:AKIA[0-9A-Z]{16}|LTAI[0-9A-Za-z]{12,24}|gh[pousr]_[A-Za-z0-9]{20,}|sk-[A-Za-z0-9_-]{16,}))",
        r"(?P<secret>-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?)",
    ]
    .into_iter()
    .map(|pattern| Regex::new(pattern).expect("the patterns are tested"))
    .collect()
});

/// Values that are not secrets although they stand where a secret would: placeholders, and parts of a question.
static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:\$\{.*|<.*|\*+|x{3,}|\.{3,}|null|none|true|false|empty|your[-_].*|xxx.*|什么.*|多少.*|哪.*|怎么.*|不.*|错误.*)$")
        .expect("the pattern is tested")
});

/// Whether something in the text looks like a secret.
pub fn looks_secret(text: &str) -> bool {
    !ranges(text).is_empty()
}

/// The text with every secret masked.
pub fn masked(text: &str) -> String {
    let mut masked = text.to_owned();
    for (start, end) in ranges(text).into_iter().rev() {
        masked.replace_range(start..end, MASK);
    }
    masked
}

/// Byte ranges of secrets in order, without overlaps.
fn ranges(text: &str) -> Vec<(usize, usize)> {
    let mut ranges: Vec<(usize, usize)> = SECRETS
        .iter()
        .flat_map(|pattern| pattern.captures_iter(text))
        .filter_map(|found| found.name("secret"))
        .filter(|secret| !PLACEHOLDER.is_match(secret.as_str()))
        .map(|secret| (secret.start(), secret.end()))
        .collect();
    ranges.sort_unstable();
    ranges.dedup_by(|later, earlier| {
        let overlaps = later.0 < earlier.1;
        if overlaps {
            earlier.1 = earlier.1.max(later.1);
        }
        overlaps
    });
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_people_paste_by_mistake_is_seen_and_masked() {
        for (text, expected) in [
            (
                "spring.datasource.password=hunter22 连不上",
                "spring.datasource.password=•••••• 连不上",
            ),
            (
                "密码是 Abc12345，为什么登录失败",
                "密码是 ••••••，为什么登录失败",
            ),
            (
                "Authorization: Bearer abcdef1234567890",
                "Authorization: Bearer ••••••",
            ),
            (
                "jdbc:mysql://root:s3cret@10.0.0.1:3306/nacos",
                "jdbc:mysql://root:••••••@10.0.0.1:3306/nacos",
            ),
            (
                "\"accessKeySecret\": \"q9Zk2mTT\"",
                "\"accessKeySecret\": \"••••••\"",
            ),
            ("key LTAI5tAbCdEfGh1234 用不了", "key •••••• 用不了"),
        ] {
            assert_eq!(masked(text), expected);
            assert!(looks_secret(text));
        }
    }

    #[test]
    fn questions_about_secrets_are_no_secrets() {
        for text in [
            "Nacos 的 token 过期了怎么办",
            "nacos.core.auth.plugin.nacos.token.secret.key 怎么配置？",
            "password: ${DB_PASSWORD} 读不到环境变量",
            "忘记密码怎么重置",
            "默认密码是什么",
            "token=xxxxxx 这样写对吗",
        ] {
            assert!(!looks_secret(text), "{text}: {}", masked(text));
        }
    }

    proptest! {
        #[test]
        fn masking_takes_any_text_and_leaves_no_secret(text in "\\PC{0,80}") {
            let once = masked(&text);
            prop_assert!(looks_secret(&text) || once == text);
        }
    }
}
