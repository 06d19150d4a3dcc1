//! `/admin`: the last thirty days.

use super::chart;
use super::layout::{AdminLayout, private};
use crate::feedback::reports::Day;
use crate::texts::Texts;
use crate::web::expert::OnPage;
use crate::web::frame::Frame;
use crate::web::lists::days::last_days;
use crate::web::refusal::Refusal;
use crate::web::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::response::Response;

#[derive(Template)]
#[template(path = "admin/overview.html")]
struct OverviewPage {
    frame: Frame,
    layout: AdminLayout,
    open_ratings: i64,
    open_asks: i64,
    searches: i64,
    shares: [(String, i64); 3],
    helpful: i64,
    unhelpful: i64,
    charts: Vec<Chart>,
    days: Vec<Day>,
}

/// The value of a line on a day; none where the day has none.
type OfDay = fn(&Day) -> Option<f64>;

/// A drawing with its name and the names of its lines.
struct Chart {
    name: String,
    svg: String,
    lines: Vec<String>,
}

pub(super) async fn overview(
    State(state): State<AppState>,
    texts: Texts,
    OnPage(expert): OnPage,
) -> Result<Response, Refusal> {
    let store = &state.feedback()?.store;
    let days = last_days(store).await?;
    let (open_ratings, open_asks) = store.inbox().open_items().await?;
    let (frame, layout) = AdminLayout::new(&state, texts, &expert.name, "/admin");
    let sum = |of: fn(&Day) -> i64| days.iter().map(of).sum::<i64>();
    let searches = sum(Day::searches);
    let share = |part: i64| (part * 100 + searches / 2) / searches.max(1);
    let names: Vec<String> = days.iter().map(|d| d.day.clone()).collect();
    let t = |key: &str| frame.t(key);
    let chart = |name, lines: &[(&'static str, OfDay)]| Chart {
        name: t(name),
        svg: chart::lines(
            &names,
            &lines
                .iter()
                .map(|(_, of)| days.iter().map(of).collect())
                .collect::<Vec<Vec<Option<f64>>>>(),
        ),
        lines: lines.iter().map(|(name, _)| t(name)).collect(),
    };
    let charts = vec![
        chart(
            "chart-searches",
            &[("chart-searches-line", |d| Some(d.searches() as f64))],
        ),
        chart(
            "chart-found",
            &[
                ("chart-answered", |d| d.share(d.answered)),
                ("chart-related", |d| d.share(d.related)),
                ("chart-none", |d| d.share(d.none)),
            ],
        ),
        chart(
            "chart-ratings",
            &[
                ("chart-helped", |d| Some(d.helpful as f64)),
                ("chart-did-not", |d| Some(d.unhelpful as f64)),
            ],
        ),
        chart("chart-time", &[("chart-time-line", |d| d.p95_ms)]),
    ];
    let shown = OverviewPage {
        open_ratings,
        open_asks,
        searches,
        shares: [
            (t("chart-answered"), share(sum(|d| d.answered))),
            (t("chart-related"), share(sum(|d| d.related))),
            (t("chart-none"), share(sum(|d| d.none))),
        ],
        helpful: sum(|d| d.helpful),
        unhelpful: sum(|d| d.unhelpful),
        charts,
        days,
        frame,
        layout,
    };
    private(&shown)
}
