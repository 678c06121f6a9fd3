//! Has the log of a team hear of what a member was refused, once the transaction it was refused in is over.

use muster_core::db::Db;
use muster_core::denial::{self, Attempt};
use muster_core::env::Env;
use muster_core::error::Error;

/// Notes a refusal, if it is one that the log hears of. The answer does not depend on it.
pub async fn note(db: &Db, env: &Env, error: &Error) {
    let Some(attempt) = Attempt::of(error) else {
        return;
    };
    if let Err(error) = write(db, env, &attempt).await {
        tracing::warn!(team.id = %attempt.team, "a refusal was not noted: {error}");
    }
}

async fn write(db: &Db, env: &Env, attempt: &Attempt) -> Result<(), Error> {
    if !denial::is_news(&mut db.read().await?, env, attempt).await? {
        return Ok(());
    }
    let mut tx = db.write().await?;
    denial::note(&mut tx, env, attempt).await?;
    tx.commit().await
}
