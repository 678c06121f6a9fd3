//! Adding entries: each gets the next number of its team's log and is signed together with the signature of the one before.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::{Kind, NewEntry, Surface, days};
use crate::env::Env;
use crate::error::Error;
use crate::ids::TeamId;
use crate::job::Job;
use crate::member;
use crate::queue;
use crate::tx::{Conn, Tx, sql, sql_many};
use crate::webhook;

#[derive(sqlx::FromRow)]
#[expect(clippy::struct_field_names, reason = "called as the columns are")]
pub(super) struct Head {
    pub(super) activity_seq: i64,
    pub(super) activity_head: Option<Vec<u8>>,
    /// How many webhooks are on.
    pub(super) webhooks: i64,
}

#[derive(sqlx::FromRow)]
struct TeamHead {
    id: TeamId,
    #[sqlx(flatten)]
    head: Head,
}

/// Adds one entry, in the transaction of the change it tells about; answers its number.
pub async fn append(tx: &mut Tx, env: &Env, team: TeamId, entry: NewEntry) -> Result<i64, Error> {
    let actor_name = actor_name(tx, env, &entry, team).await?;
    let head =
        sql!(lock Head, tx, "select activity_seq, activity_head, webhooks from teams where id = $1", team)?
            .ok_or(Error::NotFound("team"))?;
    let mut chain = Chain::new(team, head);
    let entry = chain.sign(env, entry, actor_name);
    write(tx, &[entry]).await?;
    sql!(execute tx, "update teams set activity_seq = $2, activity_head = $3 where id = $1", team, chain.seq, &chain.last)?;
    chain.ask(tx, env).await?;
    Ok(chain.seq)
}

/// Adds entries of several teams that no person caused, at most [`crate::tx::MANY`].
pub(crate) async fn append_all(
    tx: &mut Tx,
    env: &Env,
    entries: Vec<(TeamId, NewEntry)>,
) -> Result<(), Error> {
    append_as(tx, env, NOBODY, entries).await
}

/// The same in somebody's name. It does not count as having been active.
pub(super) async fn append_as(
    tx: &mut Tx,
    env: &Env,
    name: &str,
    entries: Vec<(TeamId, NewEntry)>,
) -> Result<(), Error> {
    let teams: BTreeSet<TeamId> = entries.iter().map(|(team, _)| *team).collect();
    if teams.is_empty() {
        return Ok(());
    }
    // In the order of their ids, as everybody does who locks several.
    let lock = match tx.conn {
        Conn::Sqlite(_) => ") order by id",
        Conn::Postgres(_) => ") order by id for update",
    };
    let heads = sql_many!(fetch_all TeamHead, tx, &teams,
        "select id, activity_seq, activity_head, webhooks from teams where id in (", |row, team| { row.push_bind(*team); }, lock)?;
    let mut chains: BTreeMap<TeamId, Chain> = heads
        .into_iter()
        .map(|found| (found.id, Chain::new(found.id, found.head)))
        .collect();
    let mut signed = Vec::with_capacity(entries.len());
    for (team, entry) in entries {
        let chain = chains.get_mut(&team).ok_or(Error::NotFound("team"))?;
        signed.push(chain.sign(env, entry, name.to_owned()));
    }
    write(tx, &signed).await?;
    sql_many!(execute tx, chains.values(),
        "update teams set activity_seq = v.column2, activity_head = v.column3 from (",
        |row, chain| { row.push_bind(chain.team).push_bind(chain.seq).push_bind(&chain.last); },
        ") v where teams.id = v.column1")?;
    for chain in chains.values() {
        chain.ask(tx, env).await?;
    }
    Ok(())
}

/// Who acts in background jobs.
pub(super) const NOBODY: &str = "Muster";

/// The end of a team's log, growing.
struct Chain {
    team: TeamId,
    seq: i64,
    last: Vec<u8>,
    /// Whether somebody has webhooks that are on.
    heard: bool,
    /// Whether something was added that they may want.
    news: bool,
}

impl Chain {
    fn new(team: TeamId, head: Head) -> Self {
        Self {
            team,
            seq: head.activity_seq,
            last: head.activity_head.unwrap_or_default(),
            heard: head.webhooks > 0,
            news: false,
        }
    }

