//! A team's rules in its own hands: another policy, or one of its settings turned.
//!
//! Everything here happens under the team's lock, which whoever gives out a role holds as well. So no member ever has a
//! role that the rules do not know, and whoever is on top is counted by the rules that hold.

use serde_json::json;
use sqlx::types::Json;

use super::max_owners;
use crate::activity::{self, Kind};
use crate::actor::Grant;
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::message;
use crate::message::Message;
use crate::operator;
use crate::policy::{Difference, Holders, Permission, Policy, RoleKey, Setting, summary};
use crate::tx::{Tx, sql};

/// Mails an hour that every team may allow itself. More is for super-admins to give.
const HOURLY_LIMIT: u32 = 20;

/// Rules that were changed.
#[derive(Debug, Clone)]
pub struct Changed {
    /// What differs.
    pub differences: Vec<Difference>,
    /// The number of the change in the team's log.
    pub seq: i64,
}

/// Gives the grant's team other rules, from the next request on. `seen` are those that were shown to whoever decided; if
/// the team has others by now, nothing is changed.
pub async fn change_policy(
    tx: &mut Tx,
    env: &Env,
    grant: &mut Grant,
    seen: Option<&Policy>,
    new: Policy,
) -> Result<Changed, Error> {
    grant.demand(tx, Permission::TeamSettings)?;
    let old = &grant.team.policy.0;
    if seen.is_some_and(|seen| seen != old) {
        return Err(Rule::Stale.into());
    }
    new.validate().map_err(|error| Rule::TextBad {
        what: "what-policy",
        reason: Message::own(error.to_string()),
    })?;
    let differences = old.differences(&new);
    if differences.is_empty() {
        return Err(Rule::Unchanged.into());
    }
    if old.outgrown_by(&new, &grant.role) {
        return Err(beyond(grant));
    }
    if is_the_operators(old, &new) && !grant.super_admin {
        // A program never has more than the role of whoever made its key.
        if grant.key.is_some() || !operator::is_super_admin(tx, grant.actor.account).await? {
            return Err(grant.denied(message!("rules-of-the-operator", most = HOURLY_LIMIT)));
        }
        grant.super_admin = true;
    }
    check_roles_in_use(tx, env, grant, &new).await?;
    store(tx, grant, new).await?;
    let details = json!({ "changed": summary(&differences) });
    let entry = grant.entry(Kind::PolicyChanged, grant.team.policy.name(), details);
    let seq = activity::append(tx, env, grant.team.id, entry).await?;
    Ok(Changed { differences, seq })
}

/// Makes another role the one that invitations offer when the inviter chooses none.
pub async fn set_default_role(
    tx: &mut Tx,
    env: &Env,
    grant: &mut Grant,
    role: &RoleKey,
) -> Result<Changed, Error> {
    let new = grant.team.policy.with_default_role(role);
    change_policy(tx, env, grant, None, new).await
}

/// Lets answers to invitations reach whoever invited, or no longer.
pub async fn set_replies_to_inviter(
    tx: &mut Tx,
    env: &Env,
    grant: &mut Grant,
    on: bool,
) -> Result<Changed, Error> {
    let new = grant.team.policy.with_replies_to_inviter(on);
    change_policy(tx, env, grant, None, new).await
}

/// Turns one of the settings that the rules bring, from the next request on. Answers the setting as it is now.
pub async fn turn(tx: &mut Tx, env: &Env, grant: &mut Grant, key: &str, on: bool) -> Result<Setting, Error> {
    grant.demand(tx, Permission::TeamSettings)?;
    let find = |policy: &Policy| policy.settings().iter().find(|one| one.key == key).cloned();
    let before = find(&grant.team.policy).ok_or(Rule::Stale)?;
    if before.on == on {
        return Err(Rule::Unchanged.into());
    }
    let new = grant.team.policy.with_setting(key, on).ok_or(Rule::Stale)?;
    let setting = find(&new).ok_or(Rule::Stale)?;
    store(tx, grant, new).await?;
    let details = json!({ "setting": key, "to": if on { "on" } else { "off" } });
    let entry = grant.entry(Kind::SettingTurned, &setting.name, details);
    activity::append(tx, env, grant.team.id, entry).await?;
    Ok(setting)
}

