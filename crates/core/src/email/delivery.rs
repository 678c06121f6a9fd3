//! How a mail gets to the mail server: taken by one worker at a time, and everything that comes of it written down.
//!
//! Nothing here locks a team, so that a thousand mails of a team do not hold up the people who work in it; only a
//! failure for good does, because the team's log tells about it.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::Kind;
use crate::activity::{self, NewEntry, Surface};
use crate::env::Env;
use crate::error::Error;
use crate::ids::{AccountId, EmailId, InvitationId, TeamId};
use crate::job::Job;
use crate::locale::Locale;
use crate::queue;
use crate::team;
use crate::text::EmailAddress;
use crate::tx::{Tx, sql};

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
    let now = env.now();
    let ours = sql!(fetch_optional Claimed, tx,
        "update emails set status = 'sending', attempts = attempts + 1, next_attempt_at = $2
         where id = $1 and status in ('queued', 'sending') and next_attempt_at <= $3 and attempts < $4
         returning id, kind, team_id, account_id, to_address, locale, invitation_id, generation, details, attempts,
                   message_id, created_at",
        id, now + LEASE, now, MOST_ATTEMPTS)?;
    if let Some(ours) = ours {
        return Ok(Claim::Ours(Box::new(ours)));
    }
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

/// The mail server has taken the mail: true whatever else was thought of it meanwhile.
pub async fn sent(tx: &mut Tx, env: &Env, mail: &Claimed, code: i64, text: &str) -> Result<(), Error> {
    sql!(execute tx,
        "update emails set status = 'sent', sent_at = $2, last_code = $3, last_text = $4 where id = $1 and status <> 'sent'",
        mail.id, env.now(), code, short(text))?;
    Ok(())
}

/// The mail is no longer wanted, and was not begun.
pub async fn cancel(tx: &mut Tx, mail: &Claimed) -> Result<(), Error> {
    sql!(execute tx,
        "update emails set status = 'cancelled' where id = $1 and status = 'sending' and attempts = $2", mail.id, mail.attempts)?;
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

/// Ends a mail that was tried as often as can be.
pub async fn give_up(tx: &mut Tx, env: &Env, id: EmailId) -> Result<(), Error> {
    let mail = sql!(fetch_optional Claimed, tx,
        "select id, kind, team_id, account_id, to_address, locale, invitation_id, generation, details, attempts,
                message_id, created_at
         from emails where id = $1 and status in ('queued', 'sending') and attempts >= $2", id, MOST_ATTEMPTS)?;
    let Some(mail) = mail else { return Ok(()) };
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
        team::lock(tx, team).await?;
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
    Ok(
        sql!(execute tx, "update emails set status = 'queued', next_attempt_at = $1 where status = 'sending'", env.now())?,
    )
}

/// Makes sure that every mail that is due has a job: restores what was lost or died. Answers how many it looked at.
pub async fn sweep(tx: &mut Tx, env: &Env) -> Result<usize, Error> {
    let due = sql!(values EmailId, tx,
        "select id from emails where status in ('queued', 'sending') and next_attempt_at <= $1
         order by next_attempt_at limit 1000", env.now())?;
    for email in &due {
        queue::ensure(tx, env, &Job::SendEmail { email: *email }).await?;
    }
    Ok(due.len())
}

fn short(text: &str) -> String {
    // Somebody else's words, which PostgreSQL refuses with a NUL in them.
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(300)
        .collect()
}