    /// Asks for the job that hands over to webhooks what was added.
    async fn ask(&self, tx: &mut Tx, env: &Env) -> Result<(), Error> {
        if !(self.heard && self.news) {
            return Ok(());
        }
        let (team, through) = (self.team, self.seq);
        queue::enqueue(tx, env, &Job::FanOutWebhooks { team, through }).await
    }

    fn sign(&mut self, env: &Env, entry: NewEntry, actor_name: String) -> NewRow {
        self.seq += 1;
        self.news |= webhook::is_offered(entry.kind);
        let signed = Signed {
            seq: self.seq,
            at: env.now(),
            kind: entry.kind.to_string(),
            actor_id: entry.actor.map(|id| id.to_string()),
            actor_name,
            surface: entry.surface.to_string(),
            subject: entry.subject,
            details: entry.details.to_string(),
        };
        let mac = signed.parts(self.team, &self.last, |parts| env.keys().sign("activity", parts));
        self.last = mac.to_vec();
        NewRow {
            team: self.team,
            stored: Stored {
                signed,
                mac: self.last.clone(),
            },
        }
    }
}

struct NewRow {
    team: TeamId,
    stored: Stored,
}

async fn write(tx: &mut Tx, rows: &[NewRow]) -> Result<(), Error> {
    sql_many!(execute tx, rows,
        "insert into activity (team_id, seq, at, kind, actor_id, actor_name, surface, subject, details, mac)",
        |to, row| {
            let Stored { signed, mac } = &row.stored;
            to.push_bind(row.team).push_bind(signed.seq).push_bind(signed.at).push_bind(&signed.kind)
                .push_bind(&signed.actor_id).push_bind(&signed.actor_name).push_bind(&signed.surface)
                .push_bind(&signed.subject).push_bind(&signed.details).push_bind(mac);
        }, "")?;
    // Who was refused something did nothing.
    let done = rows
        .iter()
        .filter(|row| row.stored.signed.kind != Kind::AccessDenied.as_str());
    let counted = done.map(
        |NewRow {
             team,
             stored: Stored { signed, .. },
         }| days::Counted {
            team: *team,
            day: days::day(signed.at),
            kind: signed.kind.clone(),
            actor: signed.actor_id.clone().unwrap_or_default(),
            host: false,
            times: 1,
        },
    );
    days::count(tx, counted).await
}

/// The actor's name as it is now; acting also counts as having been active in the team, but for what a job or a program
/// does in somebody's name.
async fn actor_name(tx: &mut Tx, env: &Env, entry: &NewEntry, team: TeamId) -> Result<String, Error> {
    let Some(actor) = entry.actor else {
        return Ok(NOBODY.to_owned());
    };
    if !matches!(entry.surface, Surface::Job | Surface::Api) {
        member::touch(tx, env, team, actor).await?;
    }
    Ok(sql!(value String, tx, "select display_name from accounts where id = $1", actor)?)
}

/// What the signature of an entry covers.
#[derive(sqlx::FromRow)]
pub(super) struct Signed {
    pub(super) seq: i64,
    pub(super) at: DateTime<Utc>,
    pub(super) kind: String,
    pub(super) actor_id: Option<String>,
    pub(super) actor_name: String,
    pub(super) surface: String,
    pub(super) subject: String,
    pub(super) details: String,
}

#[derive(sqlx::FromRow)]
pub(super) struct Stored {
    #[sqlx(flatten)]
    pub(super) signed: Signed,
    pub(super) mac: Vec<u8>,
}

impl Signed {
    /// Hands `then` the signed parts, in the order that every version of this program must keep.
    pub(super) fn parts<T>(&self, team: TeamId, last: &[u8], then: impl FnOnce(&[&[u8]]) -> T) -> T {
        then(&[
            team.to_string().as_bytes(),
            &self.seq.to_be_bytes(),
            &self.at.timestamp_micros().to_be_bytes(),
            self.kind.as_bytes(),
            self.actor_id.as_deref().unwrap_or_default().as_bytes(),
            self.actor_name.as_bytes(),
            self.surface.as_bytes(),
            self.subject.as_bytes(),
            self.details.as_bytes(),
            last,
        ])
    }
}
