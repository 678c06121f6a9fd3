//! Application commands: what Discord accepts when they are registered, and what a person's picker shows.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::error::{ApiError, Form, at};
use crate::model::{id, parse_id};
use crate::payload::list;
use crate::world::World;

/// Discord's locales.
const LOCALES: &[&str] = &[
    "ar", "bg", "cs", "da", "de", "el", "en-GB", "en-US", "es-419", "es-ES", "fi", "fr", "he", "hi", "hr",
    "hu", "id", "it", "ja", "ko", "lt", "nl", "no", "pl", "pt-BR", "ro", "ru", "sv-SE", "th", "tr", "uk",
    "vi", "zh-CN", "zh-TW",
];
/// How many commands of a type there may be: slash, user, message.
const MOST: [(u64, usize); 3] = [(1, 100), (2, 15), (3, 15)];

/// A registered command.
#[derive(Clone, Debug)]
pub(crate) struct StoredCommand {
    pub id: u64,
    pub guild: Option<u64>,
    /// As Discord gives it back.
    pub json: Value,
}

impl StoredCommand {
    fn key(&self) -> (&str, u64) {
        key(&self.json)
    }
}

fn key(command: &Value) -> (&str, u64) {
    (
        command["name"].as_str().unwrap_or(""),
        command["type"].as_u64().unwrap_or(1),
    )
}

impl World {
    /// PUT: these commands and no others. Commands that stay keep their ids.
    pub fn overwrite_commands(&mut self, guild: Option<u64>, body: &Value) -> Result<Value, ApiError> {
        let Some(wanted) = body.as_array() else {
            let mut form = Form::default();
            form.wrong(
                &[],
                "LIST_TYPE_CONVERT",
                "Only iterables may be used in a ListType",
            );
            return form.finish().map(|()| Value::Null);
        };
        check_all(wanted)?;
        let (old, mut rest): (Vec<_>, Vec<_>) = self.commands.drain(..).partition(|c| c.guild == guild);
        let mut fresh = Vec::new();
        for command in wanted {
            let known = old.iter().find(|o| o.key() == key(command)).map(|o| o.id);
            fresh.push(self.finish_command(guild, command, known));
        }
        let answer = fresh.iter().map(|c| c.json.clone()).collect();
        rest.extend(fresh);
        self.commands = rest;
        self.registrations += 1;
        Ok(answer)
    }

    /// POST: one command more, or another version of one.
    pub fn upsert_command(&mut self, guild: Option<u64>, body: &Value) -> Result<(bool, Value), ApiError> {
        check_all(std::slice::from_ref(body))?;
        let known = self
            .commands
            .iter()
            .find(|c| c.guild == guild && c.key() == key(body));
        let known = known.map(|c| c.id);
        let command = self.finish_command(guild, body, known);
        let answer = command.json.clone();
        self.commands.retain(|c| Some(c.id) != known);
        self.commands.push(command);
        Ok((known.is_none(), answer))
    }

    pub fn command(&self, guild: Option<u64>, wanted: &str) -> Result<&StoredCommand, ApiError> {
        self.commands
            .iter()
            .find(|c| c.guild == guild && c.id.to_string() == wanted)
            .ok_or_else(|| ApiError::unknown(10063, "application command"))
    }

    /// PATCH: the given keys replace those of a command.
    pub fn patch_command(
        &mut self,
        guild: Option<u64>,
        wanted: &str,
        body: &Value,
    ) -> Result<Value, ApiError> {
        let known = self.command(guild, wanted)?;
        let (known_id, mut next) = (known.id, known.json.clone());
        for (key, value) in body.as_object().into_iter().flatten() {
            next[key.as_str()] = value.clone();
        }
        check_all(std::slice::from_ref(&next))?;
        let command = self.finish_command(guild, &next, Some(known_id));
        let answer = command.json.clone();
        self.commands.retain(|c| c.id != known_id);
        self.commands.push(command);
        Ok(answer)
    }

