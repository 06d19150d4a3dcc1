//! Questions out of what a model said, which is rarely the JSON alone that it was asked for.

use serde_json::{Map, Value};

/// Questions that are taken of one answer, at most. A model that does not stop says nothing new after this.
const MOST_QUESTIONS: usize = 50;
/// Signs in front of the entry of a list.
const BULLETS: [char; 6] = ['-', '*', '•', '·', '–', '—'];
/// Signs behind the number of an entry.
const BEHIND_NUMBERS: [char; 6] = ['.', '、', ')', '）', ':', '：'];
/// Quotes around an entry.
const QUOTES: [char; 7] = ['"', '\'', '“', '”', '「', '」', '`'];

/// The questions in an answer, in their order, each once: those of the first JSON array of texts, also one that was cut off;
/// else the entries of a list.
pub(crate) fn questions_in(answer: &str) -> Vec<String> {
    let answer = without_thoughts(answer);
    let found = of_json(answer).unwrap_or_else(|| of_list(answer));
    let mut questions: Vec<String> = Vec::new();
    for question in found {
        let question = question.split_whitespace().collect::<Vec<_>>().join(" ");
        if !question.is_empty() && !questions.contains(&question) {
            questions.push(question);
        }
    }
    questions.truncate(MOST_QUESTIONS);
    questions
}

/// What follows the thoughts that some models say aloud; nothing where they were cut off before their end.
fn without_thoughts(answer: &str) -> &str {
    let rest = answer.rsplit("</think>").next().unwrap_or(answer);
    if rest.contains("<think>") { "" } else { rest }
}

/// The texts of the last JSON array that has any, whole or cut off: the prompt may stand before the answer, with an array of
/// its own.
fn of_json(answer: &str) -> Option<Vec<String>> {
    let says = |text: &String| text.contains(char::is_alphanumeric);
    answer.match_indices('[').rev().find_map(|(at, _)| {
        let texts = texts_from(&answer[at + 1..]);
        texts.iter().any(says).then_some(texts)
    })
}

/// The entries of an array behind its bracket, as far as they are texts or objects with one.
fn texts_from(mut rest: &str) -> Vec<String> {
    let mut texts = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',' || c == '，');
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        let Some(Ok(value)) = values.next() else {
            return texts;
        };
        let text = match &value {
            Value::String(text) => Some(text.clone()),
            Value::Object(fields) => question_of(fields),
            _ => None,
        };
        let Some(text) = text else {
            return texts;
        };
        texts.push(text);
        rest = &rest[values.byte_offset()..];
    }
}

/// The question in an object: by its usual names, else the longest text.
fn question_of(fields: &Map<String, Value>) -> Option<String> {
    let named = ["question", "asked_as", "text", "问题"];
    let named = named.iter().find_map(|name| fields.get(*name)?.as_str());
    let texts = fields.values().filter_map(Value::as_str);
    let longest = texts.max_by_key(|text| text.len());
    named.or(longest).map(str::to_owned)
}

/// The entries of a list: lines with a bullet, a number or quotes; where there are none, every line, unless it is the
/// only one: that is an apology.
fn of_list(answer: &str) -> Vec<String> {
    let lines = answer
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let lines: Vec<&str> = lines.filter(|line| !line.starts_with("```")).collect();
    let entries: Vec<&str> = lines.iter().filter_map(|line| entry(line)).collect();
    let plain = match (entries.is_empty(), lines.len()) {
        (false, _) => entries,
        (true, 0 | 1) => Vec::new(),
        (true, _) => lines,
    };
    let plain = plain.iter().map(|line| line.trim_end_matches([',', '，']));
    plain
        .map(|line| line.trim_matches(QUOTES).trim().to_owned())
        .collect()
}

/// What a line says behind its bullet or number; none where it has neither, nor quotes.
fn entry(line: &str) -> Option<&str> {
    if let Some(rest) = line.strip_prefix(BULLETS) {
        return Some(rest.trim_start_matches(BULLETS).trim());
    }
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if digits > 0 && digits <= 3 {
        let rest = line[digits..].trim_start();
        return rest.strip_prefix(BEHIND_NUMBERS).map(str::trim);
    }
    line.starts_with(QUOTES).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn questions_are_found_in_whatever_is_around_them() {
        let expected = ["端口被占了怎么办", "address already in use"];
        for answer in [
            r#"["端口被占了怎么办", "address already in use"]"#,
            "好的，以下是问题：\n```json\n[\n  \"端口被占了怎么办\",\n  \"address already in use\"\n]\n```\n希望有帮助！",
            r#"{"questions": ["端口被占了怎么办", "address already in use"]}"#,
            r#"[{"kind": "现象", "question": "端口被占了怎么办"}, {"id": "2", "q": "address already in use"}]"#,
            r#"只输出一个 JSON 字符串数组，例如 ["……", "……"] 答： ["端口被占了怎么办", "address already in use"]"#,
            r#"["端口被占了怎么办", "address already in use", "服务起"#,
            "<think>[先想想]</think>1. 端口被占了怎么办\n2、“address already in use”",
            "Here you are:\n- 端口被占了怎么办\n- address already in use",
            "端口被占了怎么办\n\naddress already in use\n",
            r#"[1] 见下：["端口被占了怎么办","端口被占了怎么办","address  already in use"]"#,
        ] {
            assert_eq!(questions_in(answer), expected, "{answer}");
        }
    }

    #[test]
    fn nothing_and_endless_text_give_few() {
        for nothing in [
            "",
            "I cannot help with that.",
            "<think>先想想\n标题是端口\n再想想",
        ] {
            assert_eq!(questions_in(nothing), [""; 0], "{nothing}");
        }
        let lines = (0..9_000).map(|n| format!("{n}个问题"));
        let endless = lines.collect::<Vec<_>>().join("\n");
        assert_eq!(questions_in(&endless).len(), MOST_QUESTIONS);
    }

    proptest! {
        #[test]
        fn any_text_is_read(answer in "(\\[|\\]|\"|,|端口|1\\.|- |\n|\\{|\\}|\\\\|[a-z ])*") {
            prop_assert!(questions_in(&answer).len() <= MOST_QUESTIONS);
        }

        #[test]
        fn an_array_gives_its_texts(texts in prop::collection::vec("[端a-z][端口a-z\"\\\\?]{0,7}", 1..8)) {
            let json = serde_json::to_string(&texts).unwrap();
            let mut expected: Vec<String> = Vec::new();
            for text in texts {
                if !expected.contains(&text) {
                    expected.push(text);
                }
            }
            prop_assert_eq!(questions_in(&format!("好的 {json} 完")), expected);
        }
    }
}
