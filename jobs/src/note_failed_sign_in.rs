//! Tells the teams of somebody that a sign-in with their address failed.

use muster_core::account;
use muster_core::error::Error;
use muster_core::ids::AccountId;

use crate::context::Context;
use crate::outcome::Outcome;

pub(crate) async fn run(context: &Context, account: Option<AccountId>) -> Result<Outcome, Error> {
    if let Some(account) = account {
        let mut tx = context.db.write().await?;
        account::note_failure(&mut tx, &context.env, account).await?;
        tx.commit().await?;
    }
    Ok(Outcome::Ok)
}
