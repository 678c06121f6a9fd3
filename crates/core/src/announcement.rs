//! What a team says in public when something changes: in one channel of each server, in the team's language.
//!
//! The log is what is announced. Each channel has a mark in it: what stands behind the mark and is of a chosen kind is said
//! in one message, a minute after the first of it, and the mark moves on when Discord has taken the message. Nobody's
//! address and no open invitation is ever announced, and nobody who does not want to be.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sqlx::types::Json;

use crate::activity::{self, Entry, Kind};
use crate::actor::Grant;
use crate::alert;
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::{AccountId, GuildId, TeamId};
use crate::job::Job;
use crate::locale::Locale;
use crate::policy::{Permission, Policy};
use crate::queue;
use crate::team;
use crate::tx::{Tx, sql};

/// What can be announced, in the order in which it is shown.
pub const KINDS: [Kind; 9] = [
    Kind::InvitationAccepted,
    Kind::MemberJoinedByLink,
    Kind::MemberLeft,
    Kind::RoleChanged,
    Kind::OwnershipTransferred,
    Kind::TeamRenamed,
    Kind::PolicyChanged,
    Kind::MemberRemoved,
    Kind::PlanChanged,
];
/// How many of them are announced until somebody chooses: those that tell nothing awkward.
const USUAL: usize = 6;
/// What happens within this time is said together.
pub const TOGETHER: TimeDelta = TimeDelta::minutes(1);
/// How many lines a message has at most; more become another.
const LINES: usize = 20;
/// How many entries are looked at in one go.
const AT_ONCE: i64 = 500;
/// A message that could not be said for so long is left out.
const GIVEN_UP: TimeDelta = TimeDelta::hours(1);

/// Where a team announces in a server, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcements {
    /// The channel.
    pub channel: u64,
    /// The kinds of entries.
    pub kinds: BTreeSet<&'static str>,
    /// Whether they are said.
    pub on: bool,
}

