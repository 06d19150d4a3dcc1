//! Writes a message in the form that a system accepts, with its signature.

use super::config::Webhook;
use super::plain::{cut, for_dingtalk, for_feishu, for_slack};
use crate::feedback::event::EventKind;
use crate::texts::Texts;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::Sha256;

/// The form of messages to a system.
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
    /// Messages sent at once, at most: a chat shows one at a time.
    pub(super) fn messages_at_once(self) -> i64 {
        match self {
            Self::Json => 20,
            Self::Dingtalk | Self::Feishu | Self::Slack => 1,
        }
    }

    /// The reason for a rejection in a reply with status 200: DingTalk gives it in `errcode`, Feishu in `code`.
    pub(super) fn rejection(self, answer: &str) -> Option<String> {
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

/// The content of a message; stored as JSON until it is delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Notification {
    pub(super) event: EventKind,
    /// Number of the ask or rating.
    pub(super) number: i64,
    /// When it was sent by the visitor; milliseconds since 1970 in JSON.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub(super) at: Timestamp,
    /// The question asked, or the id of the answer.
    pub(super) subject: String,
    /// Why the answer did not help; may be empty.
    pub(super) detail: String,
    /// The page where experts see the record.
    pub(super) link: String,
}

/// A request to send.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) url: String,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
}

impl Notification {
    /// The notification in words, for a chat. `plain` takes what the chat would read as markup out of what visitors
    /// typed.
    fn text(&self, texts: &Texts, plain: fn(&str) -> String) -> String {
        let Self {
            subject,
            detail,
            link,
            number,
            ..
        } = self;
        let title = match self.event {
            EventKind::Ask => "webhook-ask",
            EventKind::BadRating => "webhook-bad-rating",
        };
        let title = texts.format(title, &[("number", number.into())]);
        let (subject, detail) = (plain(&cut(subject)), plain(&cut(detail)));
        let detail = if detail.is_empty() {
            String::new()
        } else {
            format!("\n{detail}")
        };
        format!("{title}\n{subject}{detail}\n{link}")
    }
}

/// The request that notifies `webhook` at the time `now`. `id` is the number of the delivery. It stays the same when a
/// message is sent again, so that the system can recognise a repeated message. Chats read it in the language of `texts`.
pub(super) fn message(
    webhook: &Webhook,
    notification: &Notification,
    id: i64,
    now: Timestamp,
    texts: &Texts,
) -> Message {
    let seconds = now.as_second();
    let Webhook { url, secret, .. } = webhook;
    let mut headers = vec![("content-type", "application/json".to_owned())];
    let mut url = url.clone();
    let body: Value = match webhook.form {
        Form::Json => {
            let body = json!({ "type": notification.event.code(), "data": notification });
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
            json!({
                "msgtype": "text",
                "text": { "content": notification.text(texts, for_dingtalk) },
                // Nobody is mentioned.
                "at": { "atMobiles": [], "atUserIds": [], "isAtAll": false },
            })
        }
        Form::Feishu => {
            let sign = signature(format!("{seconds}\n{secret}").as_bytes(), b"");
            json!({ "timestamp": seconds.to_string(), "sign": sign, "msg_type": "text", "content": { "text": notification.text(texts, for_feishu) } })
        }
        Form::Slack => json!({
            "text": notification.text(texts, for_slack),
            // Neither formatted, nor searched for names and channels, nor shown with a preview of what it links to.
            "mrkdwn": false,
            "parse": "none",
            "link_names": false,
            "unfurl_links": false,
            "unfurl_media": false,
        }),
    };
    Message {
        url,
        headers,
        body: body.to_string(),
    }
}

/// The key of a secret. Standard Webhooks writes it in base64 after `whsec_`; any other text is the key itself.
fn standard_key(secret: &str) -> Vec<u8> {
    let encoded = secret.strip_prefix("whsec_");
    let decoded = encoded.and_then(|text| STANDARD.decode(text).ok());
    decoded.unwrap_or_else(|| secret.as_bytes().to_vec())
}

