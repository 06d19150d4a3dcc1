//! `/admin/draft`: the draft of an ask or a query.

use crate::web::draft::{DraftParameters, written};
use crate::web::expert::OnPage;
use crate::web::parameters::Parameters;
use crate::web::refusal::Refusal;
use crate::web::state::AppState;
use axum::extract::State;
use axum::response::Response;

pub(super) async fn draft(
    State(state): State<AppState>,
    OnPage(_): OnPage,
    parameters: Parameters<DraftParameters>,
) -> Result<Response, Refusal> {
    written(&state, &parameters).await
}
