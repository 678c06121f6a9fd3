//! Invitations that were sent: the list, one of them with its delivery, resending and cancelling.

use chrono::{DateTime, Utc};
use muster_core::actor::Grant;
use muster_core::email::Delivery;
use muster_core::email::told::{Standing, Told};
use muster_core::error::Rule;
use muster_core::invitation::{Filter, Invitation, Row, Status};
use muster_core::page::Paged;

use super::{author, bold, count, pager};
use crate::discord::card::{Button, Card, Tone, cut, day, plain, relative, sentence};
use crate::discord::custom_id::{Action, filter_word};

/// Every filter of the list, in the order it is offered.
pub const FILTERS: [Filter; 8] = [
    Filter::Open,
    Filter::All,
    Filter::Only(Status::Pending),
    Filter::Only(Status::Accepted),
    Filter::Only(Status::Expired),
    Filter::Only(Status::Revoked),
    Filter::Only(Status::Replaced),
    Filter::Only(Status::Declined),
];

/// A page of the invitations.
pub fn list(
    grant: &Grant,
    invitations: &Paged<Row>,
    filter: Filter,
    others: Vec<(String, String, bool)>,
    now: DateTime<Utc>,
) -> Card {
    let team = &grant.team;
    let rows: Vec<String> = invitations
        .rows
        .iter()
        .map(|row| list_line(grant, row, now))
        .collect();
    let (title, text) = if rows.is_empty() {
        match filter {
            Filter::Open => (
                "No open invitations".to_owned(),
                "Invite someone, and they show up here until they answer.".to_owned(),
            ),
            _ => (
                "No invitations of this kind".to_owned(),
                "Choose another kind below.".to_owned(),
            ),
        }
    } else {
        (count(invitations.total, "invitation"), rows.join("\n"))
    };
    let open = invitations
        .rows
        .iter()
        .map(|row| {
            (
                row.invitation.id.to_string(),
                row.invitation.email.to_string(),
                false,
            )
        })
        .collect();
    let mut buttons = pager(invitations, |page| Action::Invitations {
        team: team.id,
        filter,
        page,
    });
    buttons.push(Button::primary(
        "Invite someone",
        Action::Invite {
            team: team.id,
            role: None,
        },
    ));
    Card::new(Tone::Information, title, text)
        .by(author(&team.name, &grant.role_name()))
        .select(
            Action::InvitationsFilter { team: team.id },
            "Show only…",
            filters(Some(filter), others),
        )
        .select(Action::OpenInvitation { team: team.id }, "Open…", open)
        .buttons(buttons)
}

/// The options of the filter: those of invitations, and those of other lists.
pub fn filters(chosen: Option<Filter>, others: Vec<(String, String, bool)>) -> Vec<(String, String, bool)> {
    let own = FILTERS.into_iter().map(|one| {
        (
            filter_word(one).to_owned(),
            filter_label(one).to_owned(),
            Some(one) == chosen,
        )
    });
    own.chain(others).collect()
}

/// What people read for a filter.
pub fn filter_label(filter: Filter) -> &'static str {
    match filter {
        Filter::Open => "Open: pending and expired",
        Filter::All => "All",
        Filter::Only(status) => status_word(status),
    }
}

fn status_word(status: Status) -> &'static str {
    match status {
        Status::Pending => "Pending",
        Status::Accepted => "Accepted",
        Status::Expired => "Expired",
        Status::Revoked => "Revoked",
        Status::Replaced => "Replaced",
        Status::Declined => "Declined",
    }
}

fn list_line(grant: &Grant, row: &Row, now: DateTime<Utc>) -> String {
    let invitation = &row.invitation;
    let status = invitation.status(now);
    let mut parts = vec![
        bold(invitation.email.as_str()),
        status_word(status).to_owned(),
        grant.team.policy.role_name(&invitation.role),
        format!("by {}", plain(&row.inviter)),
        format!("sent {}", relative(invitation.last_sent_at)),
    ];
    match status {
        Status::Pending => parts.push(format!("expires {}", relative(invitation.expires_at))),
        Status::Expired => parts.push(format!("expired {}", relative(invitation.expires_at))),
        Status::Accepted | Status::Revoked | Status::Replaced | Status::Declined => {}
    }
    if matches!(status, Status::Pending | Status::Expired) {
        let standing = row.mail.as_ref().map(|mail| mail.told(now, &relative).standing);
        match standing {
            Some(Standing::Failed) => parts.push("⛔ mail not delivered".to_owned()),
            Some(Standing::Retrying) => parts.push("⚠️ mail not taken yet".to_owned()),
            Some(Standing::Sent | Standing::Underway | Standing::NotSent) | None => {}
        }
    }
    parts.join(" · ")
}

