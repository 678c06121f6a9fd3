//! Members and their roles.

use chrono::{DateTime, TimeDelta, Utc};
use muster_core::actor::Grant;
use muster_core::ids::DraftId;
use muster_core::member::{RoleChange, Row, Status};
use muster_core::page::Paged;
use muster_core::policy::RoleKey;

use super::{author, bold, count, pager, role_filter};
use crate::discord::card::{Button, Card, Tone, day, plain, relative};
use crate::discord::custom_id::Action;

/// After this long without doing anything, a member is shown as inactive.
const INACTIVE_AFTER: TimeDelta = TimeDelta::days(30);

/// A page of the members.
pub fn list(grant: &Grant, members: &Paged<Row>, role: Option<&RoleKey>, now: DateTime<Utc>) -> Card {
    let (team, policy) = (&grant.team, &grant.team.policy);
    let sees_addresses = grant.sees_addresses();
    let rows: Vec<String> = members
        .rows
        .iter()
        .map(|member| row(grant, member, sees_addresses, now))
        .collect();
    let title = match role {
        Some(role) => format!(
            "{} with the role {}",
            count(members.total, "member"),
            policy.role_name(role)
        ),
        None => count(members.total, "member"),
    };
    let text = if rows.is_empty() {
        "Nobody has this role yet.".to_owned()
    } else {
        rows.join("\n")
    };
    let mut buttons = pager(members, |page| Action::Members {
        team: team.id,
        role: role.cloned(),
        page,
    });
    if sees_addresses {
        buttons.push(Button::primary(
            "Invite someone",
            Action::Invite {
                team: team.id,
                role: None,
            },
        ));
    }
    Card::new(Tone::Information, title, text)
        .by(author(&team.name, &grant.role_name()))
        .select(
            Action::MembersFilter { team: team.id },
            "Show only…",
            role_filter(policy, role),
        )
        .buttons(buttons)
}

fn row(grant: &Grant, member: &Row, sees_addresses: bool, now: DateTime<Utc>) -> String {
    let mut parts = vec![
        bold(&member.display_name),
        grant.team.policy.role_name(&member.role),
    ];
    if let Some(email) = &member.email {
        parts.push(plain(&if sees_addresses {
            email.to_string()
        } else {
            email.masked()
        }));
    }
    parts.push(format!("joined {}", day(member.joined_at)));
    if let Some(inviter) = &member.invited_by {
        parts.push(format!("invited by {}", plain(inviter)));
    }
    parts.push(match member.status {
        Status::Deactivated => "deactivated".to_owned(),
        _ if now - member.last_active_at > INACTIVE_AFTER => {
            format!("inactive since {}", day(member.last_active_at))
        }
        _ => "active".to_owned(),
    });
    parts.push(match member.discord_user_id {
        Some(user) => format!("<@{user}>"),
        None => "Discord not linked".to_owned(),
    });
    parts.join(" · ")
}

/// Whether to go on with a change to or from the top role.
pub fn ask_role(grant: &Grant, member: &Row, to: &RoleKey, draft: DraftId) -> Card {
    let policy = &grant.team.policy;
    let (name, role) = (&member.display_name, policy.role_name(to));
    let text = if policy.is_top(to) {
        format!(
            "{} will be able to do everything you can, including changing your role.",
            bold(name)
        )
    } else {
        format!(
            "{} will no longer be {}. Another {} can undo this later.",
            bold(name),
            policy.role_name(&member.role),
            policy.role_name(policy.top_role())
        )
    };
    Card::new(Tone::Check, format!("Make {} {role}?", plain(name)), text)
        .by(author(&grant.team.name, &grant.role_name()))
        .buttons(vec![
            Button::secondary("Cancel", Action::Dismiss),
            Button::danger(format!("Make {name} {role}"), Action::SetRole { draft }),
        ])
}

/// A role was changed.
pub fn role_changed(grant: &Grant, change: &RoleChange, undo_until: Option<DateTime<Utc>>) -> Card {
    let policy = &grant.team.policy;
    let name = &change.member.display_name;
    let mut text = format!(
        "Before: {}. It counts from their next click on.",
        policy.role_name(&change.from)
    );
    let mut buttons = Vec::new();
    if let Some(until) = undo_until {
        text = format!("{text} Undo ends {}.", relative(until));
        buttons.push(Button::secondary(
            "Undo",
            Action::UndoRole {
                team: grant.team.id,
                seq: change.seq,
            },
        ));
    }
    Card::new(
        Tone::Done,
        format!("{} is now {}", plain(name), policy.role_name(&change.to)),
        text,
    )
    .by(author(&grant.team.name, &grant.role_name()))
    .footer(format!("Log entry {}", change.seq))
    .buttons(buttons)
}
