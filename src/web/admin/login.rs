//! `/admin/login`.

use super::layout::private;
use crate::texts::Texts;
use crate::web::body::{FormBody, NoFields};
use crate::web::expert::{device, device_cookie, session, session_cookie};
use crate::web::frame::Frame;
use crate::web::refusal::Refusal;
use crate::web::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use serde::Deserialize;

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

/// The form to sign in.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct SignInForm {
    name: String,
    password: String,
}

async fn page(
    state: &AppState,
    texts: Texts,
    name: String,
    problem: Option<String>,
) -> Result<Response, Refusal> {
    let experts = state.feedback()?.store.experts().names().await?;
    private(&LoginPage {
        frame: Frame::without_address(state, texts),
        name,
        problem,
        nobody: experts.is_empty(),
    })
}

pub(super) async fn form(State(state): State<AppState>, texts: Texts) -> Result<Response, Refusal> {
    page(&state, texts, String::new(), None).await
}

pub(super) async fn sign_in(
    State(state): State<AppState>,
    texts: Texts,
    cookies: CookieJar,
    FormBody(form, sender): FormBody<SignInForm>,
) -> Result<Response, Refusal> {
    let feedback = state.feedback()?;
    let name: String = form.name.chars().take(LONGEST_NAME).collect();
    let device = device(&cookies, &name, &state);
    let is_known = device.is_some_and(|device| state.limits.sign_in_of_device(&device.id));
    if !is_known {
        let network = feedback.visitor(&sender.client).network;
        state.limits.sign_in(&network, &name)?;
    }
    let experts = feedback.store.experts();
    let Some(secret) = experts.sign_in(&name, &form.password).await? else {
        tracing::warn!("a sign-in failed");
        let problem = texts.text("login-wrong");
        let mut again = page(&state, texts, name, Some(problem)).await?;
        *again.status_mut() = StatusCode::UNAUTHORIZED;
        return Ok(again);
    };
    let session = CookieJar::new().add(session_cookie(Some(secret), &state));
    let device = device_cookie(&name, &state).into_iter();
    let device = device.map(|cookie| (SET_COOKIE, cookie.to_string()));
    Ok((session, AppendHeaders(device), Redirect::to("/admin")).into_response())
}

pub(super) async fn sign_out(
    State(state): State<AppState>,
    cookies: CookieJar,
    FormBody(NoFields {}, _): FormBody<NoFields>,
) -> Result<(CookieJar, Redirect), Refusal> {
    if let Some(secret) = session(&cookies) {
        state.feedback()?.store.experts().sign_out(secret).await?;
    }
    let cookies = CookieJar::new().add(session_cookie(None, &state));
    Ok((cookies, Redirect::to("/admin/login")))
}
