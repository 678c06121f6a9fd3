//! Invitations that were sent: the list, one of them with its delivery, resending and cancelling.

use chrono::{DateTime, Utc};
use muster_core::actor::Grant;
use muster_core::email::Delivery;
use muster_core::email::told::{Standing, Told};
use muster_core::error::Rule;
use muster_core::invitation::{Again, Filter, Invitation, Row, Status};
use muster_core::locale::Locale;
use muster_core::page::Paged;
use muster_phrases::say;

use super::{bold, by, cancel, pager, sentence, told};
use crate::discord::card::{Button, Card, Tone, cut, day, plain, relative};
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
    locale: Locale,
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
        .map(|row| list_line(locale, grant, row, now))
        .collect();
    let (title, text) = if rows.is_empty() {
        match filter {
            Filter::Open => (
                say!(locale, "invitations-none-open-title"),
                say!(locale, "invitations-none-open"),
            ),
            _ => (
                say!(locale, "invitations-none-title"),
                say!(locale, "invitations-none"),
            ),
        }
    } else {
        (
            say!(locale, "invitations-title", count = invitations.total),
            rows.join("\n"),
        )
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
    let mut buttons = pager(locale, invitations, |page| Action::Invitations {
        team: team.id,
        filter,
        page,
    });
    buttons.push(Button::primary(
        say!(locale, "members-invite"),
        Action::Invite {
            team: team.id,
            role: None,
        },
    ));
    Card::new(Tone::Information, title, text)
        .by(by(locale, grant))
        .select(
            Action::InvitationsFilter { team: team.id },
            say!(locale, "card-show-only"),
            filters(locale, Some(filter), others),
        )
        .select(
            Action::OpenInvitation { team: team.id },
            say!(locale, "card-open"),
            open,
        )
        .buttons(buttons)
}

/// The options of the filter: those of invitations, and those of other lists.
pub fn filters(
    locale: Locale,
    chosen: Option<Filter>,
    others: Vec<(String, String, bool)>,
) -> Vec<(String, String, bool)> {
    let own = FILTERS.into_iter().map(|one| {
        (
            filter_word(one).to_owned(),
            filter_label(locale, one),
            Some(one) == chosen,
        )
    });
    own.chain(others).collect()
}

/// What people read for a filter.
pub fn filter_label(locale: Locale, filter: Filter) -> String {
    match filter {
        Filter::Open => say!(locale, "invitations-open"),
        Filter::All => say!(locale, "invitations-all-kinds"),
        Filter::Only(status) => status_word(locale, status),
    }
}

/// What people read for a status.
pub fn status_word(locale: Locale, status: Status) -> String {
    let id = match status {
        Status::Pending => "invitation-status-pending",
        Status::Accepted => "invitation-status-accepted",
        Status::Expired => "invitation-status-expired",
        Status::Revoked => "invitation-status-revoked",
        Status::Replaced => "invitation-status-replaced",
        Status::Declined => "invitation-status-declined",
    };
    say!(locale, id)
}

fn list_line(locale: Locale, grant: &Grant, row: &Row, now: DateTime<Utc>) -> String {
    let invitation = &row.invitation;
    let status = invitation.status(now);
    let mut parts = vec![
        bold(invitation.email.as_str()),
        status_word(locale, status),
        grant.team.policy.role_name(&invitation.role),
        say!(locale, "invitation-by", inviter = plain(&row.inviter)),
        say!(
            locale,
            "invitation-sent-at",
            at = relative(invitation.last_sent_at)
        ),
    ];
    let end = relative(invitation.expires_at);
    match status {
        Status::Pending => parts.push(say!(locale, "invitation-expires-at", at = end)),
        Status::Expired => parts.push(say!(locale, "invitation-expired-at", at = end)),
        Status::Accepted | Status::Revoked | Status::Replaced | Status::Declined => {}
    }
    if matches!(status, Status::Pending | Status::Expired) {
        let standing = row.mail.as_ref().map(|mail| mail.told(now).standing);
        match standing {
            Some(Standing::Failed) => parts.push(format!("⛔ {}", say!(locale, "invitation-mail-failed"))),
            Some(Standing::Retrying) => {
                parts.push(format!("⚠️ {}", say!(locale, "invitation-mail-retrying")));
            }
            Some(Standing::Sent | Standing::Underway | Standing::NotSent) | None => {}
        }
    }
    parts.join(" · ")
}

