//! From the log to messages: each webhook has a mark in its team's log, and what stands behind it becomes messages.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::wants;
use crate::activity::Kind;
use crate::env::Env;
use crate::error::Error;
use crate::ids::{TeamId, WebhookDeliveryId, WebhookId};
use crate::job::{Job, Queue};
use crate::queue;
use crate::team;
use crate::tx::{Conn, Tx, sql, sql_many};

/// How many entries are looked at in one transaction.
const AT_ONCE: i64 = 100;

#[derive(sqlx::FromRow)]
struct Mark {
    id: WebhookId,
    kinds: Option<Json<Vec<String>>>,
    seen_seq: i64,
}

/// Makes messages of a team's newest entries, each with its job, and moves the marks on. Whether there are more.
pub async fn fan_out(tx: &mut Tx, env: &Env, team: TeamId) -> Result<bool, Error> {
    match team::lock_row(tx, team).await {
        Err(Error::NotFound(_)) => return Ok(false),
        found => found?,
    }
    let marks = sql!(fetch_all Mark, tx,
        "select id, kinds, seen_seq from webhooks where team_id = $1 and off_at is null order by id", team)?;
    let Some(first) = marks.iter().map(|mark| mark.seen_seq).min() else {
        return Ok(false);
    };
    let news = sql!(
        fetch_all(i64, Kind),
        tx,
        "select seq, kind from activity where team_id = $1 and seq > $2 order by seq limit $3",
        team,
        first,
        AT_ONCE
    )?;
    let Some((last, _)) = news.last().copied() else {
        return Ok(false);
    };
    for mark in marks.iter().filter(|mark| mark.seen_seq < last) {
        let wanted = news
            .iter()
            .filter(|(seq, kind)| *seq > mark.seen_seq && wants(mark.kinds.as_ref(), *kind));
        let messages: Vec<(WebhookDeliveryId, i64, Kind)> =
            wanted.map(|(seq, kind)| (env.new_id(), *seq, *kind)).collect();
        insert(tx, env, team, mark.id, &messages).await?;
        sql!(execute tx, "update webhooks set seen_seq = $3 where team_id = $1 and id = $2", team, mark.id, last)?;
    }
    Ok(news.len() == usize::try_from(AT_ONCE).unwrap_or_default())
}

async fn insert(
    tx: &mut Tx,
    env: &Env,
    team: TeamId,
    webhook: WebhookId,
    messages: &[(WebhookDeliveryId, i64, Kind)],
) -> Result<(), Error> {
    if messages.is_empty() {
        return Ok(());
    }
    let now = env.now();
    sql_many!(execute tx, messages,
        "insert into webhook_deliveries (id, team_id, webhook_id, seq, kind, status, attempts, round, created_at, due_at)",
        |row, message| {
            row.push_bind(message.0).push_bind(team).push_bind(webhook).push_bind(message.1).push_bind(message.2)
                .push_bind("waiting").push_bind(0_i64).push_bind(0_i64).push_bind(now).push_bind(now);
        }, "")?;
    for (delivery, ..) in messages {
        let delivery = *delivery;
        queue::enqueue(tx, env, &Job::DeliverWebhook { webhook, delivery }).await?;
    }
    Ok(())
}

/// The teams whose webhooks have not been told everything, at most 1,000. Usually the entry asked for a job, but that may
/// be lost or dead.
pub async fn behind(tx: &mut Tx) -> Result<Vec<TeamId>, Error> {
    Ok(sql!(values TeamId, tx,
        "select t.id from teams t
         where t.webhooks > 0 and not t.purging
           and exists (select 1 from webhooks w where w.team_id = t.id and w.off_at is null and w.seen_seq < t.activity_seq)
         order by t.id limit 1000")?)
}

/// The messages that are due and have no job that will send them: it was lost, died, or waits for a later time. At most
/// 1,000, the longest due first.
pub async fn without_job(tx: &mut Tx, env: &Env) -> Result<Vec<(WebhookId, WebhookDeliveryId)>, Error> {
    macro_rules! due {
        ($jobs:literal, $now:literal) => {
            concat!(
                "select d.webhook_id, d.id from webhook_deliveries d
                 where d.status = 'waiting' and d.due_at <= $1
                   and not exists (
                       select 1 from ",
                $jobs,
                " j
                       where j.job_type = $2 and j.idempotency_key = 'deliver_webhook:' || d.id
                         and ((j.status in ('Queued', 'Running') and j.lock_by is not null)
                              or (j.status = 'Pending' and j.lock_by is null and j.run_at <= ",
                $now,
                ")))
                 order by d.due_at limit 1000"
            )
        };
    }
    let (now, queue): (DateTime<Utc>, _) = (env.now(), Queue::Bulk.as_str());
    Ok(match &mut tx.conn {
        Conn::Sqlite(t) => {
            sqlx::query_as(due!("Jobs", "cast(strftime('%s', 'now') as integer)"))
                .bind(now)
                .bind(queue)
                .fetch_all(&mut **t)
                .await?
        }
        Conn::Postgres(t) => {
            sqlx::query_as(due!("apalis.jobs", "now()"))
                .bind(now)
                .bind(queue)
                .fetch_all(&mut **t)
                .await?
        }
    })
}
