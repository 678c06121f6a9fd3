//! Interactions: what a person did, how the bot may answer it, and until when.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::error::{ApiError, Form};
use crate::message::{Cause, Draft, StoredMessage};
use crate::model::id;
use crate::payload::{check_choices, check_modal, list};
use crate::world::{Place, World, secret_text};

/// A slash command or a context menu entry.
pub(crate) const COMMAND: u8 = 2;
/// A button or a select.
pub(crate) const COMPONENT: u8 = 3;
/// Typing in an option with suggestions.
pub(crate) const AUTOCOMPLETE: u8 = 4;
/// A filled form.
pub(crate) const MODAL_SUBMIT: u8 = 5;

/// How long the first answer may take.
pub(crate) const FIRST_ANSWER: TimeDelta = TimeDelta::seconds(3);
/// How long the token works afterwards.
const TOKEN_LIFE: TimeDelta = TimeDelta::minutes(15);

/// One suggestion of an autocompleted option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What the person reads.
    pub name: String,
    /// What the bot gets when it is picked.
    pub value: String,
}

/// How the bot first answered.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// With a message (4), or with one that follows later (5).
    Message,
    /// With nothing yet, on the message the component sits on (6).
    Acknowledged,
    /// By changing the message the component sits on (7).
    Updated,
    Choices(Vec<Choice>),
    Modal(Value),
}

#[derive(Clone, Debug)]
pub(crate) struct Interaction {
    pub id: u64,
    pub token: String,
    pub kind: u8,
    pub created: DateTime<Utc>,
    pub user: u64,
    pub channel: u64,
    pub name: String,
    /// The message whose component was used, here or to open the form.
    pub source: Option<u64>,
    pub answer: Option<Answer>,
    /// What `@original` means.
    pub original: Option<u64>,
    /// Messages posted after the first answer.
    pub followups: Vec<u64>,
    /// `@original` was changed or deleted after the first answer.
    pub touched: bool,
    /// INTERACTION_CREATE as it was sent.
    pub event: Value,
}

/// What a person did, before it is an interaction.
pub(crate) struct Act {
    pub kind: u8,
    pub user: u64,
    pub channel: u64,
    pub name: String,
    pub source: Option<u64>,
    pub data: Value,
}

impl World {
    /// Makes an interaction of an act and sends it to the bot.
    pub fn interact(&mut self, act: Act) -> u64 {
        let interaction_id = self.next_id();
        let token = secret_text();
        let mut event = json!({
            "id": id(interaction_id),
            "application_id": id(self.app.id),
            "type": act.kind,
            "token": token,
            "version": 1,
            "data": act.data,
            "channel_id": id(act.channel),
            "entitlements": [],
            "entitlement_sku_ids": [],
            "attachment_size_limit": 10_485_760,
            "locale": self.users.get(&act.user).map(|u| u.locale.clone()),
        });
        if let Some(channel) = self.channels.get(&act.channel) {
            event["channel"] = self.partial_channel_json(channel, act.user);
            let bot = self.permissions_in(channel, self.app.bot);
            event["app_permissions"] = json!(bot.bits().to_string());
            match channel.place {
                Place::Guild(guild_id) => {
                    event["guild_id"] = id(guild_id);
                    let locale = self.guilds.get(&guild_id).map(|g| g.locale.as_str());
                    event["guild"] = json!({ "id": id(guild_id), "locale": locale, "features": [] });
                    event["guild_locale"] = json!(locale);
                    event["context"] = json!(0);
                    event["authorizing_integration_owners"] = json!({ "0": id(guild_id) });
                    if let Some(guild) = self.guilds.get(&guild_id) {
                        let mut member = self.member_json(guild, act.user);
                        let may = self.permissions_in(channel, act.user);
                        member["permissions"] = json!(may.bits().to_string());
                        event["member"] = member;
                    }
                }
                Place::Direct(_) => {
                    event["context"] = json!(1);
                    event["authorizing_integration_owners"] = json!({ "0": "0" });
                    event["user"] = self.user_json(act.user);
                }
            }
        }
        if let Some(message) = act.source.and_then(|m| self.messages.get(&m)) {
            event["message"] = self.message_json(message);
        }
        self.dispatch(0, "INTERACTION_CREATE", &event);
        self.interactions.insert(
            interaction_id,
            Interaction {
                id: interaction_id,
                token,
                kind: act.kind,
                created: self.now(),
                user: act.user,
                channel: act.channel,
                name: act.name,
                source: act.source,
                answer: None,
                original: None,
                followups: Vec::new(),
                touched: false,
                event,
            },
        );
        interaction_id
    }

