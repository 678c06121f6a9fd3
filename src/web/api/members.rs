//! `/api/team-members`: who is in the team, their roles, and the end of a membership.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use muster_core::error::Error;
use muster_core::ids::MemberId;
use muster_core::member::{self, Filter, Row, Status};
use muster_core::policy::{Permission, RoleKey};
use muster_core::text;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::answer::{Data, List, ok};
use super::body::{Json, Nothing};
use super::call::Call;
use super::cursor::{Listing, Reading, Stretch};
use super::problem::{Fault, Problems};
use crate::web::Site;
use crate::web::error::Problem;
use crate::web::pages::{Part, part};

/// Somebody who is in the team.
#[derive(Serialize, ToSchema)]
pub struct Member {
    /// The membership.
    id: String,
    /// The person; the same in every team.
    account_id: String,
    /// What others call them.
    name: String,
    /// Their verified address; null if they have none, or if the key does not carry `members.invite`.
    email: Option<String>,
    /// The key of their role.
    role: String,
    /// `active` or `deactivated`; `removed` once they were removed.
    #[schema(example = "active")]
    status: &'static str,
    /// When they joined.
    joined_at: DateTime<Utc>,
    /// When they were invited; null for who founded the team or came by a link.
    invited_at: Option<DateTime<Utc>>,
    /// Who invited them, by name.
    invited_by: Option<String>,
    /// When they last did something here.
    last_active_at: DateTime<Utc>,
    /// Their Discord user, if they linked one.
    discord_user_id: Option<String>,
}

impl Member {
    fn of(row: Row, sees_addresses: bool) -> Self {
        Self {
            id: row.id.to_string(),
            account_id: row.account_id.to_string(),
            name: row.display_name,
            email: row
                .email
                .filter(|_| sees_addresses)
                .map(|email| email.to_string()),
            role: row.role.to_string(),
            status: row.status.as_str(),
            joined_at: row.joined_at,
            invited_at: row.invited_at,
            invited_by: row.invited_by,
            last_active_at: row.last_active_at,
            discord_user_id: row.discord_user_id.map(|id| id.to_string()),
        }
    }
}

/// Which members to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Only those with this role.
    role: Option<String>,
    /// Only those of this status: `active` or `deactivated`.
    #[param(value_type = Option<MemberStatus>)]
    status: Option<String>,
}

/// What a membership can be.
#[derive(Deserialize, ToSchema, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub enum MemberStatus {
    /// It gives access.
    Active,
    /// It is suspended.
    Deactivated,
}

fn role(text: &str) -> Result<RoleKey, Fault> {
    RoleKey::parse(text).map_err(|error| Fault::Query(format!("role: {error}")))
}

/// The members of the team, in the order in which they joined.
#[utoipa::path(
    get,
    path = "/api/team-members",
    tag = "Members",
    operation_id = "list_members",
    params(Wanted, Stretch),
    responses((status = 200, description = "Some members", body = List<Member>), Problems)
)]
pub async fn list(
    State(site): State<Site>,
    Call { caller, query, .. }: Call<Nothing, Listing<Wanted>>,
) -> Result<Response, Problem> {
    let Listing {
        filter: wanted,
        stretch,
    } = query;
    let (mut tx, grant) = caller.look(&site, Permission::MembersView).await?;
    let filter = Filter {
        role: wanted.role.as_deref().map(role).transpose()?,
        status: match wanted.status.as_deref() {
            None => None,
            Some("active") => Some(Status::Active),
            Some("deactivated") => Some(Status::Deactivated),
            Some(_) => return Err(Fault::Query("status is active or deactivated".to_owned()).into()),
        },
    };
    let reading = Reading::new(
        grant.team.id,
        "members",
        &[wanted.role.as_deref(), wanted.status.as_deref()],
        stretch,
    )?;
    let stretch = member::stretch(&mut tx, &grant, &filter, &reading.keyset(&site.env)?).await?;
    let sees = grant.sees_addresses();
    ok(&List::of(&site.env, &reading, stretch, |row| {
        Member::of(row, sees)
    }))
}

