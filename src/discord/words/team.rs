//! Teams and accounts: founding, linking, one's own status.

use muster_core::account::Account;
use muster_core::discord_link::LIFETIME;
use muster_core::locale::Locale;
use muster_core::policy::{Preset, Presets};
use muster_core::team::Team;
use muster_phrases::say;

use super::{author, bold};
use crate::discord::card::{Button, Card, Tone, cut, plain};
use crate::discord::custom_id::Action;

/// A team was founded.
pub fn created(locale: Locale, team: &Team) -> Card {
    let top = team.policy.role_name(team.policy.top_role());
    Card::new(
        Tone::Done,
        say!(locale, "team-created-title", team = plain(&team.name)),
        say!(
            locale,
            "team-created-text",
            role = top.as_str(),
            summary = plain(team.policy.summary())
        ),
    )
    .by(author(locale, &team.name, &top))
    .buttons(vec![Button::primary(
        say!(locale, "members-invite"),
        Action::Invite {
            team: team.id,
            role: None,
        },
    )])
}

/// The page where the caller links their Discord user.
pub fn link(locale: Locale, url: String) -> Card {
    Card::new(
        Tone::Information,
        say!(locale, "account-link-title"),
        say!(locale, "account-link-text", minutes = LIFETIME.num_minutes()),
    )
    .buttons(vec![Button::open(say!(locale, "account-link"), url)])
}

/// The caller is linked already.
pub fn already_linked(locale: Locale, account: &Account, teams: &[(Team, String)]) -> Card {
    status(locale, account, teams, "account-linked-title")
}

/// The caller's own account.
pub fn account(locale: Locale, account: &Account, teams: &[(Team, String)]) -> Card {
    status(locale, account, teams, "account-title")
}

fn status(locale: Locale, account: &Account, teams: &[(Team, String)], title: &'static str) -> Card {
    let email = account
        .email
        .as_ref()
        .map_or_else(|| say!(locale, "account-no-email"), |email| plain(email.as_str()));
    let mut list: Vec<String> = teams
        .iter()
        .take(10)
        .map(|(team, role)| format!("{} · {role}", bold(&team.name)))
        .collect();
    if list.is_empty() {
        list.push(say!(locale, "account-no-team"));
    }
    Card::new(Tone::Information, say!(locale, title), "")
        .field(say!(locale, "account-name"), plain(&account.display_name))
        .field(say!(locale, "member-email"), email)
        .field(say!(locale, "account-teams"), list.join("\n"))
}

/// The presets, for a form's hint.
pub fn preset_hint(presets: &Presets) -> String {
    let keys: Vec<&str> = presets.iter().map(|preset| preset.key.as_str()).collect();
    cut(&keys.join(", "), 100)
}

/// What a preset is, for the choice of one.
pub fn preset_choice(preset: &Preset) -> String {
    cut(&format!("{}: {}", preset.name, preset.summary), 100)
}

/// Somebody took a question back.
pub fn dismissed(locale: Locale) -> Card {
    Card::new(Tone::Neutral, say!(locale, "card-nothing-changed"), "")
}
