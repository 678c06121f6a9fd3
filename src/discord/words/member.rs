//! Members and their roles.

use chrono::{DateTime, Utc};
use muster_core::activity::Entry;
use muster_core::actor::Grant;
use muster_core::export::Export;
use muster_core::ids::DraftId;
use muster_core::locale::Locale;
use muster_core::member::{Filter, RoleChange, Row, Status};
use muster_core::page::Paged;
use muster_core::policy::{Policy, RoleKey};
use muster_phrases::say;

use super::{bold, by, cancel, log_entry, pager, role_filter};
use crate::discord::card::{Button, Card, Tone, cut, day, plain, relative};
use crate::discord::custom_id::{Action, Members};

/// A page of the members.
pub fn list(
    locale: Locale,
    grant: &Grant,
    members: &Paged<Row>,
    filter: &Filter,
    now: DateTime<Utc>,
) -> Card {
    let (team, policy) = (&grant.team, &grant.team.policy);
    let rows: Vec<String> = members
        .rows
        .iter()
        .map(|member| row(locale, grant, member, now))
        .collect();
    let count = members.total;
    // The filters exclude one another.
    let title = match (filter.status, &filter.role) {
        (Some(wanted), _) => say!(
            locale,
            "members-title-status",
            count = count,
            status = is(locale, wanted)
        ),
        (None, Some(role)) => say!(
            locale,
            "members-title-role",
            count = count,
            role = policy.role_name(role)
        ),
        (None, None) => say!(locale, "members-title", count = count),
    };
    let text = match (rows.is_empty(), filter.status) {
        (true, None) => say!(locale, "members-none-role"),
        (true, Some(_)) => say!(locale, "members-none"),
        (false, _) => rows.join("\n"),
    };
    let open = members.rows.iter().filter(|member| member.status.is_current());
    let open = open
        .map(|member| (member.id.to_string(), member.display_name.clone(), false))
        .collect();
    let mut buttons = pager(locale, members, |page| {
        Action::Members(Members::List {
            team: team.id,
            filter: filter.clone(),
            page,
        })
    });
    if grant.sees_addresses() {
        buttons.push(Button::primary(
            say!(locale, "members-invite"),
            Action::Invite {
                team: team.id,
                role: None,
            },
        ));
    }
    Card::new(Tone::Information, title, text)
        .by(by(locale, grant))
        .select(
            Action::Members(Members::Filter { team: team.id }),
            say!(locale, "card-show-only"),
            filters(locale, policy, filter),
        )
        .select(
            Action::Members(Members::Open { team: team.id }),
            say!(locale, "card-open"),
            open,
        )
        .buttons(buttons)
}

/// The statuses that a list can be cut down to, in the order they are offered. Whoever is in is listed without being
/// asked for.
const STATUSES: [Status; 3] = [Status::Deactivated, Status::Removed, Status::Left];

/// What people read for a status, where it stands alone.
pub fn status(locale: Locale, status: Status) -> String {
    let id = match status {
        Status::Active => "member-status-active",
        Status::Deactivated => "member-status-deactivated",
        Status::Removed => "member-status-removed",
        Status::Left => "member-status-left",
    };
    say!(locale, id)
}

/// The same within a line.
fn is(locale: Locale, status: Status) -> String {
    let id = match status {
        Status::Active => "member-is-active",
        Status::Deactivated => "member-is-deactivated",
        Status::Removed => "member-is-removed",
        Status::Left => "member-is-left",
    };
    say!(locale, id)
}

