//! One message to one webhook: what is sent, and what becomes of each try. What people see of it is in `shown.rs`.
//!
//! A try reads what to send, sends it with no transaction open, and writes down what was answered. A process that dies in
//! between sends the same message again, under the same id; an answer that comes after another try was written down is left
//! out.

mod shown;

pub use shown::{Delivery, Try, again, get, list, send_test, stretch};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::{Why, payload, put_out, secret};
use crate::activity::{self, Kind};
use crate::alert;
use crate::column::words;
use crate::env::Env;
use crate::error::Error;
use crate::ids::{AccountId, TeamId, WebhookDeliveryId, WebhookId};
use crate::team;
use crate::tx::{Tx, sql};

/// How long to wait after the first try, the second and so on; after the last of them follows one more try.
pub const PAUSES: [TimeDelta; 9] = [
    TimeDelta::seconds(5),
    TimeDelta::minutes(5),
    TimeDelta::minutes(30),
    TimeDelta::hours(2),
    TimeDelta::hours(5),
    TimeDelta::hours(10),
    TimeDelta::hours(14),
    TimeDelta::hours(20),
    TimeDelta::hours(24),
];
/// A webhook that took nothing for so long is turned off.
pub const PATIENCE: TimeDelta = TimeDelta::days(5);
/// How long what became of a message is kept.
pub const KEPT: TimeDelta = TimeDelta::days(30);
/// How much of an answer is kept, in characters.
const ANSWER_LENGTH: usize = 200;
/// `410 Gone`: the receiver wants nothing any more.
const GONE: u16 = 410;

words! {
    /// How far a message has come.
    Status {
        /// It is to be sent, for the first time or again.
        Waiting = "waiting",
        /// It was taken.
        Delivered = "delivered",
        /// It was tried as often as it is.
        Failed = "failed",
        /// It is not sent any more: the webhook was turned off, or the log forgot the entry.
        Cancelled = "cancelled",
    }
}

/// What to send.
#[derive(Debug, Clone)]
pub struct Message {
    /// Which message.
    pub delivery: WebhookDeliveryId,
    /// To which webhook.
    pub webhook: WebhookId,
    /// Of which team.
    pub team: TeamId,
    /// Where.
    pub url: String,
    /// The header `webhook-id`.
    pub id: String,
    /// The header `webhook-timestamp`.
    pub timestamp: i64,
    /// The header `webhook-signature`; none when the secret cannot be read any more.
    pub signature: Option<String>,
    /// The body.
    pub body: String,
    attempts: i64,
    round: i64,
}

/// What is to be done about a message.
#[derive(Debug)]
pub enum Start {
    /// Nothing any more.
    Settled,
    /// Nothing before this time.
    NotBefore(DateTime<Utc>),
    /// The entry is no longer in the log, so that nothing can be told of it.
    Gone,
    /// Send it.
    Send(Box<Message>),
}

#[derive(sqlx::FromRow)]
#[expect(clippy::struct_field_names, reason = "called as the columns are")]
struct Due {
    team_id: TeamId,
    webhook_id: WebhookId,
    seq: Option<i64>,
    attempts: i64,
    round: i64,
    created_at: DateTime<Utc>,
    due_at: DateTime<Utc>,
    url: String,
    secret: Vec<u8>,
    old_secret: Option<Vec<u8>>,
    old_until: Option<DateTime<Utc>>,
}

/// Reads what to send now.
pub async fn begin(tx: &mut Tx, env: &Env, id: WebhookDeliveryId) -> Result<Start, Error> {
    let due = sql!(fetch_optional Due, tx,
        "select d.team_id, d.webhook_id, d.seq, d.attempts, d.round, d.created_at, d.due_at, w.url, w.secret, w.old_secret,
                w.old_until
         from webhook_deliveries d join webhooks w on w.team_id = d.team_id and w.id = d.webhook_id
         where d.id = $1 and d.status = 'waiting' and w.off_at is null", id)?;
    let Some(due) = due else {
        return Ok(Start::Settled);
    };
    let now = env.now();
    if due.due_at > now {
        return Ok(Start::NotBefore(due.due_at));
    }
    let body = match due.seq {
        None => payload::of_test(due.team_id, due.webhook_id, due.created_at),
        Some(seq) => match activity::get(tx, due.team_id, seq).await {
            Err(Error::NotFound(_)) => return Ok(Start::Gone),
            found => payload::of_entry(due.team_id, &found?),
        },
    };
    let old = due
        .old_secret
        .filter(|_| due.old_until.is_some_and(|until| now < until));
    let secrets: Vec<Vec<u8>> = std::iter::once(due.secret)
        .chain(old)
        .filter_map(|sealed| secret::open(env, due.webhook_id, &sealed))
        .collect();
    let message = format!("msg_{id}");
    let signature = (!secrets.is_empty()).then(|| secret::signatures(&secrets, &message, now, &body));
    Ok(Start::Send(Box::new(Message {
        delivery: id,
        webhook: due.webhook_id,
        team: due.team_id,
        url: due.url,
        id: message,
        timestamp: now.timestamp(),
        signature,
        body,
        attempts: due.attempts,
        round: due.round,
    })))
}

/// Nothing can be told of the entry any more.
pub async fn forget(tx: &mut Tx, env: &Env, id: WebhookDeliveryId) -> Result<(), Error> {
    sql!(execute tx,
        "update webhook_deliveries set status = 'cancelled', due_at = $2 where id = $1 and status = 'waiting'", id, env.now())?;
    Ok(())
}

/// What came of a try.
#[derive(Debug, Clone)]
pub struct Heard {
    /// The status of the answer, if there was one.
    pub code: Option<u16>,
    /// The beginning of its body, or why there was none.
    pub text: String,
    /// How long it took.
    pub took: TimeDelta,
}

impl Heard {
    /// Whether the message was taken.
    pub fn taken(&self) -> bool {
        self.code.is_some_and(|code| (200..300).contains(&code))
    }
}

/// What becomes of a message after a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It was taken.
    Delivered,
    /// It is tried again at this time.
    RetryAt(DateTime<Utc>),
    /// It is not tried again.
    Ended,
    /// It is not tried again, and the webhook was turned off.
    Stopped,
    /// Another try was written down before, or the webhook is gone.
    Overtaken,
}

