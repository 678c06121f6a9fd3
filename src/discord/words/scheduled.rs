//! Invitations that wait for their hour: the list, one of them, and cancelling.

use chrono::{DateTime, Utc};
use muster_core::actor::Grant;
use muster_core::invitation::scheduled::{Reason, Row, Scheduled, Status};
use muster_core::locale::Locale;
use muster_core::page::Paged;
use muster_core::rate_limit::Pace;
use muster_phrases::say;

use super::pending::filters;
use super::{PAGE, bold, bulk, by, pager};
use crate::discord::card::{Button, Card, Tone, cut, plain, relative};
use crate::discord::custom_id::{Action, Bulk};

/// The lists there are, with the word that chooses each.
pub const LISTS: [(Status, &str); 2] = [(Status::Scheduled, "scheduled"), (Status::Refused, "not-sent")];

/// The list that a word means.
pub fn parse_list(word: &str) -> Option<Status> {
    LISTS
        .into_iter()
        .find(|(_, known)| *known == word)
        .map(|(status, _)| status)
}

/// What people read for one of the lists.
pub fn list_label(locale: Locale, status: Status) -> String {
    match status {
        Status::Refused => say!(locale, "scheduled-filter-not-sent"),
        Status::Scheduled | Status::Sent | Status::Cancelled => say!(locale, "scheduled-filter"),
    }
}

/// The lists as options of the filter of all invitations.
pub fn choices(locale: Locale, chosen: Option<Status>) -> Vec<(String, String, bool)> {
    LISTS
        .into_iter()
        .map(|(status, word)| {
            (
                word.to_owned(),
                list_label(locale, status),
                chosen == Some(status),
            )
        })
        .collect()
}

/// A page of those that wait, or of those that could not be sent.
pub fn list(locale: Locale, grant: &Grant, rows: &Paged<Row>, status: Status, pace: &Pace) -> Card {
    let (team, refused) = (grant.team.id, status == Status::Refused);
    let (title, text) = match (rows.rows.is_empty(), refused) {
        (true, false) => (
            say!(locale, "scheduled-none"),
            say!(locale, "scheduled-none-text"),
        ),
        (true, true) => (
            say!(locale, "scheduled-none-not-sent"),
            say!(locale, "scheduled-none-not-sent-text"),
        ),
        (false, refused) => {
            let title = if refused {
                say!(locale, "scheduled-title-not-sent", number = rows.total)
            } else {
                say!(locale, "scheduled-title", number = rows.total)
            };
            let first = u64::from(rows.page) * u64::from(PAGE);
            let lines = (first..).zip(&rows.rows);
            let lines = lines.map(|(before, row)| line(locale, grant, row, pace.after(before)));
            (title, lines.collect::<Vec<_>>().join("\n"))
        }
    };
    let open = rows.rows.iter().map(|row| {
        (
            row.scheduled.id.to_string(),
            row.scheduled.email.to_string(),
            false,
        )
    });
    let mut buttons = pager(locale, rows, |page| {
        Action::Bulk(Bulk::Scheduled { team, status, page })
    });
    if rows.rows.is_empty() {
        let role = None;
        buttons.push(Button::primary(
            say!(locale, "scheduled-invite"),
            Action::Invite { team, role },
        ));
    } else if !refused {
        buttons.push(Button::danger(
            say!(locale, "scheduled-cancel-all"),
            Action::Bulk(Bulk::AskCancelAll { team }),
        ));
    }
    Card::new(Tone::Information, title, text)
        .by(by(locale, grant))
        .select(
            Action::InvitationsFilter { team },
            say!(locale, "scheduled-filter-hint"),
            filters(locale, None, choices(locale, Some(status))),
        )
        .select(
            Action::Bulk(Bulk::Open { team }),
            say!(locale, "scheduled-open"),
            open.collect(),
        )
        .buttons(buttons)
}

fn line(locale: Locale, grant: &Grant, row: &Row, at: DateTime<Utc>) -> String {
    let one = &row.scheduled;
    let address = bold(one.email.as_str());
    let (role, inviter) = (grant.team.policy.role_name(&one.role), plain(&row.inviter));
    match one.reason {
        None => say!(
            locale,
            "scheduled-row",
            address = address,
            line = one.line,
            role = role,
            inviter = inviter,
            at = relative(at)
        ),
        Some(reason) => say!(
            locale,
            "scheduled-row-not-sent",
            address = address,
            line = one.line,
            role = role,
            inviter = inviter,
            at = relative(one.settled_at.unwrap_or(at)),
            reason = bulk::reason(locale, reason)
        ),
    }
}

