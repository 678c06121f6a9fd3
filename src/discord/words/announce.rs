//! What a team announces, in words.

use muster_core::actor::Grant;
use muster_core::announcement::{Announcements, KINDS};
use muster_core::locale::Locale;
use muster_core::team::Team;
use muster_phrases::say;

use super::activity::label;
use super::by;
use crate::discord::card::{Button, Card, Tone, cut, plain};
use crate::discord::custom_id::{Action, Announce};

/// What has just been changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// Nothing.
    Nothing,
    /// It is announced from now on, here.
    On,
    /// Nothing is announced any more.
    Off,
    /// Other kinds are.
    Kinds,
}

/// What is announced and where, with what was just changed as the outcome.
pub fn shown(locale: Locale, grant: &Grant, chosen: Option<&Announcements>, done: Done) -> Card {
    let team = grant.team.id;
    let Some(chosen) = chosen else {
        return Card::new(
            Tone::Information,
            say!(locale, "announce-none-title"),
            say!(locale, "announce-none"),
        )
        .by(by(locale, grant));
    };
    let (tone, title) = match done {
        Done::Nothing if chosen.on => (Tone::Information, say!(locale, "announce-on-title")),
        Done::Nothing => (Tone::Information, say!(locale, "announce-off-title")),
        Done::On => (Tone::Done, say!(locale, "announce-on-title")),
        Done::Off => (Tone::Done, say!(locale, "announce-off-title")),
        Done::Kinds => (Tone::Done, say!(locale, "announce-kinds-title")),
    };
    let kinds: Vec<String> = KINDS
        .iter()
        .filter(|kind| chosen.has(**kind))
        .map(|kind| format!("• {}", label(locale, *kind)))
        .collect();
    let kinds = if kinds.is_empty() {
        say!(locale, "announce-no-kinds")
    } else {
        kinds.join("\n")
    };
    let options = KINDS.iter().map(|kind| {
        let (value, phrase) = if chosen.has(*kind) {
            (format!("-{kind}"), "announce-drop")
        } else {
            (kind.to_string(), "announce-add")
        };
        (value, say!(locale, phrase, kind = label(locale, *kind)), false)
    });
    let switch = if chosen.on {
        Button::secondary(
            say!(locale, "announce-turn-off"),
            Action::Announce(Announce::Off { team }),
        )
    } else {
        Button::primary(
            say!(locale, "announce-turn-on"),
            Action::Announce(Announce::On { team }),
        )
    };
    Card::new(tone, title, say!(locale, "announce-text"))
        .by(by(locale, grant))
        .field(say!(locale, "announce-where"), channel(chosen.channel))
        .field(say!(locale, "announce-what"), kinds)
        .buttons(vec![switch])
        .select(
            Action::Announce(Announce::Kind { team }),
            say!(locale, "announce-choose"),
            options.collect(),
        )
}

/// Discord does not let the bot write in the channel.
pub fn not_written(locale: Locale, grant: &Grant, number: u64) -> Card {
    let team = grant.team.id;
    Card::new(
        Tone::Couldnt,
        say!(locale, "announce-not-written-title"),
        say!(locale, "announce-not-written", channel = channel(number)),
    )
    .by(by(locale, grant))
    .footer("NO-PERM")
    .buttons(vec![
        Button::primary(
            say!(locale, "panel-check-again"),
            Action::Announce(Announce::Check { team }),
        ),
        Button::secondary(
            say!(locale, "announce-turn-off"),
            Action::Announce(Announce::Off { team }),
        ),
    ])
}

/// What is said in the channel first, in the team's language.
pub fn greeting(locale: Locale, team: &Team) -> Card {
    Card::new(
        Tone::Neutral,
        say!(
            locale,
            "announce-greeting-title",
            team = plain(&cut(&team.name, 40))
        ),
        say!(locale, "announce-greeting"),
    )
}

/// A channel as Discord shows it.
fn channel(number: u64) -> String {
    format!("<#{number}>")
}
