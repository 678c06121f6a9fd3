//! From what a person types to what the bot gets: option values, checked as Discord's box checks them.

use serde_json::{Map, Value, json};

use super::picker::{CommandSpec, OptionKind, OptionSpec};
use crate::model::{id, user};
use crate::world::World;

/// Discord's largest whole number in options.
const LARGEST_INTEGER: i64 = (1 << 53) - 1;
/// The longest text in an option.
const LONGEST_TEXT: usize = 6000;

/// Splits `role:member note:hello there` at the names of the command's options.
pub(super) fn split<'a>(spec: &CommandSpec, text: &'a str) -> Result<Vec<(String, &'a str)>, String> {
    let mut starts: Vec<(usize, &str)> = Vec::new();
    for (at, _) in text.char_indices() {
        let at_word = at == 0 || text[..at].ends_with(char::is_whitespace);
        let name = spec.options.iter().map(|o| o.name.as_str()).find(|name| {
            text[at..]
                .strip_prefix(name)
                .is_some_and(|rest| rest.starts_with(':'))
        });
        if at_word && let Some(name) = name {
            starts.push((at, name));
        }
    }
    let before = &text[..starts.first().map_or(text.len(), |(at, _)| *at)];
    if !before.trim().is_empty() {
        let word = before.split_whitespace().next().unwrap_or_default();
        let word = word.split(':').next().unwrap_or_default();
        return Err(format!("/{} has no option “{word}”.", spec.name));
    }
    let ends = starts.iter().skip(1).map(|(at, _)| *at).chain([text.len()]);
    Ok(starts
        .iter()
        .zip(ends)
        .map(|((at, name), end)| ((*name).to_owned(), text[at + name.len() + 1..end].trim()))
        .collect())
}

/// What Discord sends beside ids: the things they name.
#[derive(Debug, Default)]
pub(super) struct Resolved(Map<String, Value>);

impl Resolved {
    fn add(&mut self, kind: &str, key: u64, value: Value) {
        let entry = self.0.entry(kind).or_insert_with(|| json!({}));
        entry[key.to_string()] = value;
    }

    pub fn add_user(&mut self, world: &World, channel: u64, user_id: u64) {
        if let Some(account) = world.users.get(&user_id) {
            self.add("users", user_id, user(account));
        }
        let guild = world.guild_of(channel).and_then(|g| world.guilds.get(&g));
        if let Some(guild) = guild.filter(|g| g.members.contains_key(&user_id)) {
            let mut member = world.member_json(guild, user_id);
            if let Some(member) = member.as_object_mut() {
                // Resolved members come without their user and with their permissions.
                member.remove("user");
                member.remove("deaf");
                member.remove("mute");
            }
            let may = world
                .channels
                .get(&channel)
                .map(|c| world.permissions_in(c, user_id));
            member["permissions"] = json!(may.unwrap_or_default().bits().to_string());
            self.add("members", user_id, member);
        }
    }

    pub fn add_role(&mut self, world: &World, channel: u64, role: u64) {
        if let Some(guild) = world.guild_of(channel).and_then(|g| world.guilds.get(&g)) {
            self.add("roles", role, world.role_json(guild, role));
        }
    }

    pub fn add_channel(&mut self, world: &World, caller: u64, channel: u64) {
        if let Some(found) = world.channels.get(&channel) {
            self.add("channels", channel, world.partial_channel_json(found, caller));
        }
    }

    pub fn add_file(&mut self, world: &World, file: u64) {
        if let Some(found) = world.files.get(&file) {
            self.add("attachments", file, world.file_json(found, true));
        }
    }

    pub fn into_json(self) -> Option<Value> {
        (!self.0.is_empty()).then_some(Value::Object(self.0))
    }
}

/// The member a person means: an id, a mention, `@name`, a username or a display name.
pub(super) fn find_user(world: &World, channel: u64, text: &str) -> Option<u64> {
    let members = world
        .guild_of(channel)
        .and_then(|g| world.guilds.get(&g))
        .map(|g| &g.members);
    let wanted = text
        .trim_start_matches("<@")
        .trim_start_matches('!')
        .trim_end_matches('>');
    let wanted = wanted.trim_start_matches('@');
    let by_id = wanted.parse().ok().filter(|u| world.users.contains_key(u));
    by_id.or_else(|| {
        world
            .users
            .values()
            .filter(|u| members.is_none_or(|m| m.contains_key(&u.id)))
            .find(|u| u.name == wanted || u.shown() == wanted)
            .map(|u| u.id)
    })
}

/// The role a person means: an id, a mention, `@name` or a name.
pub(super) fn find_role(world: &World, channel: u64, text: &str) -> Option<u64> {
    let guild = world.guild_of(channel).and_then(|g| world.guilds.get(&g))?;
    let wanted = text.trim_start_matches("<@&").trim_end_matches('>');
    let bare = wanted.trim_start_matches('@');
    guild
        .roles
        .iter()
        .find(|r| r.id.to_string() == wanted || r.name == wanted || r.name == bare)
        .map(|r| r.id)
}

