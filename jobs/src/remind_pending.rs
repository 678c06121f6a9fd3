//! Reminds people of invitations that end soon.

use muster_core::error::Error;
use muster_core::invitation::reminder::{self, Reached};

use crate::context::Context;
use crate::outcome::Outcome;

/// Batch after batch, each in a transaction of its own, so that nobody waits long for a team. A round that is broken off
/// and begun again reminds nobody twice: the invitation's row knows.
pub(crate) async fn run(context: &Context) -> Result<Outcome, Error> {
    let mut next = Some(Reached::beginning(&context.env));
    while let Some(reached) = next {
        let mut tx = context.db.write().await?;
        next = reminder::remind(&mut tx, &context.env, reached).await?;
        tx.commit().await?;
    }
    Ok(Outcome::Ok)
}
