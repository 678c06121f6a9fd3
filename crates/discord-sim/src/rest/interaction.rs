//! `/interactions/…/callback` and `/webhooks/{application}/{token}`: answering people.

use serde_json::json;

use super::{Answer, Call, Routed};
use crate::error::ApiError;
use crate::model::id;
use crate::world::World;

pub(super) fn callback(world: &mut World, call: Call, interaction: &str, token: &str) -> Routed {
    let interaction: u64 = interaction.parse().map_err(|_| ApiError::unknown_interaction())?;
    let kind = call.body["type"].as_u64().unwrap_or(0);
    let wants_response = call
        .asks("with_response")
        .is_some_and(|v| v == "true" || v == "1");
    let message = world.answer(interaction, token, kind, call.draft(&["data"]))?;
    if !wants_response {
        return Ok(Answer::Nothing);
    }
    let found = &world.interactions[&interaction];
    let mut answer = json!({
        "interaction": {
            "id": id(interaction),
            "type": found.kind,
            "channel_id": id(found.channel),
        },
    });
    if let Some(guild) = world.guild_of(found.channel) {
        answer["interaction"]["guild_id"] = id(guild);
    }
    if let Some(message) = message.and_then(|m| world.messages.get(&m)) {
        let about = &mut answer["interaction"];
        about["response_message_id"] = id(message.id);
        about["response_message_loading"] = json!(message.loading);
        about["response_message_ephemeral"] = json!(message.only_for.is_some());
        if matches!(kind, 4 | 5 | 7) {
            answer["resource"] = json!({ "type": kind, "message": world.message_json(message) });
        }
    }
    Ok(Answer::Ok(answer))
}

pub(super) fn webhook(world: &mut World, call: Call, token: &str, steps: &[&str]) -> Routed {
    match (call.method.as_str(), steps) {
        ("POST", []) => {
            let message = world.follow_up(token, call.draft(&[]))?;
            shown(world, message)
        }
        ("GET", ["messages", name]) => {
            let (_, message) = world.reply_named(token, name)?;
            shown(world, message)
        }
        ("PATCH", ["messages", name]) => {
            let (interaction, message) = world.reply_named(token, name)?;
            world.edit_reply(&interaction, message, call.draft(&[]))?;
            shown(world, message)
        }
        ("DELETE", ["messages", name]) => {
            let (interaction, message) = world.reply_named(token, name)?;
            world.delete_message(message);
            world.touch(&interaction, message);
            Ok(Answer::Nothing)
        }
        _ => Err(ApiError::no_route()),
    }
}

fn shown(world: &World, message: u64) -> Routed {
    world
        .messages
        .get(&message)
        .map(|m| Answer::Ok(world.message_json(m)))
        .ok_or_else(|| ApiError::unknown(10008, "Message"))
}
