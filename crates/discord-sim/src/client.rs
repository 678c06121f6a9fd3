//! A person in front of Discord: what they can do in one channel, and what they see there.

mod components;
mod form;
mod outcome;
mod picker;
mod values;
mod view;

use std::sync::Arc;

use serde_json::{Value, json};

pub use self::form::{Modal, TextInput};
pub use self::outcome::{Refused, Reply};
pub use self::picker::{CommandKind, CommandSpec, OptionKind, OptionSpec};
use self::values::Resolved;
pub use self::view::{
    Attachment, Button, ButtonStyle, Component, Embed, Field, Message, Select, SelectKind, SelectOption,
};
use crate::handles::User;
use crate::interaction::{AUTOCOMPLETE, Act, COMMAND, Choice};
use crate::model::id;
use crate::permissions::Permissions;
use crate::shared::{Shared, lock};
use crate::world::{Place, World};

/// Somebody who sits in a channel.
#[derive(Clone, Debug)]
pub struct Person {
    shared: Arc<Shared>,
    user: User,
    channel: u64,
    last: Arc<std::sync::Mutex<Option<u64>>>,
}

/// A file a person attaches to a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// The option it is for.
    pub option: String,
    /// Its name.
    pub filename: String,
    /// Its media type.
    pub content_type: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

fn client(words: impl Into<String>) -> Refused {
    Refused::Client(words.into())
}

impl Person {
    pub(crate) fn new(shared: &Arc<Shared>, user: &User, channel: u64) -> Self {
        Self {
            shared: Arc::clone(shared),
            user: user.clone(),
            channel,
            last: Arc::default(),
        }
    }

    /// Who it is.
    pub fn user(&self) -> &User {
        &self.user
    }

    /// The channel this person is in.
    pub fn channel_id(&self) -> u64 {
        self.channel
    }

    fn sees_channel(&self, world: &World) -> bool {
        world.channels.get(&self.channel).is_some_and(|channel| {
            world
                .permissions_in(channel, self.user.id)
                .contains(Permissions::VIEW_CHANNEL)
        })
    }

    /// What the command picker and the menus of people and messages show this person here.
    pub fn commands(&self) -> Vec<CommandSpec> {
        self.shared
            .read(|world| picker::commands(world, self.user.id, self.channel))
    }

    fn command(&self, name: &str, kind: CommandKind) -> Result<CommandSpec, Refused> {
        let all = self.commands();
        let found = all.into_iter().find(|c| c.kind == kind && c.name == name);
        found.ok_or_else(|| {
            client(format!(
                "There is no command “{name}” for {} here.",
                self.user.name
            ))
        })
    }

    /// Types a command as in Discord's box: `/invite email role:member`. A value runs to the next ` name:`
    /// of the same command.
    pub async fn slash(&self, text: &str) -> Result<Reply, Refused> {
        let text = text.trim();
        let typed = text.strip_prefix('/').unwrap_or(text);
        let all = self.commands();
        let spec = all
            .iter()
            .filter(|c| c.kind == CommandKind::Slash)
            .filter(|c| {
                let rest = typed.strip_prefix(&c.name);
                rest.is_some_and(|r| r.is_empty() || r.starts_with(char::is_whitespace))
            })
            .max_by_key(|c| c.name.len())
            .ok_or_else(|| {
                client(format!(
                    "There is no command “/{typed}” for {} here.",
                    self.user.name
                ))
            })?;
        let given = values::split(spec, typed[spec.name.len()..].trim()).map_err(client)?;
        let given: Vec<_> = given
            .iter()
            .map(|(name, value)| (name.as_str(), *value))
            .collect();
        self.run(spec, &given, &[]).await
    }

    /// Runs `invite email` with these values, which are not parsed again.
    pub async fn slash_with(&self, command: &str, values: &[(&str, &str)]) -> Result<Reply, Refused> {
        self.slash_with_file(command, values, &[]).await
    }

