//! The end of a team: deleted, brought back within 30 days, or purged after them.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sqlx::types::Json;

use super::Team;
use crate::activity::{self, Kind, NewEntry, Surface};
use crate::actor::{Actor, Grant};
use crate::email::{self, membership};
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::guild;
use crate::ids::TeamId;
use crate::member::{self, Status};
use crate::operator;
use crate::policy::{Permission, Policy};
use crate::tx::{Tx, sql};

/// How long a deleted team can be brought back.
pub const KEPT: TimeDelta = TimeDelta::days(30);
/// How many rows of a table one transaction deletes at most.
const BATCH: i64 = 1000;

/// A team that was deleted and can still come back.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Gone {
    /// Which.
    pub id: TeamId,
    /// What people called it.
    pub name: String,
    /// Its rules.
    pub policy: Json<Policy>,
    /// Since when.
    pub deleted_at: DateTime<Utc>,
}

impl Gone {
    /// Until when it can come back.
    pub fn until(&self) -> DateTime<Utc> {
        self.deleted_at + KEPT
    }
}

/// Deletes a team: nobody finds it any more, its links are dead and its waiting mails are not sent.
pub async fn delete(tx: &mut Tx, env: &Env, grant: &Grant) -> Result<Gone, Error> {
    grant.demand(tx, Permission::TeamDelete)?;
    let team = &grant.team;
    let deleted_at = env.now();
    activity::append(
        tx,
        env,
        team.id,
        grant.entry(Kind::TeamDeleted, &team.name, json!({})),
    )
    .await?;
    sql!(execute tx, "update teams set deleted_at = $2 where id = $1", team.id, deleted_at)?;
    guild::yield_default(tx, team.id).await?;
    email::cancel_for_team(tx, team.id).await?;
    membership::team_deleted(tx, env, team.id, grant.actor.account).await?;
    Ok(Gone {
        id: team.id,
        name: team.name.clone(),
        policy: team.policy.clone(),
        deleted_at,
    })
}

/// Whoever deletes or hands over a team types its name first; case and spaces around it make no difference.
pub fn check_name(team: &Team, typed: &str) -> Result<(), Error> {
    if typed.trim().to_lowercase() == team.name.to_lowercase() {
        return Ok(());
    }
    Err(Rule::NameMismatch {
        name: team.name.clone(),
    }
    .into())
}

