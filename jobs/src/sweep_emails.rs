//! Restores the jobs of mails that lost theirs: the row of a mail is the truth, its job only a reminder.

use muster_core::email::delivery;
use muster_core::error::Error;

use crate::context::Context;
use crate::failpoint::failpoint;
use crate::outcome::Outcome;

pub(crate) async fn run(context: &Context) -> Result<Outcome, Error> {
    let mut tx = context.db.write().await?;
    delivery::sweep(&mut tx, &context.env).await?;
    failpoint!("sweep_uncommitted", "");
    tx.commit().await?;
    Ok(Outcome::Ok)
}