    fn finish_command(&mut self, guild: Option<u64>, body: &Value, known: Option<u64>) -> StoredCommand {
        let version = self.next_id();
        let command_id = known.unwrap_or(version);
        let permissions = match &body["default_member_permissions"] {
            Value::Null => Value::Null,
            other => json!(parse_id(other).unwrap_or(0).to_string()),
        };
        let mut json = json!({
            "id": id(command_id),
            "application_id": id(self.app.id),
            "version": id(version),
            "type": body["type"].as_u64().unwrap_or(1),
            "name": body["name"],
            "name_localizations": body["name_localizations"],
            "description": body["description"].as_str().unwrap_or(""),
            "description_localizations": body["description_localizations"],
            "default_member_permissions": permissions,
            "dm_permission": body["dm_permission"].as_bool().unwrap_or(true),
            "contexts": body["contexts"],
            "integration_types": if body["integration_types"].is_array() {
                body["integration_types"].clone()
            } else {
                json!([0])
            },
            "nsfw": body["nsfw"].as_bool().unwrap_or(false),
            "options": list(&body["options"]).iter().map(finish_option).collect::<Vec<_>>(),
        });
        if let Some(guild) = guild {
            json["guild_id"] = id(guild);
        }
        StoredCommand {
            id: command_id,
            guild,
            json,
        }
    }
}

/// An option as Discord gives it back: without nulls and empty lists.
fn finish_option(option: &Value) -> Value {
    let kept = option
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| {
            let value = match (key.as_str(), value) {
                (_, Value::Null) => return None,
                ("options", Value::Array(options)) => options.iter().map(finish_option).collect(),
                ("choices", Value::Array(choices)) if choices.is_empty() => return None,
                ("choices", Value::Array(choices)) => choices.iter().map(finish_option).collect(),
                (_, other) => other.clone(),
            };
            Some((key.clone(), value))
        });
    Value::Object(kept.collect())
}

/// Refuses a list of commands that Discord would refuse.
fn check_all(commands: &[Value]) -> Result<(), ApiError> {
    let mut form = Form::default();
    for (kind, most) in MOST {
        let count = commands.iter().filter(|c| key(c).1 == kind).count();
        form.length(&[], count, 0, most);
    }
    let mut seen = HashSet::new();
    for (index, command) in commands.iter().enumerate() {
        let path = if commands.len() == 1 {
            Vec::new()
        } else {
            vec![index.to_string()]
        };
        if !seen.insert(key(command)) {
            form.wrong(
                &path,
                "APPLICATION_COMMANDS_DUPLICATE_NAME",
                "Application command names must be unique",
            );
        }
        check_command(&mut form, command, &path);
    }
    form.finish()
}

fn check_command(form: &mut Form, command: &Value, path: &[String]) {
    let is_slash = key(command).1 == 1;
    form.required_text(command, path, "name", 1, 32);
    localised(form, command, path, "name_localizations", 32);
    localised(form, command, path, "description_localizations", 100);
    if is_slash {
        name_shape(form, command, path);
        form.required_text(command, path, "description", 1, 100);
        options(form, command, path, 0);
    } else {
        if command["description"].as_str().is_some_and(|d| !d.is_empty()) {
            form.wrong(
                &at(path, "description"),
                "APPLICATION_COMMAND_CONTEXT_MENU_NO_DESCRIPTION",
                "Context menu commands cannot have description",
            );
        }
        if !list(&command["options"]).is_empty() {
            form.wrong(
                &at(path, "options"),
                "APPLICATION_COMMAND_CONTEXT_MENU_NO_OPTIONS",
                "Context menu commands cannot have options",
            );
        }
    }
    if size(command) > 8000 {
        form.wrong(
            path,
            "APPLICATION_COMMAND_TOO_LARGE",
            "Command exceeds maximum size (8000)",
        );
    }
}

/// Lower-case letters, digits, `-`, `_` and `'`.
fn name_shape(form: &mut Form, object: &Value, path: &[String]) {
    let name = object["name"].as_str().unwrap_or("");
    let is_fine = name
        .chars()
        .all(|c| (c.is_alphanumeric() && !c.is_uppercase()) || matches!(c, '-' | '_' | '\''));
    if !is_fine {
        form.wrong(
            &at(path, "name"),
            "APPLICATION_COMMAND_INVALID_NAME",
            "Command name is invalid",
        );
    }
}

