//! How a mail gets to the mail server: taken by one worker at a time, and everything that comes of it written down.
//!
//! Nothing here locks a team, so that a thousand mails of a team do not hold up the people who work in it; only a
//! failure for good does, because the team's log tells about it.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::reason::NOT_WANTED;
use super::{Kind, Status};
use crate::activity::{self, NewEntry, Surface};
use crate::env::Env;
use crate::error::Error;
use crate::ids::{AccountId, EmailId, InvitationId, TeamId};
use crate::job::{Job, Queue};
use crate::locale::Locale;
use crate::queue;
use crate::suppression;
use crate::team;
use crate::text::EmailAddress;
use crate::tx::{Conn, Tx, sql, sql_many};

/// How long a worker keeps a mail that it is sending without saying so again; after that another may take it.
pub const LEASE: TimeDelta = TimeDelta::seconds(15);
/// How long we keep trying to hand a mail over.
pub const GIVE_UP_AFTER: TimeDelta = TimeDelta::hours(24);
/// How often a mail is tried at most: more than the pauses leave room for within [`GIVE_UP_AFTER`], so only one that
/// takes its sender down with it every time gets here.
pub const MOST_ATTEMPTS: i64 = 100;

/// A mail that is ours to send, and nobody else's as long as the lease is renewed.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Claimed {
    /// Which mail.
    pub id: EmailId,
    /// What it is about.
    pub kind: Kind,
    /// The team it belongs to.
    pub team_id: Option<TeamId>,
    /// Whose own affairs it is about.
    pub account_id: Option<AccountId>,
    /// To whom.
    pub to_address: EmailAddress,
    /// The language it is written in.
    pub locale: Locale,
    /// The invitation it is about.
    pub invitation_id: Option<InvitationId>,
    /// The generation of the invitation's link.
    pub generation: i64,
    /// What it says beside what is read when it is sent.
    pub details: sqlx::types::Json<serde_json::Value>,
    /// Which try this is, from 1. It also tells this try from a later one by another worker.
    pub attempts: i64,
    /// The header that makes a repetition recognisable.
    pub message_id: String,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
}

/// The columns of [`Claimed`].
macro_rules! claimed_columns {
    () => {
        "id, kind, team_id, account_id, to_address, locale, invitation_id, generation, details, attempts, message_id, created_at"
    };
}

/// Whether a mail is ours to send.
#[derive(Debug, Clone)]
pub enum Claim {
    /// It is.
    Ours(Box<Claimed>),
    /// It was sent, has failed or is no longer wanted.
    Settled,
    /// Not before this time: it waits for its next try, or another worker is sending it.
    NotBefore(DateTime<Utc>),
    /// It was tried [`MOST_ATTEMPTS`] times: [`give_up`].
    Exhausted,
}

/// Takes a mail to send it, or says why not.
pub async fn claim(tx: &mut Tx, env: &Env, id: EmailId) -> Result<Claim, Error> {
    Ok(claim_all(tx, env, &[id]).await?.remove(0))
}

