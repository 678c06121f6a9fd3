//! Telling Discord which commands there are: one bulk overwrite, and only when they have changed since the last one.

use std::borrow::Cow;

use muster_core::env::sha256;
use muster_core::error::Error;
use muster_core::guild;
use muster_core::locale::Locale;
use muster_phrases::{knows, say};
use serenity::all::{Command, CreateCommand, Http};

use super::error::Fault;
use super::{Desk, account, activity, api_key, help, insights, invite, link, member, menu, team};

/// Every command, with what Discord shows beside it in every language.
pub fn commands() -> Vec<poise::Command<Desk, Fault>> {
    let mut commands = vec![
        team::team(),
        account::account_command(),
        link::link(),
        help::help(),
        invite::invite(),
        member::member(),
        activity::activity_command(),
        api_key::api_key_command(),
        insights::insights_command(),
        menu::profile(),
        menu::invite(),
        menu::manage(),
    ];
    for command in &mut commands {
        describe(command, "");
    }
    commands
}

/// Puts the words of a command, its options and its subcommands in place; the phrases are called by their path.
fn describe(command: &mut poise::Command<Desk, Fault>, parent: &str) {
    if let Some(name) = &command.context_menu_name {
        // Menus show the name alone.
        let (name, others) = in_every_language(&menu_phrase(name));
        command.context_menu_name = Some(name);
        command.name_localizations = others;
        return;
    }
    let path = format!("{parent}-{}", command.name);
    let (description, others) = in_every_language(&format!("command{path}"));
    command.description = Some(description);
    command.description_localizations = others;
    for option in &mut command.parameters {
        let own = format!("option{path}-{}", option.name);
        let id = if knows(&own) {
            own
        } else {
            format!("option-{}", option.name)
        };
        let (description, others) = in_every_language(&id);
        option.description = Some(description);
        option.description_localizations = others;
        for choice in option.choices.to_mut() {
            let slug = choice.name.to_lowercase().replace(' ', "-");
            let (_, others) = in_every_language(&format!("choice-{}-{slug}", option.name));
            choice.localizations = others;
        }
    }
    for subcommand in &mut command.subcommands {
        describe(subcommand, &path);
    }
}

/// The phrase for the name of a command in a menu.
fn menu_phrase(name: &str) -> String {
    format!("command-menu-{}", name.to_lowercase().replace(' ', "-"))
}

type Text = Cow<'static, str>;

/// A phrase in English, and in the other languages under Discord's names for them.
fn in_every_language(id: &str) -> (Text, Cow<'static, [(Text, Text)]>) {
    let english = Locale::default();
    let others = Locale::ALL.iter().filter(|locale| **locale != english);
    let others = others
        .map(|locale| (locale.as_str().into(), say(*locale, id, &[]).into()))
        .collect();
    (say(english, id, &[]).into(), Cow::Owned(others))
}

/// What Discord is told about them.
pub fn body() -> Vec<CreateCommand> {
    let commands = commands();
    let mut body: Vec<_> = commands
        .iter()
        .filter_map(poise::Command::create_as_slash_command)
        .collect();
    for command in &commands {
        // poise leaves out the names in other languages.
        body.extend(command.create_as_context_menu_command().map(|menu| {
            let names = command.name_localizations.iter();
            names.fold(menu, |menu, (locale, name)| {
                menu.name_localized(locale.as_ref(), name.as_ref())
            })
        }));
    }
    body
}

/// Why the commands are not registered.
#[derive(Debug, thiserror::Error)]
pub enum NotRegistered {
    /// Discord did not take them.
    #[error("Discord did not take the commands: {0}")]
    Discord(#[from] Fault),
    /// The database could not say or note what is registered.
    #[error("{0}")]
    Database(#[from] Error),
}

/// Registers the commands if the last ones registered for this application were others. Answers whether it had to.
pub async fn register(desk: &Desk, http: &Http, application: u64) -> Result<bool, NotRegistered> {
    let body = body();
    let hash = sha256(serde_json::to_string(&body).map_err(Error::internal)?.as_bytes());
    let known = guild::registered_commands(&mut desk.db.read().await?, application).await?;
    if known.as_deref() == Some(&hash[..]) {
        return Ok(false);
    }
    Command::set_global_commands(http, body).await?;
    let mut tx = desk.db.write().await?;
    guild::note_commands(&mut tx, &desk.env, application, &hash).await?;
    tx.commit().await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// Discord's limits, as its documentation of application commands gives them (August 2026).
    fn check(node: &Value, path: &str, problems: &mut Vec<String>) -> usize {
        let text = |name: &str| node[name].as_str().unwrap_or_default().to_owned();
        let (name, kind) = (text("name"), node["type"].as_u64().unwrap_or(1));
        let path = format!("{path}/{name}");
        let mut wrong = |what: String| problems.push(format!("{path}: {what}"));
        let menu = path.matches('/').count() == 1 && kind != 1;
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        if name.is_empty() || name.chars().count() > 32 || !(menu || name.chars().all(plain)) {
            wrong("a name is 1 to 32 lower case letters, digits and dashes".to_owned());
        }
        let mut descriptions = vec![text("description")];
        if let Some(others) = node["description_localizations"].as_object() {
            descriptions.extend(
                others
                    .values()
                    .filter_map(|text| text.as_str().map(str::to_owned)),
            );
        }
        if !menu {
            for description in &descriptions {
                if !(1..=100).contains(&description.chars().count()) {
                    wrong(format!("a description has 1 to 100 characters: {description:?}"));
                }
            }
        }
        let choices = node["choices"].as_array().map_or(0, Vec::len);
        if choices > 25 {
            wrong(format!("{choices} choices"));
        }
        let options = node["options"].as_array().cloned().unwrap_or_default();
        if options.len() > 25 {
            wrong(format!("{} options", options.len()));
        }
        let optional = options.iter().position(|option| option["required"] != true);
        let required = options.iter().rposition(|option| option["required"] == true);
        if let (Some(optional), Some(required)) = (optional, required)
            && optional < required
        {
            wrong("a required option stands behind an optional one".to_owned());
        }
        // The longest language counts.
        let longest = descriptions
            .iter()
            .map(|text| text.chars().count())
            .max()
            .unwrap_or(0);
        name.chars().count()
            + longest
            + options
                .iter()
                .map(|option| check(option, &path, problems))
                .sum::<usize>()
    }

    #[test]
    fn what_is_registered_stays_within_discords_limits() {
        let body = serde_json::to_value(body()).expect("commands are JSON");
        let commands = body.as_array().expect("a list");
        let mut problems = Vec::new();
        assert!((1..=100).contains(&commands.len()));
        for command in commands {
            let length = check(command, "", &mut problems);
            assert!(length <= 8000, "{} has {length} characters", command["name"]);
        }
        assert!(problems.is_empty(), "{problems:#?}");
    }

    #[test]
    fn every_command_is_described_in_every_language() {
        fn look(node: &Value, missing: &mut Vec<String>) {
            let menu = node["type"] == 2;
            let german = node["description_localizations"]["de"].as_str();
            if !menu && german.is_none_or(|german| Some(german) == node["description"].as_str()) {
                missing.push(node["name"].to_string());
            }
            for option in node["options"].as_array().into_iter().flatten() {
                look(option, missing);
            }
        }
        let mut missing = Vec::new();
        for command in serde_json::to_value(body())
            .expect("commands are JSON")
            .as_array()
            .expect("a list")
        {
            look(command, &mut missing);
        }
        assert!(missing.is_empty(), "not in German: {missing:?}");
    }
}
