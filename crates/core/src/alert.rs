//! Entries of a log that somebody has to hear of at once: by mail, and by a direct message of the bot's.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::account::{self, Account};
use crate::activity::{self, Entry, Kind, NewEntry, Surface};
use crate::actor::Grant;
use crate::email::notice;
use crate::env::Env;
use crate::error::Error;
use crate::ids::{AccountId, DiscordUserId, TeamId};
use crate::job::Job;
use crate::locale::Locale;
use crate::queue;
use crate::team;
use crate::tx::{Tx, sql};

/// How many removals by one person within [`MASS_WITHIN`] are an alarm.
pub const MASS: i64 = 5;
/// Within which time.
pub const MASS_WITHIN: TimeDelta = TimeDelta::minutes(10);
/// How many people hear of an alarm at most.
const MOST_TOLD: i64 = 25;

/// What somebody hears of.
#[derive(Debug, Clone)]
pub struct Alert {
    /// In which team.
    pub team_id: TeamId,
    /// What it is called.
    pub team: String,
    /// What happened.
    pub kind: Kind,
    /// Who did it, by name.
    pub by: String,
    /// What it is about: a number, or where.
    pub subject: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who hears of it.
    pub account: Account,
    /// Who that is in Discord.
    pub discord_user: Option<DiscordUserId>,
    /// Their language.
    pub locale: Locale,
}

/// Writes an entry to a team's log and tells these people.
pub(crate) async fn raise(
    tx: &mut Tx,
    env: &Env,
    team: TeamId,
    entry: NewEntry,
    people: &[AccountId],
) -> Result<(), Error> {
    let seq = activity::append(tx, env, team, entry).await?;
    for account in people {
        let person = account::get(tx, *account).await?;
        notice::alert(tx, env, &person, team, seq).await?;
        let job = Job::NotifyAlert {
            team,
            entry: seq,
            account: *account,
        };
        queue::enqueue(tx, env, &job).await?;
    }
    Ok(())
}

/// The active holders of a team's top role.
pub(crate) async fn top_of(tx: &mut Tx, team: TeamId) -> Result<Vec<AccountId>, Error> {
    Ok(sql!(values AccountId, tx,
        "select account_id from members where team_id = $1 and top and status = 'active' order by joined_at, id limit $2",
        team, MOST_TOLD)?)
}

/// After a removal: whether the grant's actor has removed so many that the top role has to know. Once in [`MASS_WITHIN`]
/// is enough.
pub(crate) async fn watch_removals(tx: &mut Tx, env: &Env, grant: &Grant) -> Result<(), Error> {
    let (team, actor, since) = (grant.team.id, grant.actor.account, env.now() - MASS_WITHIN);
    let removed = recent(tx, team, actor, Kind::MemberRemoved, since).await?;
    if removed < MASS || recent(tx, team, actor, Kind::MassRemoval, since).await? > 0 {
        return Ok(());
    }
    let entry = grant.entry(Kind::MassRemoval, removed.to_string(), json!({}));
    let people = top_of(tx, team).await?;
    raise(tx, env, team, entry, &people).await
}

async fn recent(
    tx: &mut Tx,
    team: TeamId,
    actor: AccountId,
    kind: Kind,
    since: DateTime<Utc>,
) -> Result<i64, Error> {
    Ok(sql!(value i64, tx,
        "select count(*) from activity where team_id = $1 and at > $2 and kind = $3 and actor_id = $4",
        team, since, kind, actor)?)
}

/// An entry that a job wrote, and nobody did.
pub(crate) fn by_job(kind: Kind, subject: impl Into<String>, details: Value) -> NewEntry {
    NewEntry {
        kind,
        actor: None,
        surface: Surface::Job,
        subject: subject.into(),
        details,
    }
}

#[derive(sqlx::FromRow)]
struct Reach {
    locale: Locale,
    discord_user_id: Option<DiscordUserId>,
}

/// What somebody is told about an entry, while their team exists.
pub async fn read(tx: &mut Tx, team: TeamId, entry: i64, account: AccountId) -> Result<Option<Alert>, Error> {
    let team = match team::lock(tx, team).await {
        Err(Error::NotFound(_)) => return Ok(None),
        found => found?,
    };
    let Entry {
        kind,
        actor_name,
        subject,
        at,
        ..
    } = match activity::get(tx, team.id, entry).await {
        // It was older than the team keeps its log.
        Err(Error::NotFound(_)) => return Ok(None),
        found => found?,
    };
    let reach = sql!(fetch_one Reach, tx,
        "select a.locale, l.discord_user_id from accounts a left join discord_links l on l.account_id = a.id
         where a.id = $1", account)?;
    Ok(Some(Alert {
        team_id: team.id,
        team: team.name,
        kind,
        by: actor_name,
        subject,
        at,
        account: account::get(tx, account).await?,
        discord_user: reach.discord_user_id,
        locale: reach.locale,
    }))
}
