//! Refusals and faults as cards: what happened, why, what to do, a stable code, and a button that helps.

use muster_core::env::Env;
use muster_core::error::{Error, Rule};
use muster_core::ids::IncidentId;
use muster_core::locale::Locale;
use muster_core::message;
use muster_phrases::say;

use super::card::{Button, Card, Tone};
use super::custom_id::Action;
use super::words::{sentence, teams};

/// Why an interaction was not answered with a card: only Discord itself can be in the way.
pub type Fault = serenity::Error;

/// The card for something that was not done. A fault of ours is logged here, once, under the incident id it shows.
pub fn card(env: &Env, locale: Locale, error: &Error) -> Card {
    let card =
        Card::new(Tone::Couldnt, say!(locale, title(error)), sentence(locale, error)).footer(error.code());
    match error {
        Error::Rule(Rule::NotLinked) => {
            card.buttons(vec![Button::primary(say!(locale, "account-link"), Action::Link)])
        }
        Error::Rule(Rule::NoTeam) => card.buttons(vec![teams::create(locale)]),
        Error::Rule(
            Rule::LastOwner { team, .. }
            | Rule::SelfRemove {
                team, leave: false, ..
            },
        ) => card.buttons(vec![teams::see_members(locale, *team)]),
        Error::Rule(Rule::SelfRemove {
            team, leave: true, ..
        }) => card.buttons(vec![Button::primary(
            say!(locale, "leave-instead"),
            Action::AskLeave { team: *team },
        )]),
        Error::Rule(Rule::Plan { team, .. }) => card.buttons(vec![teams::see(locale, *team)]),
        Error::Rule(Rule::Seats { team, .. }) => card.buttons(vec![
            teams::see_members(locale, *team),
            teams::see_invitations(locale, *team),
        ]),
        Error::Internal(fault) => {
            let incident: IncidentId = env.new_id();
            tracing::error!(%incident, unavailable = fault.is_unavailable(), "an interaction failed: {fault}");
            card.footer(say!(locale, "card-incident", id = incident.to_string()))
        }
        Error::Rule(_) | Error::Denied(_) | Error::NotFound(_) => card,
    }
}

/// The phrase for the title.
fn title(error: &Error) -> &'static str {
    match error {
        Error::Denied(_) => "refused-denied",
        Error::NotFound(_) => "refused-not-found",
        Error::Internal(fault) if fault.is_unavailable() => "refused-unavailable",
        Error::Internal(_) => "refused-internal",
        Error::Rule(rule) => match rule {
            Rule::NotLinked => "refused-not-linked",
            Rule::NoTeam => "refused-no-team",
            Rule::WhichTeam => "teams-which-title",
            Rule::Cooldown { .. }
            | Rule::HourlyLimit { .. }
            | Rule::SignInLimit { .. }
            | Rule::TooMany { .. }
            | Rule::SignUpLimit { .. } => "refused-not-yet",
            Rule::Stale | Rule::Repeated => "refused-stale",
            Rule::Closed(_) | Rule::CardOver(_) | Rule::OldLink | Rule::OfferLapsed => "refused-closed",
            Rule::LinksOff { .. } => "refused-links-off",
            Rule::LinkEnded(_) => "refused-link-over",
            Rule::Plan { .. } => "refused-plan",
            Rule::Seats { .. } => "refused-seats",
            _ => "card-nothing-changed",
        },
    }
}

/// The refusal of a text that is none of those that are offered.
pub fn not_offered(what: &'static str) -> Rule {
    Rule::TextBad {
        what,
        reason: message!("choose-offered"),
    }
}

/// The refusal for somebody who may not manage the server.
pub fn needs_manage_guild() -> Error {
    Error::Denied(message!("needs-manage-guild"))
}

/// The refusal for somebody who may not write in a channel themselves.
pub fn needs_to_write_there() -> Error {
    Error::Denied(message!("needs-to-write-there"))
}

/// What is shown when a button or form is older than this version.
pub fn unknown_action(locale: Locale) -> Card {
    Card::new(
        Tone::Information,
        say!(locale, "card-old-title"),
        say!(locale, "card-old-text"),
    )
    .footer("STALE")
}
