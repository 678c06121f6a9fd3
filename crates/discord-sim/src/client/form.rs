//! Forms as a person sees them.

use serde_json::Value;

use super::view::{count, some_text, text};
use crate::payload::list;

/// A form.
#[derive(Clone, Debug, PartialEq)]
pub struct Modal {
    /// What the bot gets.
    pub custom_id: String,
    /// Its heading.
    pub title: String,
    /// Its inputs, in order.
    pub inputs: Vec<TextInput>,
    /// The message whose component opened it.
    pub message_id: Option<u64>,
    /// The form as the bot sent it.
    pub raw: Value,
}

/// A line or box of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextInput {
    /// What the bot gets.
    pub custom_id: String,
    /// The words above it.
    pub label: String,
    /// Several lines.
    pub paragraph: bool,
    /// What is filled in already.
    pub value: String,
    /// The words shown while it is empty.
    pub placeholder: Option<String>,
    /// Cannot be left empty.
    pub required: bool,
    /// The fewest characters, when it is filled.
    pub min_length: usize,
    /// The most characters.
    pub max_length: usize,
}

impl Modal {
    pub(crate) fn from_json(raw: Value, message_id: Option<u64>) -> Self {
        let inputs = list(&raw["components"])
            .iter()
            .flat_map(|row| list(&row["components"]));
        Self {
            custom_id: text(&raw["custom_id"]),
            title: text(&raw["title"]),
            inputs: inputs
                .map(|input| TextInput {
                    custom_id: text(&input["custom_id"]),
                    label: text(&input["label"]),
                    paragraph: input["style"] == 2,
                    value: text(&input["value"]),
                    placeholder: some_text(&input["placeholder"]),
                    required: input["required"].as_bool().unwrap_or(true),
                    min_length: count(&input["min_length"], 0),
                    max_length: count(&input["max_length"], 4000),
                })
                .collect(),
            message_id,
            raw,
        }
    }

    /// The input with this custom id or these words above it.
    pub fn input(&self, wanted: &str) -> Option<&TextInput> {
        let by_id = self.inputs.iter().find(|i| i.custom_id == wanted);
        by_id.or_else(|| self.inputs.iter().find(|i| i.label == wanted))
    }
}
