//! The one shape of every reply: who speaks for which team, what came of it, and what to do next.
//!
//! A card is plain data, made by the pure functions in [`super::words`]; this file alone knows how it becomes Discord's
//! embeds and buttons.

use muster_core::ids::DiscordUserId;
use muster_jobs::discord::COULDNT;
pub use muster_jobs::discord::{cut, no_mentions, plain};
use serenity::all::{
    ButtonStyle, ChannelId, CreateActionRow, CreateButton, CreateEmbed, CreateEmbedAuthor, CreateEmbedFooter,
    CreateInteractionResponseFollowup, CreateMessage, CreateSelectMenu, CreateSelectMenuKind,
    CreateSelectMenuOption, UserId,
};

use super::custom_id::Action;
use super::file::File;

/// What kind of news a card brings: colour, icon and word go together, so that none of them carries it alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// It was done.
    Done,
    /// Something to know.
    Information,
    /// Something to think about before going on.
    Check,
    /// It was not done.
    Couldnt,
    /// Neither good nor bad.
    Neutral,
}

impl Tone {
    fn colour(self) -> u32 {
        match self {
            Self::Done => 0x0000_9E73,
            Self::Information => 0x002F_8BD0,
            Self::Check => 0x00B9_7A00,
            Self::Couldnt => COULDNT,
            Self::Neutral => 0x0083_8893,
        }
    }

    fn icon(self) -> &'static str {
        match self {
            Self::Done => "✅ ",
            Self::Information => "ℹ️ ",
            Self::Check => "⚠️ ",
            Self::Couldnt => "⛔ ",
            Self::Neutral => "",
        }
    }
}

/// A reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// What kind of news.
    pub tone: Tone,
    /// `Aurora · you are Owner`, where a team is concerned.
    pub author: Option<String>,
    /// The outcome, in at most 60 characters.
    pub title: String,
    /// At most two sentences or ten rows.
    pub text: String,
    /// At most six.
    pub fields: Vec<(String, String)>,
    /// A reference: a code, a count, an id.
    pub footer: Option<String>,
    /// What can be done next.
    pub rows: Vec<Row>,
    /// A file to keep.
    pub file: Option<File>,
    /// What everybody in a channel sees.
    pub public: Option<Box<Public>>,
}

/// A card for everybody in a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Public {
    /// What it says.
    pub card: Card,
    /// Where.
    pub place: Place,
    /// What whoever asked for it is told where Discord does not take it.
    pub refused: Card,
}

/// Where everybody sees a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In this channel, after the answer, which is true without it. It is made for one person, who is pinged.
    Here {
        /// For whom.
        to: DiscordUserId,
    },
    /// In another channel, before the answer, which says that it is there.
    Channel(ChannelId),
}

/// One row of controls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// Up to five buttons.
    Buttons(Vec<Button>),
    /// A choice of up to 25.
    Select {
        /// What the choice is for.
        action: Action,
        /// What is shown before anything is chosen.
        placeholder: String,
        /// Value, label, and whether it is the one chosen now.
        options: Vec<(String, String, bool)>,
    },
}

/// A button: a verb first, and for what destroys something the name of what it destroys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// At most 38 characters.
    pub label: String,
    /// What it does.
    pub does: Does,
    /// Whether it can be pressed now.
    pub enabled: bool,
}

/// What a button does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Does {
    /// The one thing most people want next.
    Primary(Action),
    /// Something else.
    Secondary(Action),
    /// Something that takes access away.
    Danger(Action),
    /// Opens a page.
    Open(String),
}

impl Button {
    /// The button for what most people want next.
    pub fn primary(label: impl Into<String>, action: Action) -> Self {
        Self {
            label: label.into(),
            does: Does::Primary(action),
            enabled: true,
        }
    }

    /// A button for something else.
    pub fn secondary(label: impl Into<String>, action: Action) -> Self {
        Self {
            label: label.into(),
            does: Does::Secondary(action),
            enabled: true,
        }
    }

    /// A button that takes access away; the label names from whom.
    pub fn danger(label: impl Into<String>, action: Action) -> Self {
        Self {
            label: label.into(),
            does: Does::Danger(action),
            enabled: true,
        }
    }

    /// A button that opens a page.
    pub fn open(label: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            does: Does::Open(url.into()),
            enabled: true,
        }
    }

    /// The same button, pressable or not.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }
}

impl Card {
    /// A card with a title and a text.
    pub fn new(tone: Tone, title: impl Into<String>, text: impl Into<String>) -> Self {
        let (title, text) = (title.into(), text.into());
        Self {
            tone,
            author: None,
            title,
            text,
            fields: Vec::new(),
            footer: None,
            rows: Vec::new(),
            file: None,
            public: None,
        }
    }

    /// Names the team and the caller's role in it.
    pub fn by(mut self, author: impl Into<String>) -> Self {
        self.author = Some(author.into());
        self
    }

