//! Help, topic by topic.

use muster_core::locale::Locale;
use muster_phrases::say;

use crate::discord::card::{Card, Tone};
use crate::discord::custom_id::{Action, Own};
use crate::discord::help::{Health, Topic};

/// What people read for a topic.
pub fn name(locale: Locale, topic: Topic) -> String {
    let id = match topic {
        Topic::Start => "help-start",
        Topic::Inviting => "help-inviting",
        Topic::Roles => "help-roles",
        Topic::Linking => "help-linking",
        Topic::Privacy => "help-privacy",
        Topic::Problems => "help-problems",
    };
    say!(locale, id)
}

/// Help about a topic, and how well this server is set up for it.
pub fn topic(locale: Locale, topic: Topic, health: Health) -> Card {
    let text = match topic {
        Topic::Start => "help-start-text",
        Topic::Inviting => "help-inviting-text",
        Topic::Roles => "help-roles-text",
        Topic::Linking => "help-linking-text",
        Topic::Privacy => "help-privacy-text",
        Topic::Problems => "help-problems-text",
    };
    let card = Card::new(Tone::Information, name(locale, topic), say!(locale, text));
    let card = match topic {
        Topic::Start | Topic::Problems => with_health(locale, card, health),
        Topic::Inviting | Topic::Roles | Topic::Linking | Topic::Privacy => card,
    };
    let topics = Topic::ALL
        .into_iter()
        .map(|one| (one.as_str().to_owned(), name(locale, one), one == topic));
    card.select(
        Action::Own(Own::Help),
        say!(locale, "help-choose"),
        topics.collect(),
    )
}

fn with_health(locale: Locale, card: Card, health: Health) -> Card {
    let state = |fine: bool, otherwise: &'static str| {
        if fine {
            format!("✅ {}", say!(locale, "help-fine"))
        } else {
            format!("⚠️ {}", say!(locale, otherwise))
        }
    };
    let mut card = card;
    if let Some(writes) = health.writes_here {
        card = card.field(say!(locale, "help-channel"), state(writes, "help-channel-mend"));
    }
    card.field(
        say!(locale, "help-team"),
        state(health.has_team, "help-team-mend"),
    )
    .field(say!(locale, "help-link"), state(health.linking, "help-link-mend"))
    .field(say!(locale, "help-mail"), state(health.mail, "help-mail-mend"))
}
