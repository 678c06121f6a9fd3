//! Handles to the things of the world: cheap to clone, and how a test or a console arranges it.

use std::sync::Arc;

use serde_json::json;

use crate::gateway::GUILD_MEMBERS;
use crate::guild::{GuildState, MemberState};
use crate::model::id;
use crate::permissions::{Overwrite, Permissions};
use crate::shared::Shared;
use crate::world::{Place, World};

/// A person with a Discord account.
#[derive(Clone, Debug)]
pub struct User {
    /// The id.
    pub id: u64,
    /// The username.
    pub name: String,
    pub(crate) shared: Arc<Shared>,
}

/// A server.
#[derive(Clone, Debug)]
pub struct Guild {
    /// The id.
    pub id: u64,
    /// The name.
    pub name: String,
    pub(crate) shared: Arc<Shared>,
}

/// A text channel.
#[derive(Clone, Debug)]
pub struct Channel {
    /// The id.
    pub id: u64,
    /// The name, without `#`.
    pub name: String,
    shared: Arc<Shared>,
}

/// A role of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// The id.
    pub id: u64,
    /// The name.
    pub name: String,
}

impl User {
    /// Changes the language of this person's client (`de`, `pt-BR` …).
    pub fn set_locale(&self, locale: &str) {
        self.change(|account| locale.clone_into(&mut account.locale));
    }

    /// Whether this person takes direct messages.
    pub fn take_messages(&self, yes: bool) {
        self.change(|account| account.takes_messages = yes);
    }

    fn change(&self, change: impl FnOnce(&mut crate::world::Account)) {
        self.shared.write(|world| {
            if let Some(account) = world.users.get_mut(&self.id) {
                change(account);
            }
        });
    }
}

impl Guild {
    fn change<R>(&self, change: impl FnOnce(&mut GuildState) -> R) -> Option<R> {
        self.shared
            .write(|world| world.guilds.get_mut(&self.id).map(change))
    }

    /// Changes the language of the server (`de`, `pt-BR` …).
    pub fn set_locale(&self, locale: &str) {
        self.change(|guild| locale.clone_into(&mut guild.locale));
    }

    /// The channel of this name; made when there is none yet.
    pub fn channel(&self, name: &str) -> Channel {
        let (channel, is_new) = self.shared.write(|world| {
            let place = Place::Guild(self.id);
            let found = world
                .channels
                .values()
                .find(|c| c.place == place && c.name == name);
            match found.map(|c| c.id) {
                Some(channel) => (channel, false),
                None => (world.add_channel(place, name), true),
            }
        });
        if is_new {
            self.shared.write(|world| {
                let event = world.channel_json(&world.channels[&channel]);
                world.dispatch(1, "CHANNEL_CREATE", &event);
            });
        }
        Channel {
            id: channel,
            name: name.to_owned(),
            shared: Arc::clone(&self.shared),
        }
    }

    /// The same, for a channel that is about to be made.
    pub fn add_channel(&self, name: &str) -> Channel {
        self.channel(name)
    }

    /// A new role, at the bottom and so below the bot's.
    pub fn add_role(&self, name: &str, permissions: Permissions) -> Role {
        let role = self.shared.write(|world| {
            let role = world.add_role(self.id, name, permissions);
            if let Some(guild) = world.guilds.get(&self.id) {
                let event = json!({ "guild_id": id(self.id), "role": world.role_json(guild, role) });
                world.dispatch(1, "GUILD_ROLE_CREATE", &event);
            }
            role
        });
        Role {
            id: role,
            name: name.to_owned(),
        }
    }

    /// Puts a role at the top, out of the bot's reach.
    pub fn raise_to_top(&self, role: &Role) {
        self.change(|guild| {
            if let Some(at) = guild.roles.iter().position(|r| r.id == role.id) {
                let role = guild.roles.remove(at);
                guild.roles.push(role);
            }
        });
    }

    /// Makes somebody a member. What they may do beyond @everyone comes from a role named after it, which is
    /// shared by all who may do the same.
    pub fn join(&self, user: &User, permissions: Permissions) {
        let extra = permissions & !Permissions::EVERYONE;
        let name = extra.labels().join(", ");
        let role = (!extra.is_empty()).then(|| {
            let found = self.change(|g| g.roles.iter().find(|r| r.name == name).map(|r| r.id));
            found.flatten().unwrap_or_else(|| self.add_role(&name, extra).id)
        });
        self.shared.write(|world| {
            let joined = world.now();
            let Some(guild) = world.guilds.get_mut(&self.id) else {
                return;
            };
            let is_new = !guild.members.contains_key(&user.id);
            let member = guild.members.entry(user.id).or_insert(MemberState {
                roles: Vec::new(),
                joined,
            });
            if let Some(role) = role.filter(|r| !member.roles.contains(r)) {
                member.roles.push(role);
            }
            let event = if is_new {
                "GUILD_MEMBER_ADD"
            } else {
                "GUILD_MEMBER_UPDATE"
            };
            self.tell_about(world, event, user.id);
        });
    }

