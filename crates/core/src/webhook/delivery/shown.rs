//! Messages as people see them: which there are, what was answered, sending one again, and tests.

use chrono::{DateTime, Utc};

use super::Status;
use crate::activity;
use crate::actor::Grant;
use crate::env::Env;
use crate::error::Error;
use crate::ids::{WebhookDeliveryId, WebhookId};
use crate::job::Job;
use crate::page::{Keyset, Paged, Slice, Stretch};
use crate::policy::Permission;
use crate::queue;
use crate::tx::{Tx, sql};
use crate::webhook::{self, TEST, Trouble};

/// How many tests may wait at once.
const TESTS: i64 = 5;
/// How many tries of a message are shown.
const SHOWN: i64 = 50;

/// A message as people see it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Delivery {
    /// Which.
    pub id: WebhookDeliveryId,
    /// The entry that it tells about; none for a test.
    pub seq: Option<i64>,
    /// What happened: the kind of the entry, or [`TEST`].
    pub kind: String,
    /// How far it has come.
    pub status: Status,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it is tried next, or when it ended.
    pub due_at: DateTime<Utc>,
    /// The status of the latest answer.
    pub code: Option<i64>,
    /// The beginning of the latest answer, or why there was none.
    pub answer: Option<String>,
}

/// Selects whole [`Delivery`]s by a condition on `webhook_deliveries d`.
macro_rules! deliveries_where {
    ($condition:literal) => {
        concat!(
            "select d.id, d.seq, d.kind, d.status, d.attempts, d.created_at, d.due_at, t.code, t.answer
             from webhook_deliveries d
             left join webhook_tries t on t.team_id = d.team_id and t.delivery_id = d.id and t.number = d.attempts
             where ",
            $condition
        )
    };
}

/// A slice of the messages to a webhook, newest first.
pub async fn list(
    tx: &mut Tx,
    grant: &Grant,
    hook: WebhookId,
    slice: Slice,
) -> Result<Paged<Delivery>, Error> {
    webhook::get(tx, grant, hook).await?;
    let total = sql!(value i64, tx, "select count(*) from webhook_deliveries where webhook_id = $1", hook)?;
    let slice = slice.within(total);
    let rows = sql!(fetch_all Delivery, tx,
        deliveries_where!("d.team_id = $1 and d.webhook_id = $2 order by d.created_at desc, d.id desc limit $3 offset $4"),
        grant.team.id, hook, slice.limit(), slice.offset())?;
    Ok(Paged::new(rows, total, slice))
}

/// A stretch of the messages to a webhook, newest first.
pub async fn stretch(
    tx: &mut Tx,
    grant: &Grant,
    hook: WebhookId,
    keyset: &Keyset,
) -> Result<Stretch<Delivery>, Error> {
    webhook::get(tx, grant, hook).await?;
    let (at, id) = keyset.before();
    let rows = sql!(fetch_all Delivery, tx,
        deliveries_where!("d.team_id = $1 and d.webhook_id = $2 and (d.created_at, d.id) < ($3, $4)
             order by d.created_at desc, d.id desc limit $5"),
        grant.team.id, hook, at, id, keyset.limit())?;
    Ok(keyset.cut(rows, |row| (row.created_at, row.id.to_string())))
}

/// One try of a message.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Try {
    /// Which try, from 1.
    pub number: i64,
    /// When it ended.
    pub at: DateTime<Utc>,
    /// How long it took, in milliseconds.
    pub took_ms: i64,
    /// The status of the answer, if there was one.
    pub code: Option<i64>,
    /// The beginning of its body, or why there was none.
    pub answer: String,
}

/// One message to a webhook, and its tries, latest first.
pub async fn get(
    tx: &mut Tx,
    grant: &Grant,
    hook: WebhookId,
    id: WebhookDeliveryId,
) -> Result<(Delivery, Vec<Try>), Error> {
    grant.demand(tx, Permission::ApiKeysManage)?;
    let team = grant.team.id;
    let delivery = sql!(fetch_optional Delivery, tx,
        deliveries_where!("d.team_id = $1 and d.webhook_id = $2 and d.id = $3"), team, hook, id)?
    .ok_or(Error::NotFound("webhook delivery"))?;
    let tries = sql!(fetch_all Try, tx,
        "select number, at, took_ms, code, answer from webhook_tries
         where team_id = $1 and delivery_id = $2 order by number desc limit $3", team, id, SHOWN)?;
    Ok((delivery, tries))
}

/// Sends a message again, now, as often as a new one; under the same id, so that a receiver that has it knows it.
pub async fn again(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    hook: WebhookId,
    id: WebhookDeliveryId,
) -> Result<Delivery, Error> {
    check_on(tx, grant, hook).await?;
    let (delivery, _) = get(tx, grant, hook, id).await?;
    if let Some(seq) = delivery.seq {
        match activity::get(tx, grant.team.id, seq).await {
            Err(Error::NotFound(_)) => return Err(Trouble::Gone.into()),
            found => found?,
        };
    }
    sql!(execute tx,
        "update webhook_deliveries set status = 'waiting', round = 0, due_at = $3 where team_id = $1 and id = $2",
        grant.team.id, id, env.now())?;
    queue::ensure(
        tx,
        env,
        &Job::DeliverWebhook {
            webhook: hook,
            delivery: id,
        },
    )
    .await?;
    Ok(get(tx, grant, hook, id).await?.0)
}

/// Sends a message that tells of nothing, to try a webhook.
pub async fn send_test(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    hook: WebhookId,
) -> Result<WebhookDeliveryId, Error> {
    check_on(tx, grant, hook).await?;
    let waiting = sql!(value i64, tx,
        "select count(*) from webhook_deliveries where webhook_id = $1 and status = 'waiting' and seq is null", hook)?;
    if waiting >= TESTS {
        return Err(Trouble::Busy.into());
    }
    let (id, now): (WebhookDeliveryId, _) = (env.new_id(), env.now());
    sql!(execute tx,
        "insert into webhook_deliveries (id, team_id, webhook_id, kind, status, attempts, round, created_at, due_at)
         values ($1, $2, $3, $4, 'waiting', 0, 0, $5, $5)", id, grant.team.id, hook, TEST, now)?;
    queue::enqueue(
        tx,
        env,
        &Job::DeliverWebhook {
            webhook: hook,
            delivery: id,
        },
    )
    .await?;
    Ok(id)
}

async fn check_on(tx: &mut Tx, grant: &Grant, hook: WebhookId) -> Result<(), Error> {
    match webhook::get(tx, grant, hook).await?.off_at {
        None => Ok(()),
        Some(_) => Err(Trouble::Off.into()),
    }
}
