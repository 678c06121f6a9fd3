//! Inviting: the review before sending, and what came of it.

use muster_core::actor::Grant;
use muster_core::error::Error;
use muster_core::ids::DraftId;
use muster_core::invitation::preview::Standing;
use muster_core::invitation::{Filter, Sent};

use super::{author, bold, count};
use crate::discord::card::{Button, Card, Tone, cut, plain, relative, sentence};
use crate::discord::custom_id::Action;
use crate::discord::invite::{Draft, Line};

/// What will happen, line by line, before anything does.
pub fn review(grant: &Grant, draft: DraftId, body: &Draft, lines: &[Line]) -> Card {
    let (team, policy) = (&grant.team, &grant.team.policy);
    let sendable = lines.iter().filter(|line| line.is_sendable()).count() as u64;
    let rows: Vec<String> = lines.iter().map(review_line).collect();
    let mut text = rows.join("\n");
    if let Some(note) = &body.note {
        text = format!("{text}\n\nNote: {}", plain(&cut(note, 200)));
    }
    let roles = policy.invitable_by(&grant.member.role);
    let options = roles
        .iter()
        .map(|role| {
            (
                role.key.to_string(),
                format!("As {}", role.name),
                role.key == body.role,
            )
        })
        .collect();
    let (tone, title) = match sendable {
        0 => (Tone::Check, "Nobody to invite yet".to_owned()),
        n => (
            Tone::Information,
            format!(
                "Invite {} as {}?",
                count(n, "person").replace("persons", "people"),
                policy.role_name(&body.role)
            ),
        ),
    };
    let mut buttons = Vec::new();
    if sendable > 0 {
        buttons.push(Button::primary(
            format!("Send {}", count(sendable, "invitation")),
            Action::SendDraft { draft },
        ));
    }
    buttons.push(Button::secondary("Edit", Action::EditDraft { draft }));
    buttons.push(Button::secondary("Cancel", Action::DropDraft { draft }));
    Card::new(tone, title, text)
        .by(author(&team.name, &grant.role_name()))
        .footer("Nothing is sent before you press Send")
        .select(Action::DraftRole { draft }, "Role", options)
        .buttons(buttons)
}

/// More people than one form invites; what was typed is kept.
pub fn too_many(grant: &Grant, draft: DraftId, typed: usize, most: usize) -> Card {
    Card::new(
        Tone::Check,
        "Too many addresses",
        format!("You typed {typed}, and {most} at a time is the most. Edit the list; nothing is lost."),
    )
    .by(author(&grant.team.name, &grant.role_name()))
    .buttons(vec![
        Button::primary("Edit", Action::EditDraft { draft }),
        Button::secondary("Cancel", Action::DropDraft { draft }),
    ])
}

fn review_line(line: &Line) -> String {
    let (address, outcome) = match line {
        Line::Unreadable { typed, error } => (typed.as_str(), sentence(error)),
        Line::Address { email, standing } => {
            let outcome = match standing {
                Standing::New => match email.suggestion() {
                    Some(domain) => format!("new; did you mean {domain}?"),
                    None => "new".to_owned(),
                },
                Standing::Replaces(since) => {
                    format!("already invited {}, will be replaced", relative(*since))
                }
                Standing::Pending => "already invited; resend that invitation instead".to_owned(),
                Standing::Member => "already a member".to_owned(),
                Standing::ExistingAccount => {
                    "has an account already, which this team's rules refuse".to_owned()
                }
                Standing::Suppressed => {
                    "wants no invitations from here (SUPPRESSED); invite another address".to_owned()
                }
                Standing::Cooldown(until) => format!(
                    "mailed a moment ago; you can invite them again {}",
                    relative(*until)
                ),
            };
            (email.as_str(), outcome)
        }
    };
    format!("{} · {outcome}", bold(&cut(address, 80)))
}

/// What came of each line.
pub fn sent(grant: &Grant, outcomes: &[(String, Result<Sent, Error>)]) -> Card {
    let done = outcomes.iter().filter(|(_, outcome)| outcome.is_ok()).count() as u64;
    let sent = count(done, "invitation");
    let (tone, title) = if done == outcomes.len() as u64 {
        (Tone::Done, format!("{sent} sent"))
    } else {
        (Tone::Check, format!("{sent} sent, the rest were not"))
    };
    let action = Action::Invitations {
        team: grant.team.id,
        filter: Filter::Open,
        page: 0,
    };
    outcome_card(grant, tone, title, outcomes).buttons(vec![Button::secondary("See invitations", action)])
}

/// Why none was sent; what was typed is kept.
pub fn not_sent(grant: &Grant, outcomes: &[(String, Result<Sent, Error>)], draft: DraftId) -> Card {
    outcome_card(
        grant,
        Tone::Couldnt,
        "No invitation was sent".to_owned(),
        outcomes,
    )
    .buttons(vec![
        Button::primary("Edit", Action::EditDraft { draft }),
        Button::secondary("Cancel", Action::DropDraft { draft }),
    ])
}

fn outcome_card(
    grant: &Grant,
    tone: Tone,
    title: String,
    outcomes: &[(String, Result<Sent, Error>)],
) -> Card {
    let row = |(address, outcome): &(String, Result<Sent, Error>)| match outcome {
        Ok(sent) => format!(
            "✅ {} · the link expires {}",
            bold(address),
            relative(sent.invitation.expires_at)
        ),
        Err(error) => format!("⛔ {} · {}", bold(&cut(address, 80)), sentence(error)),
    };
    let rows: Vec<String> = outcomes.iter().map(row).collect();
    Card::new(tone, title, rows.join("\n")).by(author(&grant.team.name, &grant.role_name()))
}
