//! Inviting: the review before sending, and what came of it.

use muster_core::actor::Grant;
use muster_core::ids::DraftId;
use muster_core::invitation::preview::Standing;
use muster_core::locale::Locale;
use muster_core::page::Slice;
use muster_phrases::say;

use super::{PAGE, bold, by, pager, sentence, teams};
use crate::discord::card::{Button, Card, Tone, cut, plain, relative};
use crate::discord::custom_id::{Action, Drafts};
use crate::discord::invite::outcome::{self, Outcome};
use crate::discord::invite::{Draft, Line};

/// What will happen, line by line, before anything does.
pub fn review(
    locale: Locale,
    grant: &Grant,
    draft: DraftId,
    body: &Draft,
    lines: Vec<Line>,
    page: u32,
) -> Card {
    let policy = &grant.team.policy;
    let sendable = lines.iter().filter(|line| line.is_sendable()).count();
    let lines = Slice::page(page, PAGE).of(lines);
    let rows: Vec<String> = lines.rows.iter().map(|line| review_line(locale, line)).collect();
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
            Action::Drafts(Drafts::Send { draft }),
        )
    });
    let buttons = send.into_iter().chain([edit(locale, draft), drop(locale, draft)]);
    let pages = pager(locale, &lines, |page| {
        Action::Drafts(Drafts::Review { draft, page })
    });
    let role = Action::Drafts(Drafts::Role {
        draft,
        page: lines.page,
    });
    let mut card = Card::new(tone, title, rows.join("\n"))
        .by(by(locale, grant))
        .footer(say!(locale, "invite-nothing-yet"))
        .select(role, say!(locale, "member-role"), options)
        .buttons(pages)
        .buttons(buttons.collect());
    if let Some(note) = &body.note {
        card = card.field(say!(locale, "invite-note"), plain(&cut(note, 200)));
    }
    card
}

fn edit(locale: Locale, draft: DraftId) -> Button {
    Button::secondary(say!(locale, "card-edit"), Action::Drafts(Drafts::Edit { draft }))
}

fn edit_first(locale: Locale, draft: DraftId) -> Button {
    Button::primary(say!(locale, "card-edit"), Action::Drafts(Drafts::Edit { draft }))
}

fn drop(locale: Locale, draft: DraftId) -> Button {
    Button::secondary(
        say!(locale, "card-cancel"),
        Action::Drafts(Drafts::Drop { draft }),
    )
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

/// A page of what came of each line; `kept` is where the other pages are.
pub fn outcome(locale: Locale, grant: &Grant, outcome: &Outcome, kept: Option<DraftId>, page: u32) -> Card {
    let (tone, title) = match (outcome.sent(), outcome.refused()) {
        (0, _) => (Tone::Couldnt, say!(locale, "invite-none-sent")),
        (sent, 0) => (Tone::Done, say!(locale, "invite-sent", count = sent)),
        (sent, _) => (Tone::Check, say!(locale, "invite-sent-some", count = sent)),
    };
    let lines = Slice::page(page, PAGE).of(outcome.lines().to_vec());
    let rows: Vec<String> = lines.rows.iter().map(|line| outcome_line(locale, line)).collect();
    let pages = kept.map(|draft| {
        pager(locale, &lines, |page| {
            Action::Drafts(Drafts::Outcome { draft, page })
        })
    });
    let next = match outcome.again {
        Some(draft) => vec![edit_first(locale, draft), drop(locale, draft)],
        None => vec![teams::see_invitations(locale, grant.team.id)],
    };
    Card::new(tone, title, rows.join("\n"))
        .by(by(locale, grant))
        .buttons(pages.unwrap_or_default())
        .buttons(next)
}

fn outcome_line(locale: Locale, line: &outcome::Line) -> String {
    let address = bold(&cut(&line.address, 80));
    match &line.end {
        Ok(expires) => {
            let expires = relative(*expires);
            let expires = say!(locale, "invite-link-expires", expires = expires);
            format!("✅ {address} · {expires}")
        }
        Err(why) => format!("⛔ {address} · {why}"),
    }
}
