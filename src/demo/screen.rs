//! What somebody has on the screen: the channel as they see it, and the commands they may use.

use axum::Json;
use axum::extract::{Query, State};
use discord_sim::{CommandKind, CommandSpec, Message, OptionKind, OptionSpec, Sim};
use serde::Deserialize;
use serde_json::{Value, json};

use super::console::Desk;
use super::error::Problem;

/// Whose screen.
#[derive(Debug, Deserialize)]
pub struct Who {
    who: String,
}

/// `GET /api/screen`: the channel, the time, how many mails there are, and which steps of the guide are done.
pub async fn show(State(desk): State<Desk>, Query(Who { who }): Query<Who>) -> Result<Json<Value>, Problem> {
    let messages = desk.person(&who)?.messages().await;
    let messages: Vec<_> = messages.iter().map(|message| shown(&desk.sim, message)).collect();
    Ok(Json(json!({
        "now": desk.jobs.env.now(),
        "messages": messages,
        "mails": desk.sink.mails().len(),
        "done": desk.guide.done(&desk).await?,
    })))
}

fn shown(sim: &Sim, message: &Message) -> Value {
    // Above the answer to a command Discord says who used which.
    let cause = &message.raw["interaction"];
    let used = cause["name"].as_str().map(|name| {
        let user = &cause["user"];
        json!({ "name": user["global_name"].as_str().or(user["username"].as_str()), "command": format!("/{name}") })
    });
    json!({
        "id": message.id.to_string(),
        "html": sim.render(message),
        "used": used,
        "ephemeral": message.ephemeral,
    })
}

/// `GET /api/commands`: what the picker offers.
pub async fn commands(
    State(desk): State<Desk>,
    Query(Who { who }): Query<Who>,
) -> Result<Json<Value>, Problem> {
    let commands = desk.person(&who)?.commands();
    let slash: Vec<_> = commands
        .iter()
        .filter(|command| command.kind == CommandKind::Slash)
        .map(command)
        .collect();
    Ok(Json(json!({ "commands": slash })))
}

fn command(spec: &CommandSpec) -> Value {
    json!({
        "name": spec.name,
        "description": spec.description,
        "options": spec.options.iter().map(option).collect::<Vec<_>>(),
    })
}

fn option(spec: &OptionSpec) -> Value {
    let kind = match spec.kind {
        OptionKind::Integer | OptionKind::Number => "number",
        OptionKind::Boolean => "boolean",
        OptionKind::User | OptionKind::Mentionable => "person",
        OptionKind::String | OptionKind::Channel | OptionKind::Role | OptionKind::Attachment => "text",
    };
    let choices: Vec<_> = spec
        .choices
        .iter()
        .map(|choice| json!({ "name": choice.name, "value": choice.value }))
        .collect();
    json!({
        "name": spec.name,
        "description": spec.description,
        "kind": kind,
        "required": spec.required,
        "autocomplete": spec.autocomplete,
        "choices": choices,
        "min": spec.min_value,
        "max": spec.max_value,
        "min_length": spec.min_length,
        "max_length": spec.max_length,
    })
}