    /// The bot's first answer. Gives the message it made or changed.
    pub fn answer(
        &mut self,
        interaction: u64,
        token: &str,
        kind: u64,
        mut draft: Draft,
    ) -> Result<Option<u64>, ApiError> {
        let found = self.interactions.get(&interaction).filter(|i| i.token == token);
        let found = found.ok_or_else(ApiError::unknown_interaction)?.clone();
        if found.answer.is_some() {
            return Err(ApiError::already_acknowledged());
        }
        if self.now() - found.created > FIRST_ANSWER {
            return Err(ApiError::unknown_interaction());
        }
        check_kind(&found, kind)?;
        let (answer, message) = match kind {
            4 => {
                let only_for = draft.is_ephemeral().then_some(found.user);
                let mut message = self.reply_to(&found, only_for);
                self.fill(&mut message, draft)?;
                (Answer::Message, Some(self.post(message)))
            }
            5 => {
                let only_for = draft.is_ephemeral().then_some(found.user);
                let mut message = self.reply_to(&found, only_for);
                message.loading = true;
                (Answer::Message, Some(self.post(message)))
            }
            6 => (Answer::Acknowledged, found.source),
            7 => {
                // Visibility cannot be changed by an update.
                if let Some(body) = draft.body.as_object_mut() {
                    body.remove("flags");
                }
                let source = found.source.unwrap_or_default();
                self.edit(source, draft)?;
                (Answer::Updated, Some(source))
            }
            8 => {
                check_choices(&draft.body, &draft.path)?;
                (Answer::Choices(choices(&draft.body)), None)
            }
            _ => {
                check_modal(&draft.body, &draft.path)?;
                (Answer::Modal(draft.body), None)
            }
        };
        if let Some(stored) = self.interactions.get_mut(&interaction) {
            stored.answer = Some(answer);
            stored.original = message;
        }
        Ok(message)
    }

    /// An empty message of the bot that answers this interaction.
    fn reply_to(&mut self, interaction: &Interaction, only_for: Option<u64>) -> StoredMessage {
        let mut message = StoredMessage::new(self, interaction.channel, self.app.bot);
        message.only_for = only_for;
        message.cause = Some(Cause {
            interaction: interaction.id,
            kind: interaction.kind,
            name: interaction.name.clone(),
            user: interaction.user,
            component_of: interaction.source,
        });
        message
    }

    /// The answered interaction a webhook token belongs to, while the token works.
    pub fn by_token(&self, token: &str) -> Result<Interaction, ApiError> {
        let found = self.interactions.values().find(|i| i.token == token);
        let found = found.ok_or_else(ApiError::invalid_webhook_token)?;
        if self.now() - found.created > TOKEN_LIFE {
            return Err(ApiError::invalid_webhook_token());
        }
        if found.answer.is_none() {
            return Err(ApiError {
                is_fault_of_bot: true,
                ..ApiError::unknown(10015, "Webhook")
            });
        }
        Ok(found.clone())
    }

    /// A message after the first answer. The first one after a deferral takes the place of "is thinking…".
    pub fn follow_up(&mut self, token: &str, draft: Draft) -> Result<u64, ApiError> {
        let found = self.by_token(token)?;
        let thinking = found
            .original
            .filter(|m| self.messages.get(m).is_some_and(|m| m.loading));
        if let Some(original) = thinking {
            self.edit_reply(&found, original, draft)?;
            return Ok(original);
        }
        let only_for = draft.is_ephemeral().then_some(found.user);
        let mut message = self.reply_to(&found, only_for);
        self.fill(&mut message, draft)?;
        let message = self.post(message);
        if let Some(stored) = self.interactions.get_mut(&found.id) {
            stored.followups.push(message);
        }
        Ok(message)
    }

