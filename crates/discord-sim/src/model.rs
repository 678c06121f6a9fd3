//! How the state looks on the wire: Discord's JSON for users, guilds, roles, channels and members.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use crate::guild::GuildState;
use crate::permissions::Overwrite;
use crate::world::{Account, ChannelState, FileState, Place, World};

/// RFC 3339, as Discord writes times.
pub(crate) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, false)
}

/// Ids travel as text.
pub(crate) fn id(id: u64) -> Value {
    Value::String(id.to_string())
}

/// An id from a body or path, which is text or (tolerated by Discord) a number.
pub(crate) fn parse_id(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => number.as_u64(),
        _ => None,
    }
}

pub(crate) fn user(account: &Account) -> Value {
    json!({
        "id": id(account.id),
        "username": account.name,
        "global_name": account.display,
        "discriminator": if account.bot { "0001" } else { "0" },
        "avatar": null,
        "bot": account.bot,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": null,
    })
}

/// The caller's own user, with what only they see.
pub(crate) fn own_user(account: &Account) -> Value {
    let mut value = user(account);
    value["mfa_enabled"] = json!(false);
    value["verified"] = json!(true);
    value["locale"] = json!(account.locale);
    value
}

impl World {
    pub fn user_json(&self, user_id: u64) -> Value {
        self.users.get(&user_id).map_or(Value::Null, user)
    }

    pub fn application_json(&self) -> Value {
        json!({
            "id": id(self.app.id),
            "name": self.app.name,
            "icon": null,
            "description": "",
            "type": null,
            "bot": self.user_json(self.app.bot),
            "bot_public": true,
            "bot_require_code_grant": false,
            "verify_key": "0".repeat(64),
            "flags": 0,
            "flags_new": "0",
            "redirect_uris": self.app.redirects,
            "interactions_endpoint_url": null,
            "role_connections_verification_url": null,
            "owner": self.user_json(self.app.developer),
            "approximate_guild_count": self.guilds.len(),
            "approximate_user_install_count": 0,
            "approximate_user_authorization_count": self.tokens.len(),
            "explicit_content_filter": 0,
            "team": null,
            "eligible_oauth2_scopes": ["identify"],
        })
    }

    pub fn role_json(&self, guild: &GuildState, role_id: u64) -> Value {
        let Some(position) = guild.roles.iter().position(|r| r.id == role_id) else {
            return Value::Null;
        };
        let role = &guild.roles[position];
        let mut value = json!({
            "id": id(role.id),
            "name": role.name,
            "permissions": role.permissions.bits().to_string(),
            "position": position,
            "color": 0,
            "colors": { "primary_color": 0, "secondary_color": null, "tertiary_color": null },
            "hoist": false,
            "managed": role.managed,
            "mentionable": false,
            "icon": null,
            "unicode_emoji": null,
            "flags": 0,
        });
        if role.managed {
            value["tags"] = json!({ "bot_id": id(self.app.bot) });
        }
        value
    }

    pub fn member_json(&self, guild: &GuildState, user_id: u64) -> Value {
        let Some(member) = guild.members.get(&user_id) else {
            return Value::Null;
        };
        json!({
            "user": self.user_json(user_id),
            "nick": null,
            "avatar": null,
            "banner": null,
            "roles": member.roles.iter().map(|r| id(*r)).collect::<Vec<_>>(),
            "joined_at": time(member.joined),
            "premium_since": null,
            "deaf": false,
            "mute": false,
            "flags": 0,
            "pending": false,
            "communication_disabled_until": null,
        })
    }

    pub fn channel_json(&self, channel: &ChannelState) -> Value {
        let last = self
            .messages
            .values()
            .rev()
            .find(|m| m.channel == channel.id && m.only_for.is_none())
            .map(|m| id(m.id));
        match channel.place {
            Place::Direct(user) => json!({
                "id": id(channel.id),
                "type": 1,
                "last_message_id": last,
                "flags": 0,
                "recipients": [self.user_json(user)],
            }),
            Place::Guild(guild) => json!({
                "id": id(channel.id),
                "type": 0,
                "guild_id": id(guild),
                "name": channel.name,
                "position": self.guilds.get(&guild)
                    .and_then(|g| g.channels.iter().position(|c| *c == channel.id))
                    .unwrap_or(0),
                "permission_overwrites": channel.overwrites.iter().map(overwrite).collect::<Vec<_>>(),
                "parent_id": null,
                "topic": null,
                "nsfw": false,
                "rate_limit_per_user": 0,
                "last_message_id": last,
                "flags": 0,
            }),
        }
    }

