//! Refusals and faults as cards: what happened, why, what to do, a stable code, and a button that helps.

use muster_core::env::Env;
use muster_core::error::{Error, Rule};
use muster_core::ids::{IncidentId, TeamId};
use muster_core::invitation::Filter;
use muster_core::member;

use super::card::{Button, Card, Tone, sentence};
use super::custom_id::Action;

/// Why an interaction was not answered with a card: only Discord itself can be in the way.
pub type Fault = serenity::Error;

/// The card for something that was not done. A fault of ours is logged here, once, under the incident id it shows.
pub fn card(env: &Env, error: &Error) -> Card {
    let card = Card::new(Tone::Couldnt, title(error), sentence(error)).footer(error.code());
    match error {
        Error::Rule(Rule::NotLinked) => card.buttons(vec![Button::primary("Link my account", Action::Link)]),
        Error::Rule(Rule::NoTeam) => card.buttons(vec![Button::primary("Create a team", Action::NewTeam)]),
        Error::Rule(
            Rule::LastOwner { team, .. }
            | Rule::SelfRemove {
                team, leave: false, ..
            },
        ) => card.buttons(vec![see_members(*team)]),
        Error::Rule(Rule::SelfRemove {
            team, leave: true, ..
        }) => card.buttons(vec![Button::primary(
            "Leave the team…",
            Action::AskLeave { team: *team },
        )]),
        Error::Rule(Rule::Plan { team, .. }) => card.buttons(vec![Button::secondary(
            "See the team",
            Action::Overview { team: *team },
        )]),
        Error::Rule(Rule::Seats { team, .. }) => card.buttons(vec![
            see_members(*team),
            Button::secondary(
                "See invitations",
                Action::Invitations {
                    team: *team,
                    filter: Filter::Open,
                    page: 0,
                },
            ),
        ]),
        Error::Internal(fault) => {
            let incident: IncidentId = env.new_id();
            tracing::error!(%incident, unavailable = fault.is_unavailable(), "an interaction failed: {fault}");
            card.footer(format!("Incident {incident}"))
        }
        Error::Rule(_) | Error::Denied(_) | Error::NotFound(_) => card,
    }
}

fn see_members(team: TeamId) -> Button {
    let action = Action::Members {
        team,
        filter: member::Filter::default(),
        page: 0,
    };
    Button::secondary("See members", action)
}

fn title(error: &Error) -> &'static str {
    match error {
        Error::Denied(_) => "That is not yours to do",
        Error::NotFound(_) => "Not found",
        Error::Internal(fault) if fault.is_unavailable() => "Not available right now",
        Error::Internal(_) => "Something broke on our side",
        Error::Rule(rule) => match rule {
            Rule::NotLinked => "Link your account first",
            Rule::NoTeam => "No team yet",
            Rule::WhichTeam => "Which team?",
            Rule::Cooldown { .. }
            | Rule::HourlyLimit { .. }
            | Rule::SignInLimit { .. }
            | Rule::SignUpLimit { .. } => "Not yet",
            Rule::Stale | Rule::Repeated => "That was a moment ago",
            Rule::Closed(_) | Rule::OldLink | Rule::OfferLapsed => "This invitation is closed",
            Rule::LinksOff { .. } => "Invite links are off",
            Rule::LinkEnded(_) => "This invite link is over",
            Rule::Plan { .. } => "This needs another plan",
            Rule::Seats { .. } => "No seat is left",
            _ => "Nothing was changed",
        },
    }
}

/// The refusal for somebody who may not manage the server.
pub fn needs_manage_guild() -> Error {
    Error::Denied(
        "Creating a team for this server needs Discord's permission “Manage Server” here. Ask somebody who has it."
            .to_owned(),
    )
}

/// What is shown when a button or form is older than this version.
pub fn unknown_action() -> Card {
    Card::new(
        Tone::Information,
        "This button is from an earlier version",
        "Run the command again to get a fresh one.",
    )
    .footer("STALE")
}
