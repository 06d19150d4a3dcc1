//! A message in the words and with the signature that a system takes.

use super::{Event, Webhook};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::Sha256;

/// The form a system takes messages in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// The event as JSON, signed as <https://www.standardwebhooks.com> says.
    #[default]
    Json,
    /// A robot of a DingTalk group, "加签".
    Dingtalk,
    /// A robot of a Feishu group, "签名校验".
    Feishu,
    /// An incoming webhook of Slack.
    Slack,
}

impl Form {
    /// Messages at once: chats take one after the other.
    pub(super) fn messages_in_a_turn(self) -> i64 {
        match self {
            Self::Json => 20,
            Self::Dingtalk | Self::Feishu | Self::Slack => 1,
        }
    }

    /// Why the system did not take a message that it answered with status 200, where its answer says so: `errcode` of
    /// DingTalk, `code` of Feishu.
    pub(super) fn refused(self, answer: &str) -> Option<String> {
        let (code, reason) = match self {
            Self::Dingtalk => ("errcode", "errmsg"),
            Self::Feishu => ("code", "msg"),
            Self::Json | Self::Slack => return None,
        };
        let answer: Value = serde_json::from_str(answer).ok()?;
        let code = answer.get(code)?.as_i64().filter(|code| *code != 0)?;
        let reason = answer
            .get(reason)
            .and_then(Value::as_str)
            .unwrap_or_default();
        Some(format!("{code} {reason}").chars().take(200).collect())
    }
}

/// What is told, in the store until it has been.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::feedback) struct Told {
    pub(in crate::feedback) event: Event,
    /// Number of the ask or rating.
    pub(in crate::feedback) number: i64,
    /// Milliseconds since 1970, UTC.
    pub(in crate::feedback) at: i64,
    /// The question asked, or the id of the answer.
    pub(in crate::feedback) subject: String,
    /// Why it did not help, or nothing.
    pub(in crate::feedback) detail: String,
    /// Where experts see it.
    pub(in crate::feedback) link: String,
}

/// A request to send.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) url: String,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
}

impl Told {
    fn text(&self) -> String {
        let Self {
            subject,
            detail,
            link,
            number,
            ..
        } = self;
        let title = match self.event {
            Event::Ask => format!("新的提问 #{number}"),
            Event::BadRating => format!("答案被评为没帮助 #{number}"),
        };
        let detail = if detail.is_empty() {
            String::new()
        } else {
            format!("\n{detail}")
        };
        format!("{title}\n{subject}{detail}\n{link}")
    }
}

/// The request that tells `webhook`, at `seconds` since 1970; `id` stays the same when it is sent again.
pub(super) fn message(webhook: &Webhook, told: &Told, id: i64, seconds: i64) -> Message {
    let Webhook { url, secret, .. } = webhook;
    let mut headers = vec![("content-type", "application/json".to_owned())];
    let mut url = url.clone();
    let body: Value = match webhook.form {
        Form::Json => {
            let body = json!({ "type": told.event.code(), "data": told });
            let text = body.to_string();
            let id = format!("msg_{id}");
            let signature = signature(
                &standard_key(secret),
                format!("{id}.{seconds}.{text}").as_bytes(),
            );
            headers.push(("webhook-id", id));
            headers.push(("webhook-timestamp", seconds.to_string()));
            headers.push(("webhook-signature", format!("v1,{signature}")));
            body
        }
        Form::Dingtalk => {
            let milliseconds = seconds * 1_000;
            let sign = signature(
                secret.as_bytes(),
                format!("{milliseconds}\n{secret}").as_bytes(),
            );
            let sign: String = form_urlencoded::byte_serialize(sign.as_bytes()).collect();
            let joint = if url.contains('?') { '&' } else { '?' };
            url = format!("{url}{joint}timestamp={milliseconds}&sign={sign}");
            json!({ "msgtype": "text", "text": { "content": told.text() } })
        }
        Form::Feishu => {
            let sign = signature(format!("{seconds}\n{secret}").as_bytes(), b"");
            json!({ "timestamp": seconds.to_string(), "sign": sign, "msg_type": "text", "content": { "text": told.text() } })
        }
        Form::Slack => json!({ "text": escaped_for_slack(&told.text()) }),
    };
    Message {
        url,
        headers,
        body: body.to_string(),
    }
}

/// The bytes of a secret: those that `whsec_…` writes in base64, as Standard Webhooks has it, or those of the text.
fn standard_key(secret: &str) -> Vec<u8> {
    let encoded = secret.strip_prefix("whsec_");
    let decoded = encoded.and_then(|text| STANDARD.decode(text).ok());
    decoded.unwrap_or_else(|| secret.as_bytes().to_vec())
}

/// HMAC-SHA256 in base64.
fn signature(key: &[u8], text: &[u8]) -> String {
    // A key may have any length: this cannot fail.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return String::new();
    };
    mac.update(text);
    STANDARD.encode(mac.finalize().into_bytes())
}

/// The three characters that Slack takes for markup.
fn escaped_for_slack(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told() -> Told {
        Told {
            event: Event::Ask,
            number: 7,
            at: 1_000,
            subject: "怎么升级 <Nacos>？".into(),
            detail: String::new(),
            link: "https://qa.example.org/admin/inbox".into(),
        }
    }

    fn webhook(form: Form) -> Webhook {
        Webhook {
            name: "w".into(),
            url: "https://hook.example/x?access_token=t".into(),
            form,
            secret: "s3cret".into(),
            events: vec![Event::Ask],
        }
    }

    // Signatures by `openssl dgst -sha256 -hmac KEY -binary | base64`.
    #[test]
    fn each_form_is_signed_as_its_system_checks() {
        let json = message(&webhook(Form::Json), &told(), 3, 1_700_000_000);
        let signed = format!("msg_3.1700000000.{}", json.body);
        assert_eq!(
            json.headers[3].1,
            format!("v1,{}", signature(b"s3cret", signed.as_bytes()))
        );
        assert_eq!(
            signature(b"s3cret", b"1700000000000\ns3cret"),
            "MT7bXSNfVTPzQMEuLWvmMNbmZSCUY1X6YKn9AxBnLsI="
        );
        let dingtalk = message(&webhook(Form::Dingtalk), &told(), 3, 1_700_000_000);
        assert!(
            dingtalk
                .url
                .contains("?access_token=t&timestamp=1700000000000&sign="),
            "{}",
            dingtalk.url
        );
        let feishu: Value =
            serde_json::from_str(&message(&webhook(Form::Feishu), &told(), 3, 1_700_000_000).body)
                .unwrap();
        assert_eq!(feishu["sign"], signature(b"1700000000\ns3cret", b""));
        assert_eq!(standard_key("whsec_czNjcmV0"), b"s3cret");
        let slack = message(&webhook(Form::Slack), &told(), 3, 0);
        assert!(slack.body.contains("&lt;Nacos&gt;"), "{}", slack.body);
    }

    #[test]
    fn a_refusal_behind_a_good_status_is_one() {
        let wrong = r#"{"errcode":310000,"errmsg":"sign not match"}"#;
        assert_eq!(
            Form::Dingtalk.refused(wrong).as_deref(),
            Some("310000 sign not match")
        );
        assert_eq!(
            Form::Dingtalk.refused(r#"{"errcode":0,"errmsg":"ok"}"#),
            None
        );
        assert!(
            Form::Feishu
                .refused(r#"{"code":19021,"msg":"sign"}"#)
                .is_some()
        );
        assert_eq!(Form::Json.refused(wrong), None);
        assert_eq!(Form::Feishu.refused("<html>"), None);
    }
}
