//! Restores the jobs of mails that lost theirs: the row of a mail is the truth, its job only a reminder.

use muster_core::email::delivery;
use muster_core::error::Error;

use crate::context::Context;
use crate::failpoint::failpoint;
use crate::outcome::Outcome;

/// How many jobs one transaction restores: on SQLite nobody else writes meanwhile.
const BATCH: usize = 100;

/// Looking writes nothing, and mostly nothing is found.
pub(crate) async fn run(context: &Context) -> Result<Outcome, Error> {
    let mut tx = context.db.read().await?;
    let lost = delivery::without_job(&mut tx, &context.env).await?;
    drop(tx);
    for mails in lost.chunks(BATCH) {
        let mut tx = context.db.write().await?;
        delivery::restore_jobs(&mut tx, &context.env, mails).await?;
        failpoint!("sweep_uncommitted", mails.len());
        tx.commit().await?;
    }
    if !lost.is_empty() {
        tracing::info!(mails = lost.len(), "restored the jobs of mails that had none");
    }
    Ok(Outcome::Ok)
}
