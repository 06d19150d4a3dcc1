//! Why a request is refused: one table of statuses and codes. A refusal holds codes and values, never sentences;
//! [`render_refusal`](super::render_refusal) writes it for its reader.

use crate::feedback::StoreError;
use crate::feedback::experts::SignInError;
use crate::feedback::inbox::ChangeError;
use crate::feedback::record::{BadField, FieldProblem};
use crate::feedback::words::WordError;
use axum::Extension;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Characters of a refused value that are repeated in the response, at most.
const LONGEST_QUOTE: usize = 60;

/// Why a request was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// There is no such page or document.
    NotFound,
    /// No document has the grade id of an old feedback link.
    UnknownGrade(String),
    /// Somebody else changed the item after this sender read it.
    Outdated,
    /// The body did not arrive in time.
    TooSlow,
    /// The route does not take this method.
    MethodNotAllowed,
    /// A parameter of the address is invalid.
    BadParameter {
        /// Name of the parameter.
        name: &'static str,
        /// The value that was sent.
        value: String,
        /// What would be valid.
        expected: Expected,
    },
    /// The body of the request is invalid.
    BadBody(BodyProblem),
    /// A field of the body is invalid.
    BadField(BadField),
    /// The `Idempotency-Key` header is not readable text.
    UnreadableKey,
    /// The cursor in `after` is not one that a list gave.
    BadCursor,
    /// The body names a document that does not exist.
    UnknownQuestion,
    /// The text looks as if it held a password. Sent again with a confirmation, it is accepted.
    LooksSecret,
    /// The idempotency key was used for other content.
    KeyReused,
    /// A page of another site sent the request.
    CrossSite,
    /// The sender has not signed in.
    SignInFirst,
    /// The client sent too many requests; it may try again after this many seconds.
    TooMany(u64),
    /// The feedback store is unavailable.
    StoreUnavailable,
    /// The documents are being indexed for the first time.
    Indexing,
    /// Too many requests are waiting.
    Busy,
    /// An error of the service. Its cause is in the log.
    Internal,
}

/// What a parameter would have to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    /// An integer from 1.
    PositiveInteger,
    /// An integer from 0.
    WholeNumber,
    /// An ISO date.
    Date,
    /// `relevance` or `newest`.
    SortOrder,
    /// `newest`, `helpful` or `read`.
    QuestionOrder,
    /// `true` or `false`.
    Flag,
    /// `json` or `csv`.
    ListFormat,
}

/// Why a body cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum BodyProblem {
    /// Its content type is not JSON.
    NotJson,
    /// Its content type is not that of a form.
    NotForm,
    /// It ended early or is longer than allowed.
    IncompleteOrTooLong,
    /// It does not have the expected form, in the words of the parser.
    Malformed(String),
}

impl Refusal {
    /// Refuses a parameter; a long value is quoted in part.
    pub(super) fn parameter(name: &'static str, value: &str, expected: Expected) -> Self {
        Self::BadParameter {
            name,
            value: value.chars().take(LONGEST_QUOTE).collect(),
            expected,
        }
    }

    /// Refuses a field that must be one of `allowed`.
    pub(super) fn not_one_of(field: &'static str, allowed: &'static str) -> Self {
        let problem = FieldProblem::NotOneOf(allowed);
        Self::BadField(BadField { field, problem })
    }

    /// The table: status and code of every refusal.
    pub(super) fn status_and_code(&self) -> (StatusCode, &'static str) {
        match self {
            Self::NotFound | Self::UnknownGrade(_) => (StatusCode::NOT_FOUND, "not_found"),
            Self::Outdated => (StatusCode::CONFLICT, "outdated"),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, "too_slow"),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
            Self::BadParameter { .. } => (StatusCode::BAD_REQUEST, "bad_parameter"),
            Self::BadBody(_) => (StatusCode::BAD_REQUEST, "bad_body"),
            Self::BadField(_) | Self::UnreadableKey | Self::BadCursor => {
                (StatusCode::UNPROCESSABLE_ENTITY, "bad_field")
            }
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

    /// The parameter, field or header at fault.
    pub(super) fn parameter_name(&self) -> Option<&'static str> {
        match self {
            Self::BadParameter { name, .. } => Some(name),
            Self::BadField(bad) => Some(bad.field),
            Self::UnreadableKey => Some("Idempotency-Key"),
            Self::BadCursor => Some("after"),
            Self::UnknownQuestion => Some("question_id"),
            _ => None,
        }
    }

    /// Writes the headers of this refusal, which are the same for pages and for problems.
    pub(super) fn add_headers(&self, headers: &mut HeaderMap) {
        let seconds = match self {
            Self::Busy | Self::Indexing => 2,
            Self::StoreUnavailable => 5,
            Self::TooMany(seconds) => *seconds,
            _ => 0,
        };
        if seconds > 0 {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if *self == Self::SignInFirst {
            let bearer = HeaderValue::from_static("Bearer realm=\"dayi\"");
            headers.insert(header::WWW_AUTHENTICATE, bearer);
        }
    }
}

/// Status and the refusal itself in the extensions, which the middleware renders.
impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, _) = self.status_and_code();
        (status, Extension(self)).into_response()
    }
}

/// A refusal by a route outside `/api/` whose readers are programs: it is rendered as a problem, not as a page.
pub(super) struct ForPrograms(Refusal);

/// Marks the response of a [`ForPrograms`].
#[derive(Clone)]
pub(super) struct ReadByPrograms;

impl<T: Into<Refusal>> From<T> for ForPrograms {
    fn from(refusal: T) -> Self {
        Self(refusal.into())
    }
}

impl IntoResponse for ForPrograms {
    fn into_response(self) -> Response {
        (Extension(ReadByPrograms), self.0).into_response()
    }
}

impl From<BadField> for Refusal {
    fn from(bad: BadField) -> Self {
        Self::BadField(bad)
    }
}

impl From<WordError> for Refusal {
    fn from(error: WordError) -> Self {
        match error {
            WordError::Field(bad) => Self::BadField(bad),
            WordError::Store(error) => error.into(),
        }
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

impl From<SignInError> for Refusal {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Busy => Self::Busy,
            SignInError::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::KeyReused => Self::KeyReused,
            error if error.is_said() => Self::StoreUnavailable,
            error => {
                tracing::error!(error = %crate::error_chain(&error), "the feedback store failed");
                Self::StoreUnavailable
            }
        }
    }
}

impl From<askama::Error> for Refusal {
    fn from(error: askama::Error) -> Self {
        tracing::error!(%error, "a template failed");
        Self::Internal
    }
}
