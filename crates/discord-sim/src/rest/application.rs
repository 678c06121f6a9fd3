//! `/applications/{id}/…`: registering commands.

use super::{Answer, Call, Routed};
use crate::error::ApiError;
use crate::world::World;

pub(super) fn route(world: &mut World, call: &Call, steps: &[&str]) -> Routed {
    let (guild, steps) = match steps {
        ["guilds", guild, rest @ ..] => {
            let guild = guild.parse().ok().filter(|g| world.guilds.contains_key(g));
            (Some(guild.ok_or_else(ApiError::missing_access)?), rest)
        }
        rest => (None, rest),
    };
    match (call.method.as_str(), steps) {
        ("GET", ["commands"]) => Ok(Answer::Ok(
            world
                .commands
                .iter()
                .filter(|c| c.guild == guild)
                .map(|c| c.json.clone())
                .collect(),
        )),
        ("PUT", ["commands"]) => world.overwrite_commands(guild, &call.body).map(Answer::Ok),
        ("POST", ["commands"]) => {
            let (is_new, command) = world.upsert_command(guild, &call.body)?;
            Ok(if is_new {
                Answer::Created(command)
            } else {
                Answer::Ok(command)
            })
        }
        ("GET", ["commands", wanted]) => world.command(guild, wanted).map(|c| Answer::Ok(c.json.clone())),
        ("PATCH", ["commands", wanted]) => world.patch_command(guild, wanted, &call.body).map(Answer::Ok),
        ("DELETE", ["commands", wanted]) => {
            let gone = world.command(guild, wanted)?.id;
            world.commands.retain(|c| c.id != gone);
            Ok(Answer::Nothing)
        }
        _ => Err(ApiError::no_route()),
    }
}
