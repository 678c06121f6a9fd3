//! Messages as they are kept: made and edited from the bodies a bot sends, and written out again.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};

use crate::error::ApiError;
use crate::model::{id, parse_id, time};
use crate::payload::{check_message, list};
use crate::world::World;

/// Only the person the answer is for can see it.
pub(crate) const EPHEMERAL: u64 = 1 << 6;
/// The bot is still thinking.
const LOADING: u64 = 1 << 7;
/// The flags a bot may set: suppress embeds, ephemeral, suppress notifications.
const SETTABLE: u64 = (1 << 2) | EPHEMERAL | (1 << 12);

/// How long a nonce is held against repetitions. Discord says "a few minutes".
const NONCES_LAST: TimeDelta = TimeDelta::minutes(5);

/// The interaction a message answers.
#[derive(Clone, Debug)]
pub(crate) struct Cause {
    pub interaction: u64,
    pub kind: u8,
    pub name: String,
    pub user: u64,
    /// The message whose component was used.
    pub component_of: Option<u64>,
}

#[derive(Clone, Debug)]
pub(crate) struct StoredMessage {
    pub id: u64,
    pub channel: u64,
    pub author: u64,
    /// Ephemeral: nobody else sees it.
    pub only_for: Option<u64>,
    pub loading: bool,
    pub content: String,
    pub embeds: Vec<Value>,
    pub components: Vec<Value>,
    pub files: Vec<u64>,
    pub flags: u64,
    pub created: DateTime<Utc>,
    pub edited: Option<DateTime<Utc>>,
    pub cause: Option<Cause>,
    pub allowed_mentions: Option<Value>,
    /// What the author called it, to know a repetition by.
    pub nonce: Option<Value>,
}

/// A file in a request: `files[index]`.
#[derive(Debug)]
pub(crate) struct Upload {
    pub index: u64,
    pub name: String,
    pub content_type: String,
    pub bytes: Vec<u8>,
}

/// A message body together with its files.
#[derive(Debug)]
pub(crate) struct Draft {
    pub body: Value,
    pub uploads: Vec<Upload>,
    /// Where the message sits in the request, for error paths.
    pub path: Vec<String>,
}

impl Draft {
    /// Whether the body asks to be seen by one person only.
    pub fn is_ephemeral(&self) -> bool {
        self.body["flags"].as_u64().unwrap_or(0) & EPHEMERAL != 0
    }
}

impl StoredMessage {
    pub fn new(world: &mut World, channel: u64, author: u64) -> Self {
        Self {
            id: world.next_id(),
            channel,
            author,
            only_for: None,
            loading: false,
            content: String::new(),
            embeds: Vec::new(),
            components: Vec::new(),
            files: Vec::new(),
            flags: 0,
            created: world.now(),
            edited: None,
            cause: None,
            allowed_mentions: None,
            nonce: None,
        }
    }

    /// Whether this person sees the message, given that they see the channel.
    pub fn is_for(&self, user: u64) -> bool {
        self.only_for.is_none_or(|only| only == user)
    }
}

impl World {
    /// Writes a body into a message: what is absent stays, what is there replaces.
    pub fn fill(&mut self, message: &mut StoredMessage, draft: Draft) -> Result<(), ApiError> {
        let Draft { body, uploads, path } = draft;
        check_message(&body, &path)?;
        self.check_pings(message, &body);
        if body.get("content").is_some() {
            body["content"]
                .as_str()
                .unwrap_or("")
                .clone_into(&mut message.content);
        }
        let mut files = match body.get("attachments").and_then(Value::as_array) {
            Some(kept) => {
                let kept: Vec<_> = kept.iter().filter_map(|a| parse_id(&a["id"])).collect();
                message
                    .files
                    .iter()
                    .copied()
                    .filter(|f| kept.contains(f))
                    .collect()
            }
            None => message.files.clone(),
        };
        for upload in uploads {
            let said = list(&body["attachments"])
                .iter()
                .find(|a| parse_id(&a["id"]) == Some(upload.index));
            let name = said.and_then(|a| a["filename"].as_str()).unwrap_or(&upload.name);
            let file = self.add_file(name, &upload.content_type, upload.bytes);
            let description = said.and_then(|a| a["description"].as_str());
            if let (Some(stored), Some(description)) = (self.files.get_mut(&file), description) {
                stored.description = Some(description.to_owned());
            }
            files.push(file);
        }
        if body.get("embeds").is_some() {
            let embeds = list(&body["embeds"]).iter();
            message.embeds = embeds.map(|e| self.finish_embed(e, &files)).collect();
        }
        if body.get("components").is_some() {
            let mut next = 0;
            let rows = list(&body["components"]).iter();
            message.components = rows.map(|c| finish_component(c, &mut next)).collect();
        }
        message.files = files;
        if let Some(flags) = body["flags"].as_u64() {
            message.flags = flags & SETTABLE & !EPHEMERAL;
        }
        let is_empty = message.content.is_empty()
            && message.embeds.is_empty()
            && message.components.is_empty()
            && message.files.is_empty();
        if is_empty {
            Err(ApiError::empty_message())
        } else {
            Ok(())
        }
    }

