//! What concerns somebody wherever they are a member: their sign-ins, their password, their name.

use super::NewEntry;
use super::chain::{NOBODY, append_as};
use crate::account;
use crate::env::Env;
use crate::error::Error;
use crate::ids::AccountId;
use crate::team;
use crate::tx::{MANY, Tx};

/// Adds an entry to the log of each team that an account is an active member of, whoever caused it. All of them are locked.
/// It does not count as having been active in any.
pub(crate) async fn append_everywhere(
    tx: &mut Tx,
    env: &Env,
    whose: AccountId,
    entry: NewEntry,
) -> Result<(), Error> {
    let name = match entry.actor {
        Some(actor) => account::get(tx, actor).await?.display_name,
        None => NOBODY.to_owned(),
    };
    let teams = team::lock_of_account(tx, whose).await?;
    let entries: Vec<_> = teams.into_iter().map(|team| (team, entry.clone())).collect();
    for some in entries.chunks(MANY) {
        append_as(tx, env, &name, some.to_vec()).await?;
    }
    Ok(())
}
