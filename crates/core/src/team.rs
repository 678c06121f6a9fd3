//! Teams: a name, a policy and the row that everything about a team is locked by.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::types::Json;

use crate::activity::{self, Kind, NewEntry, Surface};
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::{AccountId, MemberId, TeamId};
use crate::locale::Locale;
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
    let preset = Policy::preset(preset).ok_or_else(|| Rule::TextBad {
        what: "preset",
        reason: format!("there is none called `{preset}`"),
    })?;
    let policy = preset.policy.clone();
    let team = Team {
        id: env.new_id(),
        name: text::name("team name", name)?,
        policy: Json(policy),
        created_at: env.now(),
    };
    let max_owners = match team.policy.holders() {
        Holders::ExactlyOne => Some(1_i64),
        Holders::AtLeastOne => None,
    };
    sql!(execute tx,
        "insert into teams (id, name, preset, policy, max_owners, created_by, created_at, locale)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        team.id, &team.name, &preset.key, &team.policy, max_owners, founder, team.created_at, locale)?;
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

/// A team by its id, locked until the end of the transaction when that writes: the first thing any change in a team
/// does, so that changes of one team follow one another.
pub async fn lock(tx: &mut Tx, id: TeamId) -> Result<Team, Error> {
    sql!(lock Team, tx, "select id, name, policy, created_at from teams where id = $1", id)?
        .ok_or(Error::NotFound("team"))
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

/// A team by its id, for those who only read.
pub(crate) async fn get(tx: &mut Tx, id: TeamId) -> Result<Team, Error> {
    sql!(fetch_optional Team, tx, "select id, name, policy, created_at from teams where id = $1", id)?
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
        "select t.id, t.name, t.policy, t.created_at, m.role from teams t join members m on m.team_id = t.id
         where m.account_id = $1 and m.status = 'active' order by t.name, t.id", account)?;
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

/// Every team there is, oldest first: for the operator and for tests.
pub async fn all_ids(tx: &mut Tx) -> Result<Vec<TeamId>, Error> {
    Ok(sql!(values TeamId, tx, "select id from teams order by id")?)
}
