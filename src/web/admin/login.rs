//! `/admin/login`.

use super::{Frame, private};
use crate::feedback::record::trimmed;
use crate::web::body::FormBody;
use crate::web::expert::{cookie, session};
use crate::web::locale::Locale;
use crate::web::pages::PageRefusal;
use crate::web::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

/// Characters of a name, at most.
const LONGEST_NAME: usize = 40;

#[derive(Template)]
#[template(path = "admin/login.html")]
struct LoginPage {
    frame: Frame,
    name: String,
    problem: Option<String>,
    nobody: bool,
}

async fn page(
    state: &AppState,
    locale: Locale,
    name: String,
    problem: Option<String>,
) -> Result<Response, PageRefusal> {
    let refuse = super::refusing(state, locale);
    let experts = state
        .feedback()
        .map_err(&refuse)?
        .store
        .experts()
        .names()
        .await;
    let mut frame = Frame::new(state, locale, "");
    frame.canonical.clear();
    let shown = LoginPage {
        frame,
        name,
        problem,
        nobody: experts.map_err(|e| refuse(e.into()))?.is_empty(),
    };
    private(&shown, state, locale)
}

pub(super) async fn form(
    State(state): State<AppState>,
    locale: Locale,
) -> Result<Response, PageRefusal> {
    page(&state, locale, String::new(), None).await
}

pub(super) async fn sign_in(
    State(state): State<AppState>,
    locale: Locale,
    FormBody(mut fields, sender): FormBody,
) -> Result<Response, PageRefusal> {
    let refuse = super::refusing(&state, locale);
    let feedback = state.feedback().map_err(&refuse)?;
    let (name, password) = (fields.take("name"), fields.take("password"));
    let name: String = name.chars().take(LONGEST_NAME).collect();
    state
        .limits
        .sign_in(&feedback.visitor(&sender.client).network, &name)
        .map_err(&refuse)?;
    let session = feedback.store.experts().sign_in(&name, &password).await;
    let Some(secret) = session.map_err(|e| refuse(e.into()))? else {
        tracing::warn!("a sign-in failed");
        let tried = trimmed(&name, LONGEST_NAME);
        let noted = feedback
            .store
            .audit()
            .record(&tried, "sign-in failed", "", "")
            .await;
        noted.map_err(|e| refuse(e.into()))?;
        let problem = locale.pick("名字或密码不对。", "Wrong name or password.");
        let mut again = page(&state, locale, name, Some(problem.to_owned())).await?;
        *again.status_mut() = StatusCode::UNAUTHORIZED;
        return Ok(again);
    };
    let signed_in = feedback
        .store
        .audit()
        .record(&name, "sign in", "", "")
        .await;
    signed_in.map_err(|e| refuse(e.into()))?;
    let mut response = Redirect::to("/admin").into_response();
    response
        .headers_mut()
        .insert(header::SET_COOKIE, cookie(Some(&secret), &state));
    Ok(response)
}

pub(super) async fn sign_out(
    State(state): State<AppState>,
    locale: Locale,
    headers: HeaderMap,
    FormBody(..): FormBody,
) -> Result<Response, PageRefusal> {
    let refuse = super::refusing(&state, locale);
    if let Some(secret) = session(&headers) {
        let store = &state.feedback().map_err(&refuse)?.store;
        store
            .experts()
            .sign_out(secret)
            .await
            .map_err(|e| refuse(e.into()))?;
    }
    let mut response = Redirect::to("/admin/login").into_response();
    response
        .headers_mut()
        .insert(header::SET_COOKIE, cookie(None, &state));
    Ok(response)
}
