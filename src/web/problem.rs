//! Every refusal: one table of codes, rendered as a page or as `application/problem+json` (RFC 9457).

use super::locale::Locale;
use super::state::Unavailable;
use crate::feedback::StoreError;
use crate::feedback::inbox::ChangeError;
use crate::feedback::record::{BadField, FieldProblem};
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// Why a request was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// There is no such page or document.
    NotFound,
    /// An old feedback link whose grade id no document carries.
    UnknownGrade(String),
    /// Somebody else has changed it since it was seen.
    Outdated,
    /// The body did not come in time.
    TooSlow,
    /// The route is there, the method is not.
    MethodNotAllowed,
    /// A parameter cannot be used.
    BadParameter {
        /// Its name.
        name: &'static str,
        /// What came.
        value: String,
        /// What was expected, in both languages.
        expected: (&'static str, &'static str),
    },
    /// The body of the request cannot be read.
    BadBody(String),
    /// A field of the body cannot be used.
    BadField(BadField),
    /// The document named in the body is not there.
    UnknownQuestion,
    /// The text looks as if it held a password; sent again with a word that this is meant, it is taken.
    LooksSecret,
    /// The idempotency key was used for something else.
    KeyReused,
    /// The request was sent by a page of another site.
    CrossSite,
    /// Who asks has not signed in.
    SignInFirst,
    /// Too much from one address; again after so many seconds.
    TooMany(u64),
    /// The feedback store cannot be used now.
    StoreUnavailable,
    /// The first documents are still being indexed; later again.
    Indexing,
    /// Too much to do; later again.
    Busy,
    /// Our fault. The cause is in the log.
    Internal,
}

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

