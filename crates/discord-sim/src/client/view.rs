//! What a person sees: messages, buttons and selects, read from Discord's JSON.

use serde_json::Value;

use crate::model::parse_id;
use crate::payload::list;

/// A message as one person sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Its id.
    pub id: u64,
    /// The channel it is in.
    pub channel_id: u64,
    /// The name of who wrote it.
    pub author: String,
    /// The text above the embeds.
    pub content: String,
    /// The boxes below the text.
    pub embeds: Vec<Embed>,
    /// Rows of buttons and selects.
    pub rows: Vec<Vec<Component>>,
    /// "Only you can see this".
    pub ephemeral: bool,
    /// "(edited)".
    pub edited: bool,
    /// "is thinking…".
    pub thinking: bool,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// Names of the people this message pinged.
    pub pinged: Vec<String>,
    /// The whole message as Discord's API gives it.
    pub raw: Value,
}

/// A box in a message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Embed {
    /// The small line on top.
    pub author: Option<String>,
    /// The bold line.
    pub title: Option<String>,
    /// Where the title leads.
    pub url: Option<String>,
    /// The text.
    pub description: Option<String>,
    /// The colour of the bar, as 0xRRGGBB.
    pub color: Option<u32>,
    /// Named values.
    pub fields: Vec<Field>,
    /// The small line at the bottom.
    pub footer: Option<String>,
    /// The address of the large picture.
    pub image: Option<String>,
    /// The address of the small picture.
    pub thumbnail: Option<String>,
    /// The time beside the footer, RFC 3339.
    pub timestamp: Option<String>,
}

/// A named value in an embed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Beside its neighbour instead of below it.
    pub inline: bool,
}

/// A file in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its name.
    pub filename: String,
    /// Where it can be downloaded.
    pub url: String,
    /// Its size in bytes.
    pub size: u64,
    /// What is to be seen on it, for those who do not see it.
    pub description: Option<String>,
}

/// Something in a row of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Component {
    /// A button.
    Button(Button),
    /// A select menu.
    Select(Select),
}

/// The look of a button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ButtonStyle {
    /// Blurple.
    Primary,
    /// Grey.
    Secondary,
    /// Green.
    Success,
    /// Red.
    Danger,
    /// Grey, with an arrow: opens an address.
    Link,
}

/// A button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// Its words.
    pub label: String,
    /// What the bot gets; links have none.
    pub custom_id: Option<String>,
    /// Where a link leads.
    pub url: Option<String>,
    /// Its look.
    pub style: ButtonStyle,
    /// Greyed out.
    pub disabled: bool,
    /// The emoji before the words.
    pub emoji: Option<String>,
}

/// What a select menu offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelectKind {
    /// The bot's own options.
    Options,
    /// The server's members.
    Users,
    /// The server's roles.
    Roles,
    /// Members and roles.
    Mentionables,
    /// The server's channels.
    Channels,
}

/// A select menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Select {
    /// What the bot gets.
    pub custom_id: String,
    /// The words shown while nothing is chosen.
    pub placeholder: Option<String>,
    /// What it offers.
    pub kind: SelectKind,
    /// The bot's own options.
    pub options: Vec<SelectOption>,
    /// At least this many are chosen.
    pub min_values: usize,
    /// At most this many are chosen.
    pub max_values: usize,
    /// Greyed out.
    pub disabled: bool,
}

/// One line of a select menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectOption {
    /// What the person reads.
    pub label: String,
    /// What the bot gets.
    pub value: String,
    /// The small second line.
    pub description: Option<String>,
    /// Chosen already.
    pub default: bool,
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

pub(super) fn some_text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

pub(super) fn count(value: &Value, otherwise: usize) -> usize {
    value
        .as_u64()
        .and_then(|n| usize::try_from(n).ok())
        .unwrap_or(otherwise)
}

impl Message {
    /// A message as Discord's API gives it.
    pub fn from_json(raw: Value) -> Self {
        let flags = raw["flags"].as_u64().unwrap_or(0);
        let shown = |user: &Value| some_text(&user["global_name"]).unwrap_or_else(|| text(&user["username"]));
        Self {
            id: parse_id(&raw["id"]).unwrap_or_default(),
            channel_id: parse_id(&raw["channel_id"]).unwrap_or_default(),
            author: shown(&raw["author"]),
            content: text(&raw["content"]),
            embeds: list(&raw["embeds"]).iter().map(Embed::from_json).collect(),
            rows: list(&raw["components"])
                .iter()
                .map(|row| {
                    list(&row["components"])
                        .iter()
                        .filter_map(Component::from_json)
                        .collect()
                })
                .collect(),
            ephemeral: flags & crate::message::EPHEMERAL != 0,
            edited: !raw["edited_timestamp"].is_null(),
            thinking: flags & (1 << 7) != 0,
            attachments: list(&raw["attachments"])
                .iter()
                .map(|file| Attachment {
                    filename: text(&file["filename"]),
                    url: text(&file["url"]),
                    size: file["size"].as_u64().unwrap_or(0),
                    description: file["description"].as_str().map(str::to_owned),
                })
                .collect(),
            pinged: list(&raw["mentions"]).iter().map(shown).collect(),
            raw,
        }
    }

