//! `/api/team`: the team in numbers, and its rules.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use muster_core::policy::{Permission, Policy};
use muster_core::team;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::{Data, ok};
use super::body::Json;
use super::call::Call;
use super::problem::Problems;
use crate::web::Site;
use crate::web::error::Problem;

/// A team in numbers.
#[derive(Serialize, ToSchema)]
pub struct Team {
    /// Which.
    id: String,
    /// What people call it.
    name: String,
    /// What its rules are called.
    policy: String,
    /// The key of its plan, if it has one.
    plan: Option<String>,
    /// Its language.
    #[schema(example = "en-US")]
    language: &'static str,
    /// When it was founded.
    created_at: DateTime<Utc>,
    /// How its seats are used.
    seats: Seats,
    /// How many active members have each role, highest role first.
    roles: Vec<Holders>,
    /// How many members are suspended.
    deactivated: i64,
}

/// How a team's seats are used.
#[derive(Serialize, ToSchema)]
pub struct Seats {
    /// Active members.
    members: i64,
    /// Invitations that can still be accepted.
    pending: i64,
    /// How many there are; null for any number.
    cap: Option<u32>,
}

/// How many have a role.
#[derive(Serialize, ToSchema)]
pub struct Holders {
    /// The key of the role.
    role: String,
    /// What people call it.
    name: String,
    /// How many active members have it.
    members: i64,
}

/// The team that the key belongs to. Every key may ask this.
#[utoipa::path(
    get,
    path = "/api/team",
    tag = "Team",
    operation_id = "get_team",
    responses((status = 200, description = "The team", body = Data<Team>), Problems)
)]
pub async fn show(State(site): State<Site>, call: Call) -> Result<Response, Problem> {
    let (mut tx, entered) = call.caller.enter(&site).await?;
    let overview = team::overview(&mut tx, &site.env, &entered.standing).await?;
    let team = &entered.standing.team;
    ok(&Data::of(Team {
        id: team.id.to_string(),
        name: team.name.clone(),
        policy: team.policy.name().to_owned(),
        plan: team.plan.clone(),
        language: overview.language.as_str(),
        created_at: team.created_at,
        seats: Seats {
            members: overview.seats.members,
            pending: overview.seats.pending,
            cap: overview.seats.cap,
        },
        roles: overview
            .roles
            .into_iter()
            .map(|(role, members)| Holders {
                name: team.policy.role_name(&role),
                role: role.to_string(),
                members,
            })
            .collect(),
        deactivated: overview.deactivated,
    }))
}

/// The rules of the team, as data: the same as the file that `/team policy export` gives, in JSON.
#[utoipa::path(
    get,
    path = "/api/team/policy",
    tag = "Team",
    operation_id = "get_policy",
    responses((status = 200, description = "The rules", body = Data<Object>), Problems)
)]
pub async fn policy(State(site): State<Site>, call: Call) -> Result<Response, Problem> {
    let (_tx, grant) = call.caller.look(&site, Permission::TeamSettings).await?;
    ok(&Data::of(&*grant.team.policy))
}

/// What changed.
#[derive(Serialize, ToSchema)]
pub struct Changed {
    /// The number of the change in the team's log.
    seq: i64,
    /// How many things differ.
    differences: usize,
}

/// Gives the team other rules. They are judged as a whole; rules that make no sense change nothing.
#[utoipa::path(
    put,
    path = "/api/team/policy",
    tag = "Team",
    operation_id = "change_policy",
    request_body = Object,
    responses((status = 200, description = "The rules were changed", body = Data<Changed>), Problems)
)]
pub async fn change_policy(
    State(site): State<Site>,
    Call { caller, body, .. }: Call<Json<Policy>>,
) -> Result<Response, Problem> {
    let Json(new) = body;
    let mut change = match caller.change(&site, Permission::TeamSettings).await? {
        Ok(change) => change,
        Err(kept) => return Ok(kept),
    };
    let changed = team::change_policy(&mut change.tx, &site.env, &mut change.grant, None, new).await?;
    let answer = Data::of(Changed {
        seq: changed.seq,
        differences: changed.differences.len(),
    });
    change.done(&site, StatusCode::OK, &answer).await
}
