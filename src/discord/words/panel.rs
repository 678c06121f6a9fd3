//! The public panel of a team, and what its buttons show.

use muster_core::actor::{Grant, Standing};
use muster_core::ids::DraftId;
use muster_core::locale::Locale;
use muster_core::team::Team;
use muster_phrases::say;

use super::{by, of, teams};
use crate::discord::card::{Button, Card, Tone, cut, plain, relative};
use crate::discord::custom_id::{Action, Own, Rules};

/// The panel, in the language of the server.
pub fn panel(locale: Locale, team: &Team) -> Card {
    Card::new(
        Tone::Neutral,
        say!(locale, "panel-title", team = plain(&cut(&team.name, 40))),
        say!(locale, "panel-text"),
    )
    .buttons(vec![
        Button::primary(say!(locale, "account-link"), Action::Link),
        Button::secondary(
            say!(locale, "panel-membership"),
            Action::Own(Own::Membership { team: team.id }),
        ),
    ])
}

/// The panel is in the channel.
pub fn posted(locale: Locale, grant: &Grant, channel: u64) -> Card {
    Card::new(
        Tone::Done,
        say!(locale, "panel-posted-title"),
        say!(locale, "panel-posted", channel = format!("<#{channel}>")),
    )
    .by(by(locale, grant))
}

/// Discord did not let the bot write there.
pub fn not_posted(locale: Locale, grant: &Grant, channel: u64, draft: DraftId) -> Card {
    Card::new(
        Tone::Couldnt,
        say!(locale, "panel-not-posted-title"),
        say!(locale, "panel-not-posted", channel = format!("<#{channel}>")),
    )
    .by(by(locale, grant))
    .footer("NO-PERM")
    .buttons(vec![Button::primary(
        say!(locale, "panel-check-again"),
        Action::Rules(Rules::PostPanel { draft }),
    )])
}

/// The caller's own membership.
pub fn membership(locale: Locale, standing: &Standing) -> Card {
    let team = &standing.team;
    let role = team.policy.role(&standing.role);
    let description = role.map(|role| plain(&role.description)).unwrap_or_default();
    let card = Card::new(Tone::Information, plain(&cut(&team.name, 60)), description)
        .by(of(locale, standing))
        .field(say!(locale, "member-role"), standing.role_name());
    match &standing.member {
        Some(member) => card.field(
            say!(locale, "member-last-active"),
            relative(member.last_active_at),
        ),
        None => card,
    }
    .buttons(vec![teams::see(locale, team.id)])
}

/// The caller is in another team, or in none.
pub fn no_membership(locale: Locale) -> Card {
    Card::new(
        Tone::Information,
        say!(locale, "panel-no-membership-title"),
        say!(locale, "panel-no-membership"),
    )
    .buttons(vec![Button::secondary(
        say!(locale, "teams-see-mine"),
        Action::Teams { page: 0 },
    )])
}