#[derive(sqlx::FromRow)]
struct Standing {
    failing_since: Option<DateTime<Utc>>,
    off_at: Option<DateTime<Utc>>,
    created_by: AccountId,
}

/// Writes down what came of a try.
pub async fn record(tx: &mut Tx, env: &Env, message: &Message, heard: &Heard) -> Result<Fate, Error> {
    let (team, webhook, now) = (message.team, message.webhook, env.now());
    // The team first, as every change does that its log may tell about.
    if !heard.taken() {
        match team::lock_row(tx, team).await {
            Err(Error::NotFound(_)) => return Ok(Fate::Overtaken),
            found => found?,
        }
    }
    let standing = sql!(lock Standing, tx,
        "select failing_since, off_at, created_by from webhooks where team_id = $1 and id = $2", team, webhook)?;
    let Some(standing) = standing else {
        return Ok(Fate::Overtaken);
    };
    let pause = usize::try_from(message.round)
        .ok()
        .and_then(|round| PAUSES.get(round));
    let failing_since = standing.failing_since.unwrap_or(now);
    let why = match heard.code {
        Some(GONE) => Some(Why::Gone),
        _ if now - failing_since >= PATIENCE => Some(Why::Failing),
        _ => None,
    };
    let (fate, status, due_at) = match (heard.taken(), standing.off_at, why, pause) {
        (true, ..) => (Fate::Delivered, Status::Delivered, now),
        (false, Some(_), ..) => (Fate::Ended, Status::Cancelled, now),
        (false, None, Some(_), _) => (Fate::Stopped, Status::Failed, now),
        (false, None, None, Some(pause)) => (Fate::RetryAt(now + *pause), Status::Waiting, now + *pause),
        (false, None, None, None) => (Fate::Ended, Status::Failed, now),
    };
    let number = message.attempts + 1;
    let noted = sql!(execute tx,
        "update webhook_deliveries set attempts = $3, round = $4, status = $5, due_at = $6 where id = $1 and attempts = $2",
        message.delivery, message.attempts, number, message.round + 1, status, due_at)?;
    if noted == 0 {
        return Ok(Fate::Overtaken);
    }
    sql!(execute tx,
        "insert into webhook_tries (team_id, delivery_id, number, at, took_ms, code, answer)
         values ($1, $2, $3, $4, $5, $6, $7)",
        team, message.delivery, number, now, heard.took.num_milliseconds().max(0), heard.code.map(i64::from),
        short(&heard.text))?;
    if heard.taken() {
        sql!(execute tx,
            "update webhooks set failing_since = null where team_id = $1 and id = $2 and failing_since is not null",
            team, webhook)?;
    } else {
        sql!(execute tx,
            "update webhooks set failing_since = $3 where team_id = $1 and id = $2 and failing_since is null",
            team, webhook, now)?;
    }
    if let (Fate::Stopped, Some(why)) = (fate, why) {
        stop(tx, env, message, why, standing.created_by).await?;
    }
    Ok(fate)
}

/// Turns a webhook off that takes nothing. Whoever made it hears of it, or the top role where that is no member any more.
async fn stop(tx: &mut Tx, env: &Env, message: &Message, why: Why, maker: AccountId) -> Result<(), Error> {
    let team = message.team;
    put_out(tx, env, team, message.webhook, why).await?;
    let details = json!({ "webhook": message.webhook, "why": why.as_str() });
    let entry = alert::by_job(Kind::WebhookStopped, super::host(&message.url), details);
    let there = sql!(value i64, tx,
        "select count(*) from members where team_id = $1 and account_id = $2 and status = 'active'", team, maker)?;
    let people = if there > 0 {
        vec![maker]
    } else {
        alert::top_of(tx, team).await?
    };
    alert::raise(tx, env, team, entry, &people).await
}

/// Somebody else's words, which PostgreSQL refuses with a NUL in them.
fn short(text: &str) -> String {
    let clean = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    clean.take(ANSWER_LENGTH).collect()
}

/// Forgets messages that ended long ago, at most so many, and secrets that no longer sign.
pub(crate) async fn prune(tx: &mut Tx, env: &Env, most: i64) -> Result<u64, Error> {
    let now = env.now();
    let gone = sql!(execute tx,
        "delete from webhook_deliveries where id in
             (select id from webhook_deliveries where created_at < $1 and status <> 'waiting' limit $2)", now - KEPT, most)?;
    let dead = sql!(execute tx,
        "update webhooks set old_secret = null, old_until = null where id in
             (select id from webhooks where old_until < $1 limit $2)", now, most)?;
    Ok(gone + dead)
}