/// Whether an invitation can be mailed again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resend {
    /// At once.
    Now,
    /// The address was mailed a moment ago.
    NotBefore(DateTime<Utc>),
    /// The address wants no invitations.
    Suppressed,
}

/// One invitation, its delivery, and what can be done with it.
pub fn show(
    grant: &Grant,
    invitation: &Invitation,
    mails: &[Delivery],
    resend: Resend,
    now: DateTime<Utc>,
) -> Card {
    let team = &grant.team;
    let status = invitation.status(now);
    let ids = (team.id, invitation.id);
    let mut text: Vec<String> = mails
        .iter()
        .rev()
        .take(8)
        .map(|mail| delivery(mail, now))
        .collect();
    let mut buttons = Vec::new();
    if matches!(status, Status::Pending | Status::Expired) {
        match resend {
            Resend::Now => {}
            Resend::NotBefore(at) => text.push(format!("You can resend {}.", relative(at))),
            Resend::Suppressed => text.push(sentence(&Rule::Suppressed.into())),
        }
        buttons.push(
            Button::primary(
                "Resend",
                Action::Resend {
                    team: ids.0,
                    id: ids.1,
                },
            )
            .enabled(resend == Resend::Now),
        );
    }
    if status == Status::Pending {
        buttons.push(Button::danger(
            "Revoke…",
            Action::AskRevoke {
                team: ids.0,
                id: ids.1,
            },
        ));
    }
    buttons.push(Button::secondary(
        "All invitations",
        Action::Invitations {
            team: ids.0,
            filter: Filter::Open,
            page: 0,
        },
    ));
    let expires = if status == Status::Expired {
        "Expired"
    } else {
        "Expires"
    };
    Card::new(
        Tone::Information,
        format!("Invitation of {}", plain(invitation.email.as_str())),
        text.join("\n"),
    )
    .by(author(&team.name, &grant.role_name()))
    .field("Status", status_word(status))
    .field("Role", team.policy.role_name(&invitation.role))
    .field(expires, relative(invitation.expires_at))
    .footer(invitation.id.to_string())
    .buttons(buttons)
}

fn delivery(mail: &Delivery, now: DateTime<Utc>) -> String {
    let Told {
        standing,
        text,
        said,
        advice,
    } = mail.told(now, &relative);
    let icon = match standing {
        Standing::Sent | Standing::Underway | Standing::NotSent => "✉️",
        Standing::Retrying => "⚠️",
        Standing::Failed => "⛔",
    };
    let said = said.map(|said| format!(" ({})", plain(&cut(&said, 120))));
    let advice = advice.map(|advice| format!(". {advice}"));
    format!(
        "{icon} {text}{}{}",
        said.unwrap_or_default(),
        advice.unwrap_or_default()
    )
}

/// An invitation was mailed again.
pub fn resent(grant: &Grant, invitation: &Invitation, revived: bool) -> Card {
    let text = if revived {
        format!(
            "It had expired and is open again, with a new link that expires {}.",
            relative(invitation.expires_at)
        )
    } else {
        format!(
            "The link is the same and expires {}.",
            relative(invitation.expires_at)
        )
    };
    Card::new(
        Tone::Done,
        format!("Sent again to {}", plain(invitation.email.as_str())),
        text,
    )
    .by(author(&grant.team.name, &grant.role_name()))
    .footer(invitation.id.to_string())
    .buttons(vec![Button::secondary(
        "See its delivery",
        Action::Invitation {
            team: grant.team.id,
            id: invitation.id,
        },
    )])
}

/// Whether to go on with cancelling an invitation.
pub fn ask_revoke(grant: &Grant, invitation: &Invitation) -> Card {
    let (team, id) = (grant.team.id, invitation.id);
    Card::new(
        Tone::Check,
        format!("Revoke the invitation of {}?", plain(invitation.email.as_str())),
        format!(
            "The link that was mailed {} stops working at once. You can invite them again later.",
            day(invitation.last_sent_at)
        ),
    )
    .by(author(&grant.team.name, &grant.role_name()))
    .buttons(vec![
        Button::secondary("Cancel", Action::Dismiss),
        Button::danger(
            format!("Revoke {}", invitation.email),
            Action::Revoke { team, id },
        ),
    ])
}

/// An invitation was cancelled.
pub fn revoked(grant: &Grant, invitation: &Invitation) -> Card {
    Card::new(
        Tone::Done,
        format!("Revoked the invitation of {}", plain(invitation.email.as_str())),
        "Its link no longer works.",
    )
    .by(author(&grant.team.name, &grant.role_name()))
    .footer(invitation.id.to_string())
    .buttons(vec![Button::secondary(
        "All invitations",
        Action::Invitations {
            team: grant.team.id,
            filter: Filter::Open,
            page: 0,
        },
    )])
}
