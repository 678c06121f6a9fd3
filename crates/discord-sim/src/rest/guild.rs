//! `/guilds/…`: the server, its roles and members, adding somebody, and giving and taking roles.

use serde_json::json;

use super::{Answer, Call, Routed};
use crate::error::{ApiError, Form};
use crate::gateway::GUILD_MEMBERS;
use crate::guild::{MOST_GUILDS, MemberState};
use crate::model::id;
use crate::permissions::Permissions;
use crate::world::World;

pub(super) fn route(world: &mut World, call: &Call, guild: &str, steps: &[&str]) -> Routed {
    let guild_id: u64 = guild.parse().unwrap_or(0);
    let Some(guild) = world.guilds.get(&guild_id) else {
        return Err(ApiError::unknown(10004, "Guild"));
    };
    if !guild.members.contains_key(&world.app.bot) {
        return Err(ApiError::missing_access());
    }
    match (call.method.as_str(), steps) {
        ("GET", []) => {
            let mut value = world.guild_json(guild);
            if call.asks("with_counts") == Some("true") {
                value["approximate_member_count"] = json!(guild.members.len());
                value["approximate_presence_count"] = json!(guild.members.len());
            }
            Ok(Answer::Ok(value))
        }
        ("GET", ["roles"]) => Ok(Answer::Ok(
            guild.roles.iter().map(|r| world.role_json(guild, r.id)).collect(),
        )),
        ("GET", ["roles", role]) => match role.parse().ok().and_then(|r| guild.role(r)) {
            Some(role) => Ok(Answer::Ok(world.role_json(guild, role.id))),
            None => Err(ApiError::unknown(10011, "Role")),
        },
        ("GET", ["channels"]) => Ok(Answer::Ok(
            guild
                .channels
                .iter()
                .filter_map(|c| world.channels.get(c))
                .map(|c| world.channel_json(c))
                .collect(),
        )),
        ("GET", ["members"]) => {
            if world.app.privileged_intents & GUILD_MEMBERS == 0 {
                return Err(ApiError::missing_access());
            }
            let limit = call.asks("limit").and_then(|l| l.parse().ok()).unwrap_or(1);
            let after = call.asks("after").and_then(|a| a.parse().ok()).unwrap_or(0);
            let members = guild.members.keys().filter(|u| **u > after).take(limit);
            Ok(Answer::Ok(
                members.map(|u| world.member_json(guild, *u)).collect(),
            ))
        }
        ("GET", ["members", member]) => {
            let member = member.parse().ok().filter(|m| guild.members.contains_key(m));
            member
                .map(|m| Answer::Ok(world.member_json(guild, m)))
                .ok_or_else(|| ApiError::unknown(10007, "Member"))
        }
        ("PUT", ["members", member]) => add(world, call, guild_id, member.parse().unwrap_or(0)),
        (method @ ("PUT" | "DELETE"), ["members", member, "roles", role]) => {
            let member = member.parse().unwrap_or(0);
            let role = role.parse().unwrap_or(0);
            give_or_take(world, guild_id, member, role, method == "PUT")
        }
        _ => Err(ApiError::no_route()),
    }
}

/// Adds somebody by the token that they gave the application.
fn add(world: &mut World, call: &Call, guild_id: u64, user: u64) -> Routed {
    let mut form = Form::default();
    form.required_text(&call.body, &[], "access_token", 1, 10_240);
    form.finish()?;
    let token = call.body["access_token"].as_str().unwrap_or_default();
    if world.user_of_token(token) != Some(user) {
        return Err(ApiError::invalid_access_token());
    }
    if !world.token_allows(token, "guilds.join") {
        return Err(ApiError::missing_scope());
    }
    let (bot, joined) = (world.app.bot, world.now());
    let theirs = world
        .guilds
        .values()
        .filter(|guild| guild.members.contains_key(&user))
        .count();
    let Some(guild) = world.guilds.get_mut(&guild_id) else {
        return Err(ApiError::unknown(10004, "Guild"));
    };
    if !guild
        .permissions(bot)
        .contains(Permissions::CREATE_INSTANT_INVITE)
    {
        return Err(ApiError::missing_permissions());
    }
    if guild.members.contains_key(&user) {
        return Ok(Answer::Nothing);
    }
    if guild.banned.contains(&user) {
        return Err(ApiError::banned());
    }
    if theirs >= MOST_GUILDS {
        return Err(ApiError::too_many_guilds());
    }
    if guild.members.len() >= guild.most_members {
        return Err(ApiError::guild_full());
    }
    let roles = Vec::new();
    guild.members.insert(user, MemberState { roles, joined });
    let member = world.member_json(&world.guilds[&guild_id], user);
    let mut event = member.clone();
    event["guild_id"] = id(guild_id);
    world.dispatch(GUILD_MEMBERS, "GUILD_MEMBER_ADD", &event);
    Ok(Answer::Created(member))
}

fn give_or_take(world: &mut World, guild_id: u64, member: u64, role: u64, give: bool) -> Routed {
    let bot = world.app.bot;
    let Some(guild) = world.guilds.get_mut(&guild_id) else {
        return Err(ApiError::unknown(10004, "Guild"));
    };
    if !guild.members.contains_key(&member) {
        return Err(ApiError::unknown(10007, "Member"));
    }
    let is_managed = guild
        .role(role)
        .ok_or_else(|| ApiError::unknown(10011, "Role"))?
        .managed;
    let may = guild.permissions(bot).contains(Permissions::MANAGE_ROLES);
    if !may || is_managed || role == guild_id || !guild.outranks(bot, role) {
        return Err(ApiError::missing_permissions());
    }
    if let Some(member) = guild.members.get_mut(&member) {
        member.roles.retain(|r| *r != role);
        if give {
            member.roles.push(role);
        }
    }
    let mut event = world.member_json(&world.guilds[&guild_id], member);
    event["guild_id"] = id(guild_id);
    world.dispatch(GUILD_MEMBERS, "GUILD_MEMBER_UPDATE", &event);
    Ok(Answer::Nothing)
}
