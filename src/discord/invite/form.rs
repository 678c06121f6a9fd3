//! The form that asks whom to invite: which fields it has, and what was typed into them.

use std::collections::BTreeMap;

use muster_core::error::Error;
use muster_core::invitation::preview;
use muster_core::policy::{InvitationField, Policy, RoleKey};
use muster_core::text;
use serenity::all::{CreateActionRow, CreateInputText, CreateModal, InputTextStyle};

use super::draft::Draft;
use crate::discord::card::cut;
use crate::discord::custom_id::Action;

/// What a form was filled in with, by the id of each field.
pub type Filled = BTreeMap<String, String>;

/// The names and phone that a policy asks for beside the address.
fn extra_fields(policy: &Policy) -> Vec<InvitationField> {
    let wanted = [
        InvitationField::FirstName,
        InvitationField::LastName,
        InvitationField::Phone,
    ];
    wanted
        .into_iter()
        .filter(|field| policy.invitation().needs(*field))
        .collect()
}

fn field_id(field: InvitationField) -> String {
    field.label().replace(' ', "-")
}

/// How many people one form invites at most: one where the team asks for names.
pub(super) fn most_at_once(policy: &Policy) -> usize {
    if extra_fields(policy).is_empty() {
        preview::MOST
    } else {
        1
    }
}

/// The form, empty or with what a draft holds. Teams that ask for names take one person at a time.
pub(super) fn form(action: &Action, team: &str, policy: &Policy, draft: Option<&Draft>) -> CreateModal {
    let input = |style, label: &str, id: &str, most: u16, value: Option<String>| {
        let input = CreateInputText::new(style, label, id).max_length(most);
        match value.filter(|value| !value.is_empty()) {
            Some(value) => input.value(value),
            None => input,
        }
    };
    let extra = extra_fields(policy);
    let mut inputs = Vec::new();
    let typed = draft.map(|draft| draft.typed.join("\n"));
    if extra.is_empty() {
        let hint = format!("One on each line or separated by commas, up to {}", preview::MOST);
        inputs.push(
            input(
                InputTextStyle::Paragraph,
                "Email addresses",
                "emails",
                4000,
                typed,
            )
            .placeholder(hint),
        );
    } else {
        inputs.push(input(
            InputTextStyle::Short,
            "Email address",
            "emails",
            254,
            typed,
        ));
        for field in extra {
            let label = cut(&capitalised(field.label()), 45);
            let value = draft.and_then(|draft| draft.details.get(&field).cloned());
            inputs.push(input(InputTextStyle::Short, &label, &field_id(field), 64, value));
        }
    }
    let note = draft.and_then(|draft| draft.note.clone());
    let most = u16::try_from(text::NOTE_LENGTH).unwrap_or(u16::MAX);
    inputs.push(input(InputTextStyle::Paragraph, "A note (optional)", "note", most, note).required(false));
    let rows = inputs.into_iter().map(CreateActionRow::InputText).collect();
    CreateModal::new(action.to_string(), cut(&format!("Invite to {team}"), 45)).components(rows)
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// What was typed as addresses, one each: separated by commas, semicolons, spaces or line breaks; each once.
fn addresses(typed: &str) -> Vec<String> {
    let mut seen = Vec::new();
    for part in typed
        .split([',', ';', '\n', ' ', '\t'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        if !seen.iter().any(|other: &String| other.eq_ignore_ascii_case(part)) {
            seen.push(part.to_owned());
        }
    }
    seen
}

/// Reads a filled-in form. Whatever is wrong with what was typed is kept, for the review to say and the form to show
/// again.
pub(super) fn read(policy: &Policy, role: RoleKey, filled: &Filled) -> Result<Draft, Error> {
    let get = |id: &str| filled.get(id).map(String::as_str).unwrap_or_default();
    let typed = addresses(get("emails"));
    let extra = extra_fields(policy);
    let details = extra
        .into_iter()
        .map(|field| (field, get(&field_id(field)).trim().to_owned()))
        .collect();
    Ok(Draft {
        role,
        typed,
        note: text::note(get("note"))?,
        details,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart_however_they_are_separated() {
        let typed = "ada@example.org, bo@example.org;cy@example.org\n\nADA@example.org  dee@example.org";
        assert_eq!(
            addresses(typed),
            [
                "ada@example.org",
                "bo@example.org",
                "cy@example.org",
                "dee@example.org"
            ]
        );
        assert!(addresses(" ,;\n").is_empty());
    }
}