    /// The same with attached files.
    pub async fn slash_with_file(
        &self,
        command: &str,
        values: &[(&str, &str)],
        files: &[Upload],
    ) -> Result<Reply, Refused> {
        let name = command.trim_start_matches('/');
        let spec = self.command(name, CommandKind::Slash)?;
        self.run(&spec, values, files).await
    }

    async fn run(
        &self,
        spec: &CommandSpec,
        given: &[(&str, &str)],
        files: &[Upload],
    ) -> Result<Reply, Refused> {
        for (index, (name, _)) in given.iter().enumerate() {
            if spec.option(name).is_none() {
                return Err(client(format!("/{} has no option “{name}”.", spec.name)));
            }
            if given[..index].iter().any(|(earlier, _)| earlier == name) {
                return Err(client(format!("{name}: This option is given twice.")));
            }
        }
        for option in spec.options.iter().filter(|o| o.required) {
            let is_given = given.iter().any(|(name, _)| *name == option.name)
                || files.iter().any(|f| f.option == option.name);
            if !is_given {
                return Err(client(format!("{}: This option is required.", option.name)));
            }
        }
        let interaction = self.shared.write(|world| {
            let mut resolved = Resolved::default();
            let mut options = Vec::new();
            for (name, text) in given {
                let Some(option) = spec.option(name) else { continue };
                let value = values::convert(world, self.user.id, self.channel, option, text, &mut resolved)
                    .map_err(client)?;
                options.push(json!({ "name": name, "type": option.kind.number(), "value": value }));
            }
            for file in files {
                let option = spec
                    .option(&file.option)
                    .filter(|o| o.kind == OptionKind::Attachment);
                let option = option
                    .ok_or_else(|| client(format!("/{} takes no file as “{}”.", spec.name, file.option)))?;
                let stored = world.add_file(&file.filename, &file.content_type, file.bytes.clone());
                resolved.add_file(world, stored);
                options.push(json!({ "name": option.name, "type": 11, "value": id(stored) }));
            }
            let data = Self::command_data(world, spec, options, resolved);
            Ok(world.interact(self.act(COMMAND, &spec.name, None, data)))
        })?;
        self.outcome(interaction).await
    }

    /// What the bot suggests for an option while this person types in it.
    pub async fn autocomplete(
        &self,
        command: &str,
        option: &str,
        typed: &str,
        others: &[(&str, &str)],
    ) -> Result<Vec<Choice>, Refused> {
        let name = command.trim_start_matches('/');
        let spec = self.command(name, CommandKind::Slash)?;
        let focused = spec.option(option).filter(|o| o.autocomplete);
        let focused = focused.ok_or_else(|| client(format!("/{name} suggests nothing for “{option}”.")))?;
        let interaction = self.shared.write(|world| {
            let mut options = Vec::new();
            let mut resolved = Resolved::default();
            for (name, text) in others {
                let other = spec.option(name);
                let other = other.ok_or_else(|| client(format!("/{} has no option “{name}”.", spec.name)))?;
                // Half-typed values travel as they are; nothing is refused before the command is sent.
                let value = values::convert(world, self.user.id, self.channel, other, text, &mut resolved);
                let value = value.unwrap_or_else(|_| json!(text));
                options.push(json!({ "name": name, "type": other.kind.number(), "value": value }));
            }
            options.push(json!({
                "name": focused.name, "type": focused.kind.number(), "value": typed, "focused": true,
            }));
            let data = Self::command_data(world, &spec, options, resolved);
            Ok::<_, Refused>(world.interact(self.act(AUTOCOMPLETE, &spec.name, None, data)))
        })?;
        self.suggestions(interaction).await
    }

    /// Uses a command from the menu of a person.
    pub async fn context_menu(&self, command: &str, target: &User) -> Result<Reply, Refused> {
        let spec = self.command(command, CommandKind::User)?;
        let interaction = self.shared.write(|world| {
            let mut resolved = Resolved::default();
            resolved.add_user(world, self.channel, target.id);
            let mut data = Self::command_data(world, &spec, Vec::new(), resolved);
            data["target_id"] = id(target.id);
            world.interact(self.act(COMMAND, &spec.name, None, data))
        });
        self.outcome(interaction).await
    }

