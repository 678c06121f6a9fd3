//! Discord servers: which teams belong to them, and which one a command means when it names none.

use crate::actor::Actor;
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::{AccountId, GuildId, InteractionId, TeamId};
use crate::team::{self, Team};
use crate::tx::{Tx, sql};

/// Binds a server to a team; the first team of a server becomes its default.
pub async fn bind(tx: &mut Tx, env: &Env, guild: GuildId, team: TeamId) -> Result<(), Error> {
    tx.hold(&format!("guild {guild}")).await?;
    let others = sql!(value i64, tx, "select count(*) from guild_teams where guild_id = $1", guild)?;
    sql!(execute tx,
        "insert into guild_teams (guild_id, team_id, preferred, linked_at) values ($1, $2, $3, $4)",
        guild, team, others == 0, env.now())?;
    Ok(())
}

/// The team that somebody means in a server: the one they name, else the one they last worked with there, else the
/// server's default, else the only one they are in.
pub async fn team_meant(
    tx: &mut Tx,
    actor: Actor,
    guild: Option<GuildId>,
    named: Option<&str>,
) -> Result<Team, Error> {
    let mine = team::of_account(tx, actor.account).await?;
    if let Some(text) = named {
        return pick(mine, text);
    }
    let remembered = match guild {
        Some(guild) => sql!(values TeamId, tx,
            "select team_id from guild_recent_teams where guild_id = $1 and account_id = $2
             union all
             select team_id from guild_teams where guild_id = $1 and preferred", guild, actor.account)?,
        None => Vec::new(),
    };
    let mut mine = mine;
    if let Some(found) = remembered
        .iter()
        .find_map(|id| mine.iter().position(|team| team.id == *id))
    {
        return Ok(mine.swap_remove(found));
    }
    match mine.len() {
        0 => Err(Rule::NoTeam.into()),
        1 => Ok(mine.remove(0)),
        _ => Err(Rule::WhichTeam.into()),
    }
}

fn pick(mut mine: Vec<Team>, text: &str) -> Result<Team, Error> {
    let wanted = text.trim().to_lowercase();
    let by_id = text.trim().parse::<TeamId>().ok();
    let exact = mine
        .iter()
        .position(|team| Some(team.id) == by_id || team.name.to_lowercase() == wanted);
    if let Some(found) = exact {
        return Ok(mine.swap_remove(found));
    }
    mine.retain(|team| team.name.to_lowercase().starts_with(&wanted));
    if mine.len() == 1 {
        Ok(mine.remove(0))
    } else {
        Err(Error::NotFound("team"))
    }
}

/// The team that somebody last worked with in a server.
pub async fn recent(tx: &mut Tx, guild: GuildId, account: AccountId) -> Result<Option<TeamId>, Error> {
    let found = sql!(values TeamId, tx,
        "select team_id from guild_recent_teams where guild_id = $1 and account_id = $2", guild, account)?;
    Ok(found.into_iter().next())
}

/// Remembers the team that somebody worked with in a server.
pub async fn remember(tx: &mut Tx, guild: GuildId, account: AccountId, team: TeamId) -> Result<(), Error> {
    sql!(execute tx,
        "insert into guild_recent_teams (guild_id, account_id, team_id) values ($1, $2, $3)
         on conflict (guild_id, account_id) do update set team_id = excluded.team_id",
        guild, account, team)?;
    Ok(())
}

/// Notes that an interaction acts now; a second time it is refused.
pub async fn once(tx: &mut Tx, env: &Env, interaction: InteractionId) -> Result<(), Error> {
    let now = env.now();
    let noted = sql!(execute tx,
        "insert into interactions (id, at) values ($1, $2) on conflict do nothing", interaction, now)?;
    if noted == 1 {
        Ok(())
    } else {
        Err(Rule::Repeated.into())
    }
}

/// The hash of the commands that were last registered for an application.
pub async fn registered_commands(tx: &mut Tx, application: u64) -> Result<Option<Vec<u8>>, Error> {
    let found = sql!(values Vec<u8>, tx,
        "select body_hash from command_registrations where application_id = $1", application.cast_signed())?;
    Ok(found.into_iter().next())
}

/// Notes the commands that were registered.
pub async fn note_commands(tx: &mut Tx, env: &Env, application: u64, hash: &[u8]) -> Result<(), Error> {
    sql!(execute tx,
        "insert into command_registrations (application_id, body_hash, at) values ($1, $2, $3)
         on conflict (application_id) do update set body_hash = excluded.body_hash, at = excluded.at",
        application.cast_signed(), hash, env.now())?;
    Ok(())
}
