//! Teams and accounts: founding, linking, one's own status.

use muster_core::account::Account;
use muster_core::discord_link::LIFETIME;
use muster_core::policy::{Preset, Presets};
use muster_core::team::Team;

use super::{author, bold};
use crate::discord::card::{Button, Card, Tone, cut, plain};
use crate::discord::custom_id::Action;

/// A team was founded.
pub fn created(team: &Team) -> Card {
    let top = team.policy.role_name(team.policy.top_role());
    Card::new(
        Tone::Done,
        format!("{} is ready", plain(&team.name)),
        format!(
            "You are its first {top}, and commands in this server now mean this team. Its rules: {}",
            plain(team.policy.summary())
        ),
    )
    .by(author(&team.name, &top))
    .buttons(vec![Button::primary(
        "Invite someone",
        Action::Invite {
            team: team.id,
            role: None,
        },
    )])
}

/// The page where the caller links their Discord user.
pub fn link(url: String) -> Card {
    Card::new(
        Tone::Information,
        "Link your Discord account",
        format!(
            "Open the page, sign in, and confirm both names. It works once, for {} minutes, and only for you.",
            LIFETIME.num_minutes()
        ),
    )
    .buttons(vec![Button::open("Link my account", url)])
}

/// The caller is linked already.
pub fn already_linked(account: &Account, teams: &[(Team, String)]) -> Card {
    status(account, teams, "You are linked already")
}

/// The caller's own account.
pub fn account(account: &Account, teams: &[(Team, String)]) -> Card {
    status(account, teams, "Your Muster account")
}

fn status(account: &Account, teams: &[(Team, String)], title: &str) -> Card {
    let email = account.email.as_ref().map_or_else(
        || "none: your Discord account is your sign-in".to_owned(),
        |email| plain(email.as_str()),
    );
    let mut list: Vec<String> = teams
        .iter()
        .take(10)
        .map(|(team, role)| format!("{} · {role}", bold(&team.name)))
        .collect();
    if list.is_empty() {
        list.push("none yet".to_owned());
    }
    Card::new(Tone::Information, title, "")
        .field("Name", plain(&account.display_name))
        .field("Email", email)
        .field("Teams", list.join("\n"))
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
pub fn dismissed() -> Card {
    Card::new(Tone::Neutral, "Nothing was changed", "")
}
