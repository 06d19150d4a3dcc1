//! Refusals as `application/problem+json` (RFC 9457).

use super::locale::Locale;
use super::refusal::{BodyProblem, Expected, Refusal};
use crate::feedback::record::{BadField, FieldProblem};
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
pub(super) fn body(refusal: &Refusal, locale: Locale) -> Vec<u8> {
    let (status, code) = refusal.status_and_code();
    let problem = Problem {
        kind: format!("/docs#{code}"),
        title: title(refusal, locale).to_owned(),
        status: status.as_u16(),
        detail: detail(refusal, locale),
        code,
        parameter: refusal.parameter_name(),
    };
    // Cannot fail: a struct of texts and numbers.
    serde_json::to_vec(&problem).unwrap_or_default()
}

/// The kind of problem in words.
pub(super) fn title(refusal: &Refusal, locale: Locale) -> &'static str {
    match refusal {
        Refusal::NotFound | Refusal::UnknownGrade(_) => locale.pick("没有找到", "Not found"),
        Refusal::Outdated => locale.pick("已被别人修改", "Changed by somebody else"),
        Refusal::TooSlow => locale.pick("请求内容来得太慢", "The request came too slowly"),
        Refusal::MethodNotAllowed => locale.pick("不支持这种请求方法", "Method not allowed"),
        Refusal::BadParameter { .. } => locale.pick("参数有误", "Bad parameter"),
        Refusal::BadBody(_) => locale.pick("请求内容有误", "Bad request body"),
        Refusal::BadField(_) | Refusal::UnreadableKey | Refusal::BadCursor => {
            locale.pick("填写有误", "Bad field")
        }
        Refusal::UnknownQuestion => locale.pick("没有这篇解答", "No such answer"),
        Refusal::LooksSecret => locale.pick("内容中可能有密码", "This may hold a secret"),
        Refusal::KeyReused => locale.pick("幂等键已被使用", "Idempotency key used before"),
        Refusal::CrossSite => locale.pick("不接受来自其他网站的提交", "Sent from another site"),
        Refusal::SignInFirst => locale.pick("请先登录", "Sign in first"),
        Refusal::TooMany(_) => locale.pick("请求得太频繁了", "Too many requests"),
        Refusal::StoreUnavailable => locale.pick("暂时无法保存", "Cannot be kept right now"),
        Refusal::Indexing => locale.pick("正在建立索引", "Indexing"),
        Refusal::Busy => locale.pick("服务繁忙", "Busy"),
        Refusal::Internal => locale.pick("服务出错了", "Something went wrong"),
    }
}