    /// Which message `@original` or an id means under this token.
    pub fn reply_named(&self, token: &str, name: &str) -> Result<(Interaction, u64), ApiError> {
        let found = self.by_token(token)?;
        let wanted = match name {
            "@original" => found.original,
            other => other
                .parse()
                .ok()
                .filter(|m| found.original == Some(*m) || found.followups.contains(m)),
        };
        match wanted.filter(|m| self.messages.contains_key(m)) {
            Some(message) => Ok((found, message)),
            None => Err(ApiError::unknown(10008, "Message")),
        }
    }

    /// Changes one of an interaction's messages.
    pub fn edit_reply(
        &mut self,
        interaction: &Interaction,
        message: u64,
        draft: Draft,
    ) -> Result<(), ApiError> {
        self.edit(message, draft)?;
        self.touch(interaction, message);
        Ok(())
    }

    /// Notes that `@original` is no longer what the first answer made it.
    pub fn touch(&mut self, interaction: &Interaction, message: u64) {
        if let Some(stored) = self.interactions.get_mut(&interaction.id)
            && stored.original == Some(message)
        {
            stored.touched = true;
        }
    }

    /// Puts a finished message into its channel and tells whoever listens.
    pub fn post(&mut self, message: StoredMessage) -> u64 {
        let message_id = message.id;
        self.announce("MESSAGE_CREATE", &message);
        self.messages.insert(message_id, message);
        message_id
    }

    /// Changes a message; nothing changes when the body is refused.
    pub fn edit(&mut self, message: u64, draft: Draft) -> Result<(), ApiError> {
        let current = self.messages.get(&message);
        let mut next = current
            .ok_or_else(|| ApiError::unknown(10008, "Message"))?
            .clone();
        self.fill(&mut next, draft)?;
        if next.loading {
            next.loading = false;
        } else {
            next.edited = Some(self.now());
        }
        self.announce("MESSAGE_UPDATE", &next);
        self.messages.insert(message, next);
        Ok(())
    }

    pub fn delete_message(&mut self, message: u64) {
        if let Some(gone) = self.messages.remove(&message)
            && gone.only_for.is_none()
        {
            let mut event = json!({ "id": id(message), "channel_id": id(gone.channel) });
            let guild = self.guild_of(gone.channel);
            if let Some(guild) = guild {
                event["guild_id"] = id(guild);
            }
            self.dispatch(message_intent(guild), "MESSAGE_DELETE", &event);
        }
    }

    pub fn guild_of(&self, channel: u64) -> Option<u64> {
        match self.channels.get(&channel)?.place {
            Place::Guild(guild) => Some(guild),
            Place::Direct(_) => None,
        }
    }

    /// Ephemeral messages never reach the gateway.
    fn announce(&mut self, event: &str, message: &StoredMessage) {
        if message.only_for.is_none() {
            let mut data = self.message_json(message);
            let guild = self.guild_of(message.channel);
            if let Some(guild) = guild {
                data["guild_id"] = id(guild);
            }
            self.dispatch(message_intent(guild), event, &data);
        }
    }
}

/// GUILD_MESSAGES or DIRECT_MESSAGES.
fn message_intent(guild: Option<u64>) -> u64 {
    if guild.is_some() { 1 << 9 } else { 1 << 12 }
}

fn choices(data: &Value) -> Vec<Choice> {
    list(&data["choices"])
        .iter()
        .map(|choice| Choice {
            name: choice["name"].as_str().unwrap_or_default().to_owned(),
            value: match &choice["value"] {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            },
        })
        .collect()
}

/// Which callback types answer which interaction.
fn check_kind(interaction: &Interaction, callback: u64) -> Result<(), ApiError> {
    let allowed: &[u64] = match (interaction.kind, interaction.source) {
        (AUTOCOMPLETE, _) => &[8],
        (COMPONENT, _) => &[4, 5, 6, 7, 9],
        (MODAL_SUBMIT, Some(_)) => &[4, 5, 6, 7],
        (MODAL_SUBMIT, None) => &[4, 5],
        _ => &[4, 5, 9],
    };
    if allowed.contains(&callback) {
        return Ok(());
    }
    let mut form = Form::default();
    form.wrong(
        &["type".to_owned()],
        "BASE_TYPE_CHOICES",
        format!("Value must be one of {allowed:?}."),
    );
    form.finish()
}
