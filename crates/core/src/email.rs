//! Mails: what has to be sent, and how its delivery goes. The row is the truth; a job only carries its id.

pub mod admin;

use chrono::{DateTime, TimeDelta, Utc};

use crate::account;
use crate::column::words;
use crate::env::Env;
use crate::error::Error;
use crate::ids::{EmailId, InvitationId, TeamId};
use crate::invitation::{self, Invitation, Status as InvitationStatus, invitations_where};
use crate::job::Job;
use crate::queue;
use crate::team;
use crate::text::EmailAddress;
use crate::token::Purpose;
use crate::tx::{Tx, sql};

words! {
    /// What a mail is about.
    Kind {
        /// An offer of a role, with the link.
        Invitation = "invitation",
    }
}

words! {
    /// How far a mail has come.
    Status {
        /// It waits for its turn, or for the next try.
        Queued = "queued",
        /// It is being handed over.
        Sending = "sending",
        /// The mail server has it.
        Sent = "sent",
        /// The mail server refused it for good, or we gave up.
        Failed = "failed",
        /// It was no longer wanted when its turn came.
        Cancelled = "cancelled",
    }
}

/// How long a worker keeps a mail that it is sending without saying so again; after that another may take it.
pub const LEASE: TimeDelta = TimeDelta::seconds(15);
/// How long we keep trying to hand a mail over.
pub const GIVE_UP_AFTER: TimeDelta = TimeDelta::hours(24);
/// How often a mail is tried at most: more than the pauses leave room for within [`GIVE_UP_AFTER`], so only one that
/// takes its sender down with it every time gets here.
pub const MOST_ATTEMPTS: i64 = 100;

/// One mail's delivery, as people see it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Delivery {
    /// Which mail.
    pub id: EmailId,
    /// How far it has come.
    pub status: Status,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next, if it waits.
    pub next_attempt_at: DateTime<Utc>,
    /// The mail server's latest reply code.
    pub last_code: Option<i64>,
    /// The mail server's latest reply, or why it could not be reached.
    pub last_text: Option<String>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When the mail server took it.
    pub sent_at: Option<DateTime<Utc>>,
}

/// Writes the mail of an invitation's present generation and the job that sends it.
pub(crate) async fn queue_invitation(tx: &mut Tx, env: &Env, invitation: &Invitation) -> Result<(), Error> {
    let (id, now) = (env.new_id::<EmailId>(), env.now());
    sql!(execute tx,
        "insert into emails (id, team_id, kind, to_address, to_key, locale, invitation_id, generation, status,
                             next_attempt_at, message_id, created_at)
         values ($1, $2, $3, $4, $5, 'en-US', $6, $7, 'queued', $8, $9, $8)",
        id, invitation.team_id, Kind::Invitation, &invitation.email, invitation.email.key(), invitation.id,
        invitation.generation, now, format!("<{id}@{}>", env.mail_domain()))?;
    queue::enqueue(tx, env, &Job::SendEmail { email: id }).await
}

/// Cancels the mails of an invitation that have not left.
pub(crate) async fn cancel_for_invitation(tx: &mut Tx, invitation: InvitationId) -> Result<(), Error> {
    sql!(execute tx,
        "update emails set status = 'cancelled' where invitation_id = $1 and status = 'queued'", invitation)?;
    Ok(())
}

