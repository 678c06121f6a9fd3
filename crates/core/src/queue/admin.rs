//! The queue as its operator sees it: what waits, runs and died, and what can be done about the dead.
//!
//! Only dead jobs are touched here. Whatever still runs or waits belongs to the workers.

pub mod gauges;

use chrono::{DateTime, Utc};
use serde_json::Value;
use ulid::Ulid;

use crate::column::words;
use crate::email;
use crate::error::Error;
use crate::ids::{EmailId, JobId};
use crate::job::Job;
use crate::tx::{Conn, Tx};

/// The channel on which PostgreSQL tells workers of new jobs. apalis' trigger speaks on it when a job is inserted.
pub const CHANNEL: &str = "apalis::job::insert";

words! {
    /// How far a job has come, in the operator's words.
    State {
        /// It runs when its time comes.
        Waiting = "waiting",
        /// A worker has it.
        Running = "running",
        /// It never runs again by itself.
        Dead = "dead",
        /// There is nothing left to do.
        Done = "done",
    }
}

/// Which jobs a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filter<'a> {
    /// Those in this state; all of them without one.
    pub state: Option<State>,
    /// Those of this kind.
    pub kind: Option<&'a str>,
}

/// A job in the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Which.
    pub id: String,
    /// The queue it waits in.
    pub queue: String,
    /// Its kind, `unknown` if that cannot be read.
    pub kind: String,
    /// How far it has come.
    pub state: State,
    /// How many runs have begun and count.
    pub attempts: i32,
    /// How many may.
    pub max_attempts: i32,
    /// When it was asked for.
    pub created_at: Option<DateTime<Utc>>,
    /// From when on it may run.
    pub due_at: DateTime<Utc>,
    /// When the worker that has it took it.
    pub started_at: Option<DateTime<Utc>>,
    /// When it was done or died.
    pub ended_at: Option<DateTime<Utc>>,
    /// The worker that has it, or had it last.
    pub worker: Option<String>,
    /// What its latest run said, unless that went well.
    pub reason: Option<String>,
    /// What it is about, if that can be read: ids and times.
    pub payload: Option<Value>,
    /// The mail it sends, if it is one that sends a mail.
    pub email: Option<EmailId>,
}

#[derive(sqlx::FromRow)]
struct Row {
    job: Vec<u8>,
    id: String,
    job_type: String,
    status: String,
    attempts: i32,
    max_attempts: i32,
    run_at: DateTime<Utc>,
    lock_at: Option<DateTime<Utc>>,
    done_at: Option<DateTime<Utc>>,
    lock_by: Option<String>,
    last_result: Option<String>,
}

impl From<Row> for Entry {
    fn from(row: Row) -> Self {
        let state = match row.status.as_str() {
            "Pending" => State::Waiting,
            "Failed" if row.attempts < row.max_attempts => State::Waiting,
            "Queued" | "Running" => State::Running,
            "Done" => State::Done,
            _ => State::Dead,
        };
        let envelope: Option<Value> = serde_json::from_slice(&row.job).ok();
        let part = |name: &str| envelope.as_ref().and_then(|envelope| envelope.get(name)).cloned();
        Self {
            queue: row.job_type,
            kind: part("kind")
                .as_ref()
                .and_then(Value::as_str)
                .unwrap_or("unknown")
                .to_owned(),
            state,
            attempts: row.attempts,
            max_attempts: row.max_attempts,
            created_at: created_at(&row.id),
            id: row.id,
            due_at: row.run_at,
            started_at: row.lock_at.filter(|_| state == State::Running),
            ended_at: row.done_at,
            worker: row.lock_by,
            reason: row.last_result.as_deref().and_then(reason),
            payload: part("payload"),
            email: match Job::from_bytes(&row.job) {
                Ok(Job::SendEmail { email }) => Some(email),
                _ => None,
            },
        }
    }
}