fn localised(form: &mut Form, object: &Value, path: &[String], key: &str, max: usize) {
    let path = at(path, key);
    for (locale, text) in object[key].as_object().into_iter().flatten() {
        if !LOCALES.contains(&locale.as_str()) {
            form.wrong(
                &at(&path, locale),
                "ENUM_TYPE_COERCE",
                "Value is not a valid locale.",
            );
        }
        let length = text.as_str().map_or(0, |t| t.chars().count());
        form.length(&at(&path, locale), length, 1, max);
    }
}

/// `depth` 0 is the command, 1 a group, 2 a sub-command.
fn options(form: &mut Form, parent: &Value, path: &[String], depth: u8) {
    let path = at(path, "options");
    let options = list(&parent["options"]);
    form.length(&path, options.len(), 0, 25);
    let is_sub = |o: &Value| matches!(o["type"].as_u64(), Some(1 | 2));
    if options.iter().any(is_sub) && !options.iter().all(is_sub) {
        form.wrong(
            &path,
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "Sub-command and sub-command group option types are mutually exclusive to all other types",
        );
    }
    let mut names = HashSet::new();
    let mut optional_seen = false;
    for (index, option) in options.iter().enumerate() {
        let path = at(&path, index);
        form.required_text(option, &path, "name", 1, 32);
        name_shape(form, option, &path);
        form.required_text(option, &path, "description", 1, 100);
        localised(form, option, &path, "name_localizations", 32);
        localised(form, option, &path, "description_localizations", 100);
        if !names.insert(option["name"].as_str()) {
            form.wrong(
                &path,
                "APPLICATION_COMMAND_OPTIONS_NAME_INVALID",
                "Option name already used",
            );
        }
        let is_required = option["required"].as_bool().unwrap_or(false);
        if is_required && optional_seen {
            form.wrong(
                &path,
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            );
        }
        optional_seen |= !is_required;
        match (option["type"].as_u64(), depth) {
            (Some(1), 0 | 1) => self::options(form, option, &path, 2),
            (Some(2), 0) => self::options(form, option, &path, 1),
            (Some(3..=11), 0 | 2) => value_option(form, option, &path),
            _ => form.wrong(
                &at(&path, "type"),
                "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
                "This option type is not possible at this depth",
            ),
        }
    }
}

fn value_option(form: &mut Form, option: &Value, path: &[String]) {
    let choices = list(&option["choices"]);
    let suggests = option["autocomplete"].as_bool().unwrap_or(false);
    let may_choose = matches!(option["type"].as_u64(), Some(3 | 4 | 10));
    if (suggests || !choices.is_empty()) && !may_choose || (suggests && !choices.is_empty()) {
        form.wrong(
            &at(path, "autocomplete"),
            "APPLICATION_COMMAND_AUTOCOMPLETE_INVALID",
            "Choices or autocomplete, and only for text and numbers",
        );
    }
    let path = at(path, "choices");
    form.length(&path, choices.len(), 0, 25);
    for (index, choice) in choices.iter().enumerate() {
        let path = at(&path, index);
        form.required_text(choice, &path, "name", 1, 100);
        localised(form, choice, &path, "name_localizations", 100);
        if option["type"] == 3 {
            form.required_text(choice, &path, "value", 1, 100);
        } else if !choice["value"].is_number() {
            form.wrong(
                &at(&path, "value"),
                "NUMBER_TYPE_COERCE",
                "Value is not a number.",
            );
        }
    }
}

/// Characters of names, descriptions and values, each at its longest translation, options and choices included.
fn size(node: &Value) -> usize {
    let longest = |key: &str, translations: &str| {
        let texts = node[translations]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(_, t)| t);
        texts
            .chain([&node[key]])
            .filter_map(Value::as_str)
            .map(|t| t.chars().count())
            .max()
            .unwrap_or(0)
    };
    longest("name", "name_localizations")
        + longest("description", "description_localizations")
        + node["value"].as_str().map_or(0, |v| v.chars().count())
        + list(&node["options"]).iter().map(size).sum::<usize>()
        + list(&node["choices"]).iter().map(size).sum::<usize>()
}
