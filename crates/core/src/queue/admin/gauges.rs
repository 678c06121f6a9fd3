//! What the metrics read from the database: how much waits, for how long, and who is there to do it.
//!
//! One query for each table. None holds a lock that a worker would wait for, and each follows an index on both databases.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::{is_dead, is_waiting};
use crate::email;
use crate::error::Error;
use crate::tx::{Conn, Tx, sql};

/// How many jobs of one kind are in one state.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Depth {
    /// The queue.
    pub queue: String,
    /// `waiting`, `running` or `dead`. Those that are done do not count.
    pub state: String,
    /// The kind as it is stored, which need not be one we know, nor text.
    pub kind: Vec<u8>,
    /// How many.
    pub jobs: i64,
    /// How long the first of them could have run already, in seconds; negative if its time is still to come.
    pub overdue: i64,
}

/// The jobs that are not done. What is between `"kind":"` and the next `"` is the kind.
pub async fn depths(tx: &mut Tx) -> Result<Vec<Depth>, Error> {
    Ok(match &mut tx.conn {
        Conn::Sqlite(t) => sqlx::query_as(concat!(
            "select job_type as queue, state, substr(tail, 1, max(instr(tail, cast('\"' as blob)) - 1, 0)) as kind,
                    count(*) as jobs, cast(strftime('%s', 'now') as integer) - min(run_at) as overdue
             from (select job_type, run_at,
                          case when ", is_dead!(), " then 'dead' when ", is_waiting!(), " then 'waiting' else 'running' end as state,
                          substr(job, instr(job, cast('\"kind\":\"' as blob)) + 8, 64) as tail
                   from Jobs where status in ('Pending', 'Queued', 'Running', 'Failed', 'Killed')) as unfinished
             group by 1, 2, 3"))
            .fetch_all(&mut **t).await?,
        Conn::Postgres(t) => sqlx::query_as(concat!(
            "select job_type as queue, state, substr(tail, 1, greatest(position('\"'::bytea in tail) - 1, 0)) as kind,
                    count(*) as jobs, floor(extract(epoch from now() - min(run_at)))::bigint as overdue
             from (select job_type, run_at, 'waiting' as state, substr(job, position('\"kind\":\"'::bytea in job) + 8, 64) as tail
                   from apalis.jobs where ", is_waiting!(), "
                   union all
                   select job_type, run_at, case when ", is_dead!(), " then 'dead' else 'running' end,
                          substr(job, position('\"kind\":\"'::bytea in job) + 8, 64)
                   from apalis.jobs where status in ('Queued', 'Running', 'Failed', 'Killed') and not ", is_waiting!(), ") as unfinished
             group by 1, 2, 3"))
            .fetch_all(&mut **t).await?,
    })
}

/// How many mails are on their way in one status.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Mails {
    /// `queued` or `sending`.
    pub status: email::Status,
    /// How many.
    pub mails: i64,
    /// When the first of them is, or was, due.
    pub first_due: DateTime<Utc>,
}

/// The mails that have not left.
pub async fn mails(tx: &mut Tx) -> Result<Vec<Mails>, Error> {
    Ok(sql!(fetch_all Mails, tx,
        "select status, count(*) as mails, min(next_attempt_at) as first_due from emails
         where status in ('queued', 'sending') group by status")?)
}

/// How many workers of a queue live.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Workers {
    /// The queue.
    pub queue: String,
    /// How many.
    pub workers: i64,
}

/// The workers that gave a sign of life within `silence`.
pub async fn workers(tx: &mut Tx, silence: Duration) -> Result<Vec<Workers>, Error> {
    let seconds = i64::try_from(silence.as_secs()).unwrap_or(i64::MAX / 2);
    Ok(match &mut tx.conn {
        Conn::Sqlite(t) => {
            sqlx::query_as(
                "select worker_type as queue, count(*) as workers from Workers
             where last_seen > cast(strftime('%s', 'now') as integer) - $1 group by worker_type",
            )
            .bind(seconds)
            .fetch_all(&mut **t)
            .await?
        }
        Conn::Postgres(t) => {
            sqlx::query_as(
                "select worker_type as queue, count(*) as workers from apalis.workers
             where last_seen > now() - make_interval(secs => $1::bigint::float8) group by worker_type",
            )
            .bind(seconds)
            .fetch_all(&mut **t)
            .await?
        }
    })
}
