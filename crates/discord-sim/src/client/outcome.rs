//! What comes of an interaction: the bot's reply, or the words Discord shows instead.

use serde_json::Value;

use super::form::Modal;
use super::view::Message;
use super::{Person, client};
use crate::interaction::{Answer, Choice, FIRST_ANSWER, Interaction};
use crate::shared::lock;
use crate::world::World;

/// How the bot replied.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// With a new message.
    Message(Message),
    /// With a form.
    Modal(Modal),
    /// By changing the message whose component was used.
    Updated(Message),
    /// With nothing to see.
    Acknowledged,
}

impl Reply {
    /// The new or changed message.
    pub fn message(&self) -> Option<&Message> {
        match self {
            Self::Message(message) | Self::Updated(message) => Some(message),
            Self::Modal(_) | Self::Acknowledged => None,
        }
    }

    /// The form.
    pub fn modal(&self) -> Option<&Modal> {
        match self {
            Self::Modal(modal) => Some(modal),
            Self::Message(_) | Self::Updated(_) | Self::Acknowledged => None,
        }
    }
}

/// Why nothing came of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Discord's client did not even send it.
    #[error("{0}")]
    Client(String),
    /// Three seconds passed without an answer.
    #[error("The application did not respond")]
    DidNotRespond,
    /// The bot deferred its answer and never gave it, for as long as the person looked.
    #[error("The application is still thinking…")]
    StillThinking,
    /// A link button: the browser opens this address.
    #[error("Opens {0}")]
    OpensLink(String),
}

impl Person {
    /// Waits for what the bot makes of an interaction.
    pub(super) async fn outcome(&self, interaction: u64) -> Result<Reply, Refused> {
        let found = self.first_answer(interaction).await?;
        let patience = *lock(&self.shared.patience);
        match found.answer {
            Some(Answer::Modal(raw)) => Ok(Reply::Modal(Modal::from_json(raw, found.source))),
            Some(Answer::Updated) => Ok(self.updated(found.source)),
            Some(Answer::Message) => {
                let reply = self
                    .shared
                    .wait(patience, |world| self.settled(world, &found))
                    .await;
                reply.ok_or(Refused::StillThinking)
            }
            Some(Answer::Acknowledged) => {
                let reply = self.shared.wait(patience, |world| {
                    let now = world.interactions.get(&found.id)?;
                    if let Some(first) = now.followups.first() {
                        return Some(self.shown(world, *first));
                    }
                    now.touched.then(|| self.shown_as_update(world, found.source))
                });
                Ok(reply.await.unwrap_or(Reply::Acknowledged))
            }
            Some(Answer::Choices(_)) | None => Err(Refused::DidNotRespond),
        }
    }

    pub(super) async fn suggestions(&self, interaction: u64) -> Result<Vec<Choice>, Refused> {
        match self.first_answer(interaction).await?.answer {
            Some(Answer::Choices(choices)) => Ok(choices),
            _ => Err(client("Loading options failed.")),
        }
    }

    async fn first_answer(&self, interaction: u64) -> Result<Interaction, Refused> {
        *lock(&self.last) = Some(interaction);
        let answered = |world: &World| {
            let found = world.interactions.get(&interaction)?;
            found.answer.is_some().then(|| found.clone())
        };
        let created = self
            .shared
            .read(|world| world.interactions.get(&interaction).map(|i| i.created));
        let end = created.ok_or(Refused::DidNotRespond)? + FIRST_ANSWER;
        let found = self.shared.wait_until(end, answered).await;
        found.ok_or(Refused::DidNotRespond)
    }

    /// The reply, once "is thinking…" is over.
    fn settled(&self, world: &World, interaction: &Interaction) -> Option<Reply> {
        let original = interaction.original?;
        match world.messages.get(&original) {
            Some(message) if message.loading => None,
            Some(_) => Some(self.shown(world, original)),
            None => Some(Reply::Acknowledged),
        }
    }

    fn shown(&self, world: &World, message: u64) -> Reply {
        self.message_now(world, message)
            .map_or(Reply::Acknowledged, Reply::Message)
    }

    fn shown_as_update(&self, world: &World, message: Option<u64>) -> Reply {
        message
            .and_then(|m| self.message_now(world, m))
            .map_or(Reply::Acknowledged, Reply::Updated)
    }

    fn updated(&self, message: Option<u64>) -> Reply {
        self.shared.read(|world| self.shown_as_update(world, message))
    }

    /// What the bot posted beside its reply to this person's last interaction, once it has.
    pub async fn followed_up(&self) -> Option<Message> {
        let last = (*lock(&self.last))?;
        let patience = *lock(&self.shared.patience);
        let posted = |world: &World| {
            let first = *world.interactions.get(&last)?.followups.first()?;
            self.message_now(world, first)
        };
        self.shared.wait(patience, posted).await
    }

    /// The custom ids and values a test compares are in the raw message; this is the whole interaction event.
    pub fn last_event(&self) -> Option<Value> {
        let last = (*lock(&self.last))?;
        self.shared
            .read(|world| world.interactions.get(&last).map(|i| i.event.clone()))
    }
}
