//! Members and their roles.

use std::fmt::Write;

use chrono::{DateTime, TimeDelta, Utc};
use muster_core::activity::Entry;
use muster_core::actor::Grant;
use muster_core::ids::DraftId;
use muster_core::member::{Filter, RoleChange, Row, Status};
use muster_core::page::Paged;
use muster_core::policy::{Policy, RoleKey};

use super::{author, bold, count, pager, role_filter};
use crate::discord::card::{Button, Card, Tone, cut, day, plain, relative};
use crate::discord::custom_id::Action;

/// After this long without doing anything, a member is shown as inactive.
const INACTIVE_AFTER: TimeDelta = TimeDelta::days(30);

/// A page of the members.
pub fn list(grant: &Grant, members: &Paged<Row>, filter: &Filter, now: DateTime<Utc>) -> Card {
    let (team, policy) = (&grant.team, &grant.team.policy);
    let rows: Vec<String> = members
        .rows
        .iter()
        .map(|member| row(grant, member, now))
        .collect();
    let mut title = count(members.total, "member");
    if let Some(wanted) = filter.status {
        let _ = write!(title, ", {}", status(wanted).to_lowercase());
    }
    if let Some(role) = &filter.role {
        let _ = write!(title, " with the role {}", policy.role_name(role));
    }
    let text = match (rows.is_empty(), filter.status) {
        (true, None) => "Nobody has this role yet.".to_owned(),
        (true, Some(_)) => "Nobody is listed here.".to_owned(),
        (false, _) => rows.join("\n"),
    };
    let open = members.rows.iter().filter(|member| member.status.is_current());
    let open = open
        .map(|member| (member.id.to_string(), member.display_name.clone(), false))
        .collect();
    let mut buttons = pager(members, |page| Action::Members {
        team: team.id,
        filter: filter.clone(),
        page,
    });
    if grant.sees_addresses() {
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
            filters(policy, filter),
        )
        .select(Action::OpenMember { team: team.id }, "Open…", open)
        .buttons(buttons)
}

/// The statuses that a list can be cut down to, in the order they are offered. Whoever is in is listed without being
/// asked for.
const STATUSES: [Status; 3] = [Status::Deactivated, Status::Removed, Status::Left];

/// What people read for a status.
pub fn status(status: Status) -> &'static str {
    match status {
        Status::Active => "Active",
        Status::Deactivated => "Deactivated",
        Status::Removed => "Removed",
        Status::Left => "Left",
    }
}

/// The options of the select that cuts the list down. No role's key begins with `=`.
fn filters(policy: &Policy, chosen: &Filter) -> Vec<(String, String, bool)> {
    let nothing = chosen.status.is_none();
    let mut options = role_filter(policy, chosen.role.as_ref().filter(|_| nothing));
    options[0].2 &= nothing;
    // Discord shows 25 options; a policy with more roles than leave room keeps its roles.
    let room = 25_usize.saturating_sub(options.len());
    options.extend(STATUSES.into_iter().take(room).map(|one| {
        let label = status(one).to_owned();
        (format!("={one}"), label, chosen.status == Some(one))
    }));
    options.truncate(25);
    options
}

/// What was chosen from that select.
pub fn parse_filter(chosen: &str) -> Filter {
    match chosen.strip_prefix('=') {
        Some(word) => Filter {
            role: None,
            status: word.parse().ok(),
        },
        None => Filter {
            role: RoleKey::parse(chosen).ok(),
            status: None,
        },
    }
}

/// One member, what can be done about them, and what happened to them.
pub fn show(grant: &Grant, member: &Row, history: &[Entry], now: DateTime<Utc>) -> Card {
    let (team, policy) = (grant.team.id, &grant.team.policy);
    let others = member.account_id != grant.actor.account;
    let rows: Vec<String> = history
        .iter()
        .map(|entry| super::activity::row(grant, entry))
        .collect();
    let id = member.id;
    let mut buttons = Vec::new();
    if others && policy.may_deactivate(&grant.role, &member.role) {
        buttons.push(match member.status {
            Status::Deactivated => Button::primary("Reactivate", Action::Reactivate { team, id }),
            _ => Button::secondary("Deactivate", Action::Deactivate { team, id }),
        });
    }
    if others && policy.may_remove(&grant.role, &member.role) {
        buttons.push(Button::danger(
            format!("Remove {}…", cut(&member.display_name, 29)),
            Action::AskRemove { team, id },
        ));
    }
    buttons.push(Button::secondary(
        "All members",
        Action::Members {
            team,
            filter: Filter::default(),
            page: 0,
        },
    ));
    let email = member.email.as_ref().map_or_else(
        || "none".to_owned(),
        |email| {
            plain(&if grant.sees_addresses() {
                email.to_string()
            } else {
                email.masked()
            })
        },
    );
    let joined = match &member.invited_by {
        Some(inviter) => format!("{}, invited by {}", day(member.joined_at), plain(inviter)),
        None => day(member.joined_at),
    };
    Card::new(Tone::Information, plain(&member.display_name), rows.join("\n"))
        .by(author(&grant.team.name, &grant.role_name()))
        .field("Role", policy.role_name(&member.role))
        .field("Status", activeness(member, now))
        .field("Email", email)
        .field("Joined", joined)
        .field("Last active", relative(member.last_active_at))
        .field("Discord", discord(member))
        .footer(member.id.to_string())
        .buttons(buttons)
}

fn activeness(member: &Row, now: DateTime<Utc>) -> String {
    match member.status {
        Status::Active if now - member.last_active_at > INACTIVE_AFTER => {
            format!("inactive since {}", day(member.last_active_at))
        }
        other => status(other).to_lowercase(),
    }
}

fn discord(member: &Row) -> String {
    match member.discord_user_id {
        Some(user) => format!("<@{user}>"),
        None => "Discord not linked".to_owned(),
    }
}

fn row(grant: &Grant, member: &Row, now: DateTime<Utc>) -> String {
    let sees_addresses = grant.sees_addresses();
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
    parts.push(activeness(member, now));
    parts.push(discord(member));
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
