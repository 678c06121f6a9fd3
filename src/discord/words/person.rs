//! One Discord user: their invitation on a card in the channel, and what the menu of a person leads to.

use chrono::{DateTime, Utc};
use muster_core::actor::Grant;
use muster_core::ids::DraftId;
use muster_core::invite_link::InviteLink;
use muster_core::invite_link::person::Offered;
use muster_core::locale::Locale;
use muster_core::member::{Row, Status};
use muster_core::policy::Permission;
use muster_core::team::Team;
use muster_phrases::say;

use super::{author, bold, by, member, teams};
use crate::discord::card::{Button, Card, Tone, cut, plain, relative};
use crate::discord::custom_id::{Action, Links, Members, Own};

/// The card in the channel.
pub fn public(locale: Locale, grant: &Grant, link: &InviteLink, inviter: &str) -> Card {
    let team = &grant.team;
    let text = say!(
        locale,
        "card-public-text",
        inviter = bold(inviter),
        name = bold(&link.label()),
        team = bold(&team.name),
        role = plain(&team.policy.role_name(&link.role)),
        ends = ends(link),
    );
    Card::new(
        Tone::Information,
        say!(locale, "card-public-title", team = plain(&team.name)),
        text,
    )
    .buttons(vec![Button::primary(
        say!(locale, "card-open-mine"),
        Action::Own(Own::OpenCard { id: link.id }),
    )])
}

fn ends(link: &InviteLink) -> String {
    link.expires_at.map(relative).unwrap_or_default()
}

/// What whoever invited is told.
pub fn invited(locale: Locale, grant: &Grant, link: &InviteLink) -> Card {
    let (name, team) = (link.label(), grant.team.id);
    let title = say!(locale, "card-invited-title", name = plain(&cut(&name, 40)));
    let text = say!(
        locale,
        "card-invited-text",
        name = bold(&name),
        role = plain(&grant.team.policy.role_name(&link.role)),
        ends = ends(link),
    );
    let mut buttons = Vec::new();
    if grant.team.policy.allows(&grant.role, Permission::LinksManage) {
        buttons.push(Button::danger(
            say!(locale, "card-revoke"),
            Action::Links(Links::AskDisable { team, id: link.id }),
        ));
    }
    buttons.push(teams::see_members(locale, team));
    Card::new(Tone::Done, title, text)
        .by(by(locale, grant))
        .footer(link.id.to_string())
        .buttons(buttons)
}

/// The card could not be shown in the channel.
pub fn not_posted(locale: Locale) -> Card {
    Card::new(
        Tone::Couldnt,
        say!(locale, "card-not-posted-title"),
        say!(locale, "card-not-posted-text"),
    )
    .footer("NO-PERM")
}

/// The invitation, to the person it is for.
pub fn offered(locale: Locale, offered: &Offered) -> Card {
    let (team, id) = (&offered.team, offered.link.id);
    let title = say!(
        locale,
        "card-offered-title",
        team = plain(&cut(&team.name, 30)),
        role = plain(&cut(&offered.role_name, 20))
    );
    let text = say!(
        locale,
        "card-offered-text",
        inviter = bold(&offered.inviter),
        ends = ends(&offered.link)
    );
    let join = say!(
        locale,
        "card-join",
        team = cut(&team.name, 16),
        role = cut(&offered.role_name, 12)
    );
    Card::new(Tone::Information, title, text).buttons(vec![
        Button::primary(join, Action::Own(Own::AcceptCard { id })),
        Button::secondary(say!(locale, "card-decline"), Action::Own(Own::DeclineCard { id })),
    ])
}

/// The person is in.
pub fn joined(locale: Locale, team: &Team, role: &str) -> Card {
    let title = say!(locale, "card-joined-title", team = plain(&cut(&team.name, 40)));
    Card::new(Tone::Done, title, say!(locale, "card-joined-text"))
        .by(author(locale, &team.name, role))
        .buttons(vec![teams::see(locale, team.id)])
}

/// The person said no.
pub fn declined(locale: Locale, team: &Team) -> Card {
    let title = say!(locale, "card-declined-title", team = plain(&cut(&team.name, 40)));
    Card::new(Tone::Done, title, say!(locale, "card-declined-text"))
}

/// Somebody on the server who is not in the team.
pub fn no_member(locale: Locale, grant: &Grant, name: &str, invite: Option<DraftId>) -> Card {
    let team = plain(&cut(&grant.team.name, 25));
    let title = say!(
        locale,
        "profile-none-title",
        name = plain(&cut(name, 25)),
        team = team
    );
    let (text, buttons) = match invite {
        Some(draft) => (
            "profile-none-invite",
            vec![Button::primary(
                say!(locale, "profile-invite"),
                Action::InvitePerson { draft },
            )],
        ),
        None => ("profile-none-text", Vec::new()),
    };
    Card::new(Tone::Information, title, say!(locale, text))
        .by(by(locale, grant))
        .buttons(buttons)
}

/// A membership, with what the caller may change about it.
pub fn manage(locale: Locale, grant: &Grant, row: &Row, now: DateTime<Utc>) -> Card {
    let (team, id, policy) = (grant.team.id, row.id, &grant.team.policy);
    let others = row.account_id != grant.actor.account;
    let card = member::show(locale, grant, row, &[], now);
    if !others || row.status != Status::Active {
        return card;
    }
    let roles = policy.assignable_by(&grant.role, &row.role).into_iter();
    let roles = roles
        .take(25)
        .map(|role| (role.key.to_string(), role.name.clone(), false));
    let options: Vec<_> = roles.collect();
    let card = if options.is_empty() && !may_end(grant, row) {
        Card {
            text: say!(locale, "manage-nothing"),
            ..card
        }
    } else {
        card
    };
    card.select(
        Action::Members(Members::PickRole { team, id }),
        say!(locale, "manage-role"),
        options,
    )
}

fn may_end(grant: &Grant, row: &Row) -> bool {
    let policy = &grant.team.policy;
    policy.may_deactivate(&grant.role, &row.role) || policy.may_remove(&grant.role, &row.role)
}
