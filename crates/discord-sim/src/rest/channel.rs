//! `/channels/…` and `/users/…`: reading and writing messages as the bot.

use serde_json::Value;

use super::{Answer, Call, Routed};
use crate::error::{ApiError, Form};
use crate::message::StoredMessage;
use crate::model::{parse_id, user};
use crate::permissions::Permissions;
use crate::world::{Place, World};

pub(super) fn route(world: &mut World, call: Call, channel: &str, steps: &[&str]) -> Routed {
    let channel = visible(world, channel)?;
    match (call.method.as_str(), steps) {
        ("GET", []) => Ok(Answer::Ok(world.channel_json(&world.channels[&channel]))),
        ("POST", ["typing"]) => {
            demand(world, channel, Permissions::SEND_MESSAGES)?;
            Ok(Answer::Nothing)
        }
        ("GET", ["messages"]) => {
            let limit = call.asks("limit").and_then(|l| l.parse().ok()).unwrap_or(50);
            let messages = world
                .messages
                .values()
                .rev()
                .filter(|m| m.channel == channel && m.only_for.is_none())
                .take(limit);
            Ok(Answer::Ok(messages.map(|m| world.message_json(m)).collect()))
        }
        ("POST", ["messages"]) => post(world, call, channel),
        (method, ["messages", message]) => {
            let message = existing(world, channel, message)?;
            let is_own = world.messages[&message].author == world.app.bot;
            match method {
                "GET" => {}
                "PATCH" if is_own => world.edit(message, call.draft(&[]))?,
                "PATCH" => return Err(ApiError::not_the_author()),
                "DELETE" => {
                    if !is_own {
                        demand(world, channel, Permissions::MANAGE_MESSAGES)?;
                    }
                    world.delete_message(message);
                    return Ok(Answer::Nothing);
                }
                _ => return Err(ApiError::no_route()),
            }
            Ok(Answer::Ok(world.message_json(&world.messages[&message])))
        }
        _ => Err(ApiError::no_route()),
    }
}

/// The channel, when the bot sees it.
fn visible(world: &World, channel: &str) -> Result<u64, ApiError> {
    let found = channel.parse().ok().and_then(|c: u64| world.channels.get(&c));
    let found = found.ok_or_else(|| ApiError::unknown(10003, "Channel"))?;
    let may = world.permissions_in(found, world.app.bot);
    if may.contains(Permissions::VIEW_CHANNEL) {
        Ok(found.id)
    } else {
        Err(ApiError::missing_access())
    }
}

fn demand(world: &World, channel: u64, wanted: Permissions) -> Result<(), ApiError> {
    let may = world.permissions_in(&world.channels[&channel], world.app.bot);
    if may.contains(wanted) {
        Ok(())
    } else {
        Err(ApiError::missing_permissions())
    }
}

/// Ephemeral messages do not exist for this part of the API.
fn existing(world: &World, channel: u64, message: &str) -> Result<u64, ApiError> {
    let found = message.parse().ok().and_then(|m: u64| world.messages.get(&m));
    found
        .filter(|m| m.channel == channel && m.only_for.is_none())
        .map(|m| m.id)
        .ok_or_else(|| ApiError::unknown(10008, "Message"))
}

fn post(world: &mut World, call: Call, channel: u64) -> Routed {
    if let Place::Direct(user) = world.channels[&channel].place
        && !may_write_to(world, user)
    {
        return Err(ApiError::cannot_message_user());
    }
    let mut wanted = Permissions::SEND_MESSAGES;
    if !call.uploads.is_empty() {
        wanted |= Permissions::ATTACH_FILES;
    }
    demand(world, channel, wanted)?;
    let nonce = Some(&call.body["nonce"])
        .filter(|nonce| !nonce.is_null())
        .cloned();
    let is_once = call.body["enforce_nonce"].as_bool().unwrap_or(false);
    let mut message = StoredMessage::new(world, channel, world.app.bot);
    message.nonce.clone_from(&nonce);
    world.fill(&mut message, call.draft(&[]))?;
    let first = nonce.filter(|_| is_once);
    if let Some(first) = first.and_then(|nonce| world.repeated(channel, world.app.bot, &nonce)) {
        return Ok(Answer::Ok(world.message_json(&world.messages[&first])));
    }
    let message = world.post(message);
    Ok(Answer::Ok(world.message_json(&world.messages[&message])))
}

fn may_write_to(world: &World, user: u64) -> bool {
    world.shares_guild(user) && world.users.get(&user).is_some_and(|u| u.takes_messages)
}

pub(super) fn users(world: &mut World, call: &Call, steps: &[&str]) -> Routed {
    match (call.method.as_str(), steps) {
        ("POST", ["@me", "channels"]) => {
            let Some(recipient) = parse_id(&call.body["recipient_id"]) else {
                let mut form = Form::default();
                form.required(&["recipient_id".to_owned()]);
                return form.finish().map(|()| Answer::Nothing);
            };
            let is_person = world.users.get(&recipient).is_some_and(|u| !u.bot);
            if !is_person {
                return Err(ApiError::cannot_message_user());
            }
            let channel = world.direct_channel(recipient);
            Ok(Answer::Ok(world.channel_json(&world.channels[&channel])))
        }
        ("GET", [wanted]) => {
            let found = wanted.parse().ok().and_then(|u: u64| world.users.get(&u));
            found
                .map(|u| Answer::Ok(user(u)))
                .ok_or_else(|| ApiError::unknown(10013, "User"))
        }
        ("GET", ["@me", "guilds"]) => {
            let mine = world
                .guilds
                .values()
                .filter(|g| g.members.contains_key(&world.app.bot));
            Ok(Answer::Ok(mine.map(|g| guild_in_list(world, g.id)).collect()))
        }
        _ => Err(ApiError::no_route()),
    }
}

fn guild_in_list(world: &World, guild: u64) -> Value {
    let guild = &world.guilds[&guild];
    serde_json::json!({
        "id": guild.id.to_string(),
        "name": guild.name,
        "icon": null,
        "banner": null,
        "owner": false,
        "permissions": guild.permissions(world.app.bot).bits().to_string(),
        "features": [],
    })
}
