//! Deletes what nobody needs any more.

use muster_core::error::Error;
use muster_core::prune::prune;

use crate::context::Context;
use crate::outcome::Outcome;

/// Batch after batch, each in a transaction of its own, so that nobody waits long.
pub(crate) async fn run(context: &Context) -> Result<Outcome, Error> {
    let mut gone = 0;
    loop {
        let mut tx = context.db.write().await?;
        let batch = prune(&mut tx, &context.env).await?;
        tx.commit().await?;
        gone += batch;
        if batch == 0 {
            tracing::info!(rows = gone, "deleted what nobody needs any more");
            return Ok(Outcome::Ok);
        }
    }
}
