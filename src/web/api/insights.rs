//! `/api/insights`: what the team's past adds up to, in numbers. The reports are core's; what they look like to programs is
//! [`report`].

mod report;

use axum::extract::State;
use axum::response::Response;
use muster_core::Tx;
use muster_core::actor::Grant;
use muster_core::insights::{self, Range};
use muster_core::policy::Permission;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use self::report::{Features, Invitations, Members, Trends};
use super::answer::{Data, ok};
use super::body::{Nothing, Params};
use super::call::{Call, Caller};
use super::problem::{Fault, Problems};
use crate::web::error::Problem;
use crate::web::{Site, Web};

/// What a report is about.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// How far back it looks; 30 days if it is left out.
    #[param(inline, value_type = Option<Back>)]
    range: Option<String>,
}

/// How far back a report looks.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only written down")]
pub enum Back {
    /// Seven days.
    #[schema(rename = "7d")]
    Week,
    /// 30 days.
    #[schema(rename = "30d")]
    Month,
    /// 13 weeks.
    #[schema(rename = "90d")]
    Quarter,
    /// 52 weeks.
    #[schema(rename = "1y")]
    Year,
}

async fn come_in(
    site: &Web,
    caller: Caller,
    Params(wanted): Params<Wanted>,
) -> Result<(Tx, Grant, Range), Problem> {
    let range = wanted.range.as_deref().map(str::parse::<Range>).transpose();
    let range = range.map_err(|_| Fault::Query("range is 7d, 30d, 90d or 1y".to_owned()))?;
    let (tx, grant) = caller.look(site, Permission::AnalyticsView).await?;
    Ok((tx, grant, range.unwrap_or_default()))
}

/// Members over time, how many have which role, and who is most active.
#[utoipa::path(
    get,
    path = "/api/insights/members",
    tag = "Insights",
    operation_id = "insights_members",
    params(Wanted),
    responses((status = 200, description = "The report", body = Data<Members>), Problems)
)]
pub async fn members(
    State(site): State<Site>,
    Call { caller, query, .. }: Call<Nothing, Params<Wanted>>,
) -> Result<Response, Problem> {
    let (mut tx, grant, range) = come_in(&site, caller, query).await?;
    let growth = insights::growth(&mut tx, &site.env, &grant, range).await?;
    let roles = insights::roles(&mut tx, &grant).await?;
    let people = insights::people(&mut tx, &site.env, &grant, range).await?;
    ok(&Data::of(Members::of(growth, roles, people)))
}

/// What the host product is used for, by the events that it told.
#[utoipa::path(
    get,
    path = "/api/insights/features",
    tag = "Insights",
    operation_id = "insights_features",
    params(Wanted),
    responses((status = 200, description = "The report", body = Data<Features>), Problems)
)]
pub async fn features(
    State(site): State<Site>,
    Call { caller, query, .. }: Call<Nothing, Params<Wanted>>,
) -> Result<Response, Problem> {
    let (mut tx, grant, range) = come_in(&site, caller, query).await?;
    let found = insights::features(&mut tx, &site.env, &grant, range).await?;
    ok(&Data::of(Features::of(found)))
}

/// How much happens, how many take part, and whether it is more than before.
#[utoipa::path(
    get,
    path = "/api/insights/trends",
    tag = "Insights",
    operation_id = "insights_trends",
    params(Wanted),
    responses((status = 200, description = "The report", body = Data<Trends>), Problems)
)]
pub async fn trends(
    State(site): State<Site>,
    Call { caller, query, .. }: Call<Nothing, Params<Wanted>>,
) -> Result<Response, Problem> {
    let (mut tx, grant, range) = come_in(&site, caller, query).await?;
    let found = insights::trends(&mut tx, &site.env, &grant, range).await?;
    ok(&Data::of(Trends::of(found)))
}

/// What became of the invitations that were made in the time.
#[utoipa::path(
    get,
    path = "/api/insights/invitations",
    tag = "Insights",
    operation_id = "insights_invitations",
    params(Wanted),
    responses((status = 200, description = "The report", body = Data<Invitations>), Problems)
)]
pub async fn invitations(
    State(site): State<Site>,
    Call { caller, query, .. }: Call<Nothing, Params<Wanted>>,
) -> Result<Response, Problem> {
    let (mut tx, grant, range) = come_in(&site, caller, query).await?;
    let found = insights::invitations(&mut tx, &site.env, &grant, range).await?;
    ok(&Data::of(Invitations::of(found)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_down_about_ranges_is_what_is_read() {
        for word in ["7d", "30d", "90d", "1y"] {
            assert!(word.parse::<Range>().is_ok(), "{word}");
        }
        assert_eq!(Range::ALL.len(), 4);
    }
}
