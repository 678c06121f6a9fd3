//! Teams: a name, a policy and the row that everything about a team is locked by.
//!
//! A deleted team is gone for everybody from the next request on: nothing here finds it, except what brings it back.

mod life;
mod plan;
mod rules;
mod settings;

pub use life::{Gone, KEPT, check_name, delete, deleted, purge, restore, restore_for_operator};
pub use plan::{Overview, overview, set_plan};
pub use rules::{Changed, change_policy, set_default_role, set_replies_to_inviter, turn};
pub use settings::{language, rename, set_language, undo_rename};

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::types::Json;

use crate::activity::{self, Kind, NewEntry, Surface};
use crate::actor::Standing;
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::{AccountId, MemberId, TeamId};
use crate::locale::Locale;
use crate::member::like_prefix;
use crate::message;
use crate::policy::{Holders, Policy, RoleKey};
use crate::text;
use crate::tx::{Conn, Tx, sql, sql_many};

/// What a person belongs to.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Team {
    /// Which.
    pub id: TeamId,
    /// What people call it.
    pub name: String,
    /// Its rules.
    pub policy: Json<Policy>,
    /// The key of its plan, where it has one.
    pub plan: Option<String>,
    /// When it was founded.
    pub created_at: DateTime<Utc>,
}

/// Founds a team by a preset's rules; the founder gets the top role. `locale` is the language of its mails to people we do
/// not know yet.
pub async fn create(
    tx: &mut Tx,
    env: &Env,
    founder: AccountId,
    surface: Surface,
    name: &str,
    preset: &str,
    locale: Locale,
) -> Result<Team, Error> {
    let preset = env.presets().get(preset).ok_or_else(|| Rule::TextBad {
        what: "what-preset",
        reason: message!("name-unknown", name = preset),
    })?;
    let policy = preset.policy.clone();
    let team = Team {
        id: env.new_id(),
        name: text::name("what-team-name", name)?,
        policy: Json(policy),
        plan: None,
        created_at: env.now(),
    };
    sql!(execute tx,
        "insert into teams (id, name, preset, policy, max_owners, created_by, created_at, locale)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        team.id, &team.name, &preset.key, &team.policy, max_owners(&team.policy), founder, team.created_at, locale)?;
    sql!(execute tx,
        "insert into members (id, team_id, account_id, role, top, status, joined_at, last_active_at)
         values ($1, $2, $3, $4, $5, 'active', $6, $6)",
        env.new_id::<MemberId>(), team.id, founder, team.policy.top_role(), true, team.created_at)?;
    let entry = NewEntry {
        kind: Kind::TeamCreated,
        actor: Some(founder),
        surface,
        subject: team.name.clone(),
        details: json!({ "preset": preset.key }),
    };
    activity::append(tx, env, team.id, entry).await?;
    Ok(team)
}

/// How many may hold the top role at once: what the row of a team says, beside the counter.
fn max_owners(policy: &Policy) -> Option<i64> {
    match policy.holders() {
        Holders::ExactlyOne => Some(1),
        Holders::AtLeastOne => None,
    }
}

/// A team by its id, locked until the end of the transaction when that writes: the first thing any change in a team
/// does, so that changes of one team follow one another.
pub async fn lock(tx: &mut Tx, id: TeamId) -> Result<Team, Error> {
    sql!(lock Team, tx, "select id, name, policy, plan, created_at from teams where id = $1 and deleted_at is null", id)?
        .ok_or(Error::NotFound("team"))
}

/// Locks a team's row like [`lock`], deleted or not: for what goes on after the people have gone, such as mails that fail
/// and links that stop mails.
pub(crate) async fn lock_row(tx: &mut Tx, id: TeamId) -> Result<(), Error> {
    type Id = (TeamId,);
    let found = sql!(lock Id, tx, "select id from teams where id = $1", id)?;
    found.map(|_| ()).ok_or(Error::NotFound("team"))
}

/// The team that a link leads to, entered and locked like [`lock`]. Whoever follows the link of a deleted team is told that
/// there is no such `link`.
pub(crate) async fn of_link(tx: &mut Tx, id: TeamId, link: &'static str) -> Result<Team, Error> {
    let team = lock(tx, id).await.map_err(|error| match error {
        Error::NotFound(_) => Error::NotFound(link),
        error => error,
    })?;
    tx.only(team.id).await?;
    Ok(team)
}

/// Locks several teams, in the order of their ids, so that two who lock several never wait for one another.
pub(crate) async fn lock_all(tx: &mut Tx, teams: &BTreeSet<TeamId>) -> Result<(), Error> {
    if let Conn::Postgres(_) = tx.conn {
        sql_many!(
            fetch_all(TeamId,),
            tx,
            teams,
            "select id from teams where id in (",
            |row, team| {
                row.push_bind(*team);
            },
            ") order by id for update"
        )?;
    }
    Ok(())
}

/// Locks the teams that an account is an active member of, like [`lock_all`]; answers which.
pub(crate) async fn lock_of_account(tx: &mut Tx, account: AccountId) -> Result<BTreeSet<TeamId>, Error> {
    let teams: BTreeSet<TeamId> = of_account(tx, account)
        .await?
        .iter()
        .map(|team| team.id)
        .collect();
    if !teams.is_empty() {
        lock_all(tx, &teams).await?;
    }
    Ok(teams)
}

/// A team by its id, for those who only read.
pub(crate) async fn get(tx: &mut Tx, id: TeamId) -> Result<Team, Error> {
    sql!(fetch_optional Team, tx, "select id, name, policy, plan, created_at from teams where id = $1", id)?
        .ok_or(Error::NotFound("team"))
}

#[derive(sqlx::FromRow)]
struct Membership {
    #[sqlx(flatten)]
    team: Team,
    role: RoleKey,
}

/// The teams an account is an active member of, each with its role there, by name.
pub async fn with_roles_of(tx: &mut Tx, account: AccountId) -> Result<Vec<(Team, RoleKey)>, Error> {
    let found = sql!(fetch_all Membership, tx,
        "select t.id, t.name, t.policy, t.plan, t.created_at, m.role from teams t join members m on m.team_id = t.id
         where m.account_id = $1 and m.status = 'active' and t.deleted_at is null order by t.name, t.id", account)?;
    Ok(found
        .into_iter()
        .map(|Membership { team, role }| (team, role))
        .collect())
}

/// The teams an account is an active member of, by name.
pub async fn of_account(tx: &mut Tx, account: AccountId) -> Result<Vec<Team>, Error> {
    Ok(with_roles_of(tx, account)
        .await?
        .into_iter()
        .map(|(team, _)| team)
        .collect())
}

/// The teams in which an account is suspended, by name.
pub(crate) async fn suspended_of(tx: &mut Tx, account: AccountId) -> Result<Vec<Team>, Error> {
    Ok(sql!(fetch_all Team, tx,
        "select t.id, t.name, t.policy, t.plan, t.created_at from teams t join members m on m.team_id = t.id
         where m.account_id = $1 and m.status = 'deactivated' and t.deleted_at is null order by t.name, t.id", account)?)
}

/// The teams whose name begins with a text, for super-admins, who may see them all.
pub async fn search(tx: &mut Tx, text: &str, limit: i64) -> Result<Vec<Team>, Error> {
    Ok(sql!(fetch_all Team, tx,
        "select id, name, policy, plan, created_at from teams
         where deleted_at is null and lower(name) like $1 escape '\\' order by name, id limit $2",
        like_prefix(text), limit)?)
}

/// Makes a team the one that its member means wherever nothing else says which.
pub async fn choose(tx: &mut Tx, standing: &Standing, account: AccountId) -> Result<(), Error> {
    sql!(execute tx, "update accounts set active_team_id = $2 where id = $1", account, standing.team.id)?;
    Ok(())
}

/// The team that somebody chose, if they did.
pub async fn chosen(tx: &mut Tx, account: AccountId) -> Result<Option<TeamId>, Error> {
    Ok(sql!(value Option<TeamId>, tx, "select active_team_id from accounts where id = $1", account)?)
}

/// Whether there is such a team, deleted or not.
pub async fn exists(tx: &mut Tx, id: TeamId) -> Result<bool, Error> {
    let found = sql!(value i64, tx,
        "select count(*) from teams where id = $1 and not (purging and deleted_at is not null)", id)?;
    Ok(found > 0)
}

/// The teams after one, oldest first, for the operator. Those that are being purged are left out, deleted ones are not.
pub async fn ids_after(tx: &mut Tx, after: Option<TeamId>, limit: i64) -> Result<Vec<TeamId>, Error> {
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    Ok(sql!(values TeamId, tx,
        "select id from teams where id > $1 and not (purging and deleted_at is not null) order by id limit $2", &after, limit)?)
}

/// Every team there is, oldest first: for the operator and for tests. Those that are being purged are left out, deleted
/// ones are not.
pub async fn all_ids(tx: &mut Tx) -> Result<Vec<TeamId>, Error> {
    Ok(
        sql!(values TeamId, tx, "select id from teams where not (purging and deleted_at is not null) order by id")?,
    )
}