    fn act(&self, kind: u8, name: &str, source: Option<u64>, data: Value) -> Act {
        Act {
            kind,
            user: self.user.id,
            channel: self.channel,
            name: name.to_owned(),
            source,
            data,
        }
    }

    /// A command's data: its options inside its sub-command and group.
    fn command_data(world: &World, spec: &CommandSpec, options: Vec<Value>, resolved: Resolved) -> Value {
        let mut options = options;
        for (depth, name) in spec.below.iter().enumerate().rev() {
            let kind = if depth + 1 == spec.below.len() { 1 } else { 2 };
            options = vec![json!({ "name": name, "type": kind, "options": options })];
        }
        let root = spec.name.split(' ').next().unwrap_or_default();
        let (name, kind) = match spec.kind {
            CommandKind::Slash => (root, 1),
            CommandKind::User => (spec.name.as_str(), 2),
            CommandKind::Message => (spec.name.as_str(), 3),
        };
        let mut data = json!({ "id": id(spec.command_id), "name": name, "type": kind });
        if !options.is_empty() {
            data["options"] = json!(options);
        }
        if let Some(resolved) = resolved.into_json() {
            data["resolved"] = resolved;
        }
        let command = world.commands.iter().find(|c| c.id == spec.command_id);
        if let Some(guild) = command.and_then(|c| c.guild) {
            data["guild_id"] = id(guild);
        }
        data
    }

    /// What this person sees in the channel, oldest first, what only they can see included.
    #[expect(clippy::unused_async, reason = "what people do is awaited, all of it alike")]
    pub async fn messages(&self) -> Vec<Message> {
        self.shared.read(|world| {
            if !self.sees_channel(world) {
                return Vec::new();
            }
            world
                .messages
                .values()
                .filter(|m| m.channel == self.channel && m.is_for(self.user.id))
                .map(|m| Message::from_json(world.message_json(m)))
                .collect()
        })
    }

    /// What the bot has written to this person alone, oldest first.
    #[expect(clippy::unused_async, reason = "what people do is awaited, all of it alike")]
    pub async fn direct_messages(&self) -> Vec<Message> {
        self.shared.read(|world| {
            let direct = world
                .channels
                .values()
                .find(|c| c.place == Place::Direct(self.user.id));
            let messages = world.messages.values();
            messages
                .filter(|m| direct.is_some_and(|c| c.id == m.channel) && m.author == world.app.bot)
                .map(|m| Message::from_json(world.message_json(m)))
                .collect()
        })
    }

    /// The message as it is now; `None` when it is gone, or not for this person.
    #[expect(clippy::unused_async, reason = "what people do is awaited, all of it alike")]
    pub async fn current(&self, message: &Message) -> Option<Message> {
        self.shared.read(|world| self.message_now(world, message.id))
    }

    fn message_now(&self, world: &World, message: u64) -> Option<Message> {
        let found = world.messages.get(&message)?;
        let is_seen = found.channel == self.channel && found.is_for(self.user.id) && self.sees_channel(world);
        is_seen.then(|| Message::from_json(world.message_json(found)))
    }

    /// Delivers this person's last interaction to the bot once more, with the same id and token.
    #[expect(clippy::unused_async, reason = "what people do is awaited, all of it alike")]
    pub async fn replay(&self) -> Result<(), Refused> {
        let last = *lock(&self.last);
        let last = last.ok_or_else(|| client("Nothing was done yet that could be repeated."))?;
        self.shared.write(|world| {
            if let Some(event) = world.interactions.get(&last).map(|i| i.event.clone()) {
                world.dispatch(0, "INTERACTION_CREATE", &event);
            }
        });
        Ok(())
    }
}