    /// Somebody leaves.
    pub fn leave(&self, user: &User) {
        self.shared.write(|world| {
            if let Some(guild) = world.guilds.get_mut(&self.id) {
                guild.members.remove(&user.id);
            }
            let event = json!({ "guild_id": id(self.id), "user": world.user_json(user.id) });
            world.dispatch(GUILD_MEMBERS, "GUILD_MEMBER_REMOVE", &event);
        });
    }

    /// Somebody is sent away and may not come back.
    pub fn ban(&self, user: &User) {
        self.leave(user);
        self.change(|guild| guild.banned.insert(user.id));
    }

    /// How many members the server may have.
    pub fn set_most_members(&self, most: usize) {
        self.change(|guild| guild.most_members = most);
    }

    /// Whether somebody is a member.
    pub fn has(&self, user: &User) -> bool {
        let found = self.change(|guild| guild.members.contains_key(&user.id));
        found.unwrap_or_default()
    }

    /// Gives a member a role, as an administrator in Discord's settings would.
    pub fn give_role(&self, user: &User, role: &Role) {
        self.change_roles(user, |roles| {
            if !roles.contains(&role.id) {
                roles.push(role.id);
            }
        });
    }

    /// Takes a role away.
    pub fn take_role(&self, user: &User, role: &Role) {
        self.change_roles(user, |roles| roles.retain(|r| *r != role.id));
    }

    fn change_roles(&self, user: &User, change: impl FnOnce(&mut Vec<u64>)) {
        self.shared.write(|world| {
            let guild = world.guilds.get_mut(&self.id);
            if let Some(member) = guild.and_then(|g| g.members.get_mut(&user.id)) {
                change(&mut member.roles);
                self.tell_about(world, "GUILD_MEMBER_UPDATE", user.id);
            }
        });
    }

    fn tell_about(&self, world: &mut World, event: &str, user: u64) {
        if let Some(guild) = world.guilds.get(&self.id) {
            let mut data = world.member_json(guild, user);
            data["guild_id"] = id(self.id);
            world.dispatch(GUILD_MEMBERS, event, &data);
        }
    }

    /// The names of a member's roles, lowest first, without @everyone.
    pub fn roles_of(&self, user: &User) -> Vec<String> {
        let names = self.shared.read(|world| {
            let guild = world.guilds.get(&self.id)?;
            let member = guild.members.get(&user.id)?;
            let held = guild.roles.iter().filter(|r| member.roles.contains(&r.id));
            Some(held.map(|r| r.name.clone()).collect())
        });
        names.unwrap_or_default()
    }

    /// Makes a member the owner, who may do everything.
    pub fn set_owner(&self, user: &User) {
        self.join(user, Permissions::NONE);
        self.change(|guild| guild.owner = user.id);
    }

    /// What everybody may do from now on.
    pub fn set_everyone(&self, permissions: Permissions) {
        self.change(|guild| {
            if let Some(role) = guild.roles.first_mut() {
                role.permissions = permissions;
            }
        });
    }

    /// What the bot's own role allows from now on.
    pub fn set_bot_permissions(&self, permissions: Permissions) {
        self.change(|guild| {
            if let Some(role) = guild.roles.iter_mut().find(|r| r.managed) {
                role.permissions = permissions;
            }
        });
    }
}

impl Channel {
    /// What a role is allowed and denied here, whatever its permissions in the server are.
    pub fn overwrite_role(&self, role: &Role, allow: Permissions, deny: Permissions) {
        self.overwrite(role.id, false, allow, deny);
    }

    /// What one member is allowed and denied here.
    pub fn overwrite_member(&self, user: &User, allow: Permissions, deny: Permissions) {
        self.overwrite(user.id, true, allow, deny);
    }

    /// What the bot is denied here.
    pub fn deny_bot(&self, deny: Permissions) {
        let bot = self.shared.read(|world| world.app.bot);
        self.overwrite(bot, true, Permissions::NONE, deny);
    }

    fn overwrite(&self, target: u64, is_member: bool, allow: Permissions, deny: Permissions) {
        self.shared.write(|world| {
            if let Some(channel) = world.channels.get_mut(&self.id) {
                channel.overwrites.retain(|o| o.target != target);
                channel.overwrites.push(Overwrite {
                    target,
                    is_member,
                    allow,
                    deny,
                });
            }
        });
    }
}
