//! Sends one message to a webhook, and writes down what came of it.
//!
//! No transaction is open while the receiver takes its time, and one that takes long gives up its place. A process that dies
//! between the answer and writing it down sends the same message again, under the same id.

use std::time::Duration;

use chrono::{DateTime, Utc};
use muster_core::error::Error;
use muster_core::ids::{WebhookDeliveryId, WebhookId};
use muster_core::webhook::delivery::{self, Fate, Heard, Message, Start};

use crate::context::{Context, Engaged, Run};
use crate::failpoint::failpoint;
use crate::outcome::Outcome;

/// How long a message waits whose webhook has as many on their way as it may, at least; and up to as long again.
const LET_OTHERS_GO: Duration = Duration::from_secs(5);

pub(crate) async fn run(run: &Run, webhook: WebhookId, id: WebhookDeliveryId) -> Result<Outcome, Error> {
    let Engaged { context, hooks, .. } = &run.engaged;
    let Some(_under_way) = hooks.enter(webhook) else {
        let scatter = f64::from(u16::from_le_bytes(context.env.random())) / f64::from(u16::MAX);
        let pause = LET_OTHERS_GO.mul_f64(1.0 + scatter);
        return Ok(Outcome::RetryIn(
            pause,
            "others are on their way to this webhook".to_owned(),
        ));
    };
    let start = delivery::begin(&mut context.db.read().await?, &context.env, id).await?;
    let message = match start {
        Start::Send(message) => message,
        Start::Settled => return Ok(Outcome::Ok),
        Start::NotBefore(at) => {
            return Ok(Outcome::RetryIn(
                until(context, at),
                "the message is not due yet".to_owned(),
            ));
        }
        Start::Gone => {
            let mut tx = context.db.write().await?;
            delivery::forget(&mut tx, &context.env, id).await?;
            tx.commit().await?;
            return Ok(Outcome::Ok);
        }
    };
    let heard = tokio::select! {
        heard = hooks.send(&message) => heard,
        () = hooks.slow.watch(Some(message.team), &run.slot) => unreachable!("watching does not end"),
    };
    failpoint!("webhook_answered", id);
    note(context, &message, &heard).await
}

async fn note(context: &Context, message: &Message, heard: &Heard) -> Result<Outcome, Error> {
    let mut tx = context.db.write().await?;
    let fate = delivery::record(&mut tx, &context.env, message, heard).await?;
    tx.commit().await?;
    // Its words are in the message's row, for those who may see them.
    let reason = heard.code.map_or_else(
        || "the webhook could not be reached or did not answer".to_owned(),
        |code| format!("the webhook answered {code}"),
    );
    Ok(match fate {
        Fate::Delivered | Fate::Overtaken => Outcome::Ok,
        Fate::RetryAt(at) => Outcome::RetryIn(until(context, at), reason),
        // The message's own row says how it ended; the job has nothing left to do.
        Fate::Ended => {
            tracing::info!(webhook.id = %message.webhook, delivery.id = %message.delivery, reason, "a message is not sent any more");
            Outcome::Ok
        }
        Fate::Stopped => {
            tracing::warn!(team.id = %message.team, webhook.id = %message.webhook, reason, "a webhook was turned off");
            Outcome::Ok
        }
    })
}

fn until(context: &Context, at: DateTime<Utc>) -> Duration {
    (at - context.env.now()).to_std().unwrap_or(Duration::ZERO)
}
