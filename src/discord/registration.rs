//! Telling Discord which commands there are: one bulk overwrite, and only when they have changed since the last one.

use muster_core::env::sha256;
use muster_core::error::Error;
use muster_core::guild;
use serenity::all::{Command, CreateCommand, Http};

use super::error::Fault;
use super::{Desk, activity, invite, link, member, team};

/// Every command.
pub fn commands() -> Vec<poise::Command<Desk, Fault>> {
    vec![
        team::team(),
        team::account(),
        link::link(),
        invite::invite(),
        member::member(),
        activity::activity_command(),
    ]
}

/// What Discord is told about them.
pub fn body() -> Vec<CreateCommand> {
    poise::builtins::create_application_commands(&commands())
}

/// Why the commands are not registered.
#[derive(Debug, thiserror::Error)]
pub enum NotRegistered {
    /// Discord did not take them.
    #[error("Discord did not take the commands: {0}")]
    Discord(#[from] Fault),
    /// The database could not say or note what is registered.
    #[error("{0}")]
    Database(#[from] Error),
}

/// Registers the commands if the last ones registered for this application were others. Answers whether it had to.
pub async fn register(desk: &Desk, http: &Http, application: u64) -> Result<bool, NotRegistered> {
    let body = body();
    let hash = sha256(serde_json::to_string(&body).map_err(Error::internal)?.as_bytes());
    let known = guild::registered_commands(&mut desk.db.read().await?, application).await?;
    if known.as_deref() == Some(&hash[..]) {
        return Ok(false);
    }
    Command::set_global_commands(http, body).await?;
    let mut tx = desk.db.write().await?;
    guild::note_commands(&mut tx, &desk.env, application, &hash).await?;
    tx.commit().await?;
    Ok(true)
}
