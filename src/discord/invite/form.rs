//! The form that asks whom to invite: which fields it has, and what was typed into them.

use std::collections::BTreeMap;

use muster_core::error::Error;
use muster_core::invitation::preview;
use muster_core::locale::Locale;
use muster_core::policy::{InvitationField, Policy, RoleKey};
use muster_core::text;
use muster_phrases::say;
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

/// What the field is known by, and the phrase beside it.
fn input_of(field: InvitationField) -> (&'static str, &'static str) {
    match field {
        InvitationField::FirstName => ("first-name", "invite-form-first-name"),
        InvitationField::LastName => ("last-name", "invite-form-last-name"),
        InvitationField::Phone => ("phone-number", "invite-form-phone"),
        InvitationField::Email => ("emails", "invite-form-email"),
        InvitationField::Role => ("role", "member-role"),
    }
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
pub(super) fn form(
    locale: Locale,
    action: &Action,
    team: &str,
    policy: &Policy,
    draft: Option<&Draft>,
) -> CreateModal {
    let input = |style, label: &'static str, id: &str, most: u16, value: Option<String>| {
        let input = CreateInputText::new(style, cut(&say!(locale, label), 45), id).max_length(most);
        match value.filter(|value| !value.is_empty()) {
            Some(value) => input.value(value),
            None => input,
        }
    };
    let extra = extra_fields(policy);
    let mut inputs = Vec::new();
    let typed = draft.map(|draft| draft.typed.join("\n"));
    if extra.is_empty() {
        let hint = say!(locale, "invite-form-emails-hint", most = preview::MOST);
        inputs.push(
            input(
                InputTextStyle::Paragraph,
                "invite-form-emails",
                "emails",
                4000,
                typed,
            )
            .placeholder(hint),
        );
    } else {
        inputs.push(input(
            InputTextStyle::Short,
            "invite-form-email",
            "emails",
            254,
            typed,
        ));
        for field in extra {
            let (id, label) = input_of(field);
            let value = draft.and_then(|draft| draft.details.get(&field).cloned());
            inputs.push(input(InputTextStyle::Short, label, id, 64, value));
        }
    }
    let note = draft.and_then(|draft| draft.note.clone());
    let most = u16::try_from(text::NOTE_LENGTH).unwrap_or(u16::MAX);
    inputs.push(input(InputTextStyle::Paragraph, "invite-form-note", "note", most, note).required(false));
    let rows = inputs.into_iter().map(CreateActionRow::InputText).collect();
    let title = cut(&say!(locale, "invite-form-title", team = team), 45);
    CreateModal::new(action.to_string(), title).components(rows)
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
        .map(|field| (field, get(input_of(field).0).trim().to_owned()))
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
