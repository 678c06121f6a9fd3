//! The state of the small Discord: who is there, what was said, and what is being waited for.

#![expect(clippy::disallowed_methods, reason = "this Discord has a clock of its own")]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{BuildHasher, RandomState};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use crate::commands::StoredCommand;
use crate::gateway::Sessions;
use crate::guild::{GuildState, MOST_MEMBERS, MemberState, RoleState};
use crate::interaction::Interaction;
use crate::message::StoredMessage;
use crate::oauth::{Code, Token};
use crate::permissions::{self, Overwrite, Permissions};

/// Discord's ids count milliseconds from here.
const EPOCH_MS: i64 = 1_420_070_400_000;

/// The application the bot and the OAuth2 client belong to.
#[derive(Debug)]
pub(crate) struct Application {
    pub id: u64,
    pub name: String,
    pub secret: String,
    pub bot_token: String,
    /// The bot's user; its id is the application's, as in every application made since 2016.
    pub bot: u64,
    /// Who made the application; owns servers that have no other owner.
    pub developer: u64,
    pub redirects: Vec<String>,
    /// Privileged intents switched on in the developer portal.
    pub privileged_intents: u64,
}

#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub id: u64,
    pub name: String,
    pub display: Option<String>,
    pub bot: bool,
    pub locale: String,
    pub takes_messages: bool,
}

impl Account {
    /// The name other people see.
    pub fn shown(&self) -> &str {
        self.display.as_deref().unwrap_or(&self.name)
    }
}

/// Where a channel is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Guild(u64),
    /// The direct messages between the bot and this user.
    Direct(u64),
}

#[derive(Debug)]
pub(crate) struct ChannelState {
    pub id: u64,
    pub name: String,
    pub place: Place,
    pub overwrites: Vec<Overwrite>,
}

/// A file somebody uploaded.
#[derive(Clone, Debug)]
pub(crate) struct FileState {
    pub id: u64,
    pub name: String,
    pub content_type: String,
    pub description: Option<String>,
    pub bytes: Vec<u8>,
}

/// One request the bot (or a page) sent to the simulator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestRecord {
    /// `GET`, `POST` …
    pub method: String,
    /// The path as sent, without its query.
    pub path: String,
    /// The status of the answer; 0 when the connection was dropped on purpose.
    pub status: u16,
}

/// Everything there is.
#[derive(Debug)]
pub(crate) struct World {
    clock_ahead: TimeDelta,
    /// The moment the real clock was stopped at.
    held_at: Option<DateTime<Utc>>,
    last_id: u64,
    pub url: String,
    pub app: Application,
    pub users: BTreeMap<u64, Account>,
    pub guilds: BTreeMap<u64, GuildState>,
    pub channels: BTreeMap<u64, ChannelState>,
    pub messages: BTreeMap<u64, StoredMessage>,
    pub files: BTreeMap<u64, FileState>,
    pub commands: Vec<StoredCommand>,
    pub registrations: usize,
    pub interactions: BTreeMap<u64, Interaction>,
    pub codes: HashMap<String, Code>,
    pub tokens: HashMap<String, Token>,
    pub sessions: Sessions,
    pub complaints: Vec<String>,
    pub requests: Vec<RequestRecord>,
}

/// Text nobody can guess, for tokens and codes.
pub(crate) fn secret_text() -> String {
    let word = || RandomState::new().hash_one(0_u8);
    format!("{:016x}{:016x}{:016x}", word(), word(), word())
}

impl World {
    pub fn new(url: String) -> Self {
        let mut world = Self {
            clock_ahead: TimeDelta::zero(),
            held_at: None,
            last_id: 0,
            url,
            app: Application {
                id: 0,
                name: "Muster".into(),
                secret: secret_text(),
                bot_token: String::new(),
                bot: 0,
                developer: 0,
                redirects: Vec::new(),
                privileged_intents: 0,
            },
            users: BTreeMap::new(),
            guilds: BTreeMap::new(),
            channels: BTreeMap::new(),
            messages: BTreeMap::new(),
            files: BTreeMap::new(),
            commands: Vec::new(),
            registrations: 0,
            interactions: BTreeMap::new(),
            codes: HashMap::new(),
            tokens: HashMap::new(),
            sessions: Sessions::default(),
            complaints: Vec::new(),
            requests: Vec::new(),
        };
        let id = world.next_id();
        world.app.id = id;
        world.app.bot = id;
        world.app.bot_token = bot_token(id);
        let name = world.app.name.clone();
        world.users.insert(
            id,
            Account {
                id,
                name,
                display: None,
                bot: true,
                locale: "en-US".into(),
                takes_messages: true,
            },
        );
        world.app.developer = world.add_user("developer", None);
        world
    }

    /// Everybody a test or console made up, in order of arrival.
    pub fn people(&self) -> impl Iterator<Item = &Account> {
        self.users
            .values()
            .filter(|u| !u.bot && u.id != self.app.developer)
    }

    /// The time in this Discord.
    pub fn now(&self) -> DateTime<Utc> {
        self.held_at.unwrap_or_else(Utc::now) + self.clock_ahead
    }

    /// From now on only `advance` moves the clock.
    pub fn hold_clock(&mut self) {
        self.held_at.get_or_insert_with(Utc::now);
    }

    pub fn advance(&mut self, by: TimeDelta) {
        self.clock_ahead += by;
    }