    /// The message with this nonce that the author wrote in the channel in the last few minutes.
    pub fn repeated(&self, channel: u64, author: u64, nonce: &Value) -> Option<u64> {
        let since = self.now() - NONCES_LAST;
        let mut latest = self.messages.values().rev().take_while(|m| m.created > since);
        latest
            .find(|m| m.channel == channel && m.author == author && m.nonce.as_ref() == Some(nonce))
            .map(|m| m.id)
    }

    /// Nobody is to be pinged by accident: a text that would, and does not say whom it may ping, is a defect.
    fn check_pings(&mut self, message: &mut StoredMessage, body: &Value) {
        let allowed = &body["allowed_mentions"];
        message.allowed_mentions = Some(allowed).filter(|a| !a.is_null()).cloned();
        let content = body["content"].as_str().unwrap_or("");
        if !would_mention(content) {
            return;
        }
        if allowed.is_null() {
            self.complain(format!(
                "a message would mention somebody and says nothing in allowed_mentions: {content:?}"
            ));
        } else if !list(&allowed["parse"]).is_empty() {
            self.complain(format!(
                "a message would mention somebody and allowed_mentions lets it: {content:?} with {allowed}"
            ));
        }
    }

    /// An embed as Discord gives it back: typed, without nulls, uploaded files at their address.
    fn finish_embed(&self, embed: &Value, files: &[u64]) -> Value {
        let mut embed = without_nulls(embed);
        embed["type"] = json!("rich");
        for (part, key) in [
            ("image", "url"),
            ("thumbnail", "url"),
            ("author", "icon_url"),
            ("footer", "icon_url"),
        ] {
            let Some(name) = embed[part][key]
                .as_str()
                .and_then(|u| u.strip_prefix("attachment://"))
            else {
                continue;
            };
            let file = files
                .iter()
                .filter_map(|f| self.files.get(f))
                .find(|f| f.name == name);
            if let Some(file) = file {
                embed[part][key] = json!(self.file_url(file));
            }
        }
        if let Some(fields) = embed["fields"].as_array_mut() {
            for field in fields {
                let inline = field["inline"].as_bool().unwrap_or(false);
                field["inline"] = json!(inline);
            }
        }
        without_nulls(&embed)
    }

    pub fn message_json(&self, message: &StoredMessage) -> Value {
        let ephemeral = message.only_for.is_some();
        let mut flags = message.flags;
        flags |= if ephemeral { EPHEMERAL } else { 0 };
        flags |= if message.loading { LOADING } else { 0 };
        let files: Vec<_> = message
            .files
            .iter()
            .filter_map(|f| self.files.get(f))
            .map(|f| self.file_json(f, ephemeral))
            .collect();
        let (users, roles, everyone) = self.pinged(message);
        let kind = match &message.cause {
            Some(cause) if cause.kind == 2 => 20,
            _ => 0,
        };
        let mut value = json!({
            "id": id(message.id),
            "channel_id": id(message.channel),
            "type": kind,
            "author": self.user_json(message.author),
            "content": message.content,
            "timestamp": time(message.created),
            "edited_timestamp": message.edited.map(time),
            "tts": false,
            "mention_everyone": everyone,
            "mentions": users.iter().map(|u| self.user_json(*u)).collect::<Vec<_>>(),
            "mention_roles": roles.iter().map(|r| id(*r)).collect::<Vec<_>>(),
            "attachments": files,
            "embeds": message.embeds,
            "components": message.components,
            "pinned": false,
            "flags": flags,
        });
        if let Some(nonce) = &message.nonce {
            value["nonce"] = nonce.clone();
        }
        if let Some(cause) = &message.cause {
            value["application_id"] = id(self.app.id);
            value["webhook_id"] = id(self.app.id);
            value["interaction_metadata"] = self.cause_json(cause);
            if cause.kind == 2 {
                value["interaction"] = json!({
                    "id": id(cause.interaction),
                    "type": 2,
                    "name": cause.name,
                    "user": self.user_json(cause.user),
                });
            }
        }
        value
    }