/// One of them; for one that waits, how many go before it and when it leaves.
pub fn show(locale: Locale, grant: &Grant, row: &Row, turn: Option<(u64, DateTime<Utc>)>) -> Card {
    let one = &row.scheduled;
    let (team, id) = (grant.team.id, one.id);
    let address = plain(one.email.as_str());
    let title = match one.status {
        Status::Scheduled => say!(locale, "scheduled-one", address = address),
        Status::Sent => say!(locale, "scheduled-one-sent", address = address),
        Status::Refused => say!(locale, "scheduled-one-refused", address = address),
        Status::Cancelled => say!(locale, "scheduled-one-cancelled", address = address),
    };
    let mut text = match (one.status, one.reason) {
        (Status::Scheduled, _) => vec![say!(locale, "scheduled-one-text")],
        (_, Some(reason)) => vec![why(locale, reason)],
        (_, None) => Vec::new(),
    };
    if let Some(note) = &one.note {
        text.push(say!(locale, "scheduled-note", note = plain(&cut(note, 200))));
    }
    let mut card = Card::new(Tone::Information, title, text.join("\n"))
        .by(by(locale, grant))
        .field(
            say!(locale, "scheduled-field-role"),
            grant.team.policy.role_name(&one.role),
        )
        .field(say!(locale, "scheduled-field-line"), one.line.to_string())
        .field(say!(locale, "scheduled-field-by"), plain(&row.inviter))
        .footer(id.to_string());
    let mut buttons = Vec::new();
    if let Some((before, at)) = turn {
        card = card
            .field(say!(locale, "scheduled-field-about"), relative(at))
            .field(say!(locale, "scheduled-field-place"), (before + 1).to_string());
        buttons.push(Button::danger(
            say!(locale, "scheduled-cancel-one"),
            Action::Bulk(Bulk::Cancel { team, id }),
        ));
    }
    if let Some(at) = one.settled_at {
        card = card.field(say!(locale, "scheduled-field-decided"), relative(at));
    }
    if let Some(id) = one.invitation_id {
        buttons.push(Button::secondary(
            say!(locale, "scheduled-see-invitation"),
            Action::Invitation { team, id },
        ));
    }
    buttons.push(all(locale, grant));
    card.buttons(buttons)
}

fn why(locale: Locale, reason: Reason) -> String {
    say!(
        locale,
        "scheduled-one-reason",
        reason = bulk::reason(locale, reason)
    )
}

fn all(locale: Locale, grant: &Grant) -> Button {
    let (team, status, page) = (grant.team.id, Status::Scheduled, 0);
    Button::secondary(
        say!(locale, "scheduled-all"),
        Action::Bulk(Bulk::Scheduled { team, status, page }),
    )
}

/// One was cancelled.
pub fn cancelled(locale: Locale, grant: &Grant, one: &Scheduled) -> Card {
    let address = plain(one.email.as_str());
    Card::new(
        Tone::Done,
        say!(locale, "scheduled-cancelled", address = address),
        say!(locale, "scheduled-cancelled-text"),
    )
    .by(by(locale, grant))
    .footer(one.id.to_string())
    .buttons(vec![all(locale, grant)])
}

/// Whether to go on with cancelling all of them.
pub fn ask_all(locale: Locale, grant: &Grant, number: u64) -> Card {
    let team = grant.team.id;
    Card::new(
        Tone::Check,
        say!(locale, "scheduled-ask-all", number = number),
        say!(locale, "scheduled-ask-all-text", number = number),
    )
    .by(by(locale, grant))
    .buttons(vec![
        Button::secondary(say!(locale, "scheduled-keep"), Action::Dismiss),
        Button::danger(
            say!(locale, "scheduled-cancel-number", number = number),
            Action::Bulk(Bulk::CancelAll { team }),
        ),
    ])
}

/// All were cancelled.
pub fn cancelled_all(locale: Locale, grant: &Grant, number: u64) -> Card {
    let title = say!(locale, "scheduled-cancelled-all", number = number);
    Card::new(Tone::Done, title, "")
        .by(by(locale, grant))
        .buttons(vec![all(locale, grant)])
}
