//! Makes expiry durable: closes the invitations whose time is over, and logs it.

use std::time::Instant;

use muster_core::error::Error;
use muster_core::invitation::expiry;

use crate::context::Context;
use crate::failpoint::failpoint;
use crate::outcome::Outcome;
use crate::pace::Pace;

/// Batch after batch, each in a transaction of its own, so that nobody waits long for a team.
pub(crate) async fn run(context: &Context) -> Result<Outcome, Error> {
    let mut pace = Pace::new(expiry::MOST);
    loop {
        let mut tx = context.db.write().await?;
        let began = Instant::now();
        let closed = expiry::sweep(&mut tx, &context.env, pace.rows()).await?;
        tx.commit().await?;
        pace.took(began.elapsed());
        failpoint!("expire_batch", closed);
        if closed == 0 {
            return Ok(Outcome::Ok);
        }
    }
}