/// The channel a person means: an id, a mention, `#name` or a name.
pub(super) fn find_channel(world: &World, channel: u64, text: &str) -> Option<u64> {
    let guild = world.guild_of(channel).and_then(|g| world.guilds.get(&g))?;
    let wanted = text
        .trim_start_matches("<#")
        .trim_end_matches('>')
        .trim_start_matches('#');
    guild
        .channels
        .iter()
        .filter_map(|c| world.channels.get(c))
        .find(|c| c.id.to_string() == wanted || c.name == wanted)
        .map(|c| c.id)
}

/// The value of one option, or what Discord's box says about it.
pub(super) fn convert(
    world: &World,
    caller: u64,
    channel: u64,
    option: &OptionSpec,
    text: &str,
    resolved: &mut Resolved,
) -> Result<Value, String> {
    let name = &option.name;
    if text.is_empty() {
        return Err(format!("{name}: Please enter a value."));
    }
    if !option.choices.is_empty() {
        let chosen = option.choices.iter().position(|c| c.name == text);
        let chosen = chosen.or_else(|| option.choices.iter().position(|c| c.value == text));
        return chosen
            .and_then(|index| option.raw_choices.get(index))
            .map(|choice| choice["value"].clone())
            .ok_or_else(|| format!("{name}: “{text}” is not one of the choices."));
    }
    match option.kind {
        OptionKind::String => string(option, text),
        OptionKind::Integer => {
            let number: i64 = text
                .parse()
                .map_err(|_| format!("{name}: Input a valid integer."))?;
            if number.abs() > LARGEST_INTEGER {
                return Err(format!("{name}: Input a valid integer."));
            }
            #[expect(clippy::cast_precision_loss, reason = "at most 2^53, which is exact")]
            in_range(option, number as f64)?;
            Ok(json!(number))
        }
        OptionKind::Number => {
            let number: f64 = text
                .parse()
                .map_err(|_| format!("{name}: Input a valid number."))?;
            in_range(option, number)?;
            Ok(json!(number))
        }
        OptionKind::Boolean => match text.to_lowercase().as_str() {
            "true" | "yes" => Ok(json!(true)),
            "false" | "no" => Ok(json!(false)),
            _ => Err(format!("{name}: Select True or False.")),
        },
        OptionKind::User => {
            let found = find_user(world, channel, text);
            let found = found.ok_or_else(|| format!("{name}: Could not find a user “{text}”."))?;
            resolved.add_user(world, channel, found);
            Ok(id(found))
        }
        OptionKind::Role => {
            let found = find_role(world, channel, text);
            let found = found.ok_or_else(|| format!("{name}: Could not find a role “{text}”."))?;
            resolved.add_role(world, channel, found);
            Ok(id(found))
        }
        OptionKind::Channel => {
            let found = find_channel(world, channel, text);
            let found = found.ok_or_else(|| format!("{name}: Could not find a channel “{text}”."))?;
            resolved.add_channel(world, caller, found);
            Ok(id(found))
        }
        OptionKind::Mentionable => {
            if let Some(found) = find_user(world, channel, text) {
                resolved.add_user(world, channel, found);
                return Ok(id(found));
            }
            let found = find_role(world, channel, text);
            let found = found.ok_or_else(|| format!("{name}: Could not find “{text}”."))?;
            resolved.add_role(world, channel, found);
            Ok(id(found))
        }
        OptionKind::Attachment => Err(format!("{name}: Please attach a file.")),
    }
}

fn string(option: &OptionSpec, text: &str) -> Result<Value, String> {
    let name = &option.name;
    let length = text.chars().count();
    let most = option
        .max_length
        .and_then(|l| usize::try_from(l).ok())
        .unwrap_or(LONGEST_TEXT);
    let least = option
        .min_length
        .and_then(|l| usize::try_from(l).ok())
        .unwrap_or(0);
    if length > most {
        return Err(format!("{name}: Must be {most} or fewer in length."));
    }
    if length < least {
        return Err(format!("{name}: Must be {least} or more in length."));
    }
    Ok(json!(text))
}

fn in_range(option: &OptionSpec, number: f64) -> Result<(), String> {
    let name = &option.name;
    if option.min_value.is_some_and(|min| number < min) {
        let min = option.min_value.unwrap_or_default();
        return Err(format!("{name}: Value must be {min} or more."));
    }
    if option.max_value.is_some_and(|max| number > max) {
        let max = option.max_value.unwrap_or_default();
        return Err(format!("{name}: Value must be {max} or less."));
    }
    Ok(())
}