    /// Every word a person can read in the message, one piece a line.
    pub fn text(&self) -> String {
        let mut lines = vec![self.content.clone()];
        for embed in &self.embeds {
            lines.extend(
                [&embed.author, &embed.title, &embed.description]
                    .into_iter()
                    .flatten()
                    .cloned(),
            );
            for field in &embed.fields {
                lines.push(field.name.clone());
                lines.push(field.value.clone());
            }
            lines.extend(embed.footer.clone());
        }
        for component in self.rows.iter().flatten() {
            match component {
                Component::Button(button) => lines.push(button.label.clone()),
                Component::Select(select) => {
                    lines.extend(select.placeholder.clone());
                    for option in &select.options {
                        lines.push(option.label.clone());
                        lines.extend(option.description.clone());
                    }
                }
            }
        }
        lines.extend(self.attachments.iter().map(|file| file.filename.clone()));
        lines.retain(|line| !line.is_empty());
        lines.join("\n")
    }

    /// Every button, row by row.
    pub fn buttons(&self) -> Vec<&Button> {
        let all = self.rows.iter().flatten();
        all.filter_map(|c| match c {
            Component::Button(button) => Some(button),
            Component::Select(_) => None,
        })
        .collect()
    }

    /// Every select menu, row by row.
    pub fn selects(&self) -> Vec<&Select> {
        let all = self.rows.iter().flatten();
        all.filter_map(|c| match c {
            Component::Select(select) => Some(select),
            Component::Button(_) => None,
        })
        .collect()
    }

    /// The button with this custom id or these words.
    pub fn button(&self, wanted: &str) -> Option<&Button> {
        let buttons = self.buttons();
        let by_id = buttons.iter().find(|b| b.custom_id.as_deref() == Some(wanted));
        by_id
            .or_else(|| buttons.iter().find(|b| b.label == wanted))
            .copied()
    }

    /// The select menu with this custom id or placeholder.
    pub fn select(&self, wanted: &str) -> Option<&Select> {
        let selects = self.selects();
        let by_id = selects.iter().find(|s| s.custom_id == wanted);
        by_id
            .or_else(|| selects.iter().find(|s| s.placeholder.as_deref() == Some(wanted)))
            .copied()
    }

    /// Where the link button with these words leads.
    pub fn link(&self, label: &str) -> Option<&str> {
        self.buttons()
            .into_iter()
            .find(|b| b.label == label)?
            .url
            .as_deref()
    }
}

impl Embed {
    fn from_json(raw: &Value) -> Self {
        Self {
            author: some_text(&raw["author"]["name"]),
            title: some_text(&raw["title"]),
            url: some_text(&raw["url"]),
            description: some_text(&raw["description"]),
            color: raw["color"].as_u64().and_then(|c| u32::try_from(c).ok()),
            fields: list(&raw["fields"])
                .iter()
                .map(|field| Field {
                    name: text(&field["name"]),
                    value: text(&field["value"]),
                    inline: field["inline"].as_bool().unwrap_or(false),
                })
                .collect(),
            footer: some_text(&raw["footer"]["text"]),
            image: some_text(&raw["image"]["url"]),
            thumbnail: some_text(&raw["thumbnail"]["url"]),
            timestamp: some_text(&raw["timestamp"]),
        }
    }
}

impl Component {
    fn from_json(raw: &Value) -> Option<Self> {
        let disabled = raw["disabled"].as_bool().unwrap_or(false);
        let kind = match raw["type"].as_u64()? {
            2 => {
                return Some(Self::Button(Button {
                    label: text(&raw["label"]),
                    custom_id: some_text(&raw["custom_id"]),
                    url: some_text(&raw["url"]),
                    style: match raw["style"].as_u64() {
                        Some(1) => ButtonStyle::Primary,
                        Some(3) => ButtonStyle::Success,
                        Some(4) => ButtonStyle::Danger,
                        Some(5) => ButtonStyle::Link,
                        _ => ButtonStyle::Secondary,
                    },
                    disabled,
                    emoji: some_text(&raw["emoji"]["name"]),
                }));
            }
            3 => SelectKind::Options,
            5 => SelectKind::Users,
            6 => SelectKind::Roles,
            7 => SelectKind::Mentionables,
            8 => SelectKind::Channels,
            _ => return None,
        };
        Some(Self::Select(Select {
            custom_id: text(&raw["custom_id"]),
            placeholder: some_text(&raw["placeholder"]),
            kind,
            options: list(&raw["options"])
                .iter()
                .map(|option| SelectOption {
                    label: text(&option["label"]),
                    value: text(&option["value"]),
                    description: some_text(&option["description"]),
                    default: option["default"].as_bool().unwrap_or(false),
                })
                .collect(),
            min_values: count(&raw["min_values"], 1),
            max_values: count(&raw["max_values"], 1),
            disabled,
        }))
    }
}