/// Takes several mails, at most 1,000; answers in their order.
pub async fn claim_all(tx: &mut Tx, env: &Env, ids: &[EmailId]) -> Result<Vec<Claim>, Error> {
    let now = env.now();
    let ours = sql_many!(fetch_all Claimed, tx, ids,
        "update emails set status = 'sending', attempts = attempts + 1, next_attempt_at = v.column2 from (",
        |row, id| { row.push_bind(*id).push_bind(now + LEASE).push_bind(now).push_bind(MOST_ATTEMPTS); },
        concat!(") v where emails.id = v.column1 and emails.status in ('queued', 'sending')
             and emails.next_attempt_at <= v.column3 and emails.attempts < v.column4 returning ", claimed_columns!()))?;
    let mut ours: HashMap<EmailId, Claimed> = ours.into_iter().map(|mail| (mail.id, mail)).collect();
    let mut claims = Vec::with_capacity(ids.len());
    for id in ids {
        claims.push(match ours.remove(id) {
            Some(mail) => Claim::Ours(Box::new(mail)),
            None => not_ours(tx, now, *id).await?,
        });
    }
    Ok(claims)
}

async fn not_ours(tx: &mut Tx, now: DateTime<Utc>, id: EmailId) -> Result<Claim, Error> {
    let waits = sql!(values DateTime<Utc>, tx,
        "select next_attempt_at from emails where id = $1 and status in ('queued', 'sending')", id)?;
    Ok(match waits.into_iter().next() {
        None => Claim::Settled,
        Some(at) if at > now => Claim::NotBefore(at),
        Some(_) => Claim::Exhausted,
    })
}

/// Keeps a mail that is still being sent. Whether it is still ours: a worker that was silent for longer than [`LEASE`]
/// may have lost it to another.
pub async fn renew(tx: &mut Tx, env: &Env, mail: &Claimed) -> Result<bool, Error> {
    let kept = sql!(execute tx,
        "update emails set next_attempt_at = $3 where id = $1 and status = 'sending' and attempts = $2",
        mail.id, mail.attempts, env.now() + LEASE)?;
    Ok(kept == 1)
}

/// That the mail server has taken a mail.
#[derive(Debug, Clone)]
pub struct Taken<'a> {
    /// Which.
    pub mail: &'a Claimed,
    /// Its reply code.
    pub code: i64,
    /// Its words.
    pub text: &'a str,
}

/// The mail server has taken these mails, at most 1,000: true whatever else was thought of them
/// meanwhile.
pub async fn sent(tx: &mut Tx, env: &Env, taken: &[Taken<'_>]) -> Result<(), Error> {
    let now = env.now();
    sql_many!(execute tx, taken,
        "update emails set status = 'sent', sent_at = v.column2, last_code = v.column3, last_text = v.column4 from (",
        |row, taken| { row.push_bind(taken.mail.id).push_bind(now).push_bind(taken.code).push_bind(short(taken.text)); },
        ") v where emails.id = v.column1 and emails.status <> 'sent'")?;
    Ok(())
}

/// The mail is no longer wanted, and was not begun.
pub async fn cancel(tx: &mut Tx, mail: &Claimed) -> Result<(), Error> {
    let unwanted = mail.invitation_id.is_some() && suppression::is_suppressed(tx, &mail.to_address).await?;
    sql!(execute tx,
        "update emails set status = 'cancelled', last_code = null, last_text = $3
         where id = $1 and status = 'sending' and attempts = $2",
        mail.id, mail.attempts, unwanted.then_some(NOT_WANTED))?;
    Ok(())
}

/// Puts a mail back that was not begun, for others to go first. Does not count as a try.
pub async fn put_back(tx: &mut Tx, env: &Env, mail: &Claimed, pause: TimeDelta) -> Result<(), Error> {
    sql!(execute tx,
        "update emails set status = 'queued', attempts = attempts - 1, next_attempt_at = $3
         where id = $1 and status = 'sending' and attempts = $2",
        mail.id, mail.attempts, env.now() + pause)?;
    Ok(())
}

/// What becomes of a mail that was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is tried again at this time.
    RetryAt(DateTime<Utc>),
    /// It has failed for good.
    Failed,
}

/// Why a mail was not taken.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// Whether trying again is useless.
    pub permanent: bool,
    /// The mail server's reply code, if it gave one.
    pub code: Option<i64>,
    /// The mail server's reply, or why it could not be reached.
    pub text: String,
}

/// The mail was not taken at this attempt. `pause` is how long to wait before the next one, if there is one. A mail
/// that another worker has taken over meanwhile is left to that.
pub async fn not_sent(
    tx: &mut Tx,
    env: &Env,
    mail: &Claimed,
    refusal: &Refusal,
    pause: TimeDelta,
) -> Result<Fate, Error> {
    let now = env.now();
    if refusal.permanent || now - mail.created_at > GIVE_UP_AFTER {
        fail(tx, env, mail, refusal).await?;
        return Ok(Fate::Failed);
    }
    let at = now + pause;
    sql!(execute tx,
        "update emails set status = 'queued', next_attempt_at = $3, last_code = $4, last_text = $5
         where id = $1 and status = 'sending' and attempts = $2",
        mail.id, mail.attempts, at, refusal.code, short(&refusal.text))?;
    Ok(Fate::RetryAt(at))
}

#[derive(sqlx::FromRow)]
struct Stored {
    #[sqlx(flatten)]
    mail: Claimed,
    status: Status,
}

/// A mail, locked, and how far it has come.
pub(super) async fn get(tx: &mut Tx, id: EmailId) -> Result<Option<(Claimed, Status)>, Error> {
    let stored = sql!(lock Stored, tx,
        concat!("select ", claimed_columns!(), ", status from emails where id = $1"), id)?;
    Ok(stored.map(|stored| (stored.mail, stored.status)))
}

