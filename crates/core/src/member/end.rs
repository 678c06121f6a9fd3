//! Ending and suspending the membership of others, and bringing suspended members back.

use serde_json::json;

use super::{Row, Status, check_not_fixed, get, keeps_an_owner, open_invitations_of};
use crate::activity::{self, Kind};
use crate::actor::Grant;
use crate::alert;
use crate::api_key;
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::MemberId;
use crate::message;
use crate::message::Arg;
use crate::policy::{Permission, Refusal, SelfRemoval};
use crate::seat;
use crate::tx::{Tx, sql};

/// A membership that has just changed its status.
#[derive(Debug, Clone)]
pub struct Ended {
    /// Whose, as it is now.
    pub member: Row,
    /// How many open invitations of theirs stop working, or work again.
    pub invitations: i64,
    /// The number of the change in the team's log.
    pub seq: i64,
}

/// Ends a membership, from the next request on. What the member did stays in the log under their name, and their account
/// stays theirs.
pub async fn remove(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    id: MemberId,
    reason: Option<&str>,
) -> Result<Ended, Error> {
    grant.demand(tx, Permission::MembersRemove)?;
    let policy = &grant.team.policy;
    let member = get(tx, grant, id).await?;
    if member.account_id == grant.actor.account {
        return Err(Rule::SelfRemove {
            sentence: policy.refusal(Refusal::SelfRemoval),
            team: grant.team.id,
            leave: policy.self_removal() == SelfRemoval::UseLeave,
        }
        .into());
    }
    if policy.is_top(&member.role) {
        check_not_fixed(policy, Refusal::TopRemoval)?;
    }
    if !policy.may_remove(&grant.role, &member.role) {
        return Err(out_of_reach(grant, &member, "remove"));
    }
    let (to, kind) = (Status::Removed, Kind::MemberRemoved);
    let ended = change(tx, env, grant, member, to, kind, reason).await?;
    alert::watch_removals(tx, env, grant).await?;
    Ok(ended)
}

/// Suspends a membership, from the next request on, until somebody reactivates it.
pub async fn deactivate(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    id: MemberId,
    reason: Option<&str>,
) -> Result<Ended, Error> {
    grant.demand(tx, Permission::MembersDeactivate)?;
    let policy = &grant.team.policy;
    let member = get(tx, grant, id).await?;
    if member.account_id == grant.actor.account {
        return Err(Rule::SelfDeactivate {
            sentence: policy.refusal(Refusal::SelfDeactivation),
        }
        .into());
    }
    if member.status != Status::Active {
        return Err(Rule::NotActive.into());
    }
    if policy.is_top(&member.role) {
        check_not_fixed(policy, Refusal::TopRemoval)?;
    }
    if !policy.may_deactivate(&grant.role, &member.role) {
        return Err(out_of_reach(grant, &member, "deactivate"));
    }
    change(
        tx,
        env,
        grant,
        member,
        Status::Deactivated,
        Kind::MemberDeactivated,
        reason,
    )
    .await
}

/// Brings a suspended member back with the role they had. They take a seat again.
pub async fn reactivate(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    id: MemberId,
    reason: Option<&str>,
) -> Result<Ended, Error> {
    grant.demand(tx, Permission::MembersDeactivate)?;
    let member = get(tx, grant, id).await?;
    if member.status == Status::Active {
        return Err(Rule::AlreadyActive.into());
    }
    if !grant.team.policy.may_deactivate(&grant.role, &member.role) {
        return Err(out_of_reach(grant, &member, "reactivate"));
    }
    seat::check_returning(tx, env, &grant.team).await?;
    change(
        tx,
        env,
        grant,
        member,
        Status::Active,
        Kind::MemberReactivated,
        reason,
    )
    .await
}

async fn change(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    mut member: Row,
    to: Status,
    kind: Kind,
    reason: Option<&str>,
) -> Result<Ended, Error> {
    let changed = sql!(execute tx,
        "update members set status = $3 where team_id = $1 and id = $2 and status = $4",
        grant.team.id, member.id, to, member.status);
    keeps_an_owner(&grant.team, changed)?;
    if to == Status::Removed {
        api_key::end_of(tx, env, grant.team.id, member.account_id).await?;
    }
    let details = json!({ "member": member.id, "role": member.role, "reason": reason });
    let seq = activity::append(
        tx,
        env,
        grant.team.id,
        grant.entry(kind, &member.display_name, details),
    )
    .await?;
    member.status = to;
    Ok(Ended {
        invitations: open_invitations_of(tx, env, grant, member.account_id).await?,
        member,
        seq,
    })
}

/// The refusal to do something to somebody of a role; `act` chooses the words.
fn out_of_reach(grant: &Grant, member: &Row, act: &'static str) -> Error {
    grant.denied(message!(
        "beyond-reach",
        role = grant.role_name(),
        act = Arg::word(act),
        whose = grant.team.policy.role_name(&member.role),
    ))
}