    /// The next snowflake: from the clock, and always above the last one.
    pub fn next_id(&mut self) -> u64 {
        let ms = u64::try_from(self.now().timestamp_millis() - EPOCH_MS).unwrap_or(0);
        self.last_id = (self.last_id + 1).max(ms << 22);
        self.last_id
    }

    pub fn complain(&mut self, complaint: impl Into<String>) {
        let complaint = complaint.into();
        tracing::warn!("the simulated Discord complains: {complaint}");
        self.complaints.push(complaint);
    }

    pub fn add_user(&mut self, name: &str, display: Option<&str>) -> u64 {
        let id = self.next_id();
        self.users.insert(
            id,
            Account {
                id,
                name: name.to_owned(),
                display: display.map(str::to_owned),
                bot: false,
                locale: "en-US".into(),
                takes_messages: true,
            },
        );
        id
    }

    pub fn add_channel(&mut self, place: Place, name: &str) -> u64 {
        let id = self.next_id();
        self.channels.insert(
            id,
            ChannelState {
                id,
                name: name.to_owned(),
                place,
                overwrites: Vec::new(),
            },
        );
        if let Place::Guild(guild) = place
            && let Some(guild) = self.guilds.get_mut(&guild)
        {
            guild.channels.push(id);
        }
        id
    }

    /// A guild with @everyone, the bot and its managed role, and #general.
    pub fn add_guild(&mut self, name: &str) -> u64 {
        let id = self.next_id();
        let owner = self.app.developer;
        let bot_role = self.next_id();
        let joined = self.now();
        let role = |id, name: &str, permissions, managed| RoleState {
            id,
            name: name.to_owned(),
            permissions,
            managed,
        };
        let roles = vec![
            role(id, "@everyone", Permissions::EVERYONE, false),
            role(bot_role, &self.app.name, Permissions::BOT, true),
        ];
        let members = [(owner, vec![]), (self.app.bot, vec![bot_role])]
            .map(|(user, roles)| (user, MemberState { roles, joined }))
            .into();
        self.guilds.insert(
            id,
            GuildState {
                id,
                name: name.to_owned(),
                owner,
                locale: "en-US".into(),
                roles,
                members,
                channels: Vec::new(),
                banned: BTreeSet::new(),
                most_members: MOST_MEMBERS,
            },
        );
        self.add_channel(Place::Guild(id), "general");
        id
    }

    /// A new role, at the bottom of the hierarchy as in Discord.
    pub fn add_role(&mut self, guild: u64, name: &str, permissions: Permissions) -> u64 {
        let id = self.next_id();
        if let Some(guild) = self.guilds.get_mut(&guild) {
            guild.roles.insert(
                1,
                RoleState {
                    id,
                    name: name.to_owned(),
                    permissions,
                    managed: false,
                },
            );
        }
        id
    }

    /// The direct messages between the bot and a user.
    pub fn direct_channel(&mut self, user: u64) -> u64 {
        let place = Place::Direct(user);
        match self.channels.values().find(|c| c.place == place) {
            Some(channel) => channel.id,
            None => self.add_channel(place, ""),
        }
    }

    /// What somebody may do in a channel. In direct messages both sides may talk.
    pub fn permissions_in(&self, channel: &ChannelState, user: u64) -> Permissions {
        match channel.place {
            Place::Direct(owner) if user == owner || user == self.app.bot => {
                Permissions::EVERYONE | Permissions::VIEW_CHANNEL
            }
            Place::Direct(_) => Permissions::NONE,
            Place::Guild(id) => self.guilds.get(&id).map_or(Permissions::NONE, |guild| {
                let Some(member) = guild.members.get(&user) else {
                    return Permissions::NONE;
                };
                permissions::in_channel(
                    guild.permissions(user),
                    id,
                    user,
                    &member.roles,
                    &channel.overwrites,
                )
            }),
        }
    }

    /// Whether the bot and a user meet in some guild; strangers cannot be written to.
    pub fn shares_guild(&self, user: u64) -> bool {
        self.guilds
            .values()
            .any(|guild| guild.members.contains_key(&user) && guild.members.contains_key(&self.app.bot))
    }

    /// Where a file can be downloaded.
    pub fn file_url(&self, file: &FileState) -> String {
        let name: String = url::form_urlencoded::byte_serialize(file.name.as_bytes()).collect();
        format!("{}/attachments/{}/{name}", self.url, file.id)
    }

    pub fn add_file(&mut self, name: &str, content_type: &str, bytes: Vec<u8>) -> u64 {
        let id = self.next_id();
        self.files.insert(
            id,
            FileState {
                id,
                name: name.to_owned(),
                content_type: content_type.to_owned(),
                description: None,
                bytes,
            },
        );
        id
    }

    /// Sends an event to every session that asked for one of `intents` (0: to everyone).
    pub fn dispatch(&mut self, intents: u64, name: &str, data: &Value) {
        self.sessions.dispatch(intents, name, data);
    }
}

/// Three parts, as a real bot token has: the id, a time, a signature.
fn bot_token(id: u64) -> String {
    use base64::Engine as _;
    let id = base64::engine::general_purpose::STANDARD_NO_PAD.encode(id.to_string());
    let secret = secret_text();
    format!("{id}.{}.{}", &secret[..6], &secret[6..44])
}
