//! What a team is called, and the language of what it sends to people we do not know yet.

use serde_json::json;

use crate::activity::{self, Kind};
use crate::actor::Grant;
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::TeamId;
use crate::locale::Locale;
use crate::member::UNDO;
use crate::policy::Permission;
use crate::text;
use crate::tx::{Tx, sql};

/// Gives the grant's team another name. Answers the number of the change in the team's log.
pub async fn rename(tx: &mut Tx, env: &Env, grant: &mut Grant, name: &str) -> Result<i64, Error> {
    grant.demand(tx, Permission::TeamSettings)?;
    let name = text::name("what-team-name", name)?;
    if grant.team.name == name {
        return Err(Rule::Unchanged.into());
    }
    sql!(execute tx, "update teams set name = $2 where id = $1", grant.team.id, &name)?;
    let details = json!({ "from": grant.team.name, "to": name });
    grant.team.name = name;
    let entry = grant.entry(Kind::TeamRenamed, &grant.team.name, details);
    activity::append(tx, env, grant.team.id, entry).await
}

/// Takes back the actor's own renaming with this number in the log, unless it is older than [`UNDO`] or the team has yet
/// another name since.
pub async fn undo_rename(tx: &mut Tx, env: &Env, grant: &mut Grant, seq: i64) -> Result<i64, Error> {
    grant.demand(tx, Permission::TeamSettings)?;
    let entry = activity::get(tx, grant.team.id, seq).await?;
    let mine = entry.kind == Kind::TeamRenamed && entry.actor_id == Some(grant.actor.account);
    let still = entry.detail("to").as_ref() == Some(&grant.team.name);
    let from = entry.detail("from").ok_or(Rule::Stale)?;
    if !mine || !still || env.now() - entry.at > UNDO {
        return Err(Rule::Stale.into());
    }
    rename(tx, env, grant, &from).await
}

/// The language of what a team sends to people we do not know yet.
pub async fn language(tx: &mut Tx, team: TeamId) -> Result<Locale, Error> {
    Ok(sql!(value Locale, tx, "select locale from teams where id = $1", team)?)
}

/// Makes another language that of the grant's team.
pub async fn set_language(tx: &mut Tx, env: &Env, grant: &Grant, locale: Locale) -> Result<(), Error> {
    grant.demand(tx, Permission::TeamSettings)?;
    let before = language(tx, grant.team.id).await?;
    if before == locale {
        return Err(Rule::Unchanged.into());
    }
    sql!(execute tx, "update teams set locale = $2 where id = $1", grant.team.id, locale)?;
    let details = json!({ "from": before.as_str(), "to": locale.as_str() });
    let entry = grant.entry(Kind::LanguageChanged, &grant.team.name, details);
    activity::append(tx, env, grant.team.id, entry).await?;
    Ok(())
}