impl Announcements {
    /// Whether entries of a kind are announced.
    pub fn has(&self, kind: Kind) -> bool {
        self.kinds.contains(kind.as_str())
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    channel_id: i64,
    kinds: Json<Vec<String>>,
    set_by: AccountId,
    stopped_at: Option<DateTime<Utc>>,
    seen_seq: i64,
    sending_through: Option<i64>,
    sending_since: Option<DateTime<Utc>>,
}

impl Row {
    fn shown(&self) -> Announcements {
        Announcements {
            channel: self.channel_id.cast_unsigned(),
            kinds: KINDS
                .iter()
                .map(|kind| kind.as_str())
                .filter(|kind| self.kinds.iter().any(|chosen| chosen == kind))
                .collect(),
            on: self.stopped_at.is_none(),
        }
    }
}

async fn row(tx: &mut Tx, team: TeamId, guild: GuildId) -> Result<Option<Row>, Error> {
    Ok(sql!(lock Row, tx,
        "select channel_id, kinds, set_by, stopped_at, seen_seq, sending_through, sending_since from announcements
         where team_id = $1 and guild_id = $2", team, guild)?)
}

/// What the grant's team announces in a server, if that was ever chosen.
pub async fn of(tx: &mut Tx, grant: &Grant, guild: GuildId) -> Result<Option<Announcements>, Error> {
    grant.demand(tx, Permission::TeamSettings)?;
    Ok(row(tx, grant.team.id, guild).await?.as_ref().map(Row::shown))
}

/// The grant's team announces in this channel from now on: what was chosen before, or the usual.
pub async fn choose_channel(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    guild: GuildId,
    channel: u64,
) -> Result<Announcements, Error> {
    let chosen = of(tx, grant, guild).await?;
    let usual = || KINDS[..USUAL].iter().map(|kind| kind.as_str()).collect();
    let wanted = Announcements {
        channel,
        on: true,
        kinds: chosen.as_ref().map_or_else(usual, |chosen| chosen.kinds.clone()),
    };
    if chosen.as_ref() == Some(&wanted) {
        return Ok(wanted);
    }
    write(tx, env, grant, guild, &wanted).await?;
    Ok(wanted)
}

/// Announces entries of a kind from now on, or no longer.
pub async fn choose_kind(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    guild: GuildId,
    kind: Kind,
    wanted: bool,
) -> Result<Announcements, Error> {
    let mut chosen = of(tx, grant, guild).await?.ok_or(Rule::Stale)?;
    if !KINDS.contains(&kind) {
        return Err(Rule::Stale.into());
    }
    let changed = if wanted {
        chosen.kinds.insert(kind.as_str())
    } else {
        chosen.kinds.remove(kind.as_str())
    };
    if changed {
        write(tx, env, grant, guild, &chosen).await?;
    }
    Ok(chosen)
}

/// Announces from now on, or no longer.
pub async fn turn(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    guild: GuildId,
    on: bool,
) -> Result<Announcements, Error> {
    let mut chosen = of(tx, grant, guild).await?.ok_or(Rule::Stale)?;
    if chosen.on != on {
        chosen.on = on;
        write(tx, env, grant, guild, &chosen).await?;
    }
    Ok(chosen)
}

/// Writes what is chosen. It counts from the next entry on; a message on its way is not sent any more.
async fn write(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    guild: GuildId,
    chosen: &Announcements,
) -> Result<(), Error> {
    let kinds: Vec<&str> = chosen.kinds.iter().copied().collect();
    let subject = if chosen.on { "on" } else { "off" };
    let details = json!({ "channel": chosen.channel.to_string(), "kinds": kinds });
    let entry = grant.entry(Kind::AnnouncementsChanged, subject, details);
    let seq = activity::append(tx, env, grant.team.id, entry).await?;
    let stopped = (!chosen.on).then(|| env.now());
    sql!(execute tx,
        "insert into announcements (team_id, guild_id, channel_id, kinds, set_by, stopped_at, seen_seq)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (team_id, guild_id) do update
         set channel_id = excluded.channel_id, kinds = excluded.kinds, set_by = excluded.set_by,
             stopped_at = excluded.stopped_at, seen_seq = excluded.seen_seq, sending_through = null, sending_since = null",
        grant.team.id, guild, chosen.channel.cast_signed(), Json(&kinds), grant.actor.account, stopped, seq)?;
    Ok(())
}

/// Channels whose team has done something since they were looked at last, after one of them, in order.
pub async fn behind(
    tx: &mut Tx,
    after: Option<(TeamId, GuildId)>,
    limit: i64,
) -> Result<Vec<(TeamId, GuildId)>, Error> {
    let (team, guild) = after.map_or((String::new(), 0), |(team, guild)| (team.to_string(), guild.0));
    Ok(sql!(
        fetch_all(TeamId, GuildId),
        tx,
        "select a.team_id, a.guild_id from announcements a join teams t on t.id = a.team_id
         where a.stopped_at is null and t.deleted_at is null and t.activity_seq > a.seen_seq
           and (a.team_id > $1 or (a.team_id = $1 and a.guild_id > $2))
         order by a.team_id, a.guild_id limit $3",
        &team,
        guild,
        limit
    )?)
}

/// Looks at what is new for a channel: asks for a message once the first of it is a minute old.
pub async fn look(tx: &mut Tx, env: &Env, team: TeamId, guild: GuildId) -> Result<(), Error> {
    let Some(row) = row(tx, team, guild).await?.filter(|row| row.stopped_at.is_none()) else {
        return Ok(());
    };
    let now = env.now();
    let mut seen = row.seen_seq;
    if let (Some(through), Some(since)) = (row.sending_through, row.sending_since) {
        if since > now - GIVEN_UP {
            return Ok(());
        }
        tracing::warn!(team.id = %team, through, "an announcement could not be said, and is left out");
        seen = through;
    }
    let chosen = row.shown();
    let news = sql!(
        fetch_all(i64, DateTime<Utc>, Kind),
        tx,
        "select seq, at, kind from activity where team_id = $1 and seq > $2 order by seq limit $3",
        team,
        seen,
        AT_ONCE
    )?;
    let wanted: Vec<_> = news.iter().filter(|(_, _, kind)| chosen.has(*kind)).collect();
    let last = news.last().map_or(seen, |(seq, _, _)| *seq);
    let (seen, through) = match wanted.first() {
        None => (last, None),
        Some((seq, at, _)) if *at > now - TOGETHER => (seq - 1, None),
        Some(_) => (seen, Some(wanted.get(LINES - 1).map_or(last, |(seq, _, _)| *seq))),
    };
    sql!(execute tx,
        "update announcements set seen_seq = $3, sending_through = $4, sending_since = $5 where team_id = $1 and guild_id = $2",
        team, guild, seen, through, through.map(|_| now))?;
    if let Some(through) = through {
        let guild = guild.0;
        queue::enqueue(tx, env, &Job::Announce { team, guild, through }).await?;
    }
    Ok(())
}

/// A message for a channel.
#[derive(Debug, Clone)]
pub struct News {
    /// Which channel.
    pub channel: u64,
    /// The team.
    pub team: String,
    /// Its language.
    pub locale: Locale,
    /// Its roles have names.
    pub policy: Policy,
    /// What happened, oldest first; nothing when nobody who took part wants to be named.
    pub entries: Vec<Entry>,
}

#[derive(sqlx::FromRow)]
struct Speaker {
    name: String,
    locale: Locale,
    policy: Json<Policy>,
}

/// The message that was asked for, if it is still to be said.
pub async fn news(tx: &mut Tx, team: TeamId, guild: GuildId, through: i64) -> Result<Option<News>, Error> {
    let row = row(tx, team, guild).await?;
    let Some(row) = row.filter(|row| row.sending_through == Some(through) && row.stopped_at.is_none()) else {
        return Ok(None);
    };
    let speaker = sql!(fetch_optional Speaker, tx,
        "select name, locale, policy from teams where id = $1 and deleted_at is null", team)?;
    let Some(speaker) = speaker else {
        return Ok(None);
    };
    let entries = sql!(fetch_all Entry, tx,
        "select e.seq, e.at, e.kind, e.actor_id, e.actor_name, e.surface, e.subject, e.details from activity e
         where e.team_id = $1 and e.seq > $2 and e.seq <= $3
           and not exists (select 1 from accounts a where a.id = e.actor_id and not a.wants_announced
                           and e.kind in ('invitation.accepted', 'member.joined_by_link', 'member.left'))
           and not exists (select 1 from members m join accounts a on a.id = m.account_id
                           where m.team_id = e.team_id and m.id = e.member_id and not a.wants_announced)
         order by e.seq limit $4", team, row.seen_seq, through, AT_ONCE)?;
    let chosen = row.shown();
    Ok(Some(News {
        channel: chosen.channel,
        team: speaker.name,
        locale: speaker.locale,
        policy: speaker.policy.0,
        entries: entries
            .into_iter()
            .filter(|entry| chosen.has(entry.kind))
            .collect(),
    }))
}

/// A message was said; the mark moves on.
pub async fn said(tx: &mut Tx, team: TeamId, guild: GuildId, through: i64) -> Result<(), Error> {
    sql!(execute tx,
        "update announcements set seen_seq = $3, sending_through = null, sending_since = null
         where team_id = $1 and guild_id = $2 and sending_through = $3", team, guild, through)?;
    Ok(())
}

/// Discord does not take messages for the channel, and will not: nothing is announced any more, and whoever chose the
/// channel hears of it.
pub async fn refused(
    tx: &mut Tx,
    env: &Env,
    team: TeamId,
    guild: GuildId,
    through: i64,
) -> Result<(), Error> {
    team::lock_row(tx, team).await?;
    let row = row(tx, team, guild).await?;
    let Some(row) = row.filter(|row| row.sending_through == Some(through) && row.stopped_at.is_none()) else {
        return Ok(());
    };
    sql!(execute tx,
        "update announcements set stopped_at = $3, seen_seq = $4, sending_through = null, sending_since = null
         where team_id = $1 and guild_id = $2", team, guild, env.now(), through)?;
    let channel = row.channel_id.cast_unsigned().to_string();
    let entry = alert::by_job(Kind::AnnouncementsStopped, channel, json!({}));
    alert::raise(tx, env, team, entry, &[row.set_by]).await
}
