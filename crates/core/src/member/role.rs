//! Changing roles, and taking a change back.

use chrono::TimeDelta;
use serde_json::json;

use super::{Row, Status, check_not_fixed, get, keeps_an_owner};
use crate::activity::{self, Kind};
use crate::actor::Grant;
use crate::email::membership;
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::MemberId;
use crate::message;
use crate::policy::{Permission, Refusal, RoleKey};
use crate::tx::{Tx, sql};

/// A change of role that was made.
#[derive(Debug, Clone)]
pub struct RoleChange {
    /// Whose.
    pub member: Row,
    /// The role before.
    pub from: RoleKey,
    /// The role now.
    pub to: RoleKey,
    /// The number of the change in the team's log.
    pub seq: i64,
}

/// How long a change of role can be taken back by whoever made it.
pub const UNDO: TimeDelta = TimeDelta::minutes(10);

/// Gives a member another role, from the next request on.
pub async fn change_role(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    id: MemberId,
    to: &RoleKey,
    reason: Option<&str>,
) -> Result<RoleChange, Error> {
    grant.demand(tx, Permission::RolesChange)?;
    let (team, policy) = (&grant.team, &grant.team.policy);
    let mut member = get(tx, grant, id).await?;
    let from = member.role.clone();
    let role = policy
        .role(to)
        .ok_or_else(|| Rule::RoleUnknown { role: to.to_string() })?;
    if member.account_id == grant.actor.account {
        return Err(Rule::OwnRole {
            sentence: policy.refusal(Refusal::OwnRole),
        }
        .into());
    }
    if member.status != Status::Active {
        return Err(Rule::NotActive.into());
    }
    if from == *to {
        return Err(Rule::SameRole {
            role: role.name.clone(),
        }
        .into());
    }
    if policy.is_top(&from) || policy.is_top(to) {
        check_not_fixed(policy, Refusal::TopRole)?;
    }
    if !policy.may_change_role(&grant.role, &from, to) {
        return Err(grant.denied(message!(
            "beyond-change",
            role = grant.role_name(),
            from = policy.role_name(&from),
            to = role.name.as_str(),
        )));
    }
    let changed = sql!(execute tx,
        "update members set role = $3, top = $4 where team_id = $1 and id = $2", team.id, id, to, policy.is_top(to));
    keeps_an_owner(team, changed)?;
    let details = json!({ "member": id, "from": from, "to": to, "reason": reason });
    let entry = grant.entry(Kind::RoleChanged, &member.display_name, details);
    let seq = activity::append(tx, env, team.id, entry).await?;
    if policy.mails().role_change {
        let by = grant.actor.account;
        membership::role_changed(tx, env, team.id, member.account_id, (&from, to), by).await?;
    }
    member.role = to.clone();
    Ok(RoleChange {
        member,
        from,
        to: to.clone(),
        seq,
    })
}

/// Takes back the actor's own change of role with this number in the log, unless it is older than [`UNDO`] or the role
/// has changed since.
pub async fn undo_role(tx: &mut Tx, env: &Env, grant: &Grant, seq: i64) -> Result<RoleChange, Error> {
    grant.demand(tx, Permission::RolesChange)?;
    let entry = activity::get(tx, grant.team.id, seq).await?;
    let detail = |name| entry.detail(name).ok_or(Rule::Stale);
    let mine = entry.kind == Kind::RoleChanged && entry.actor_id == Some(grant.actor.account);
    if !mine || env.now() - entry.at > UNDO {
        return Err(Rule::Stale.into());
    }
    let id: MemberId = detail("member")?.parse().map_err(Error::internal)?;
    let (from, to) = (detail("from")?, detail("to")?);
    let member = get(tx, grant, id).await?;
    if member.role.as_str() != to {
        return Err(Rule::Stale.into());
    }
    let from = RoleKey::parse(&from).map_err(Error::internal)?;
    change_role(tx, env, grant, id, &from, None).await
}
