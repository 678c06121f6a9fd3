//! A team's settings in words.

use muster_core::activity::Keep;
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
    /// Whether answers to invitations reach whoever invited.
    Replies,
    /// How long the log is kept.
    Keep,
}

/// The settings as they are, with what was just changed as the outcome.
pub fn settings(locale: Locale, grant: &Grant, language: Locale, kept: Keep, done: Done) -> Card {
    let (team, policy) = (&grant.team, &grant.team.policy);
    let act = |rules| Action::Rules(rules);
    let name = plain(&cut(&team.name, 40));
    let role = policy.role_name(policy.default_role());
    let answered = policy.mails().replies_to_inviter;
    let replies = if answered { "inviter" } else { "nobody" };
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
        Done::Replies => (Tone::Done, say!(locale, "settings-replies-changed", to = replies)),
        Done::Keep => (
            Tone::Done,
            say!(locale, "settings-keep-changed", keep = keep_name(locale, kept)),
        ),
    };
    let mut card = Card::new(tone, title, say!(locale, "settings-text"))
        .by(by(locale, grant))
        .field(say!(locale, "settings-language"), language_name(locale, language))
        .field(say!(locale, "settings-default-role"), plain(&role))
        .field(
            say!(locale, "settings-replies"),
            say!(locale, "settings-replies-go", to = replies),
        )
        .field(say!(locale, "settings-rules"), plain(policy.name()))
        .field(say!(locale, "settings-keep"), keep_field(locale, kept, done));
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
    buttons.push(Button::secondary(
        say!(locale, "settings-keep-open"),
        act(Rules::Keeps { team: team.id }),
    ));
    buttons.push(Button::secondary(
        say!(locale, "settings-replies-turn", to = replies),
        act(Rules::Replies {
            team: team.id,
            on: !answered,
        }),
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

/// How long the log is kept, to be chosen: what is older is lost for good, so that stands beside it.
pub fn keep(locale: Locale, grant: &Grant, kept: Keep) -> Card {
    let team = grant.team.id;
    let options = Keep::ALL
        .iter()
        .map(|one| (one.to_string(), keep_name(locale, *one), *one == kept));
    Card::new(
        Tone::Check,
        say!(locale, "settings-keep-title"),
        say!(locale, "settings-keep-text"),
    )
    .by(by(locale, grant))
    .field(say!(locale, "settings-keep"), keep_name(locale, kept))
    .select(
        Action::Rules(Rules::Keep { team }),
        say!(locale, "settings-choose-keep"),
        options.collect(),
    )
    .buttons(vec![Button::secondary(
        say!(locale, "settings-back"),
        Action::Rules(Rules::Settings { team }),
    )])
}

/// How long a log is kept, and when what is older goes: what is about to be lost is said once more.
fn keep_field(locale: Locale, kept: Keep, done: Done) -> String {
    let name = keep_name(locale, kept);
    if done == Done::Keep && kept != Keep::Always {
        return say!(locale, "settings-keep-from-tonight", keep = name);
    }
    name
}

/// How long a log is kept, in words.
pub fn keep_name(locale: Locale, keep: Keep) -> String {
    let word = match keep {
        Keep::Always => "always",
        Keep::Days90 => "quarter",
        Keep::Year => "year",
        Keep::TwoYears => "two-years",
        Keep::FiveYears => "five-years",
    };
    say!(locale, "settings-keep-name", keep = word)
}

/// A language by its own name.
pub fn language_name(locale: Locale, language: Locale) -> String {
    match language {
        Locale::EnUs => say!(locale, "settings-language-en-us"),
        Locale::De => say!(locale, "settings-language-de"),
    }
}