/// An id holds the moment it was made.
fn created_at(id: &str) -> Option<DateTime<Utc>> {
    let millis = i64::try_from(Ulid::from_string(id).ok()?.timestamp_ms()).ok()?;
    DateTime::from_timestamp_millis(millis)
}

/// What a stored result says, if it is of a run that did not go well.
fn reason(result: &str) -> Option<String> {
    match serde_json::from_str::<Value>(result) {
        Ok(Value::Object(result)) => Some(result.get("Err")?.as_str()?.to_owned()),
        // Not written by us: shown as it is.
        _ => Some(result.to_owned()),
    }
}

macro_rules! is_waiting {
    () => {
        "(status = 'Pending' or (status = 'Failed' and attempts < max_attempts))"
    };
}
macro_rules! is_dead {
    () => {
        "(status = 'Killed' or (status = 'Failed' and attempts >= max_attempts))"
    };
}
pub(crate) use {is_dead, is_waiting};

/// Selects whole rows of jobs by a condition and in an order, on either database's table; kinds are looked for in the
/// stored bytes, which any release has written alike and which need not be readable.
macro_rules! rows_where {
    ($tx:expr, $kind:expr, $limit:expr, $condition:expr, $order:literal) => {
        match &mut $tx.conn {
            Conn::Sqlite(t) => {
                sqlx::query_as::<_, Row>(concat!(
                    "select job, id, job_type, status, attempts, max_attempts, run_at, lock_at, done_at, lock_by, last_result
                     from Jobs where ($1 is null or instr(job, $1) > 0) and ",
                    $condition, " order by ", $order, " limit $2"))
                .bind($kind).bind($limit).fetch_all(&mut **t).await
            }
            Conn::Postgres(t) => {
                sqlx::query_as::<_, Row>(concat!(
                    "select job, id, job_type, status, attempts, max_attempts, run_at, lock_at, done_at, lock_by,
                            last_result::text as last_result
                     from apalis.jobs where ($1::bytea is null or position($1 in job) > 0) and ",
                    $condition, " order by ", $order, " limit $2"))
                .bind($kind).bind($limit).fetch_all(&mut **t).await
            }
        }
    };
}