/// One invitation, its delivery, and what can be done with it.
pub fn show(
    locale: Locale,
    grant: &Grant,
    invitation: &Invitation,
    mails: &[Delivery],
    again: Again,
    now: DateTime<Utc>,
) -> Card {
    let team = &grant.team;
    let status = invitation.status(now);
    let ids = (team.id, invitation.id);
    let mut text: Vec<String> = mails
        .iter()
        .rev()
        .take(8)
        .map(|mail| delivery(locale, mail, now))
        .collect();
    let mut buttons = Vec::new();
    match again {
        Again::Now | Again::No => {}
        Again::NotBefore(at) => {
            text.push(say!(locale, "invitation-resend-from", at = relative(at)));
        }
        Again::Suppressed => text.push(sentence(locale, &Rule::Suppressed.into())),
    }
    if again != Again::No {
        buttons.push(
            Button::primary(
                say!(locale, "invitation-resend"),
                Action::Resend {
                    team: ids.0,
                    id: ids.1,
                },
            )
            .enabled(again == Again::Now),
        );
    }
    if status == Status::Pending {
        buttons.push(Button::danger(
            say!(locale, "invitation-revoke"),
            Action::AskRevoke {
                team: ids.0,
                id: ids.1,
            },
        ));
    }
    buttons.push(Button::secondary(
        say!(locale, "invitations-all"),
        Action::Invitations {
            team: ids.0,
            filter: Filter::Open,
            page: 0,
        },
    ));
    let expires = if status == Status::Expired {
        say!(locale, "invitation-expired")
    } else {
        say!(locale, "invitation-expires")
    };
    let title = say!(
        locale,
        "invitation-of",
        address = plain(invitation.email.as_str())
    );
    Card::new(Tone::Information, title, text.join("\n"))
        .by(by(locale, grant))
        .field(say!(locale, "member-status"), status_word(locale, status))
        .field(
            say!(locale, "member-role"),
            team.policy.role_name(&invitation.role),
        )
        .field(expires, relative(invitation.expires_at))
        .footer(invitation.id.to_string())
        .buttons(buttons)
}

fn delivery(locale: Locale, mail: &Delivery, now: DateTime<Utc>) -> String {
    let Told {
        standing,
        text,
        said,
        advice,
    } = mail.told(now);
    let icon = match standing {
        Standing::Sent | Standing::Underway | Standing::NotSent => "✉️",
        Standing::Retrying => "⚠️",
        Standing::Failed => "⛔",
    };
    let said = said.map(|said| format!(" ({})", plain(&cut(&said, 120))));
    let advice = advice.map(|advice| format!(". {}", told(locale, &advice)));
    format!(
        "{icon} {}{}{}",
        told(locale, &text),
        said.unwrap_or_default(),
        advice.unwrap_or_default()
    )
}

/// An invitation was mailed again.
pub fn resent(locale: Locale, grant: &Grant, invitation: &Invitation, revived: bool) -> Card {
    let expires = relative(invitation.expires_at);
    let text = if revived {
        say!(locale, "invitation-revived", expires = expires)
    } else {
        say!(locale, "invitation-resent", expires = expires)
    };
    let title = say!(
        locale,
        "invitation-resent-title",
        address = plain(invitation.email.as_str())
    );
    Card::new(Tone::Done, title, text)
        .by(by(locale, grant))
        .footer(invitation.id.to_string())
        .buttons(vec![Button::secondary(
            say!(locale, "invitation-see-delivery"),
            Action::Invitation {
                team: grant.team.id,
                id: invitation.id,
            },
        )])
}

/// Whether to go on with cancelling an invitation.
pub fn ask_revoke(locale: Locale, grant: &Grant, invitation: &Invitation) -> Card {
    let (team, id) = (grant.team.id, invitation.id);
    let title = say!(
        locale,
        "invitation-ask-revoke-title",
        address = plain(invitation.email.as_str())
    );
    let text = say!(
        locale,
        "invitation-ask-revoke",
        mailed = day(invitation.last_sent_at)
    );
    Card::new(Tone::Check, title, text)
        .by(by(locale, grant))
        .buttons(vec![
            cancel(locale),
            Button::danger(
                say!(
                    locale,
                    "invitation-do-revoke",
                    address = invitation.email.as_str()
                ),
                Action::Revoke { team, id },
            ),
        ])
}

/// An invitation was cancelled.
pub fn revoked(locale: Locale, grant: &Grant, invitation: &Invitation) -> Card {
    let title = say!(
        locale,
        "invitation-revoked-title",
        address = plain(invitation.email.as_str())
    );
    Card::new(Tone::Done, title, say!(locale, "invitation-revoked"))
        .by(by(locale, grant))
        .footer(invitation.id.to_string())
        .buttons(vec![Button::secondary(
            say!(locale, "invitations-all"),
            Action::Invitations {
                team: grant.team.id,
                filter: Filter::Open,
                page: 0,
            },
        )])
}