    /// Adds a field.
    pub fn field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.fields.push((name.into(), value.into()));
        self
    }

    /// Sets the reference at the foot.
    pub fn footer(mut self, footer: impl Into<String>) -> Self {
        self.footer = Some(footer.into());
        self
    }

    /// Brings a file.
    pub fn with_file(mut self, name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        self.file = Some(File {
            name: name.into(),
            bytes: bytes.into(),
            alt: None,
        });
        self
    }

    /// Shows a picture, with what is to be seen on it in words.
    pub fn with_picture(mut self, name: impl Into<String>, bytes: Vec<u8>, alt: impl Into<String>) -> Self {
        self.file = Some(File {
            name: name.into(),
            bytes,
            alt: Some(alt.into()),
        });
        self
    }

    /// Shows everybody in a channel a card; where Discord does not take it, `refused` is shown to whoever asked for it.
    pub fn with_public(mut self, place: Place, card: Card, refused: Card) -> Self {
        self.public = Some(Box::new(Public { card, place, refused }));
        self
    }

    /// Adds a row of buttons; none when there are none.
    pub fn buttons(mut self, buttons: Vec<Button>) -> Self {
        if !buttons.is_empty() {
            self.rows.push(Row::Buttons(buttons));
        }
        self
    }

    /// Adds a choice; none when there is nothing to choose.
    pub fn select(
        mut self,
        action: Action,
        placeholder: impl Into<String>,
        options: Vec<(String, String, bool)>,
    ) -> Self {
        if !options.is_empty() {
            self.rows.push(Row::Select {
                action,
                placeholder: placeholder.into(),
                options,
            });
        }
        self
    }

    /// The card as Discord's embed.
    pub fn embed(&self) -> CreateEmbed {
        let title = format!("{}{}", self.tone.icon(), cut(&self.title, 60));
        let mut embed = CreateEmbed::new().title(title).colour(self.tone.colour());
        if !self.text.is_empty() {
            embed = embed.description(cut(&self.text, 4000));
        }
        if let Some(author) = &self.author {
            embed = embed.author(CreateEmbedAuthor::new(cut(author, 256)));
        }
        if let Some(footer) = &self.footer {
            embed = embed.footer(CreateEmbedFooter::new(cut(footer, 200)));
        }
        if let Some(picture) = self.file.as_ref().filter(|file| file.alt.is_some()) {
            embed = embed.attachment(&picture.name);
        }
        embed.fields(
            self.fields
                .iter()
                .map(|(name, value)| (cut(name, 256), cut(value, 250), true)),
        )
    }

    /// The card's controls as Discord's action rows.
    pub fn components(&self) -> Vec<CreateActionRow> {
        self.rows.iter().map(Row::component).collect()
    }
}

impl Public {
    /// The card as a message in another channel.
    pub fn message(&self) -> CreateMessage {
        CreateMessage::new()
            .allowed_mentions(no_mentions())
            .embed(self.card.embed())
            .components(self.card.components())
    }

    /// The card as a message after the answer: only a name in its text pings, so there is one, and nobody else is.
    pub fn follow_up(&self, to: DiscordUserId) -> CreateInteractionResponseFollowup {
        CreateInteractionResponseFollowup::new()
            .content(format!("<@{to}>"))
            .allowed_mentions(no_mentions().users([UserId::new(to.0.cast_unsigned())]))
            .embed(self.card.embed())
            .components(self.card.components())
    }

    /// What is told after the answer where Discord did not take the card.
    pub fn follow_up_refused(&self) -> CreateInteractionResponseFollowup {
        CreateInteractionResponseFollowup::new()
            .ephemeral(true)
            .allowed_mentions(no_mentions())
            .embed(self.refused.embed())
    }
}

impl Row {
    fn component(&self) -> CreateActionRow {
        match self {
            Self::Buttons(buttons) => {
                CreateActionRow::Buttons(buttons.iter().map(Button::component).collect())
            }
            Self::Select {
                action,
                placeholder,
                options,
            } => {
                let options = options
                    .iter()
                    .map(|(value, label, chosen)| {
                        CreateSelectMenuOption::new(cut(label, 100), value.clone()).default_selection(*chosen)
                    })
                    .collect();
                let kind = CreateSelectMenuKind::String { options };
                CreateActionRow::SelectMenu(
                    CreateSelectMenu::new(action.to_string(), kind).placeholder(cut(placeholder, 150)),
                )
            }
        }
    }
}

impl Button {
    fn component(&self) -> CreateButton {
        let button = match &self.does {
            Does::Primary(action) => CreateButton::new(action.to_string()).style(ButtonStyle::Primary),
            Does::Secondary(action) => CreateButton::new(action.to_string()).style(ButtonStyle::Secondary),
            Does::Danger(action) => CreateButton::new(action.to_string()).style(ButtonStyle::Danger),
            Does::Open(url) => CreateButton::new_link(url),
        };
        button.label(cut(&self.label, 38)).disabled(!self.enabled)
    }
}

/// A time as Discord shows it to each reader in their own zone: how long until or since.
pub fn relative(at: chrono::DateTime<chrono::Utc>) -> String {
    format!("<t:{}:R>", at.timestamp())
}

/// A moment as Discord shows it to each reader, in full.
pub fn full(at: chrono::DateTime<chrono::Utc>) -> String {
    format!("<t:{}:F>", at.timestamp())
}

/// A day as Discord shows it to each reader.
pub fn day(at: chrono::DateTime<chrono::Utc>) -> String {
    format!("<t:{}:D>", at.timestamp())
}
