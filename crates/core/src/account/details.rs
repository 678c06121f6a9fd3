//! What somebody decides about their own account: what they are called, and their password.

use serde_json::json;

use super::{get, sign_out_everywhere};
use crate::activity::{self, Kind, NewEntry};
use crate::actor::Actor;
use crate::email::notice;
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::AccountId;
use crate::text;
use crate::tx::{Tx, sql};

/// Somebody is called something else from now on. What they did before stays under the name they had then.
pub async fn rename(tx: &mut Tx, env: &Env, actor: Actor, name: &str) -> Result<String, Error> {
    let name = text::name("what-name", name)?;
    let before = get(tx, actor.account).await?;
    if before.display_name == name {
        return Err(Rule::Unchanged.into());
    }
    let entry = NewEntry {
        kind: Kind::AccountRenamed,
        // Under the name before: the entry is written first.
        actor: Some(before.id),
        surface: actor.surface,
        subject: name.clone(),
        details: json!({ "from": before.display_name }),
    };
    activity::append_everywhere(tx, env, before.id, entry).await?;
    sql!(execute tx,
        "update accounts set display_name = $2, name_key = $3 where id = $1", before.id, &name, name.to_lowercase())?;
    Ok(name)
}

/// Whether an account has a password.
pub async fn has_password(tx: &mut Tx, account: AccountId) -> Result<bool, Error> {
    let found = sql!(value i64, tx,
        "select count(*) from accounts where id = $1 and password_hash is not null", account)?;
    Ok(found == 1)
}

/// Gives an account another password, already hashed. Every session ends, and every mailed link to choose one; whoever goes
/// on starts a session anew.
pub async fn change_password(tx: &mut Tx, env: &Env, actor: Actor, hash: &str) -> Result<(), Error> {
    let account = get(tx, actor.account).await?;
    if account.email.is_none() {
        return Err(Rule::NoAddress.into());
    }
    let entry = NewEntry {
        kind: Kind::PasswordChanged,
        actor: Some(account.id),
        surface: actor.surface,
        subject: account.display_name.clone(),
        details: json!({}),
    };
    activity::append_everywhere(tx, env, account.id, entry).await?;
    sql!(execute tx, "update accounts set password_hash = $2 where id = $1", account.id, hash)?;
    sign_out_everywhere(tx, env, &account).await?;
    notice::password_changed(tx, env, &account).await
}