/// The options of the select that cuts the list down. No role's key begins with `=`.
fn filters(locale: Locale, policy: &Policy, chosen: &Filter) -> Vec<(String, String, bool)> {
    let nothing = chosen.status.is_none();
    let mut options = role_filter(locale, policy, chosen.role.as_ref().filter(|_| nothing));
    options[0].2 &= nothing;
    // Discord shows 25 options; a policy with more roles than leave room keeps its roles.
    let room = 25_usize.saturating_sub(options.len());
    options.extend(STATUSES.into_iter().take(room).map(|one| {
        let chosen = chosen.status == Some(one);
        (format!("={one}"), status(locale, one), chosen)
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
pub fn show(locale: Locale, grant: &Grant, member: &Row, history: &[Entry], now: DateTime<Utc>) -> Card {
    let (team, policy) = (grant.team.id, &grant.team.policy);
    let others = member.account_id != grant.actor.account;
    let rows: Vec<String> = history
        .iter()
        .map(|entry| super::activity::row(locale, grant, entry))
        .collect();
    let id = member.id;
    let mut buttons = Vec::new();
    if others && policy.may_deactivate(&grant.role, &member.role) {
        buttons.push(match member.status {
            Status::Deactivated => Button::primary(
                say!(locale, "member-reactivate"),
                Action::Members(Members::Reactivate { team, id }),
            ),
            _ => Button::secondary(
                say!(locale, "member-deactivate"),
                Action::Members(Members::Deactivate { team, id }),
            ),
        });
    }
    if others && policy.may_remove(&grant.role, &member.role) {
        buttons.push(Button::danger(
            say!(locale, "member-remove", name = cut(&member.display_name, 25)),
            Action::Members(Members::AskRemove { team, id }),
        ));
    }
    buttons.push(Button::secondary(
        say!(locale, "members-all"),
        Action::Members(Members::List {
            team,
            filter: Filter::default(),
            page: 0,
        }),
    ));
    let email = member.email.as_ref().map_or_else(
        || say!(locale, "member-no-email"),
        |email| {
            plain(&if grant.sees_addresses() {
                email.to_string()
            } else {
                email.masked()
            })
        },
    );
    let joined = match &member.invited_by {
        Some(inviter) => say!(
            locale,
            "member-joined-by",
            day = day(member.joined_at),
            inviter = plain(inviter)
        ),
        None => day(member.joined_at),
    };
    Card::new(Tone::Information, plain(&member.display_name), rows.join("\n"))
        .by(by(locale, grant))
        .field(say!(locale, "member-role"), policy.role_name(&member.role))
        .field(say!(locale, "member-status"), activeness(locale, member, now))
        .field(say!(locale, "member-email"), email)
        .field(say!(locale, "member-joined-field"), joined)
        .field(
            say!(locale, "member-last-active"),
            relative(member.last_active_at),
        )
        .field("Discord", discord(locale, member))
        .footer(member.id.to_string())
        .buttons(buttons)
}

fn activeness(locale: Locale, member: &Row, now: DateTime<Utc>) -> String {
    if member.is_inactive(now) {
        say!(locale, "member-inactive", day = day(member.last_active_at))
    } else {
        is(locale, member.status)
    }
}

fn discord(locale: Locale, member: &Row) -> String {
    match member.discord_user_id {
        Some(user) => format!("<@{user}>"),
        None => say!(locale, "member-unlinked"),
    }
}

fn row(locale: Locale, grant: &Grant, member: &Row, now: DateTime<Utc>) -> String {
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
    parts.push(say!(locale, "member-joined", day = day(member.joined_at)));
    if let Some(inviter) = &member.invited_by {
        parts.push(say!(locale, "member-invited-by", inviter = plain(inviter)));
    }
    parts.push(activeness(locale, member, now));
    parts.push(discord(locale, member));
    parts.join(" · ")
}

/// The members as a file.
pub fn exported(locale: Locale, grant: &Grant, export: Export, name: &str) -> Card {
    let title = say!(locale, "export-members-title", count = export.rows);
    let text = if export.whole {
        say!(locale, "export-members-text")
    } else {
        say!(locale, "export-members-cut")
    };
    Card::new(Tone::Done, title, text)
        .by(by(locale, grant))
        .with_file(name, export.bytes)
}

/// Whether to go on with a change to or from the top role.
pub fn ask_role(locale: Locale, grant: &Grant, member: &Row, to: &RoleKey, draft: DraftId) -> Card {
    let policy = &grant.team.policy;
    let (name, role) = (&member.display_name, policy.role_name(to));
    let text = if policy.is_top(to) {
        say!(locale, "role-ask-top", name = bold(name))
    } else {
        say!(
            locale,
            "role-ask-from-top",
            name = bold(name),
            from = policy.role_name(&member.role),
            top = policy.role_name(policy.top_role()),
        )
    };
    let title = say!(locale, "role-ask-title", name = plain(name), role = role.as_str());
    Card::new(Tone::Check, title, text)
        .by(by(locale, grant))
        .buttons(vec![
            cancel(locale),
            Button::danger(
                say!(locale, "role-do", name = cut(name, 18), role = role),
                Action::Members(Members::SetRole { draft }),
            ),
        ])
}

/// A role was changed.
pub fn role_changed(
    locale: Locale,
    grant: &Grant,
    change: &RoleChange,
    undo_until: Option<DateTime<Utc>>,
) -> Card {
    let policy = &grant.team.policy;
    let name = &change.member.display_name;
    let from = policy.role_name(&change.from);
    let text = match undo_until {
        Some(until) => say!(locale, "role-done-undo", from = from, until = relative(until)),
        None => say!(locale, "role-done", from = from),
    };
    let undo = undo_until.map(|_| {
        Button::secondary(
            say!(locale, "card-undo"),
            Action::Members(Members::UndoRole {
                team: grant.team.id,
                seq: change.seq,
            }),
        )
    });
    let title = say!(
        locale,
        "role-done-title",
        name = plain(name),
        role = policy.role_name(&change.to)
    );
    Card::new(Tone::Done, title, text)
        .by(by(locale, grant))
        .footer(log_entry(locale, change.seq))
        .buttons(undo.into_iter().collect())
}