/// The mails of an invitation, oldest first.
pub async fn of_invitation(tx: &mut Tx, invitation: InvitationId) -> Result<Vec<Delivery>, Error> {
    Ok(sql!(fetch_all Delivery, tx,
        "select id, status, attempts, next_attempt_at, last_code, last_text, created_at, sent_at from emails
         where invitation_id = $1 order by created_at, id", invitation)?)
}

/// A mail that is ours to send now, with everything its text needs, read at this moment.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Which mail.
    pub id: EmailId,
    /// The header that makes a repetition recognisable.
    pub message_id: String,
    /// To whom.
    pub to: EmailAddress,
    /// Which try this is, from 1. It also tells this try from a later one by another worker.
    pub attempt: i64,
    /// The team's name.
    pub team: String,
    /// Who invited, by name.
    pub inviter: String,
    /// The name of the role offered.
    pub role: String,
    /// A few words from the inviter.
    pub note: Option<String>,
    /// The secret of the link.
    pub token: String,
    /// From when on the link is dead.
    pub expires_at: DateTime<Utc>,
}

/// Whether a mail is ours to send.
#[derive(Debug, Clone)]
pub enum Claim {
    /// It is, and nobody else sends it as long as the lease is renewed.
    Ours(Box<Outgoing>),
    /// It was sent, has failed or is no longer wanted.
    Settled,
    /// Not before this time: it waits for its next try, or another worker is sending it.
    NotBefore(DateTime<Utc>),
}

#[derive(sqlx::FromRow)]
struct Row {
    to_address: EmailAddress,
    invitation_id: Option<InvitationId>,
    generation: i64,
    status: Status,
    attempts: i64,
    next_attempt_at: DateTime<Utc>,
    message_id: String,
}

/// Takes a mail to send it, or says why not. A mail whose invitation is no longer open is cancelled instead.
pub async fn claim(tx: &mut Tx, env: &Env, id: EmailId) -> Result<Claim, Error> {
    let now = env.now();
    // The team first, as every change does; then the mail.
    let team = sql!(values Option<TeamId>, tx, "select team_id from emails where id = $1", id)?;
    let Some(Some(team)) = team.into_iter().next() else {
        return Ok(Claim::Settled);
    };
    let team = team::lock(tx, team).await?;
    let row = sql!(lock Row, tx,
        "select to_address, invitation_id, generation, status, attempts, next_attempt_at, message_id
         from emails where id = $1", id)?;
    let Some(row) = row else { return Ok(Claim::Settled) };
    match row.status {
        Status::Sent | Status::Failed | Status::Cancelled => return Ok(Claim::Settled),
        Status::Queued | Status::Sending if row.next_attempt_at > now => {
            return Ok(Claim::NotBefore(row.next_attempt_at));
        }
        Status::Queued | Status::Sending => {}
    }
    let Some(invitation) = open_invitation(tx, now, &row).await? else {
        sql!(execute tx, "update emails set status = 'cancelled' where id = $1", id)?;
        return Ok(Claim::Settled);
    };
    if row.attempts >= MOST_ATTEMPTS {
        sql!(execute tx, "update emails set status = 'failed', last_code = null, last_text = $2 where id = $1",
            id, format!("we gave up after {} tries", row.attempts))?;
        return Ok(Claim::Settled);
    }
    sql!(execute tx,
        "update emails set status = 'sending', attempts = attempts + 1, next_attempt_at = $2 where id = $1", id, now + LEASE)?;
    let inviter = account::get(tx, invitation.invited_by).await?.display_name;
    // Noted again: the key may have been changed since the mail was asked for.
    let token = invitation::token(tx, env, &invitation, Purpose::Mail).await?;
    Ok(Claim::Ours(Box::new(Outgoing {
        id,
        message_id: row.message_id,
        to: row.to_address,
        attempt: row.attempts + 1,
        role: team.policy.role_name(&invitation.role),
        team: team.name,
        inviter,
        token,
        note: invitation.note,
        expires_at: invitation.expires_at,
    })))
}

/// The invitation that a mail is about, if that very mail still leads anywhere.
async fn open_invitation(tx: &mut Tx, now: DateTime<Utc>, row: &Row) -> Result<Option<Invitation>, Error> {
    let found = sql!(fetch_optional Invitation, tx, invitations_where!("id = $1"), row.invitation_id)?;
    Ok(found.filter(|invitation| {
        invitation.status(now) == InvitationStatus::Pending && invitation.generation == row.generation
    }))
}

/// Keeps a mail that is still being sent. Whether it is still ours: a worker that was silent for longer than [`LEASE`]
/// may have lost it to another.
pub async fn renew(tx: &mut Tx, env: &Env, id: EmailId, attempt: i64) -> Result<bool, Error> {
    let kept = sql!(execute tx,
        "update emails set next_attempt_at = $3 where id = $1 and status = 'sending' and attempts = $2",
        id, attempt, env.now() + LEASE)?;
    Ok(kept == 1)
}

/// The mail server has taken the mail: true whatever else was thought of it meanwhile.
pub async fn sent(tx: &mut Tx, env: &Env, id: EmailId, code: i64, text: &str) -> Result<(), Error> {
    sql!(execute tx,
        "update emails set status = 'sent', sent_at = $2, last_code = $3, last_text = $4 where id = $1 and status <> 'sent'",
        id, env.now(), code, short(text))?;
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
    id: EmailId,
    attempt: i64,
    refusal: &Refusal,
    pause: TimeDelta,
) -> Result<Fate, Error> {
    let now = env.now();
    let created_at = sql!(value DateTime<Utc>, tx, "select created_at from emails where id = $1", id)?;
    let fate = if refusal.permanent || now - created_at > GIVE_UP_AFTER {
        Fate::Failed
    } else {
        Fate::RetryAt(now + pause)
    };
    let (status, next) = match fate {
        Fate::RetryAt(at) => (Status::Queued, at),
        Fate::Failed => (Status::Failed, now),
    };
    sql!(execute tx,
        "update emails set status = $3, next_attempt_at = $4, last_code = $5, last_text = $6
         where id = $1 and status = 'sending' and attempts = $2",
        id, attempt, status, next, refusal.code, short(&refusal.text))?;
    Ok(fate)
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