/// The first `limit` jobs: those that wait by their time, those that ended by the latest end, others by the latest start.
pub async fn list(tx: &mut Tx, filter: Filter<'_>, limit: u32) -> Result<Vec<Entry>, Error> {
    let kind = filter.kind.map(|kind| format!(r#""kind":"{kind}""#).into_bytes());
    let limit = i64::from(limit);
    let rows = match filter.state {
        Some(State::Waiting) => rows_where!(tx, kind, limit, is_waiting!(), "run_at, id"),
        Some(State::Running) => {
            rows_where!(
                tx,
                kind,
                limit,
                "status in ('Queued', 'Running')",
                "lock_at desc, id desc"
            )
        }
        Some(State::Dead) => rows_where!(tx, kind, limit, is_dead!(), "done_at desc, id desc"),
        Some(State::Done) => rows_where!(tx, kind, limit, "status = 'Done'", "done_at desc, id desc"),
        None => rows_where!(tx, kind, limit, "true", "id desc"),
    }?;
    Ok(rows.into_iter().map(Entry::from).collect())
}

/// Every dead job, or every one of a kind.
pub async fn dead(tx: &mut Tx, kind: Option<&str>) -> Result<Vec<JobId>, Error> {
    let state = Some(State::Dead);
    let jobs = list(tx, Filter { state, kind }, u32::MAX).await?;
    jobs.iter()
        .map(|job| job.id.parse().map_err(Error::internal))
        .collect()
}

/// One job.
pub async fn get(tx: &mut Tx, id: JobId) -> Result<Option<Entry>, Error> {
    let row = match &mut tx.conn {
        Conn::Sqlite(t) => sqlx::query_as::<_, Row>(
            "select job, id, job_type, status, attempts, max_attempts, run_at, lock_at, done_at, lock_by, last_result
             from Jobs where id = $1")
            .bind(id).fetch_optional(&mut **t).await?,
        Conn::Postgres(t) => sqlx::query_as::<_, Row>(
            "select job, id, job_type, status, attempts, max_attempts, run_at, lock_at, done_at, lock_by,
                    last_result::text as last_result
             from apalis.jobs where id = $1")
            .bind(id).fetch_optional(&mut **t).await?,
    };
    Ok(row.map(Entry::from))
}

/// What became of the wish to do something about a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It was done.
    Done,
    /// There is no such job.
    Unknown,
    /// It is not dead: it waits, runs, or was done.
    NotDead(State),
    /// It sends a mail that is not to be sent again.
    Unwanted(email::admin::Unwanted),
}

/// Lets a dead job run again, with all its attempts, now. A mail that had failed waits again with it. Nothing is changed
/// unless the answer is [`Answer::Done`].
pub async fn retry(tx: &mut Tx, now: DateTime<Utc>, id: JobId) -> Result<Answer, Error> {
    let Some(job) = get(tx, id).await? else {
        return Ok(Answer::Unknown);
    };
    if job.state != State::Dead {
        return Ok(Answer::NotDead(job.state));
    }
    // The team and the mail are locked first, as when a mail is claimed.
    if let Some(email) = job.email
        && let Err(unwanted) = email::admin::may_leave(tx, now, email).await?
    {
        return Ok(Answer::Unwanted(unwanted));
    }
    let revived = match &mut tx.conn {
        Conn::Sqlite(t) => sqlx::query(concat!(
            "update Jobs set status = 'Pending', attempts = 0, run_at = cast(strftime('%s', 'now') as integer),
                    lock_by = null, lock_at = null, done_at = null, last_result = null
             where id = $1 and ", is_dead!()))
            .bind(id).execute(&mut **t).await?.rows_affected(),
        Conn::Postgres(t) => sqlx::query(concat!(
            "update apalis.jobs set status = 'Pending', attempts = 0, run_at = now(),
                    lock_by = null, lock_at = null, done_at = null, last_result = null
             where id = $1 and ", is_dead!()))
            .bind(id).execute(&mut **t).await?.rows_affected(),
    };
    if revived == 0 {
        return changed_meanwhile(tx, id).await;
    }
    if let Some(email) = job.email {
        email::admin::requeue(tx, now, email).await?;
    }
    tx.note_enqueued();
    if let Conn::Postgres(t) = &mut tx.conn {
        // The trigger speaks of inserted jobs only. Heard once this is committed.
        sqlx::query("select pg_notify($1, '')")
            .bind(CHANNEL)
            .execute(&mut **t)
            .await?;
    }
    Ok(Answer::Done)
}

/// Deletes a dead job. Nothing is changed unless the answer is [`Answer::Done`].
pub async fn drop_dead(tx: &mut Tx, id: JobId) -> Result<Answer, Error> {
    let dropped = match &mut tx.conn {
        Conn::Sqlite(t) => sqlx::query(concat!("delete from Jobs where id = $1 and ", is_dead!()))
            .bind(id)
            .execute(&mut **t)
            .await?
            .rows_affected(),
        Conn::Postgres(t) => sqlx::query(concat!("delete from apalis.jobs where id = $1 and ", is_dead!()))
            .bind(id)
            .execute(&mut **t)
            .await?
            .rows_affected(),
    };
    if dropped == 0 {
        return changed_meanwhile(tx, id).await;
    }
    Ok(Answer::Done)
}

/// Why a dead job was not there to be changed.
async fn changed_meanwhile(tx: &mut Tx, id: JobId) -> Result<Answer, Error> {
    Ok(get(tx, id)
        .await?
        .map_or(Answer::Unknown, |job| Answer::NotDead(job.state)))
}
