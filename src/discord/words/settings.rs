//! A team's settings in words.

use muster_core::actor::Grant;
use muster_core::locale::Locale;
use muster_phrases::say;

use super::by;
use super::policy::{setting_lines, switches};
use crate::discord::card::{Button, Card, Tone, cut, plain};
use crate::discord::custom_id::{Action, Rules};

/// What has just been changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// Nothing yet.
    Nothing,
    /// The name; with the number in the log by which it can be taken back.
    Renamed {
        /// That number.
        undo: Option<i64>,
    },
    /// The language.
    Language,
    /// The role that invitations offer unless told otherwise.
    DefaultRole,
}

/// The settings as they are, with what was just changed as the outcome.
pub fn settings(locale: Locale, grant: &Grant, language: Locale, done: Done) -> Card {
    let (team, policy) = (&grant.team, &grant.team.policy);
    let act = |rules| Action::Rules(rules);
    let name = plain(&cut(&team.name, 40));
    let role = policy.role_name(policy.default_role());
    let (tone, title) = match done {
        Done::Nothing => (
            Tone::Information,
            say!(locale, "settings-title", team = name.as_str()),
        ),
        Done::Renamed { .. } => (Tone::Done, say!(locale, "settings-renamed", team = name.as_str())),
        Done::Language => (
            Tone::Done,
            say!(
                locale,
                "settings-language-changed",
                language = language_name(locale, language)
            ),
        ),
        Done::DefaultRole => (
            Tone::Done,
            say!(locale, "settings-default-role-changed", role = plain(&role)),
        ),
    };
    let mut card = Card::new(tone, title, say!(locale, "settings-text"))
        .by(by(locale, grant))
        .field(say!(locale, "settings-name"), plain(&team.name))
        .field(say!(locale, "settings-language"), language_name(locale, language))
        .field(say!(locale, "settings-default-role"), plain(&role))
        .field(say!(locale, "settings-rules"), plain(policy.name()));
    if !policy.settings().is_empty() {
        card = card.field(
            say!(locale, "policy-settings-field"),
            setting_lines(locale, policy, &plain).join("\n"),
        );
    }
    let mut buttons = Vec::new();
    if let Done::Renamed { undo: Some(seq) } = done {
        let undo = act(Rules::UndoRename { team: team.id, seq });
        buttons.push(Button::primary(say!(locale, "card-undo"), undo));
    }
    buttons.push(Button::secondary(
        say!(locale, "settings-rename"),
        act(Rules::Rename { team: team.id }),
    ));
    buttons.push(Button::secondary(
        say!(locale, "policy-see"),
        act(Rules::Show { team: team.id }),
    ));
    let languages = Locale::ALL.iter().map(|one| {
        let name = language_name(locale, *one);
        (one.to_string(), name, *one == language)
    });
    // Roles that invitations cannot offer are no default.
    let roles = policy.roles().iter().filter(|role| {
        let tried = policy.with_default_role(&role.key);
        tried.validate().is_ok()
    });
    let roles = roles.map(|role| {
        let chosen = role.key == *policy.default_role();
        (role.key.to_string(), role.name.clone(), chosen)
    });
    let card = card
        .buttons(buttons)
        .select(
            act(Rules::Language { team: team.id }),
            say!(locale, "settings-choose-language"),
            languages.collect(),
        )
        .select(
            act(Rules::DefaultRole { team: team.id }),
            say!(locale, "settings-choose-role"),
            roles.collect(),
        );
    switches(locale, team).into_iter().fold(card, Card::buttons)
}

/// The title of the form that asks for another name, and the label of its field.
pub fn rename_form(locale: Locale) -> (String, String) {
    (
        say!(locale, "settings-rename-title"),
        say!(locale, "settings-rename-label"),
    )
}

/// A language by its own name.
pub fn language_name(locale: Locale, language: Locale) -> String {
    match language {
        Locale::EnUs => say!(locale, "settings-language-en-us"),
        Locale::De => say!(locale, "settings-language-de"),
    }
}
