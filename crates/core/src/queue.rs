//! The queue's rows, written in our own transactions: a job exists exactly when the change that asked for it does.
//!
//! The tables are apalis' (`Jobs` on SQLite, `apalis.jobs` on PostgreSQL). Ids are ours, and the pair of queue and key is
//! unique, so that enqueueing twice is enqueueing once. Times in these tables are the database's own clock, in whole
//! seconds: workers compare them with it.

pub mod admin;

use std::collections::HashSet;
use std::time::Duration;

use chrono::TimeDelta;
use serde_json::json;
use sqlx::types::Json;

use crate::env::Env;
use crate::error::Error;
use crate::ids::JobId;
use crate::job::{Job, Queue};
use crate::tx::{Conn, Tx, sql_many};

/// Adds a job, unless one with its key is there already, done or not.
pub async fn enqueue(tx: &mut Tx, env: &Env, job: &Job) -> Result<(), Error> {
    add(tx, env, job, 0, 0).await
}

/// Adds a job that waits for those of its queue whose `turn` is a larger number.
pub(crate) async fn enqueue_in_turn(tx: &mut Tx, env: &Env, job: &Job, turn: i32) -> Result<(), Error> {
    add(tx, env, job, turn, 0).await
}

/// Adds a job that waits for so many seconds first.
pub(crate) async fn enqueue_later(tx: &mut Tx, env: &Env, job: &Job, seconds: u8) -> Result<(), Error> {
    add(tx, env, job, 0, i32::from(seconds)).await
}

