//! `/admin`: the last thirty days.

use super::chart;
use super::layout::{AdminLayout, private};
use crate::feedback::reports::Day;
use crate::web::expert::OnPage;
use crate::web::lists::days::last_days;
use crate::web::locale::Locale;
use crate::web::pages::frame::Frame;
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
    shares: [(&'static str, i64); 3],
    helpful: i64,
    unhelpful: i64,
    charts: Vec<Chart>,
    days: Vec<Day>,
}

/// What a line shows of a day, where it has any.
type OfDay = fn(&Day) -> Option<f64>;

/// A drawing with its name and the names of its lines.
struct Chart {
    name: &'static str,
    svg: String,
    lines: Vec<&'static str>,
}

pub(super) async fn overview(
    State(state): State<AppState>,
    locale: Locale,
    OnPage(expert): OnPage,
) -> Result<Response, Refusal> {
    let store = &state.feedback()?.store;
    let days = last_days(store).await?;
    let (open_ratings, open_asks) = store.open_items().await?;
    let (frame, layout) = AdminLayout::new(&state, locale, &expert.name, "/admin");
    let sum = |of: fn(&Day) -> i64| days.iter().map(of).sum::<i64>();
    let searches = sum(Day::searches);
    let share = |part: i64| (part * 100 + searches / 2) / searches.max(1);
    let names: Vec<String> = days.iter().map(|d| d.day.clone()).collect();
    let t = |chinese, english| frame.t(chinese, english);
    let chart = |name, lines: &[(&'static str, OfDay)]| Chart {
        name,
        svg: chart::lines(
            &names,
            &lines
                .iter()
                .map(|(_, of)| days.iter().map(of).collect())
                .collect::<Vec<Vec<Option<f64>>>>(),
        ),
        lines: lines.iter().map(|(name, _)| *name).collect(),
    };
    let charts = vec![
        chart(
            t("搜索次数", "Searches"),
            &[(t("次", "searches"), |d| Some(d.searches() as f64))],
        ),
        chart(
            t("搜索结果的比例（%）", "What searches found (%)"),
            &[
                (t("有答案", "answered"), |d| d.share(d.answered)),
                (t("可能相关", "related"), |d| d.share(d.related)),
                (t("没有答案", "none"), |d| d.share(d.none)),
            ],
        ),
        chart(
            t("评价", "Ratings"),
            &[
                (t("有帮助", "helped"), |d| Some(d.helpful as f64)),
                (t("没帮助", "did not"), |d| Some(d.unhelpful as f64)),
            ],
        ),
        chart(
            t("搜索耗时 p95（毫秒）", "Search time p95 (ms)"),
            &[(t("毫秒", "ms"), |d| d.p95_ms)],
        ),
    ];
    let shown = OverviewPage {
        open_ratings,
        open_asks,
        searches,
        shares: [
            (t("有答案", "answered"), share(sum(|d| d.answered))),
            (t("可能相关", "related"), share(sum(|d| d.related))),
            (t("没有答案", "none"), share(sum(|d| d.none))),
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