/// The refusal for somebody who may change the rules, but not so far.
fn beyond(grant: &Grant) -> Error {
    let policy = &grant.team.policy;
    let top = policy.role(policy.top_role());
    let plural = top.map_or(policy.top_role().as_str(), |top| top.plural.as_str());
    grant.denied(message!("rules-beyond", top = plural, role = grant.role_name()))
}

/// Whether the change touches what the operator gives and not the team: plans once there are some, and many mails.
fn is_the_operators(old: &Policy, new: &Policy) -> bool {
    let plans = !old.plans().is_empty() && old.plans() != new.plans();
    let most = old.invitation().hourly_limit.max(HOURLY_LIMIT);
    plans || new.invitation().hourly_limit > most
}

/// Refuses rules that lack a role which somebody has or is offered.
async fn check_roles_in_use(tx: &mut Tx, env: &Env, grant: &Grant, new: &Policy) -> Result<(), Error> {
    let team = grant.team.id;
    let members = sql!(
        fetch_all(RoleKey, i64),
        tx,
        "select role, count(*) from members where team_id = $1 and status in ('active', 'deactivated') group by role order by role",
        team
    )?;
    let invitations = sql!(
        fetch_all(RoleKey, i64),
        tx,
        "select role, count(*) from invitations where team_id = $1 and status = 'pending' and expires_at > $2 group by role order by role",
        team,
        env.now()
    )?;
    let links = sql!(fetch_all(RoleKey, i64), tx,
        "select role, count(*) from invite_links where team_id = $1 and disabled_at is null
         and (expires_at is null or expires_at > $2) and (max_uses is null or uses < max_uses) group by role order by role",
        team, env.now())?;
    let held = [&members, &invitations, &links];
    let mut roles = held.iter().flat_map(|rows| rows.iter().map(|(role, _)| role));
    let Some(missing) = roles.find(|role| new.role(role).is_none()) else {
        return Ok(());
    };
    let count = |of: &[(RoleKey, i64)]| of.iter().find(|(role, _)| role == missing).map_or(0, |(_, n)| *n);
    Err(Rule::RoleInUse {
        role: grant.team.policy.role_name(missing),
        members: count(&members),
        invitations: count(&invitations),
        links: count(&links),
    }
    .into())
}

/// Writes the rules down, and counts who is on top by them.
async fn store(tx: &mut Tx, grant: &mut Grant, new: Policy) -> Result<(), Error> {
    let (old, team) = (&grant.team.policy, grant.team.id);
    if old.top_role() != new.top_role() || old.holders() != new.holders() {
        let top = new.top_role();
        check_holders(tx, grant, &new).await?;
        // First those who come to the top and then those who leave it, so that there is never nobody; how many there may
        // be is said again with the rules.
        sql!(execute tx, "update teams set max_owners = null where id = $1", team)?;
        sql!(execute tx, "update members set top = true where team_id = $1 and role = $2 and not top", team, top)?;
        sql!(execute tx, "update members set top = false where team_id = $1 and role <> $2 and top", team, top)?;
    }
    let max = max_owners(&new);
    grant.team.policy = Json(new);
    sql!(execute tx, "update teams set policy = $2, max_owners = $3 where id = $1", team, &grant.team.policy, max)?;
    Ok(())
}

/// Refuses rules whose top role nobody could act with, or too many have.
async fn check_holders(tx: &mut Tx, grant: &Grant, new: &Policy) -> Result<(), Error> {
    let (team, top) = (grant.team.id, new.top_role());
    let active = sql!(value i64, tx,
        "select count(*) from members where team_id = $1 and role = $2 and status = 'active'", team, top)?;
    let all = sql!(value i64, tx,
        "select count(*) from members where team_id = $1 and role = $2 and status in ('active', 'deactivated')", team, top)?;
    let fits = match new.holders() {
        Holders::AtLeastOne => active >= 1,
        // Whoever is suspended would have no way back.
        Holders::ExactlyOne => active == 1 && all == 1,
    };
    if fits {
        return Ok(());
    }
    Err(Rule::TopHolders {
        role: new.role_name(top),
        holders: if active == 0 { 0 } else { all },
    }
    .into())
}
