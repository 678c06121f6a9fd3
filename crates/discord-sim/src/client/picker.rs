//! What the command picker shows a person: commands they may use, flattened, in their language.

use serde_json::Value;

use crate::interaction::Choice;
use crate::model::parse_id;
use crate::payload::list;
use crate::permissions::Permissions;
use crate::world::World;

/// How a command is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandKind {
    /// Typed after a slash.
    Slash,
    /// In the menu of a person.
    User,
    /// In the menu of a message.
    Message,
}

/// What an option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionKind {
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// Yes or no.
    Boolean,
    /// A person.
    User,
    /// A channel.
    Channel,
    /// A role.
    Role,
    /// A person or a role.
    Mentionable,
    /// A number.
    Number,
    /// A file.
    Attachment,
}

impl OptionKind {
    fn from_number(number: u64) -> Option<Self> {
        Some(match number {
            3 => Self::String,
            4 => Self::Integer,
            5 => Self::Boolean,
            6 => Self::User,
            7 => Self::Channel,
            8 => Self::Role,
            9 => Self::Mentionable,
            10 => Self::Number,
            11 => Self::Attachment,
            _ => return None,
        })
    }

    /// Discord's number of this kind.
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::String => 3,
            Self::Integer => 4,
            Self::Boolean => 5,
            Self::User => 6,
            Self::Channel => 7,
            Self::Role => 8,
            Self::Mentionable => 9,
            Self::Number => 10,
            Self::Attachment => 11,
        }
    }
}

/// One entry of the picker: a command, or a sub-command with its whole path.
#[derive(Clone, Debug, PartialEq)]
pub struct CommandSpec {
    /// `invite email`, without the slash.
    pub name: String,
    /// What it does, in the person's language.
    pub description: String,
    /// How it is reached.
    pub kind: CommandKind,
    /// Its options, in order.
    pub options: Vec<OptionSpec>,
    pub(crate) command_id: u64,
    /// The group and sub-command below the command.
    pub(crate) below: Vec<String>,
}

/// An option of a command.
#[derive(Clone, Debug, PartialEq)]
pub struct OptionSpec {
    /// Its name.
    pub name: String,
    /// What it is for, in the person's language.
    pub description: String,
    /// What it takes.
    pub kind: OptionKind,
    /// Cannot be left out.
    pub required: bool,
    /// The bot suggests values while one types.
    pub autocomplete: bool,
    /// The only values there are, when there are any.
    pub choices: Vec<Choice>,
    /// The smallest number.
    pub min_value: Option<f64>,
    /// The largest number.
    pub max_value: Option<f64>,
    /// The fewest characters.
    pub min_length: Option<u64>,
    /// The most characters.
    pub max_length: Option<u64>,
    pub(crate) raw_choices: Vec<Value>,
}

impl CommandSpec {
    /// The option of this name.
    pub fn option(&self, name: &str) -> Option<&OptionSpec> {
        self.options.iter().find(|o| o.name == name)
    }
}

/// The picker of a person in a channel.
pub(super) fn commands(world: &World, user: u64, channel: u64) -> Vec<CommandSpec> {
    let Some(place) = world.channels.get(&channel) else {
        return Vec::new();
    };
    let may = world.permissions_in(place, user);
    if !may.contains(Permissions::USE_APPLICATION_COMMANDS | Permissions::VIEW_CHANNEL) {
        return Vec::new();
    }
    let guild = world.guild_of(channel);
    let locale = world.users.get(&user).map_or("en-US", |u| &u.locale);
    let mut found = Vec::new();
    for command in &world.commands {
        let json = &command.json;
        let is_here = command.guild.is_none_or(|g| Some(g) == guild);
        if is_here && is_offered(json, may, guild.is_some()) {
            flatten(json, locale, command.id, &mut found);
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

fn is_offered(command: &Value, may: Permissions, in_guild: bool) -> bool {
    let context = u64::from(!in_guild);
    let fits_context = command["contexts"]
        .as_array()
        .is_none_or(|contexts| contexts.iter().any(|c| c.as_u64() == Some(context)));
    if !in_guild {
        return fits_context && command["dm_permission"].as_bool().unwrap_or(true);
    }
    let needed = parse_id(&command["default_member_permissions"]).map(Permissions::from_bits);
    let is_allowed = match needed {
        None => true,
        // "0" hides the command from everyone but administrators.
        Some(none) if none.is_empty() => may.contains(Permissions::ADMINISTRATOR),
        Some(needed) => may.contains(needed),
    };
    fits_context && is_allowed
}

fn translated(node: &Value, key: &str, locale: &str) -> String {
    let translations = &node[format!("{key}_localizations")];
    let text = translations[locale].as_str().or_else(|| node[key].as_str());
    text.unwrap_or_default().to_owned()
}

fn flatten(command: &Value, locale: &str, command_id: u64, found: &mut Vec<CommandSpec>) {
    let kind = match command["type"].as_u64() {
        Some(2) => CommandKind::User,
        Some(3) => CommandKind::Message,
        _ => CommandKind::Slash,
    };
    let name = command["name"].as_str().unwrap_or_default();
    walk(command, &mut vec![name.to_owned()], &mut |node, path| {
        found.push(CommandSpec {
            name: path.join(" "),
            description: translated(node, "description", locale),
            kind,
            options: list(&node["options"])
                .iter()
                .filter_map(|o| option(o, locale))
                .collect(),
            command_id,
            below: path[1..].to_vec(),
        });
    });
}

/// Calls `leaf` with every node that has no sub-commands.
fn walk(node: &Value, path: &mut Vec<String>, leaf: &mut dyn FnMut(&Value, &[String])) {
    let is_sub = |o: &&Value| matches!(o["type"].as_u64(), Some(1 | 2));
    let mut subs = list(&node["options"]).iter().filter(is_sub).peekable();
    if subs.peek().is_none() {
        leaf(node, path);
        return;
    }
    for sub in subs {
        path.push(sub["name"].as_str().unwrap_or_default().to_owned());
        walk(sub, path, leaf);
        path.pop();
    }
}

fn option(raw: &Value, locale: &str) -> Option<OptionSpec> {
    let raw_choices = list(&raw["choices"]).to_vec();
    let choices = raw_choices.iter().map(|choice| Choice {
        name: translated(choice, "name", locale),
        value: match &choice["value"] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        },
    });
    Some(OptionSpec {
        name: raw["name"].as_str()?.to_owned(),
        description: translated(raw, "description", locale),
        kind: OptionKind::from_number(raw["type"].as_u64()?)?,
        required: raw["required"].as_bool().unwrap_or(false),
        autocomplete: raw["autocomplete"].as_bool().unwrap_or(false),
        choices: choices.collect(),
        min_value: raw["min_value"].as_f64(),
        max_value: raw["max_value"].as_f64(),
        min_length: raw["min_length"].as_u64(),
        max_length: raw["max_length"].as_u64(),
        raw_choices,
    })
}
