//! `/api/check`: how the host product asks whether somebody may do something.

use axum::extract::State;
use axum::response::Response;
use muster_core::ids::DiscordUserId;
use muster_core::member::{self, Status, Whose};
use muster_core::policy::{Permission, Policy, RoleKey};
use muster_core::text::EmailAddress;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::ok;
use super::body::Json;
use super::call::Call;
use super::problem::{Fault, Problems};
use crate::web::Site;
use crate::web::error::Problem;

/// Where it is asked; it only looks, although it is posted.
pub const PATH: &str = "/api/check";

/// Who, and what. Name the person in one of the three ways.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Their account.
    account: Option<String>,
    /// Their Discord user.
    #[schema(example = "80351110224678912")]
    discord_user: Option<String>,
    /// Their verified address.
    email: Option<String>,
    /// A permission: Muster's own, or one of the host product's that the team's rules give to roles.
    #[schema(example = "reports.view", max_length = 64)]
    permission: String,
}

/// Whether they may.
#[derive(Serialize, ToSchema)]
pub struct Verdict {
    /// Always true: what went wrong is answered as a problem.
    success: bool,
    /// Whether they may.
    allowed: bool,
    /// The key of their role; null if they are not in the team.
    role: Option<String>,
    /// `active`, `deactivated`, `removed` or `left`; `none` if they never were in the team.
    status: &'static str,
}

impl Question {
    fn whose(&self) -> Result<Whose, Fault> {
        let bad = |what: &str| Fault::Body(format!("{what} is none"));
        Ok(match (&self.account, &self.discord_user, &self.email) {
            (Some(id), None, None) => Whose::Account(id.parse().map_err(|_| bad("account"))?),
            (None, Some(id), None) => {
                let id = id.parse::<i64>().ok().filter(|id| *id > 0);
                Whose::Discord(DiscordUserId(id.ok_or_else(|| bad("discord_user"))?))
            }
            (None, None, Some(email)) => Whose::Email(EmailAddress::parse(email).map_err(|_| bad("email"))?),
            _ => {
                let one = "name one person, by account, discord_user or email".to_owned();
                return Err(Fault::Body(one));
            }
        })
    }
}

/// Whether a role has a permission, Muster's own or the host product's.
fn has(policy: &Policy, role: &RoleKey, permission: &str) -> bool {
    match Permission::parse(permission) {
        Ok(own) => policy.allows(role, own),
        Err(_) => policy.product_allows(role, permission),
    }
}

/// Whether somebody may do something, today.
#[utoipa::path(
    post,
    path = "/api/check",
    tag = "Check",
    operation_id = "check",
    request_body = Question,
    responses((status = 200, description = "Whether they may", body = Verdict), Problems)
)]
pub async fn check(
    State(site): State<Site>,
    Call { caller, body, .. }: Call<Json<Question>>,
) -> Result<Response, Problem> {
    let Json(question) = body;
    let whose = question.whose()?;
    let (mut tx, grant) = caller.look(&site, Permission::MembersView).await?;
    let found = member::standing_of(&mut tx, &grant, &whose).await?;
    let current = found.as_ref().filter(|(_, status)| status.is_current());
    let active = found.as_ref().filter(|(_, status)| *status == Status::Active);
    ok(&Verdict {
        success: true,
        allowed: active.is_some_and(|(role, _)| has(&grant.team.policy, role, &question.permission)),
        role: current.map(|(role, _)| role.to_string()),
        status: found.as_ref().map_or("none", |(_, status)| status.as_str()),
    })
}