/// What was wrong with this request, and what to do.
#[expect(clippy::too_many_lines, reason = "a table of texts")]
pub(super) fn detail(refusal: &Refusal, locale: Locale) -> String {
    match refusal {
        Refusal::NotFound => locale
            .pick(
                "这里没有内容，可能已被移走或改名。",
                "There is nothing here; it may have been moved or renamed.",
            )
            .into(),
        Refusal::UnknownGrade(grade) => unknown_grade(grade, locale),
        Refusal::Outdated => locale
            .pick(
                "在您打开之后，别人修改了它。请重新打开，看过之后再改。",
                "Somebody else has changed it since you opened it. Open it again and look before you change it.",
            )
            .into(),
        Refusal::TooSlow => too_slow(locale).to_owned(),
        Refusal::MethodNotAllowed => locale
            .pick(
                "这个地址只接受其他请求方法。",
                "This address takes other methods.",
            )
            .into(),
        Refusal::BadParameter {
            name,
            value,
            expected,
        } => {
            let expected = expected_text(*expected, locale);
            locale.pick(
                format!("参数 `{name}` 的值 `{value}` 无效：应为{expected}。"),
                format!("Invalid value in parameter `{name}`: `{value}` is not {expected}."),
            )
        }
        Refusal::BadBody(problem) => {
            let problem = body_problem(problem, locale);
            locale.pick(
                format!("请求内容无法读取：{problem}"),
                format!("The body cannot be read: {problem}"),
            )
        }
        Refusal::BadField(BadField { field, problem }) => locale.pick(
            format!("`{field}` {}。", chinese(*problem)),
            format!("`{field}` {problem}."),
        ),
        Refusal::UnreadableKey => locale
            .pick(
                "`Idempotency-Key` 无法读取：应为 1 到 255 个 ASCII 字符。",
                "`Idempotency-Key` cannot be read: expected 1 to 255 ASCII characters.",
            )
            .into(),
        Refusal::BadCursor => locale
            .pick(
                "`after` 无效：应为上一页列表中的 next。",
                "`after` is not valid: expected the `next` of an earlier list.",
            )
            .into(),
        Refusal::UnknownQuestion => locale
            .pick(
                "没有这个编号的解答，它可能已被移走。",
                "There is no answer with this id; it may have been removed.",
            )
            .into(),
        Refusal::LooksSecret => locale
            .pick(
                "内容看起来含有密码、令牌或密钥，专家都会看到。请删去后再提交；如果确认没有，可以再次提交。",
                "The text looks as if it held a password, a token or a key, and experts will see it. Take it out, or confirm that it is none.",
            )
            .into(),
        Refusal::KeyReused => locale
            .pick(
                "同一个 Idempotency-Key 已用于其他内容，请换一个。",
                "The same Idempotency-Key was used for other content; use a new one.",
            )
            .into(),
        Refusal::CrossSite => locale
            .pick(
                "请在本站页面上提交；如果要从其他网站调用接口，请把来源加入 cors_origins。",
                "Send this from a page of this service, or add the origin to cors_origins.",
            )
            .into(),
        Refusal::SignInFirst => locale
            .pick(
                "需要登录，或在 Authorization 头中带上令牌。",
                "Sign in, or send a token in the Authorization header.",
            )
            .into(),
        Refusal::TooMany(seconds) => locale.pick(
            format!("请在 {seconds} 秒后再试。"),
            format!("Please try again in {seconds} seconds."),
        ),
        Refusal::StoreUnavailable => locale
            .pick(
                "反馈暂时无法保存，请稍后再试；搜索不受影响。",
                "Feedback cannot be kept right now; please try again shortly. Searching works.",
            )
            .into(),
        Refusal::Indexing => locale
            .pick(
                "文档正在第一次建立索引，请稍候片刻再试。",
                "The documents are being indexed for the first time; please try again in a moment.",
            )
            .into(),
        Refusal::Busy => locale
            .pick(
                "请求太多，请稍后再试。",
                "Too many requests at once; please try again shortly.",
            )
            .into(),
        Refusal::Internal => locale
            .pick(
                "问题已记录，请稍后再试。",
                "The problem has been logged; please try again later.",
            )
            .into(),
    }
}

fn too_slow(locale: Locale) -> &'static str {
    locale.pick("请检查网络后再试。", "Check the connection and try again.")
}

fn unknown_grade(grade: &str, locale: Locale) -> String {
    if grade.is_empty() {
        locale.pick(
            "这个反馈链接不完整：缺少 enhancerGradePOJOId。请搜索您的问题，在解答下方评价。",
            "This feedback link is incomplete: enhancerGradePOJOId is missing. Search your question and rate its answer there.",
        ).to_owned()
    } else {
        locale.pick(
            format!("没有编号为 `{grade}` 的解答，它可能已被移走或合并。请搜索您的问题，在解答下方评价。"),
            format!("No answer has the number `{grade}`; it may have been removed or merged. Search your question and rate its answer there."),
        )
    }
}

fn chinese(problem: FieldProblem) -> String {
    match problem {
        FieldProblem::TooLong(most) => format!("超过了 {most} 个字符"),
        FieldProblem::TooShort(least) => format!("少于 {least} 个字符"),
        FieldProblem::ControlCharacters => "含有控制字符，应为普通文本".to_owned(),
        FieldProblem::NotOneOf(allowed) => format!("应为 {allowed} 之一"),
    }
}

fn expected_text(expected: Expected, locale: Locale) -> &'static str {
    match expected {
        Expected::PositiveInteger => locale.pick("正整数", "a positive integer"),
        Expected::WholeNumber => locale.pick("不小于 0 的整数", "a whole number from 0"),
        Expected::Date => locale.pick("形如 2024-09-03 的日期", "a date such as 2024-09-03"),
        Expected::SortOrder => locale.pick("relevance 或 newest", "`relevance` or `newest`"),
        Expected::Flag => locale.pick("true 或 false", "`true` or `false`"),
        Expected::ListFormat => locale.pick("json 或 csv", "`json` or `csv`"),
    }
}

fn body_problem(problem: &BodyProblem, locale: Locale) -> String {
    match problem {
        BodyProblem::NotJson => locale
            .pick("应为 application/json", "expected application/json")
            .into(),
        BodyProblem::NotForm => locale.pick("应为表单", "expected a form").into(),
        BodyProblem::IncompleteOrTooLong => locale
            .pick(
                "不完整，或超过 64 KB",
                "it is incomplete, or longer than 64 KB",
            )
            .into(),
        BodyProblem::Malformed(problem) => problem.clone(),
    }
}