/// HMAC-SHA256 in base64.
fn signature(key: &[u8], text: &[u8]) -> String {
    // HMAC accepts keys of any length, so this cannot fail.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return String::new();
    };
    mac.update(text);
    STANDARD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Catalog;

    fn notification() -> Notification {
        Notification {
            event: EventKind::Ask,
            number: 7,
            at: Timestamp::from_second(1).unwrap(),
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
            events: vec![EventKind::Ask],
        }
    }

    /// A message in the default language.
    fn message(webhook: &Webhook, notification: &Notification, id: i64, now: Timestamp) -> Message {
        let catalog = Catalog::embedded();
        super::message(webhook, notification, id, now, catalog.default_language())
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[test]
    fn a_chat_gets_the_beginning_of_a_log_and_a_program_all_of_it() {
        let long = Notification {
            subject: format!("日志：{}尾", "长".repeat(16_000)),
            ..notification()
        };
        for form in [Form::Dingtalk, Form::Feishu, Form::Slack] {
            let body = message(&webhook(form), &long, 1, at(1)).body;
            assert!(body.len() < 20_000, "{form:?}: {} bytes", body.len());
            assert!(body.contains("日志：长") && body.contains("长…"), "{body}");
            assert!(body.contains("/admin/inbox"), "{body}");
        }
        let json = message(&webhook(Form::Json), &long, 1, at(1)).body;
        assert!(json.contains(&long.subject));
    }

    // Signatures by `openssl dgst -sha256 -hmac KEY -binary | base64`.
    #[test]
    fn each_form_is_signed_as_its_system_checks() {
        let json = message(&webhook(Form::Json), &notification(), 3, at(1_700_000_000));
        let signed = format!("msg_3.1700000000.{}", json.body);
        assert_eq!(
            json.headers[3].1,
            format!("v1,{}", signature(b"s3cret", signed.as_bytes()))
        );
        assert_eq!(
            signature(b"s3cret", b"1700000000000\ns3cret"),
            "MT7bXSNfVTPzQMEuLWvmMNbmZSCUY1X6YKn9AxBnLsI="
        );
        let dingtalk = message(
            &webhook(Form::Dingtalk),
            &notification(),
            3,
            at(1_700_000_000),
        );
        assert!(
            dingtalk
                .url
                .contains("?access_token=t&timestamp=1700000000000&sign="),
            "{}",
            dingtalk.url
        );
        let feishu: Value = serde_json::from_str(
            &message(
                &webhook(Form::Feishu),
                &notification(),
                3,
                at(1_700_000_000),
            )
            .body,
        )
        .unwrap();
        assert_eq!(feishu["sign"], signature(b"1700000000\ns3cret", b""));
        assert_eq!(standard_key("whsec_czNjcmV0"), b"s3cret");
        let slack = message(&webhook(Form::Slack), &notification(), 3, at(0));
        assert!(slack.body.contains("&lt;Nacos&gt;"), "{}", slack.body);
    }

    #[test]
    fn chats_read_the_language_of_the_texts_and_programs_read_none() {
        let catalog = Catalog::embedded();
        let body = |form, event, tag: &str| {
            let notification = Notification {
                event,
                ..notification()
            };
            let texts = catalog.language(tag).unwrap();
            let sent = super::message(&webhook(form), &notification, 3, at(0), texts);
            serde_json::from_str::<Value>(&sent.body).unwrap()
        };
        let lines = "怎么升级 <Nacos>？\nhttps://qa.example.org/admin/inbox";
        for (event, tag, title) in [
            (EventKind::Ask, "zh-CN", "新的提问 #7"),
            (EventKind::BadRating, "zh-CN", "答案被评为没帮助 #7"),
            (EventKind::Ask, "en", "New question #7"),
            (
                EventKind::BadRating,
                "en",
                "An answer was rated unhelpful #7",
            ),
        ] {
            let sent = body(Form::Dingtalk, event, tag);
            assert_eq!(sent["text"]["content"], format!("{title}\n{lines}"));
        }
        let program = |tag| body(Form::Json, EventKind::Ask, tag);
        assert_eq!(program("zh-CN"), program("en"));
        let data = json!({
            "event": "ask", "number": 7, "at": 1_000, "subject": "怎么升级 <Nacos>？", "detail": "",
            "link": "https://qa.example.org/admin/inbox",
        });
        assert_eq!(program("en"), json!({ "type": "ask", "data": data }));
    }

    #[test]
    fn a_rejection_behind_a_good_status_is_one() {
        let wrong = r#"{"errcode":310000,"errmsg":"sign not match"}"#;
        assert_eq!(
            Form::Dingtalk.rejection(wrong).as_deref(),
            Some("310000 sign not match")
        );
        assert_eq!(
            Form::Dingtalk.rejection(r#"{"errcode":0,"errmsg":"ok"}"#),
            None
        );
        assert!(
            Form::Feishu
                .rejection(r#"{"code":19021,"msg":"sign"}"#)
                .is_some()
        );
        assert_eq!(Form::Json.rejection(wrong), None);
        assert_eq!(Form::Feishu.rejection("<html>"), None);
    }
}
