//! Restores what webhooks lost: entries whose job is gone, and the jobs of messages that are due. The rows are the truth,
//! a job is only a reminder.

use muster_core::error::Error;
use muster_core::job::Job;
use muster_core::queue;
use muster_core::webhook;

use crate::context::Context;
use crate::fan_out_webhooks;
use crate::outcome::Outcome;

/// How many jobs one transaction restores: on SQLite nobody else writes meanwhile.
const BATCH: usize = 100;

/// Looking writes nothing, and mostly nothing is found.
pub(crate) async fn run(context: &Context) -> Result<Outcome, Error> {
    let behind = webhook::behind(&mut context.db.read().await?).await?;
    for team in behind {
        fan_out_webhooks::run(context, team).await?;
    }
    let lost = webhook::without_job(&mut context.db.read().await?, &context.env).await?;
    for messages in lost.chunks(BATCH) {
        let mut tx = context.db.write().await?;
        for (webhook, delivery) in messages {
            let job = Job::DeliverWebhook {
                webhook: *webhook,
                delivery: *delivery,
            };
            queue::ensure(&mut tx, &context.env, &job).await?;
        }
        tx.commit().await?;
    }
    if !lost.is_empty() {
        tracing::info!(
            messages = lost.len(),
            "restored the jobs of messages to webhooks that had none"
        );
    }
    Ok(Outcome::Ok)
}
