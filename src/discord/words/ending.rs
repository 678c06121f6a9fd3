//! The end of a membership: suspended, removed, left.

use muster_core::actor::{Grant, Standing};
use muster_core::ids::DraftId;
use muster_core::locale::Locale;
use muster_core::member::{Ended, Filter};
use muster_core::policy::Removal;
use muster_core::team::Team;
use muster_phrases::say;

use super::{bold, by, cancel, log_entry, of};
use crate::discord::card::{Button, Card, Tone, cut, plain};
use crate::discord::custom_id::{Action, Members};

/// A member was suspended.
pub fn deactivated(locale: Locale, grant: &Grant, ended: &Ended) -> Card {
    let name = &ended.member.display_name;
    let text = match invitations(locale, ended) {
        None => say!(locale, "deactivated-text", name = bold(name)),
        Some(invitations) => say!(
            locale,
            "deactivated-text-invitations",
            name = bold(name),
            invitations = invitations
        ),
    };
    let title = say!(locale, "deactivated-title", name = plain(name));
    let undo = Action::Members(Members::Reactivate {
        team: grant.team.id,
        id: ended.member.id,
    });
    done(locale, grant, title, text, ended.seq).buttons(vec![
        Button::secondary(say!(locale, "card-undo"), undo),
        all_members(locale, grant),
    ])
}

/// A suspended member is back.
pub fn reactivated(locale: Locale, grant: &Grant, back: &Ended) -> Card {
    let name = &back.member.display_name;
    let role = grant.team.policy.role_name(&back.member.role);
    let title = say!(locale, "reactivated-title", name = plain(name));
    let text = say!(locale, "reactivated-text", name = bold(name), role = role);
    let undo = Action::Members(Members::Deactivate {
        team: grant.team.id,
        id: back.member.id,
    });
    done(locale, grant, title, text, back.seq).buttons(vec![
        Button::secondary(say!(locale, "card-undo"), undo),
        all_members(locale, grant),
    ])
}

/// Whether to go on with removing a member.
pub fn ask_remove(locale: Locale, grant: &Grant, ended: &Ended, draft: DraftId) -> Card {
    let (policy, member) = (&grant.team.policy, &ended.member);
    let (name, role) = (bold(&member.display_name), policy.role_name(&member.role));
    let mut text = match invitations(locale, ended) {
        None => say!(locale, "remove-text", name = name, role = role),
        Some(invitations) => say!(
            locale,
            "remove-text-invitations",
            name = name,
            role = role,
            invitations = invitations
        ),
    };
    let mut buttons = vec![cancel(locale)];
    if policy.removal() == Removal::Permanent {
        text = format!("{text}\n{}", say!(locale, "remove-permanent"));
        buttons.push(Button::secondary(
            say!(locale, "remove-deactivate"),
            Action::Members(Members::Deactivate {
                team: grant.team.id,
                id: member.id,
            }),
        ));
    }
    buttons.push(Button::danger(
        say!(locale, "remove-do", name = cut(&member.display_name, 28)),
        Action::Members(Members::Remove { draft }),
    ));
    let title = say!(
        locale,
        "remove-title",
        name = plain(&cut(&member.display_name, 40))
    );
    Card::new(Tone::Check, title, text)
        .by(by(locale, grant))
        .buttons(buttons)
}

/// A member was removed.
pub fn removed(locale: Locale, grant: &Grant, ended: &Ended) -> Card {
    let name = &ended.member.display_name;
    let mut text = say!(locale, "removed-text", name = bold(name));
    if let Some(invitations) = invitations(locale, ended) {
        text = format!("{text} {invitations}");
    }
    let title = say!(locale, "removed-title", name = plain(name));
    done(locale, grant, title, text, ended.seq).buttons(vec![all_members(locale, grant)])
}

/// Whether to go on with leaving.
pub fn ask_leave(locale: Locale, standing: &Standing) -> Card {
    let team = &standing.team;
    let title = say!(locale, "leave-title", team = plain(&cut(&team.name, 40)));
    Card::new(Tone::Check, title, say!(locale, "leave-text"))
        .by(of(locale, standing))
        .buttons(vec![
            cancel(locale),
            Button::danger(
                say!(locale, "leave-do", team = cut(&team.name, 28)),
                Action::Leave { team: team.id },
            ),
        ])
}

/// The caller has left.
pub fn left(locale: Locale, team: &Team) -> Card {
    let title = say!(locale, "left-title", team = plain(&team.name));
    Card::new(Tone::Done, title, say!(locale, "left-text")).buttons(vec![Button::secondary(
        say!(locale, "teams-see-mine"),
        Action::Teams { page: 0 },
    )])
}

fn done(locale: Locale, grant: &Grant, title: String, text: String, seq: i64) -> Card {
    Card::new(Tone::Done, title, text)
        .by(by(locale, grant))
        .footer(log_entry(locale, seq))
}

/// What becomes of the invitations they sent; nothing is said when there are none.
fn invitations(locale: Locale, ended: &Ended) -> Option<String> {
    (ended.invitations > 0).then(|| say!(locale, "ended-invitations", count = ended.invitations))
}

fn all_members(locale: Locale, grant: &Grant) -> Button {
    Button::secondary(
        say!(locale, "members-all"),
        Action::Members(Members::List {
            team: grant.team.id,
            filter: Filter::default(),
            page: 0,
        }),
    )
}