    fn cause_json(&self, cause: &Cause) -> Value {
        let mut value = json!({
            "id": id(cause.interaction),
            "type": cause.kind,
            "user": self.user_json(cause.user),
            "authorizing_integration_owners": {},
        });
        match (cause.kind, cause.component_of) {
            (3, Some(message)) => value["interacted_message_id"] = id(message),
            (5, from) => {
                let mut trigger = value.clone();
                trigger["type"] = json!(if from.is_some() { 3 } else { 2 });
                if let Some(message) = from {
                    trigger["interacted_message_id"] = id(message);
                }
                value["triggering_interaction_metadata"] = trigger;
            }
            _ => {}
        }
        value
    }

    /// Whom a message really pinged: named in its text, and allowed.
    fn pinged(&self, message: &StoredMessage) -> (Vec<u64>, Vec<u64>, bool) {
        let allowed = message.allowed_mentions.clone().unwrap_or(json!({
            "parse": ["users", "roles", "everyone"],
        }));
        let parses = |kind: &str| list(&allowed["parse"]).iter().any(|p| p == kind);
        let may = |kind: &str, wanted: u64| {
            parses(kind) || list(&allowed[kind]).iter().any(|i| parse_id(i) == Some(wanted))
        };
        let mut users = mentioned(&message.content, "<@");
        users.retain(|u| self.users.contains_key(u) && may("users", *u));
        let mut roles = mentioned(&message.content, "<@&");
        roles.retain(|r| may("roles", *r));
        let everyone = parses("everyone")
            && (message.content.contains("@everyone") || message.content.contains("@here"));
        (users, roles, everyone)
    }
}

/// The ids in `<@1>`, `<@!1>` or `<@&1>`, each once.
fn mentioned(content: &str, opening: &str) -> Vec<u64> {
    let mut found = Vec::new();
    for part in content.split(opening).skip(1) {
        let digits = part.split('>').next().unwrap_or("");
        if let Ok(id) = digits.trim_start_matches('!').parse()
            && part.contains('>')
            && !found.contains(&id)
        {
            found.push(id);
        }
    }
    found
}

fn would_mention(content: &str) -> bool {
    content.contains("@everyone")
        || content.contains("@here")
        || !mentioned(content, "<@").is_empty()
        || !mentioned(content, "<@&").is_empty()
}

/// The same value without keys that are null: Discord leaves them out.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(
            map.iter()
                .filter(|(_, v)| !v.is_null())
                .map(|(k, v)| (k.clone(), without_nulls(v)))
                .collect::<Map<_, _>>(),
        ),
        Value::Array(items) => Value::Array(items.iter().map(without_nulls).collect()),
        other => other.clone(),
    }
}

/// A component as Discord gives it back: numbered, with its defaults filled in.
fn finish_component(component: &Value, next: &mut u32) -> Value {
    *next += 1;
    let mut value = without_nulls(component);
    value["id"] = json!(*next);
    if let Some(children) = component["components"].as_array() {
        let children: Vec<_> = children.iter().map(|c| finish_component(c, next)).collect();
        value["components"] = json!(children);
    }
    if matches!(component["type"].as_u64(), Some(3 | 5..=8)) {
        for key in ["min_values", "max_values"] {
            value[key] = json!(component[key].as_u64().unwrap_or(1));
        }
    }
    value
}