async fn add(tx: &mut Tx, env: &Env, job: &Job, turn: i32, seconds: i32) -> Result<(), Error> {
    let (id, queue, bytes) = (env.new_id::<JobId>(), job.queue().as_str(), job.to_bytes());
    let added = match &mut tx.conn {
        Conn::Sqlite(t) => sqlx::query(
            "insert into Jobs (job, id, job_type, status, attempts, max_attempts, run_at, priority, metadata, idempotency_key)
             values ($1, $2, $3, 'Pending', 0, $4, cast(strftime('%s', 'now') as integer) + $7, $6, '{}', $5)
             on conflict (job_type, idempotency_key) do nothing")
            .bind(bytes).bind(id).bind(queue).bind(job.max_attempts()).bind(job.key()).bind(turn).bind(seconds)
            .execute(&mut **t).await?.rows_affected(),
        Conn::Postgres(t) => sqlx::query(
            "insert into apalis.jobs (job, id, job_type, status, attempts, max_attempts, run_at, priority, idempotency_key)
             values ($1, $2, $3, 'Pending', 0, $4, now() + make_interval(secs => $7), $6, $5)
             on conflict (job_type, idempotency_key) do nothing")
            .bind(bytes).bind(id).bind(queue).bind(job.max_attempts()).bind(job.key()).bind(turn).bind(seconds)
            .execute(&mut **t).await?.rows_affected(),
    };
    if added == 1 {
        tx.note_enqueued();
    }
    Ok(())
}

/// Makes sure that a job runs now: adds it, revives the one with its key if that is done or dead, or brings it forward
/// if it waits for a later time. One that is due or runs is left alone; whatever else somebody made of its row is
/// mended.
pub async fn ensure(tx: &mut Tx, env: &Env, job: &Job) -> Result<(), Error> {
    enqueue(tx, env, job).await?;
    let (queue, bytes) = (job.queue().as_str(), job.to_bytes());
    let changed = match &mut tx.conn {
        Conn::Sqlite(t) => sqlx::query(
            "update Jobs set job = $1, max_attempts = $4, attempts = case when status = 'Pending' then attempts else 0 end,
                    status = 'Pending', run_at = cast(strftime('%s', 'now') as integer),
                    lock_by = null, lock_at = null, done_at = null, last_result = null
             where job_type = $2 and idempotency_key = $3
               and (status not in ('Pending', 'Queued', 'Running')
                    or (status <> 'Pending' and lock_by is null)
                    or (status = 'Pending' and (lock_by is not null or run_at > cast(strftime('%s', 'now') as integer))))")
            .bind(bytes).bind(queue).bind(job.key()).bind(job.max_attempts()).execute(&mut **t).await?.rows_affected(),
        Conn::Postgres(t) => sqlx::query(
            "update apalis.jobs set job = $1, max_attempts = $4, attempts = case when status = 'Pending' then attempts else 0 end,
                    status = 'Pending', run_at = now(),
                    lock_by = null, lock_at = null, done_at = null, last_result = null
             where job_type = $2 and idempotency_key = $3
               and (status not in ('Pending', 'Queued', 'Running')
                    or (status <> 'Pending' and lock_by is null)
                    or (status = 'Pending' and (lock_by is not null or run_at > now())))")
            .bind(bytes).bind(queue).bind(job.key()).bind(job.max_attempts()).execute(&mut **t).await?.rows_affected(),
    };
    if changed > 0 {
        tx.note_enqueued();
    }
    Ok(())
}

/// A job that was taken from its queue.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Fetched {
    /// Which. As it is stored: whatever somebody wrote there must not stop the others.
    pub id: String,
    /// Its stored form.
    #[sqlx(rename = "job")]
    pub bytes: Vec<u8>,
    /// How many of its runs are over.
    pub attempts: i32,
    /// How many runs it has.
    pub max_attempts: i32,
}

/// Takes up to so many jobs of a queue that are due, for a worker that is registered, in their turn.
pub async fn fetch(tx: &mut Tx, queue: Queue, worker: &str, most: u32) -> Result<Vec<Fetched>, Error> {
    Ok(match &mut tx.conn {
        // The plus keeps SQLite from choosing an index on the time, by which it would sort all that waits at each look: 27 ms
        // with 60,000 jobs, where the index that has the order takes 0.2.
        Conn::Sqlite(t) => sqlx::query_as(
            "update Jobs set status = 'Running', lock_by = $1, lock_at = cast(strftime('%s', 'now') as integer)
             where rowid in (
                 select rowid from Jobs
                 where job_type = $2 and status = 'Pending' and lock_by is null
                   and +run_at <= cast(strftime('%s', 'now') as integer)
                 order by priority desc, run_at, id limit $3)
             returning id, job, attempts, max_attempts")
            .bind(worker).bind(queue.as_str()).bind(most).fetch_all(&mut **t).await?,
        // The condition is that of apalis' index, which has the order too.
        Conn::Postgres(t) => sqlx::query_as(
            "update apalis.jobs j set status = 'Running', lock_by = $1, lock_at = now()
             from (select id from apalis.jobs
                   where job_type = $2 and (status = 'Pending' or (status = 'Failed' and attempts < max_attempts))
                     and run_at <= now()
                   order by priority desc, run_at limit $3
                   for update skip locked) due
             where j.id = due.id
             returning j.id, j.job, j.attempts, j.max_attempts")
            .bind(worker).bind(queue.as_str()).bind(i64::from(most)).fetch_all(&mut **t).await?,
    })
}

/// How a run of a job ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// There is nothing left to do.
    Done,
    /// It failed, and runs again after the pause. Counts as one of its attempts.
    Failed {
        /// How long it rests.
        pause: Duration,
        /// What went wrong.
        reason: String,
    },
    /// It could not begin yet, and runs after the pause. Does not count.
    Waits {
        /// How long it rests.
        pause: Duration,
        /// What it waits for.
        reason: String,
    },
    /// It never runs again.
    Dead {
        /// Why not.
        reason: String,
    },
}

/// Writes down how a job's run ended, and in the same statement when it runs next. `attempt` counts its runs from 1.
/// Whether the job was still `worker`'s to end: one that was silent for too long has lost it to another.
pub async fn finish(tx: &mut Tx, id: &str, worker: &str, attempt: i32, end: &End) -> Result<bool, Error> {
    let (status, attempts, pause, reason) = match end {
        End::Done => ("Done", attempt, None, None),
        End::Failed { pause, reason } => ("Pending", attempt, Some(*pause), Some(reason)),
        End::Waits { pause, reason } => ("Pending", attempt - 1, Some(*pause), Some(reason)),
        End::Dead { reason } => ("Killed", attempt, None, Some(reason)),
    };
    let result = Json(reason.map_or_else(|| json!({ "Ok": null }), |reason| json!({ "Err": reason })));
    // Whole seconds, rounded up: never earlier than asked.
    let seconds = pause.map(|pause| {
        i64::try_from(pause.as_secs()).unwrap_or(i64::MAX / 2) + i64::from(pause.subsec_nanos() > 0)
    });
    let ended = match &mut tx.conn {
        Conn::Sqlite(t) => sqlx::query(
            "update Jobs set status = $3, attempts = $4, last_result = $5, lock_at = null, lock_by = null,
                    run_at = case when $6 is null then run_at else cast(strftime('%s', 'now') as integer) + $6 end,
                    done_at = case when $6 is null then cast(strftime('%s', 'now') as integer) end
             where id = $1 and lock_by = $2")
            .bind(id).bind(worker).bind(status).bind(attempts).bind(result).bind(seconds)
            .execute(&mut **t).await?.rows_affected(),
        Conn::Postgres(t) => sqlx::query(
            "update apalis.jobs set status = $3, attempts = $4, last_result = $5, lock_at = null, lock_by = null,
                    run_at = case when $6::bigint is null then run_at
                                  else now() + make_interval(secs => $6::bigint::float8) end,
                    done_at = case when $6::bigint is null then now() end
             where id = $1 and lock_by = $2")
            .bind(id).bind(worker).bind(status).bind(attempts).bind(result).bind(seconds)
            .execute(&mut **t).await?.rows_affected(),
    };
    if seconds == Some(0) {
        tx.note_enqueued();
    }
    Ok(ended == 1)
}

/// A run after which nothing is left to do.
#[derive(Debug, Clone, Copy)]
pub struct Done<'a> {
    /// The job.
    pub id: &'a str,
    /// The worker that took it.
    pub worker: &'a str,
    /// Which of its runs this was, from 1.
    pub attempt: i32,
}

/// Writes [`End::Done`] of several jobs down, at most 1,000; answers the ids of those that were still
/// their worker's.
pub async fn finish_all(tx: &mut Tx, done: &[Done<'_>]) -> Result<HashSet<String>, Error> {
    let (head, tail) = match tx.conn {
        Conn::Sqlite(_) => (
            "update Jobs set status = 'Done', attempts = v.column3, last_result = '{\"Ok\":null}', lock_at = null,
                    lock_by = null, done_at = cast(strftime('%s', 'now') as integer) from (",
            ") v where Jobs.id = v.column1 and Jobs.lock_by = v.column2 returning id",
        ),
        Conn::Postgres(_) => (
            "update apalis.jobs j set status = 'Done', attempts = v.column3, last_result = '{\"Ok\":null}', lock_at = null,
                    lock_by = null, done_at = now() from (",
            ") v where j.id = v.column1 and j.lock_by = v.column2 returning j.id",
        ),
    };
    let ended = sql_many!(
        fetch_all(String,),
        tx,
        done,
        head,
        |row, done| {
            row.push_bind(done.id)
                .push_bind(done.worker)
                .push_bind(done.attempt);
        },
        tail
    )?;
    Ok(ended.into_iter().map(|(id,)| id).collect())
}

/// Hands back the jobs that a worker took and did not finish before its orderly end.
pub async fn release(tx: &mut Tx, worker: &str) -> Result<u64, Error> {
    let released = match &mut tx.conn {
        Conn::Sqlite(t) => sqlx::query(
            "update Jobs set status = 'Pending', lock_by = null, lock_at = null
             where status in ('Running', 'Queued') and lock_by = $1",
        )
        .bind(worker)
        .execute(&mut **t)
        .await?
        .rows_affected(),
        Conn::Postgres(t) => sqlx::query(
            "update apalis.jobs set status = 'Pending', lock_by = null, lock_at = null
             where status in ('Running', 'Queued') and lock_by = $1",
        )
        .bind(worker)
        .execute(&mut **t)
        .await?
        .rows_affected(),
    };
    if released > 0 {
        tx.note_enqueued();
    }
    Ok(released)
}

/// Hands back the jobs that died with the process before this one, on the database that no other process uses. The
/// attempt counts, so that a job which takes the process down with it is dead one day. On PostgreSQL the other workers
/// do the same for whoever stopped giving signs of life.
pub async fn recover(tx: &mut Tx) -> Result<u64, Error> {
    match &mut tx.conn {
        Conn::Sqlite(t) => Ok(sqlx::query(
            "update Jobs set status = 'Pending', attempts = attempts + 1, lock_by = null, lock_at = null
             where status in ('Running', 'Queued')",
        )
        .execute(&mut **t)
        .await?
        .rows_affected()),
        Conn::Postgres(_) => Err(Error::internal(
            "other processes may be running the jobs of a PostgreSQL database",
        )),
    }
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

/// Deletes jobs that are done for longer than `age`, up to so many, and workers that have gone and left nothing. Dead
/// jobs stay.
pub(crate) async fn prune(tx: &mut Tx, age: TimeDelta, most: i64) -> Result<u64, Error> {
    let seconds = age.num_seconds();
    Ok(match &mut tx.conn {
        Conn::Sqlite(t) => {
            let jobs = sqlx::query(
                "delete from Jobs where rowid in (
                     select rowid from Jobs where status = 'Done' and done_at < cast(strftime('%s', 'now') as integer) - $1
                     limit $2)")
                .bind(seconds).bind(most).execute(&mut **t).await?.rows_affected();
            let workers = sqlx::query(
                "delete from Workers where last_seen < cast(strftime('%s', 'now') as integer) - $1
                   and id not in (select lock_by from Jobs where status in ('Queued', 'Running') and lock_by is not null)")
                .bind(seconds).execute(&mut **t).await?.rows_affected();
            jobs + workers
        }
        Conn::Postgres(t) => {
            let jobs = sqlx::query(
                "delete from apalis.jobs where id in (
                     select id from apalis.jobs
                     where status = 'Done' and done_at < now() - make_interval(secs => $1::float8) limit $2)",
            )
            .bind(seconds)
            .bind(most)
            .execute(&mut **t)
            .await?
            .rows_affected();
            let workers = sqlx::query(
                "delete from apalis.workers w where last_seen < now() - make_interval(secs => $1::float8)
                   and not exists (select 1 from apalis.jobs j where j.lock_by = w.id)",
            )
            .bind(seconds)
            .execute(&mut **t)
            .await?
            .rows_affected();
            jobs + workers
        }
    })
}
