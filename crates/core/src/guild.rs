//! Discord servers: which teams belong to them, and which one a command means when it names none.

use crate::actor::Actor;
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::{AccountId, GuildId, InteractionId, TeamId};
use crate::operator;
use crate::team::{self, Team};
use crate::tx::{Tx, sql};

/// Binds a server to a team, which becomes its default if it has none.
pub async fn bind(tx: &mut Tx, env: &Env, guild: GuildId, team: TeamId) -> Result<(), Error> {
    tx.hold(&format!("guild {guild}")).await?;
    let default = preferred(tx, guild).await?;
    sql!(execute tx,
        "insert into guild_teams (guild_id, team_id, preferred, linked_at) values ($1, $2, $3, $4)",
        guild, team, default.is_none(), env.now())?;
    Ok(())
}

/// A deleted team is no server's default.
pub(crate) async fn yield_default(tx: &mut Tx, team: TeamId) -> Result<(), Error> {
    sql!(execute tx, "update guild_teams set preferred = false where team_id = $1", team)?;
    Ok(())
}

/// A team that came back is the default again of those of its servers that have found no other.
pub(crate) async fn take_default(tx: &mut Tx, team: TeamId) -> Result<(), Error> {
    sql!(execute tx,
        "update guild_teams set preferred = true where team_id = $1 and not exists (
             select 1 from guild_teams other where other.guild_id = guild_teams.guild_id and other.preferred)", team)?;
    Ok(())
}

/// The team that somebody means in a server: the one they name, else the one they last worked with there, else the
/// server's default, else the one they switched to, else the only one they are in.
pub async fn team_meant(
    tx: &mut Tx,
    actor: Actor,
    guild: Option<GuildId>,
    named: Option<&str>,
) -> Result<Team, Error> {
    let mut mine = team::of_account(tx, actor.account).await?;
    if let Some(text) = named {
        let error = match pick(mine, text) {
            Err(error) => error,
            picked => return picked,
        };
        if operator::is_super_admin(tx, actor.account).await? {
            // They may mean any team, by its whole name or id.
            return any(tx, text, error).await;
        }
        return pick(team::suspended_of(tx, actor.account).await?, text);
    }
    let mut remembered = Vec::new();
    if let Some(guild) = guild {
        remembered.extend(recent(tx, guild, actor.account).await?);
        remembered.extend(preferred(tx, guild).await?);
    }
    remembered.extend(team::chosen(tx, actor.account).await?);
    if let Some(found) = remembered
        .iter()
        .find_map(|id| mine.iter().position(|team| team.id == *id))
    {
        return Ok(mine.swap_remove(found));
    }
    match mine.len() {
        0 if operator::is_super_admin(tx, actor.account).await? => {
            // Somebody who is in no team works with the one of the server, if it still exists.
            for id in remembered {
                match team::lock(tx, id).await {
                    Err(Error::NotFound(_)) => {}
                    found => return found,
                }
            }
            Err(Rule::NoTeam.into())
        }
        // Who is suspended is told so, and not that there is no team.
        0 => match team::suspended_of(tx, actor.account).await?.as_slice() {
            [only] => Ok(only.clone()),
            _ => Err(Rule::NoTeam.into()),
        },
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

/// Any team by its id or its whole name, if only one has that.
async fn any(tx: &mut Tx, text: &str, otherwise: Error) -> Result<Team, Error> {
    if let Ok(id) = text.trim().parse() {
        return team::lock(tx, id).await;
    }
    let mut found = team::search(tx, text, 26).await?;
    found.retain(|team| team.name.to_lowercase() == text.trim().to_lowercase());
    match found.len() {
        1 => Ok(found.remove(0)),
        _ => Err(otherwise),
    }
}

/// A server that somebody can be added to.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Home {
    /// Which server.
    pub guild: GuildId,
    /// The team that it belongs to, by name: what the server itself is called, only Discord knows.
    pub team: String,
}

/// The server that somebody can be added to: of the team that they switched to, else of the first of their teams that has one;
/// of a team with several, the one it was linked to first.
pub async fn home_of(tx: &mut Tx, account: AccountId) -> Result<Option<Home>, Error> {
    let chosen = team::chosen(tx, account).await?.map(|id| id.to_string());
    let found = sql!(fetch_optional Home, tx,
        "select g.guild_id as guild, t.name as team
         from members m join teams t on t.id = m.team_id join guild_teams g on g.team_id = t.id
         where m.account_id = $1 and m.status = 'active' and t.deleted_at is null
         order by case when t.id = $2 then 0 else 1 end, t.name, t.id, g.linked_at, g.guild_id limit 1",
        account, chosen.unwrap_or_default())?;
    Ok(found)
}

/// The team that commands of a server mean when they name none.
pub async fn preferred(tx: &mut Tx, guild: GuildId) -> Result<Option<TeamId>, Error> {
    let found =
        sql!(values TeamId, tx, "select team_id from guild_teams where guild_id = $1 and preferred", guild)?;
    Ok(found.into_iter().next())
}

/// The team that somebody last worked with in a server.
pub async fn recent(tx: &mut Tx, guild: GuildId, account: AccountId) -> Result<Option<TeamId>, Error> {
    let found = sql!(values TeamId, tx,
        "select team_id from guild_recent_teams where guild_id = $1 and account_id = $2", guild, account)?;
    Ok(found.into_iter().next())
}

/// Remembers the team that somebody worked with in a server, in this interaction. What is written late, after a newer one,
/// changes nothing.
pub async fn remember(
    tx: &mut Tx,
    guild: GuildId,
    account: AccountId,
    team: TeamId,
    interaction: InteractionId,
) -> Result<(), Error> {
    sql!(execute tx,
        "insert into guild_recent_teams (guild_id, account_id, team_id, interaction_id) values ($1, $2, $3, $4)
         on conflict (guild_id, account_id) do update
         set team_id = excluded.team_id, interaction_id = excluded.interaction_id
         where guild_recent_teams.interaction_id <= excluded.interaction_id",
        guild, account, team, interaction)?;
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
