//! The queue's rows, written in our own transactions: a job exists exactly when the change that asked for it does.
//!
//! The tables are apalis' (`Jobs` on SQLite, `apalis.jobs` on PostgreSQL). Ids are ours, and the pair of queue and key is
//! unique, so that enqueueing twice is enqueueing once. Times in these tables are the database's own clock, in whole
//! seconds: workers compare them with it.

use std::time::Duration;

use crate::env::Env;
use crate::error::Error;
use crate::ids::JobId;
use crate::job::{Job, Queue};
use crate::tx::{Conn, Tx};

/// Adds a job, unless one with its key is there already, done or not.
pub async fn enqueue(tx: &mut Tx, env: &Env, job: &Job) -> Result<(), Error> {
    let (id, queue, bytes) = (env.new_id::<JobId>(), job.queue().as_str(), job.to_bytes());
    let added = match &mut tx.conn {
        Conn::Sqlite(t) => sqlx::query(
            "insert into Jobs (job, id, job_type, status, attempts, max_attempts, run_at, priority, metadata, idempotency_key)
             values ($1, $2, $3, 'Pending', 0, $4, cast(strftime('%s', 'now') as integer), 0, '{}', $5)
             on conflict (job_type, idempotency_key) do nothing")
            .bind(bytes).bind(id).bind(queue).bind(job.max_attempts()).bind(job.key())
            .execute(&mut **t).await?.rows_affected(),
        Conn::Postgres(t) => sqlx::query(
            "insert into apalis.jobs (job, id, job_type, status, attempts, max_attempts, run_at, priority, idempotency_key)
             values ($1, $2, $3, 'Pending', 0, $4, now(), 0, $5)
             on conflict (job_type, idempotency_key) do nothing")
            .bind(bytes).bind(id).bind(queue).bind(job.max_attempts()).bind(job.key())
            .execute(&mut **t).await?.rows_affected(),
    };
    if added == 1 {
        tx.note_enqueued();
    }
    Ok(())
}

/// Adds a job, or revives the one with its key if that is done or dead. One that waits or runs is left alone.
pub async fn ensure(tx: &mut Tx, env: &Env, job: &Job) -> Result<(), Error> {
    enqueue(tx, env, job).await?;
    let (queue, bytes) = (job.queue().as_str(), job.to_bytes());
    let revived = match &mut tx.conn {
        Conn::Sqlite(t) => sqlx::query(
            "update Jobs set job = $1, status = 'Pending', attempts = 0, run_at = cast(strftime('%s', 'now') as integer),
                    lock_by = null, lock_at = null, done_at = null, last_result = null
             where job_type = $2 and idempotency_key = $3
               and (status in ('Done', 'Killed') or (status = 'Failed' and attempts >= max_attempts))")
            .bind(bytes).bind(queue).bind(job.key()).execute(&mut **t).await?.rows_affected(),
        Conn::Postgres(t) => sqlx::query(
            "update apalis.jobs set job = $1, status = 'Pending', attempts = 0, run_at = now(),
                    lock_by = null, lock_at = null, done_at = null, last_result = null
             where job_type = $2 and idempotency_key = $3
               and (status in ('Done', 'Killed') or (status = 'Failed' and attempts >= max_attempts))")
            .bind(bytes).bind(queue).bind(job.key()).execute(&mut **t).await?.rows_affected(),
    };
    if revived > 0 {
        tx.note_enqueued();
    }
    Ok(())
}

/// Sets when a job that is about to be handed back runs next. Has to be committed before the queue hears of the
/// failure; nothing happens when `worker` no longer holds the job.
pub async fn defer(tx: &mut Tx, id: &str, worker: &str, pause: Duration) -> Result<(), Error> {
    // Whole seconds, rounded up: never earlier than asked.
    let seconds =
        i64::try_from(pause.as_secs()).unwrap_or(i64::MAX / 2) + i64::from(pause.subsec_nanos() > 0);
    match &mut tx.conn {
        Conn::Sqlite(t) => {
            sqlx::query("update Jobs set run_at = cast(strftime('%s', 'now') as integer) + $3 where id = $1 and lock_by = $2")
                .bind(id).bind(worker).bind(seconds).execute(&mut **t).await?;
        }
        Conn::Postgres(t) => {
            sqlx::query("update apalis.jobs set run_at = now() + make_interval(secs => $3::float8) where id = $1 and lock_by = $2")
                .bind(id).bind(worker).bind(seconds).execute(&mut **t).await?;
        }
    }
    Ok(())
}

/// Hands back the jobs that a worker took and will not finish: at its orderly end, or, on a database that no other
/// process uses, those of workers that died with the process before this one (`None`).
pub async fn release(tx: &mut Tx, worker: Option<&str>) -> Result<u64, Error> {
    let released = match &mut tx.conn {
        Conn::Sqlite(t) => sqlx::query(
            "update Jobs set status = 'Pending', lock_by = null, lock_at = null
             where status in ('Running', 'Queued') and ($1 is null or lock_by = $1)",
        )
        .bind(worker)
        .execute(&mut **t)
        .await?
        .rows_affected(),
        Conn::Postgres(t) => sqlx::query(
            "update apalis.jobs set status = 'Pending', lock_by = null, lock_at = null
             where status in ('Running', 'Queued') and ($1 is null or lock_by = $1)",
        )
        .bind(worker)
        .execute(&mut **t)
        .await?
        .rows_affected(),
    };
    Ok(released)
}

/// How many jobs of a queue wait, run, or wait for their next try.
pub async fn live(tx: &mut Tx, queue: Queue) -> Result<i64, Error> {
    Ok(match &mut tx.conn {
        Conn::Sqlite(t) => sqlx::query_scalar(
            "select count(*) from Jobs where job_type = $1
             and (status in ('Pending', 'Queued', 'Running') or (status = 'Failed' and attempts < max_attempts))")
            .bind(queue.as_str()).fetch_one(&mut **t).await?,
        Conn::Postgres(t) => sqlx::query_scalar(
            "select count(*) from apalis.jobs where job_type = $1
             and (status in ('Pending', 'Queued', 'Running') or (status = 'Failed' and attempts < max_attempts))")
            .bind(queue.as_str()).fetch_one(&mut **t).await?,
    })
}
