//! The end of a membership: suspended, removed, left.

use muster_core::actor::{Grant, Standing};
use muster_core::ids::DraftId;
use muster_core::member::{Ended, Filter};
use muster_core::team::Team;

use super::{author, bold, count};
use crate::discord::card::{Button, Card, Tone, cut, plain};
use crate::discord::custom_id::Action;

/// A member was suspended.
pub fn deactivated(grant: &Grant, ended: &Ended) -> Card {
    let name = &ended.member.display_name;
    done(
        grant,
        format!("{} is deactivated", plain(name)),
        format!(
            "{} has no access from their next click on.{} Reactivate them at any time.",
            bold(name),
            invitations(ended)
        ),
        ended.seq,
    )
    .buttons(vec![
        Button::secondary(
            "Undo",
            Action::Reactivate {
                team: grant.team.id,
                id: ended.member.id,
            },
        ),
        all_members(grant),
    ])
}

/// A suspended member is back.
pub fn reactivated(grant: &Grant, back: &Ended) -> Card {
    let name = &back.member.display_name;
    done(
        grant,
        format!("{} is active again", plain(name)),
        format!(
            "{} is {} as before.",
            bold(name),
            grant.team.policy.role_name(&back.member.role)
        ),
        back.seq,
    )
    .buttons(vec![
        Button::secondary(
            "Undo",
            Action::Deactivate {
                team: grant.team.id,
                id: back.member.id,
            },
        ),
        all_members(grant),
    ])
}

/// Whether to go on with removing a member.
pub fn ask_remove(grant: &Grant, ended: &Ended, draft: DraftId) -> Card {
    let (policy, member) = (&grant.team.policy, &ended.member);
    let mut text = format!(
        "{}, who is {}, loses access at once.{} What they did stays in the log.",
        bold(&member.display_name),
        policy.role_name(&member.role),
        invitations(ended)
    );
    if let Some(warning) = policy.removal_warning() {
        text = format!("{text} {warning}");
    }
    let mut buttons = vec![Button::secondary("Cancel", Action::Dismiss)];
    if policy.removal_warning().is_some() {
        buttons.push(Button::secondary(
            "Deactivate instead",
            Action::Deactivate {
                team: grant.team.id,
                id: member.id,
            },
        ));
    }
    buttons.push(Button::danger(
        format!("Remove {}", cut(&member.display_name, 31)),
        Action::Remove { draft },
    ));
    Card::new(
        Tone::Check,
        format!("Remove {}?", plain(&cut(&member.display_name, 40))),
        text,
    )
    .by(author(&grant.team.name, &grant.role_name()))
    .buttons(buttons)
}

/// A member was removed.
pub fn removed(grant: &Grant, ended: &Ended) -> Card {
    let name = &ended.member.display_name;
    done(
        grant,
        format!("{} is removed", plain(name)),
        format!(
            "{} has no access from their next click on.{}",
            bold(name),
            invitations(ended)
        ),
        ended.seq,
    )
    .buttons(vec![all_members(grant)])
}

/// Whether to go on with leaving.
pub fn ask_leave(standing: &Standing) -> Card {
    let team = &standing.team;
    Card::new(
        Tone::Check,
        format!("Leave {}?", plain(&cut(&team.name, 40))),
        "You lose access to the team and its content at once. To come back, you have to be invited again.",
    )
    .by(author(&team.name, &standing.role_name()))
    .buttons(vec![
        Button::secondary("Cancel", Action::Dismiss),
        Button::danger(
            format!("Leave {}", cut(&team.name, 31)),
            Action::Leave { team: team.id },
        ),
    ])
}

/// The caller has left.
pub fn left(team: &Team) -> Card {
    Card::new(
        Tone::Done,
        format!("You have left {}", plain(&team.name)),
        "What you did there stays in its log. Your account and your other teams are as they were.",
    )
    .buttons(vec![Button::secondary("See my teams", Action::Teams)])
}

fn done(grant: &Grant, title: String, text: String, seq: i64) -> Card {
    Card::new(Tone::Done, title, text)
        .by(author(&grant.team.name, &grant.role_name()))
        .footer(format!("Log entry {seq}"))
}

/// What becomes of the invitations they sent; nothing is said when there are none.
fn invitations(ended: &Ended) -> String {
    match u64::try_from(ended.invitations).unwrap_or_default() {
        0 => String::new(),
        1 => " The open invitation that they sent stops working.".to_owned(),
        n => format!(" {} that they sent stop working.", count(n, "open invitation")),
    }
}

fn all_members(grant: &Grant) -> Button {
    Button::secondary(
        "All members",
        Action::Members {
            team: grant.team.id,
            filter: Filter::default(),
            page: 0,
        },
    )
}