/// Ends a mail that was tried as often as can be.
pub async fn give_up(tx: &mut Tx, env: &Env, id: EmailId) -> Result<(), Error> {
    let Some((mail, Status::Queued | Status::Sending)) = get(tx, id).await? else {
        return Ok(());
    };
    if mail.attempts < MOST_ATTEMPTS {
        return Ok(());
    }
    let refusal = Refusal {
        permanent: true,
        code: None,
        text: format!("we gave up after {} tries", mail.attempts),
    };
    fail(tx, env, &mail, &refusal).await
}

/// The mail has failed for good: writes it down. One of an invitation is in the team's log too, and its inviter is told.
async fn fail(tx: &mut Tx, env: &Env, mail: &Claimed, refusal: &Refusal) -> Result<(), Error> {
    // The team first, as every change does that its log tells about.
    if let Some(team) = mail.team_id {
        team::lock_row(tx, team).await?;
    }
    let failed = sql!(execute tx,
        "update emails set status = 'failed', next_attempt_at = $3, last_code = $4, last_text = $5
         where id = $1 and status in ('queued', 'sending') and attempts = $2",
        mail.id, mail.attempts, env.now(), refusal.code, short(&refusal.text))?;
    let (1, true, Some(team)) = (failed, mail.kind.is_offer(), mail.team_id) else {
        return Ok(());
    };
    let entry = NewEntry {
        kind: activity::Kind::InvitationUndelivered,
        actor: None,
        surface: Surface::Job,
        subject: mail.to_address.masked(),
        details: json!({ "invitation": mail.invitation_id, "code": refusal.code }),
    };
    activity::append(tx, env, team, entry).await?;
    queue::enqueue(tx, env, &Job::NotifyDeliveryFailure { email: mail.id }).await
}

/// Gives every mail that was being sent back to the queue. Only for a database that no other process uses: there, who
/// was sending is dead.
pub async fn release_all(tx: &mut Tx, env: &Env) -> Result<u64, Error> {
    // SQLite takes the index of what waits only if its condition is there word for word; without it each mail there ever was is
    // looked at.
    Ok(sql!(execute tx,
        "update emails set status = 'queued', next_attempt_at = $1 where status = 'sending' and status in ('queued', 'sending')",
        env.now())?)
}

/// The mails that are due and have no job that will send them: it was lost, died, or waits for a later time. At most
/// 1,000, the longest due first.
pub async fn without_job(tx: &mut Tx, env: &Env) -> Result<Vec<EmailId>, Error> {
    macro_rules! due {
        ($jobs:literal, $now:literal) => {
            concat!(
                "select e.id from emails e
                 where e.status in ('queued', 'sending') and e.next_attempt_at <= $1
                   and not exists (
                       select 1 from ",
                $jobs,
                " j
                       where j.job_type = $2 and j.idempotency_key = 'send_email:' || e.id
                         and ((j.status in ('Queued', 'Running') and j.lock_by is not null)
                              or (j.status = 'Pending' and j.lock_by is null and j.run_at <= ",
                $now,
                ")))
                 order by e.next_attempt_at limit 1000"
            )
        };
    }
    let (now, queue) = (env.now(), Queue::Interactive.as_str());
    Ok(match &mut tx.conn {
        Conn::Sqlite(t) => {
            sqlx::query_scalar(due!("Jobs", "cast(strftime('%s', 'now') as integer)"))
                .bind(now)
                .bind(queue)
                .fetch_all(&mut **t)
                .await?
        }
        Conn::Postgres(t) => {
            sqlx::query_scalar(due!("apalis.jobs", "now()"))
                .bind(now)
                .bind(queue)
                .fetch_all(&mut **t)
                .await?
        }
    })
}

/// Makes sure that mails have a job that runs now.
pub async fn restore_jobs(tx: &mut Tx, env: &Env, mails: &[EmailId]) -> Result<(), Error> {
    for email in mails {
        queue::ensure(tx, env, &Job::SendEmail { email: *email }).await?;
    }
    Ok(())
}

fn short(text: &str) -> String {
    // Somebody else's words, which PostgreSQL refuses with a NUL in them.
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(300)
        .collect()
}