/// The teams that can still be brought back, latest deletion first.
pub async fn deleted(tx: &mut Tx, env: &Env) -> Result<Vec<Gone>, Error> {
    Ok(sql!(fetch_all Gone, tx,
        "select id, name, policy, deleted_at from teams
         where deleted_at > $1 and not purging order by deleted_at desc, id", env.now() - KEPT)?)
}

/// Brings a deleted team back, as it was: for those who could have deleted it, and for super-admins.
pub async fn restore(tx: &mut Tx, env: &Env, actor: Actor, id: TeamId) -> Result<Gone, Error> {
    let gone = gone(tx, env, id).await?;
    let member = member::of_account(tx, id, actor.account).await?;
    let as_member = member.is_some_and(|member| {
        member.status == Status::Active && gone.policy.allows(&member.role, Permission::TeamDelete)
    });
    let super_admin = !as_member && operator::is_super_admin(tx, actor.account).await?;
    if !as_member && !super_admin {
        return Err(Error::NotFound("team"));
    }
    let details = if super_admin {
        json!({ "super_admin": true })
    } else {
        json!({})
    };
    let entry = NewEntry {
        kind: Kind::TeamRestored,
        actor: Some(actor.account),
        surface: actor.surface,
        subject: gone.name.clone(),
        details,
    };
    bring_back(tx, env, gone, entry).await
}

/// Brings a deleted team back for the operator of the machine, who needs no account.
pub async fn restore_for_operator(tx: &mut Tx, env: &Env, id: TeamId) -> Result<Gone, Error> {
    let gone = gone(tx, env, id).await?;
    let entry = NewEntry {
        kind: Kind::TeamRestored,
        actor: None,
        surface: Surface::Cli,
        subject: gone.name.clone(),
        details: json!({}),
    };
    bring_back(tx, env, gone, entry).await
}

async fn gone(tx: &mut Tx, env: &Env, id: TeamId) -> Result<Gone, Error> {
    sql!(lock Gone, tx,
        "select id, name, policy, deleted_at from teams where id = $1 and deleted_at > $2 and not purging",
        id, env.now() - KEPT)?
    .ok_or(Error::NotFound("team"))
}

async fn bring_back(tx: &mut Tx, env: &Env, gone: Gone, entry: NewEntry) -> Result<Gone, Error> {
    sql!(execute tx, "update teams set deleted_at = null where id = $1", gone.id)?;
    guild::take_default(tx, gone.id).await?;
    activity::append(tx, env, gone.id, entry).await?;
    Ok(gone)
}

/// Deletes some rows of a team whose 30 days are over, and at last the team itself. Answers how many rows went; nought
/// means that nothing is left to purge.
pub async fn purge(tx: &mut Tx, env: &Env) -> Result<u64, Error> {
    let due = sql!(values TeamId, tx,
        "select id from teams where deleted_at <= $1 order by deleted_at, id limit 1", env.now() - KEPT)?;
    let Some(team) = due.into_iter().next() else {
        return Ok(0);
    };
    // From here on there is no way back. An empty counter lets the owners go, the flag lets the log go.
    sql!(execute tx, "update teams set purging = true, owner_count = null where id = $1", team)?;
    let mut gone = 0;
    for table in [
        "delete from invitation_tokens where token_hash in (select token_hash from invitation_tokens where team_id = $1 limit $2)",
        "delete from api_answers where team_id = $1 and (key_id, name) in
             (select key_id, name from api_answers where team_id = $1 limit $2)",
        "delete from api_rates where team_id = $1 and (key_id, bucket) in
             (select key_id, bucket from api_rates where team_id = $1 limit $2)",
        "delete from api_keys where id in (select id from api_keys where team_id = $1 limit $2)",
        "delete from invitation_codes where invitation_id in
             (select invitation_id from invitation_codes where team_id = $1 limit $2)",
        "delete from invite_link_uses where team_id = $1 and (link_id, number) in
             (select link_id, number from invite_link_uses where team_id = $1 limit $2)",
        "delete from invite_link_sign_ups where id in (select id from invite_link_sign_ups where team_id = $1 limit $2)",
        "delete from invite_links where id in (select id from invite_links where team_id = $1 limit $2)",
        "delete from scheduled_invitations where id in (select id from scheduled_invitations where team_id = $1 limit $2)",
        "delete from emails where id in (select id from emails where team_id = $1 limit $2)",
        "delete from invitations where id in (select id from invitations where team_id = $1 limit $2)",
        "delete from drafts where id in (select id from drafts where team_id = $1 limit $2)",
        "delete from announcements where team_id = $1 and guild_id in
             (select guild_id from announcements where team_id = $1 limit $2)",
        "delete from webhook_tries where team_id = $1 and (delivery_id, number) in
             (select delivery_id, number from webhook_tries where team_id = $1 limit $2)",
        "delete from webhook_deliveries where id in (select id from webhook_deliveries where team_id = $1 limit $2)",
        "delete from webhooks where id in (select id from webhooks where team_id = $1 limit $2)",
        "delete from denials where team_id = $1 and (account_id, tried) in
             (select account_id, tried from denials where team_id = $1 limit $2)",
        "delete from events where id in (select id from events where team_id = $1 limit $2)",
        "delete from activity_days where team_id = $1 and (day, kind, actor_id) in
             (select day, kind, actor_id from activity_days where team_id = $1 limit $2)",
        "delete from activity where team_id = $1 and seq in (select seq from activity where team_id = $1 limit $2)",
        "delete from members where id in (select id from members where team_id = $1 limit $2)",
    ] {
        gone += sql!(execute tx, table, team, BATCH)?;
        if gone > 0 {
            return Ok(gone);
        }
    }
    sql!(execute tx, "delete from activity_cuts where team_id = $1", team)?;
    sql!(execute tx, "delete from guild_recent_teams where team_id = $1", team)?;
    sql!(execute tx, "delete from guild_teams where team_id = $1", team)?;
    gone += sql!(execute tx, "delete from teams where id = $1", team)?;
    Ok(gone)
}
