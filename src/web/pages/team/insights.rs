//! What a team's past adds up to: the pictures, and the same numbers as tables.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use muster_core::Tx;
use muster_core::actor::Grant;
use muster_core::error::Error;
use muster_core::ids::TeamId;
use muster_core::insights::{self, Findings, Range, Report};
use muster_core::locale::Locale;
use muster_core::policy::Permission;

use super::{Caller, Head, Tab, TwoParts, team_id};
use crate::chart::{self, HEIGHT, WIDTH};
use crate::insights::{self as words, Told};
use crate::web::error::Problem;
use crate::web::pages::{Params, Part, part};
use crate::web::session::Visitor;
use crate::web::{Shell, Site, html};

/// Pages are in English, as all of them are.
const LOCALE: Locale = Locale::EnUs;

#[derive(Template)]
#[template(path = "team/insights.html")]
struct Page {
    shell: Shell,
    head: Head,
    range: Range,
    /// Each with its name, and whether it is the one shown.
    ranges: Vec<(Range, String, bool)>,
    sections: Vec<Section>,
    width: u32,
    height: u32,
}

/// One report.
struct Section {
    report: Report,
    told: Told,
    /// Whether it has a picture.
    picture: bool,
}

/// `GET /teams/{id}/insights`
pub async fn show(
    State(site): State<Site>,
    id: Part,
    params: Params,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let id = team_id(&part(id)?)?;
    let range = range(&params);
    let mut tx = site.db.read().await?;
    let (caller, grant) = granted(&mut tx, &visitor, id).await?;
    let head = Head::new(&mut tx, &caller, Tab::Insights, &params, site.env.now()).await?;
    let mut sections = Vec::new();
    for report in Report::ALL {
        let found = insights::find(&mut tx, &site.env, &grant, *report, range).await?;
        let told = words::tell(LOCALE, &found);
        sections.push(Section {
            report: *report,
            picture: told.chart.is_some(),
            told,
        });
    }
    drop(tx);
    let ranges = Range::ALL.iter();
    let page = Page {
        shell: visitor.shell(&site),
        head,
        range,
        ranges: ranges
            .map(|one| (*one, words::range(LOCALE, *one), *one == range))
            .collect(),
        sections,
        width: WIDTH,
        height: HEIGHT,
    };
    html(StatusCode::OK, &page)
}

/// `GET /teams/{id}/insights/{picture}`, such as `growth.png`. Where there is too little for a picture there is none.
pub async fn picture(
    State(site): State<Site>,
    path: TwoParts,
    params: Params,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let nothing = || Error::NotFound("page");
    let Path((id, name)) = path.map_err(|_| nothing())?;
    let id = team_id(&id)?;
    let report: Report = name
        .strip_suffix(".png")
        .and_then(|name| name.parse().ok())
        .ok_or_else(nothing)?;
    let mut tx = site.db.read().await?;
    let (_, grant) = granted(&mut tx, &visitor, id).await?;
    let found: Findings = insights::find(&mut tx, &site.env, &grant, report, range(&params)).await?;
    drop(tx);
    let chart = words::tell(LOCALE, &found).chart.ok_or_else(nothing)?;
    let png = chart::png(chart).await.map_err(Error::internal)?;
    Ok(([(header::CONTENT_TYPE, "image/png")], png).into_response())
}

/// The time that the address asks for; what is no such time means the usual one.
fn range(params: &Params) -> Range {
    let range = params.get("range").and_then(|range| range.parse().ok());
    range.unwrap_or_default()
}

async fn granted(tx: &mut Tx, visitor: &Visitor, id: TeamId) -> Result<(Caller, Grant), Problem> {
    let caller = Caller::enter(tx, visitor, id, &format!("/teams/{id}/insights")).await?;
    let grant = caller.actor.may(tx, id, Permission::AnalyticsView).await?;
    Ok((caller, grant))
}
