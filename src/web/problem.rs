//! Every refusal: one table of codes, rendered as a page or as `application/problem+json` (RFC 9457).

use super::locale::Locale;
use super::state::Unavailable;
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
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found"),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
            Self::BadParameter { .. } => (StatusCode::BAD_REQUEST, "bad_parameter"),
            Self::Indexing => (StatusCode::SERVICE_UNAVAILABLE, "indexing"),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        }
    }

    /// The kind of problem in words.
    pub(super) fn title(&self, locale: Locale) -> &'static str {
        match self {
            Self::NotFound => locale.pick("没有找到", "Not found"),
            Self::MethodNotAllowed => locale.pick("不支持这种请求方法", "Method not allowed"),
            Self::BadParameter { .. } => locale.pick("参数有误", "Bad parameter"),
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
        if matches!(self, Self::Busy | Self::Indexing) {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
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