    /// The channel as an interaction carries it, with the caller's permissions.
    pub fn partial_channel_json(&self, channel: &ChannelState, for_user: u64) -> Value {
        let mut value = self.channel_json(channel);
        value["permissions"] = json!(self.permissions_in(channel, for_user).bits().to_string());
        value
    }

    pub fn guild_json(&self, guild: &GuildState) -> Value {
        json!({
            "id": id(guild.id),
            "name": guild.name,
            "icon": null,
            "description": null,
            "home_header": null,
            "splash": null,
            "discovery_splash": null,
            "features": [],
            "banner": null,
            "owner_id": id(guild.owner),
            "application_id": null,
            "region": "deprecated",
            "afk_channel_id": null,
            "afk_timeout": 300,
            "system_channel_id": null,
            "system_channel_flags": 0,
            "widget_enabled": false,
            "widget_channel_id": null,
            "verification_level": 0,
            "roles": guild.roles.iter().map(|r| self.role_json(guild, r.id)).collect::<Vec<_>>(),
            "default_message_notifications": 0,
            "mfa_level": 0,
            "explicit_content_filter": 0,
            "max_presences": null,
            "max_members": 500_000,
            "max_stage_video_channel_users": 50,
            "max_video_channel_users": 25,
            "vanity_url_code": null,
            "premium_tier": 0,
            "premium_subscription_count": 0,
            "preferred_locale": guild.locale,
            "rules_channel_id": null,
            "safety_alerts_channel_id": null,
            "public_updates_channel_id": null,
            "premium_progress_bar_enabled": false,
            "nsfw": false,
            "nsfw_level": 0,
            "emojis": [],
            "stickers": [],
            "incidents_data": null,
        })
    }

    /// GUILD_CREATE: the guild and what only the gateway sends. Without the members intent the bot sees itself.
    pub fn guild_create_json(&self, guild: &GuildState, all_members: bool) -> Value {
        let mut value = self.guild_json(guild);
        let members: Vec<_> = guild
            .members
            .keys()
            .filter(|user| all_members || **user == self.app.bot)
            .map(|user| self.member_json(guild, *user))
            .collect();
        let channels: Vec<_> = guild
            .channels
            .iter()
            .filter_map(|c| self.channels.get(c))
            .map(|c| self.channel_json(c))
            .collect();
        let joined = guild.members.get(&self.app.bot).map(|m| time(m.joined));
        for (key, extra) in [
            ("joined_at", json!(joined)),
            ("large", json!(false)),
            ("unavailable", json!(false)),
            ("member_count", json!(guild.members.len())),
            ("voice_states", json!([])),
            ("members", json!(members)),
            ("channels", json!(channels)),
            ("threads", json!([])),
            ("presences", json!([])),
            ("stage_instances", json!([])),
            ("guild_scheduled_events", json!([])),
            ("soundboard_sounds", json!([])),
        ] {
            value[key] = extra;
        }
        value
    }

    pub fn file_json(&self, file: &FileState, ephemeral: bool) -> Value {
        let url = self.file_url(file);
        let mut json = json!({
            "id": id(file.id),
            "filename": file.name,
            "size": file.bytes.len(),
            "url": url,
            "proxy_url": url,
            "content_type": file.content_type,
            "ephemeral": ephemeral,
        });
        // Discord leaves it out where there is none.
        if let Some(description) = &file.description {
            json["description"] = json!(description);
        }
        json
    }
}

fn overwrite(overwrite: &Overwrite) -> Value {
    json!({
        "id": id(overwrite.target),
        "type": u8::from(overwrite.is_member),
        "allow": overwrite.allow.bits().to_string(),
        "deny": overwrite.deny.bits().to_string(),
    })
}
