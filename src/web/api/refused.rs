//! The refusals of the routes, for the OpenAPI document. Handlers return a [`Refusal`](crate::web::refusal::Refusal).

use crate::web::problem::Problem;
use utoipa::IntoResponses;

/// Refusals of the routes that visitors read.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "describes responses in the OpenAPI document")]
pub(super) enum ReadRefused {
    /// A parameter cannot be used; the problem names it
    #[response(status = 400, content_type = "application/problem+json")]
    BadParameter(#[to_schema] Problem),
    /// Too much from one address
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(#[to_schema] Problem),
    /// Too many requests at once
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(#[to_schema] Problem),
}

/// Refusals of a search that is sent as a body.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "describes responses in the OpenAPI document")]
pub(super) enum SearchRefused {
    /// The body is no JSON of this form, or a parameter in it cannot be used; the problem names it
    #[response(status = 400, content_type = "application/problem+json")]
    BadBody(#[to_schema] Problem),
    /// Sent from an origin that is not allowed
    #[response(status = 403, content_type = "application/problem+json")]
    CrossSite(#[to_schema] Problem),
    /// The body did not come in time
    #[response(status = 408, content_type = "application/problem+json")]
    TooSlow(#[to_schema] Problem),
    /// Too much from one address
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(#[to_schema] Problem),
    /// Too many requests at once
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(#[to_schema] Problem),
}

/// Refusals of the routes that read one document.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "describes responses in the OpenAPI document")]
pub(super) enum DocumentRefused {
    /// No document has this id
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(#[to_schema] Problem),
    /// Too much from one address
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(#[to_schema] Problem),
    /// Too many requests at once
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(#[to_schema] Problem),
}

/// Refusals of the routes that visitors send to.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "describes responses in the OpenAPI document")]
pub(super) enum SendRefused {
    /// The body is no JSON of this form
    #[response(status = 400, content_type = "application/problem+json")]
    BadBody(#[to_schema] Problem),
    /// Sent from an origin that is not allowed
    #[response(status = 403, content_type = "application/problem+json")]
    CrossSite(#[to_schema] Problem),
    /// The body did not come in time
    #[response(status = 408, content_type = "application/problem+json")]
    TooSlow(#[to_schema] Problem),
    /// A field cannot be used, the problem names it; `looks_secret` when a question may hold a secret; or the key was used
    /// for something else
    #[response(status = 422, content_type = "application/problem+json")]
    BadField(#[to_schema] Problem),
    /// Too much from one address
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(#[to_schema] Problem),
    /// Cannot be kept now
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(#[to_schema] Problem),
}

/// Refusals of the routes by which visitors count for something.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "describes responses in the OpenAPI document")]
pub(super) enum CountRefused {
    /// Sent from an origin that is not allowed
    #[response(status = 403, content_type = "application/problem+json")]
    CrossSite(#[to_schema] Problem),
    /// There is none
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(#[to_schema] Problem),
    /// `Idempotency-Key` cannot be read
    #[response(status = 422, content_type = "application/problem+json")]
    BadField(#[to_schema] Problem),
    /// Too much from one address
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(#[to_schema] Problem),
    /// Cannot be kept now
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(#[to_schema] Problem),
}

/// Refusals of the routes for experts.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "describes responses in the OpenAPI document")]
pub(super) enum ExpertRefused {
    /// A parameter cannot be used; the problem names it
    #[response(status = 400, content_type = "application/problem+json")]
    BadParameter(#[to_schema] Problem),
    /// No token, no session
    #[response(status = 401, content_type = "application/problem+json")]
    SignInFirst(#[to_schema] Problem),
    /// There is none
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(#[to_schema] Problem),
    /// A filter cannot be used; the problem names it
    #[response(status = 422, content_type = "application/problem+json")]
    BadField(#[to_schema] Problem),
    /// Too much from one address
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(#[to_schema] Problem),
    /// The feedback store cannot be used now, or too many requests at once
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(#[to_schema] Problem),
}

/// Further refusals of the routes for experts that change something.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "describes responses in the OpenAPI document")]
pub(super) enum ChangeRefused {
    /// Sent from another site
    #[response(status = 403, content_type = "application/problem+json")]
    CrossSite(#[to_schema] Problem),
    /// The body did not come in time
    #[response(status = 408, content_type = "application/problem+json")]
    TooSlow(#[to_schema] Problem),
    /// Somebody else has changed it since this `version`
    #[response(status = 409, content_type = "application/problem+json")]
    Outdated(#[to_schema] Problem),
}
