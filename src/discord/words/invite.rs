//! Inviting: the review before sending, and what came of it.

use muster_core::actor::Grant;
use muster_core::error::Error;
use muster_core::ids::DraftId;
use muster_core::invitation::Sent;
use muster_core::invitation::preview::Standing;
use muster_core::locale::Locale;
use muster_phrases::say;

use super::{bold, by, sentence, teams};
use crate::discord::card::{Button, Card, Tone, cut, plain, relative};
use crate::discord::custom_id::Action;
use crate::discord::invite::{Draft, Line};

/// What will happen, line by line, before anything does.
pub fn review(locale: Locale, grant: &Grant, draft: DraftId, body: &Draft, lines: &[Line]) -> Card {
    let policy = &grant.team.policy;
    let sendable = lines.iter().filter(|line| line.is_sendable()).count();
    let rows: Vec<String> = lines.iter().map(|line| review_line(locale, line)).collect();
    let mut text = rows.join("\n");
    if let Some(note) = &body.note {
        let note = say!(locale, "invite-note", note = plain(&cut(note, 200)));
        text = format!("{text}\n\n{note}");
    }
    let options = policy
        .invitable_by(&grant.role)
        .iter()
        .map(|role| {
            let label = say!(locale, "invite-as", role = role.name.as_str());
            (role.key.to_string(), label, role.key == body.role)
        })
        .collect();
    let (tone, title) = match sendable {
        0 => (Tone::Check, say!(locale, "invite-nobody")),
        n => {
            let role = policy.role_name(&body.role);
            let title = say!(locale, "invite-review-title", count = n, role = role);
            (Tone::Information, title)
        }
    };
    let send = (sendable > 0).then(|| {
        Button::primary(
            say!(locale, "invite-send", count = sendable),
            Action::SendDraft { draft },
        )
    });
    let buttons = send.into_iter().chain([edit(locale, draft), drop(locale, draft)]);
    Card::new(tone, title, text)
        .by(by(locale, grant))
        .footer(say!(locale, "invite-nothing-yet"))
        .select(Action::DraftRole { draft }, say!(locale, "member-role"), options)
        .buttons(buttons.collect())
}

fn edit(locale: Locale, draft: DraftId) -> Button {
    Button::secondary(say!(locale, "card-edit"), Action::EditDraft { draft })
}

fn edit_first(locale: Locale, draft: DraftId) -> Button {
    Button::primary(say!(locale, "card-edit"), Action::EditDraft { draft })
}

fn drop(locale: Locale, draft: DraftId) -> Button {
    Button::secondary(say!(locale, "card-cancel"), Action::DropDraft { draft })
}

/// More people than one form invites; what was typed is kept.
pub fn too_many(locale: Locale, grant: &Grant, draft: DraftId, typed: usize, most: usize) -> Card {
    Card::new(
        Tone::Check,
        say!(locale, "invite-too-many-title"),
        say!(locale, "invite-too-many", typed = typed, most = most),
    )
    .by(by(locale, grant))
    .buttons(vec![edit_first(locale, draft), drop(locale, draft)])
}

fn review_line(locale: Locale, line: &Line) -> String {
    let (address, outcome) = match line {
        Line::Unreadable { typed, error } => (typed.as_str(), sentence(locale, error)),
        Line::Address { email, standing } => {
            let outcome = match standing {
                Standing::New => match email.suggestion() {
                    Some(domain) => say!(locale, "invite-line-typo", domain = domain),
                    None => say!(locale, "invite-line-new"),
                },
                Standing::Replaces(since) => {
                    say!(locale, "invite-line-replaces", since = relative(*since))
                }
                Standing::Pending => say!(locale, "invite-line-pending"),
                Standing::Member => say!(locale, "invite-line-member"),
                Standing::ExistingAccount => say!(locale, "invite-line-account"),
                Standing::Suppressed => say!(locale, "invite-line-suppressed"),
                Standing::Cooldown(until) => {
                    say!(locale, "invite-line-cooldown", until = relative(*until))
                }
            };
            (email.as_str(), outcome)
        }
    };
    format!("{} · {outcome}", bold(&cut(address, 80)))
}

/// What came of each line.
pub fn sent(locale: Locale, grant: &Grant, outcomes: &[(String, Result<Sent, Error>)]) -> Card {
    let done = outcomes.iter().filter(|(_, outcome)| outcome.is_ok()).count();
    let (tone, title) = if done == outcomes.len() {
        (Tone::Done, say!(locale, "invite-sent", count = done))
    } else {
        (Tone::Check, say!(locale, "invite-sent-some", count = done))
    };
    outcome_card(locale, grant, tone, title, outcomes)
        .buttons(vec![teams::see_invitations(locale, grant.team.id)])
}

/// Why none was sent; what was typed is kept.
pub fn not_sent(
    locale: Locale,
    grant: &Grant,
    outcomes: &[(String, Result<Sent, Error>)],
    draft: DraftId,
) -> Card {
    let title = say!(locale, "invite-none-sent");
    outcome_card(locale, grant, Tone::Couldnt, title, outcomes)
        .buttons(vec![edit_first(locale, draft), drop(locale, draft)])
}

fn outcome_card(
    locale: Locale,
    grant: &Grant,
    tone: Tone,
    title: String,
    outcomes: &[(String, Result<Sent, Error>)],
) -> Card {
    let row = |(address, outcome): &(String, Result<Sent, Error>)| match outcome {
        Ok(sent) => {
            let expires = relative(sent.invitation.expires_at);
            let expires = say!(locale, "invite-link-expires", expires = expires);
            format!("✅ {} · {expires}", bold(address))
        }
        Err(error) => format!("⛔ {} · {}", bold(&cut(address, 80)), sentence(locale, error)),
    };
    let rows: Vec<String> = outcomes.iter().map(row).collect();
    Card::new(tone, title, rows.join("\n")).by(by(locale, grant))
}