/// The id of a member in a path.
fn id(path: Part) -> Result<MemberId, Problem> {
    part(path)?.parse().map_err(|_| Error::NotFound("member").into())
}

/// One member.
#[utoipa::path(
    get,
    path = "/api/team-members/{id}",
    tag = "Members",
    operation_id = "get_member",
    params(("id" = String, Path, description = "The membership")),
    responses((status = 200, description = "The member", body = Data<Member>), Problems)
)]
pub async fn show(State(site): State<Site>, path: Part, call: Call) -> Result<Response, Problem> {
    let (mut tx, grant) = call.caller.look(&site, Permission::MembersView).await?;
    let row = member::get(&mut tx, &grant, id(path)?).await?;
    ok(&Data::of(Member::of(row, grant.sees_addresses())))
}

/// What to change about a member: the role, or whether the membership gives access. One of the two.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The key of the new role.
    #[schema(example = "member")]
    role: Option<String>,
    /// `deactivated` suspends the membership, `active` gives it back.
    status: Option<MemberStatus>,
    /// Why, for the log.
    #[schema(max_length = 500)]
    reason: Option<String>,
}

/// Changes the role of a member, or suspends them or brings them back. It counts from the next request on.
#[utoipa::path(
    patch,
    path = "/api/team-members/{id}",
    tag = "Members",
    operation_id = "change_member",
    params(("id" = String, Path, description = "The membership")),
    request_body = Change,
    responses((status = 200, description = "The member as they are now", body = Data<Member>), Problems)
)]
pub async fn change(
    State(site): State<Site>,
    path: Part,
    Call { caller, body, .. }: Call<Json<Change>>,
) -> Result<Response, Problem> {
    let Json(wanted) = body;
    let permission = match (&wanted.role, wanted.status) {
        (Some(_), None) => Permission::RolesChange,
        (None, Some(_)) => Permission::MembersDeactivate,
        _ => return Err(Fault::Body("say either role or status".to_owned()).into()),
    };
    let mut change = match caller.change(&site, permission).await? {
        Ok(change) => change,
        Err(kept) => return Ok(kept),
    };
    let (id, env) = (id(path)?, &site.env);
    let reason = match &wanted.reason {
        Some(reason) => text::note(reason)?,
        None => None,
    };
    let (tx, grant, reason) = (&mut change.tx, &change.grant, reason.as_deref());
    let row = match (&wanted.role, wanted.status) {
        (Some(role), _) => {
            let role = grant.team.policy.role_named(role)?;
            member::change_role(tx, env, grant, id, &role, reason)
                .await?
                .member
        }
        (None, Some(MemberStatus::Deactivated)) => {
            member::deactivate(tx, env, grant, id, reason).await?.member
        }
        (None, _) => member::reactivate(tx, env, grant, id, reason).await?.member,
    };
    answer(&site, change, row).await
}

/// Ends a membership. It counts from the next request on; what the member did stays in the log.
#[utoipa::path(
    delete,
    path = "/api/team-members/{id}",
    tag = "Members",
    operation_id = "remove_member",
    params(("id" = String, Path, description = "The membership")),
    responses((status = 200, description = "The member as they were", body = Data<Member>), Problems)
)]
pub async fn remove(State(site): State<Site>, path: Part, call: Call) -> Result<Response, Problem> {
    let mut change = match call.caller.change(&site, Permission::MembersRemove).await? {
        Ok(change) => change,
        Err(kept) => return Ok(kept),
    };
    let ended = member::remove(&mut change.tx, &site.env, &change.grant, id(path)?, None).await?;
    answer(&site, change, ended.member).await
}

async fn answer(site: &Site, change: super::call::Change, row: Row) -> Result<Response, Problem> {
    let member = Member::of(row, change.grant.sees_addresses());
    change.done(site, StatusCode::OK, &Data::of(member)).await
}