impl Refusal {
    /// The table: status and code of every refusal.
    pub(super) fn status_and_code(&self) -> (StatusCode, &'static str) {
        match self {
            Self::NotFound | Self::UnknownGrade(_) => (StatusCode::NOT_FOUND, "not_found"),
            Self::Outdated => (StatusCode::CONFLICT, "outdated"),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, "too_slow"),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
            Self::BadParameter { .. } => (StatusCode::BAD_REQUEST, "bad_parameter"),
            Self::BadBody(_) => (StatusCode::BAD_REQUEST, "bad_body"),
            Self::BadField(_) => (StatusCode::UNPROCESSABLE_ENTITY, "bad_field"),
            Self::UnknownQuestion => (StatusCode::UNPROCESSABLE_ENTITY, "unknown_question"),
            Self::LooksSecret => (StatusCode::UNPROCESSABLE_ENTITY, "looks_secret"),
            Self::KeyReused => (StatusCode::UNPROCESSABLE_ENTITY, "key_reused"),
            Self::CrossSite => (StatusCode::FORBIDDEN, "cross_site"),
            Self::SignInFirst => (StatusCode::UNAUTHORIZED, "sign_in_first"),
            Self::TooMany(_) => (StatusCode::TOO_MANY_REQUESTS, "too_many"),
            Self::StoreUnavailable => (StatusCode::SERVICE_UNAVAILABLE, "store_unavailable"),
            Self::Indexing => (StatusCode::SERVICE_UNAVAILABLE, "indexing"),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        }
    }

    /// The kind of problem in words.
    pub(super) fn title(&self, locale: Locale) -> &'static str {
        match self {
            Self::NotFound | Self::UnknownGrade(_) => locale.pick("没有找到", "Not found"),
            Self::Outdated => locale.pick("已被别人修改", "Changed by somebody else"),
            Self::TooSlow => locale.pick("请求内容来得太慢", "The request came too slowly"),
            Self::MethodNotAllowed => locale.pick("不支持这种请求方法", "Method not allowed"),
            Self::BadParameter { .. } => locale.pick("参数有误", "Bad parameter"),
            Self::BadBody(_) => locale.pick("请求内容有误", "Bad request body"),
            Self::BadField(_) => locale.pick("填写有误", "Bad field"),
            Self::UnknownQuestion => locale.pick("没有这篇解答", "No such answer"),
            Self::LooksSecret => locale.pick("内容中可能有密码", "This may hold a secret"),
            Self::KeyReused => locale.pick("幂等键已被使用", "Idempotency key used before"),
            Self::CrossSite => locale.pick("不接受来自其他网站的提交", "Sent from another site"),
            Self::SignInFirst => locale.pick("请先登录", "Sign in first"),
            Self::TooMany(_) => locale.pick("请求得太频繁了", "Too many requests"),
            Self::StoreUnavailable => locale.pick("暂时无法保存", "Cannot be kept right now"),
            Self::Indexing => locale.pick("正在建立索引", "Indexing"),
            Self::Busy => locale.pick("服务繁忙", "Busy"),
            Self::Internal => locale.pick("服务出错了", "Something went wrong"),
        }
    }

    /// What was wrong with this request, and what to do.
    pub(super) fn detail(&self, locale: Locale) -> String {
        match self {
            Self::NotFound => locale
                .pick(
                    "这里没有内容，可能已被移走或改名。",
                    "There is nothing here; it may have been moved or renamed.",
                )
                .into(),
            Self::UnknownGrade(grade) => unknown_grade(grade, locale),
            Self::Outdated => locale
                .pick(
                    "在您打开之后，别人修改了它。请重新打开，看过之后再改。",
                    "Somebody else has changed it since you opened it. Open it again and look before you change it.",
                )
                .into(),
            Self::TooSlow => too_slow(locale).to_owned(),
            Self::MethodNotAllowed => locale
                .pick(
                    "这个地址只接受其他请求方法。",
                    "This address takes other methods.",
                )
                .into(),
            Self::BadParameter {
                name,
                value,
                expected,
            } => {
                let expected = locale.pick(expected.0, expected.1);
                locale.pick(
                    format!("参数 `{name}` 的值 `{value}` 无效：应为{expected}。"),
                    format!("Invalid value in parameter `{name}`: `{value}` is not {expected}."),
                )
            }
            Self::BadBody(problem) => locale.pick(
                format!("请求内容无法读取：{problem}"),
                format!("The body cannot be read: {problem}"),
            ),
            Self::BadField(BadField { field, problem }) => locale.pick(
                format!("`{field}` {}。", chinese(*problem)),
                format!("`{field}` {problem}."),
            ),
            Self::UnknownQuestion => locale
                .pick(
                    "没有这个编号的解答，它可能已被移走。",
                    "There is no answer with this id; it may have been removed.",
                )
                .into(),
            Self::LooksSecret => locale
                .pick(
                    "内容看起来含有密码、令牌或密钥，专家都会看到。请删去后再提交；如果确认没有，可以再次提交。",
                    "The text looks as if it held a password, a token or a key, and experts will see it. Take it out, or confirm that it is none.",
                )
                .into(),
            Self::KeyReused => locale
                .pick(
                    "同一个 Idempotency-Key 已用于其他内容，请换一个。",
                    "The same Idempotency-Key was used for other content; use a new one.",
                )
                .into(),
            Self::CrossSite => locale
                .pick(
                    "请在本站页面上提交；如果要从其他网站调用接口，请把来源加入 cors_origins。",
                    "Send this from a page of this service, or add the origin to cors_origins.",
                )
                .into(),
            Self::SignInFirst => locale
                .pick(
                    "需要登录，或在 Authorization 头中带上令牌。",
                    "Sign in, or send a token in the Authorization header.",
                )
                .into(),
            Self::TooMany(seconds) => locale.pick(
                format!("请在 {seconds} 秒后再试。"),
                format!("Please try again in {seconds} seconds."),
            ),
            Self::StoreUnavailable => locale
                .pick(
                    "反馈暂时无法保存，请稍后再试；搜索不受影响。",
                    "Feedback cannot be kept right now; please try again shortly. Searching works.",
                )
                .into(),
            Self::Indexing => locale
                .pick(
                    "文档正在第一次建立索引，请稍候片刻再试。",
                    "The documents are being indexed for the first time; please try again in a moment.",
                )
                .into(),
            Self::Busy => locale
                .pick(
                    "请求太多，请稍后再试。",
                    "Too many requests at once; please try again shortly.",
                )
                .into(),
            Self::Internal => locale
                .pick(
                    "问题已记录，请稍后再试。",
                    "The problem has been logged; please try again later.",
                )
                .into(),
        }
    }

    /// The refusal as problem+json.
    pub(super) fn into_problem(self, locale: Locale) -> Response {
        let (status, code) = self.status_and_code();
        let parameter = match &self {
            Self::BadParameter { name, .. } => Some(*name),
            Self::BadField(bad) => Some(bad.field),
            Self::UnknownQuestion => Some("question_id"),
            _ => None,
        };
        let body = Problem {
            kind: format!("/docs#{code}"),
            title: self.title(locale).to_owned(),
            status: status.as_u16(),
            detail: self.detail(locale),
            code,
            parameter,
        };
        let mut response = (status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(
            header::CONTENT_LANGUAGE,
            HeaderValue::from_static(locale.tag()),
        );
        self.add_headers(&mut response);
        response
    }

    /// Headers that belong to the refusal in either rendering.
    pub(super) fn add_headers(&self, response: &mut Response) {
        let seconds = match self {
            Self::Busy | Self::Indexing => 2,
            Self::StoreUnavailable => 5,
            Self::TooMany(seconds) => *seconds,
            _ => 0,
        };
        let headers = response.headers_mut();
        if seconds > 0 {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if *self == Self::SignInFirst {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"dayi\""),
            );
        }
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

impl From<BadField> for Refusal {
    fn from(bad: BadField) -> Self {
        Self::BadField(bad)
    }
}

impl From<ChangeError> for Refusal {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Unknown => Self::NotFound,
            ChangeError::Outdated => Self::Outdated,
            ChangeError::Field(bad) => Self::BadField(bad),
            ChangeError::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::KeyReused => Self::KeyReused,
            StoreError::Overloaded => Self::StoreUnavailable,
            error => {
                tracing::error!(error = %crate::error_chain(&error), "the feedback store failed");
                Self::StoreUnavailable
            }
        }
    }
}

impl From<Unavailable> for Refusal {
    fn from(why: Unavailable) -> Self {
        match why {
            Unavailable::Indexing => Self::Indexing,
            Unavailable::Busy => Self::Busy,
            Unavailable::Failed(error) => {
                tracing::error!(error = %crate::error_chain(&error), "a request failed");
                Self::Internal
            }
        }
    }
}

/// A refusal on its way out of an API handler.
pub(super) struct ApiRefusal(pub(super) Refusal, pub(super) Locale);

impl IntoResponse for ApiRefusal {
    fn into_response(self) -> Response {
        self.0.into_problem(self.1)
    }
}
