//! Inviting from a file: the report before anything is sent, as a card and as a file, and what came of it.

use chrono::{DateTime, Utc};
use muster_core::actor::Grant;
use muster_core::csv;
use muster_core::ids::{DraftId, TeamId};
use muster_core::invitation::Filter;
use muster_core::invitation::bulk::{Forecast, Looked, Verdict};
use muster_core::invitation::preview::Standing;
use muster_core::invitation::scheduled::{Reason, Status};
use muster_core::locale::Locale;
use muster_phrases::{Style, moment, say, tell};

use super::{PAGE, bold, by, first_rows};
use crate::discord::card::{Button, Card, Tone, cut, full, plain};
use crate::discord::custom_id::{Action, Bulk, Drafts};
use crate::discord::invite::bulk::{BulkDraft, Underway};

/// What the report is called.
const REPORT: &str = "report.csv";
/// How many lines of a kind the card names.
const NAMED: usize = 3;

/// What a line counts as, in the order of the card: what may want mending comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Invalid,
    Missing,
    Role,
    Slip,
    New,
    Replaced,
    Account,
    Suppressed,
    Duplicate,
    Waiting,
    Member,
}

impl Kind {
    const ALL: [Self; 11] = [
        Self::Invalid,
        Self::Missing,
        Self::Role,
        Self::Slip,
        Self::New,
        Self::Replaced,
        Self::Account,
        Self::Suppressed,
        Self::Duplicate,
        Self::Waiting,
        Self::Member,
    ];

    fn of(line: &Looked) -> Self {
        match &line.verdict {
            Verdict::Address(new, standing) => match standing {
                Standing::New if new.email.suggestion().is_some() => Self::Slip,
                Standing::New => Self::New,
                Standing::Replaces(_) => Self::Replaced,
                Standing::Pending | Standing::Cooldown(_) => Self::Waiting,
                Standing::Member => Self::Member,
                Standing::ExistingAccount => Self::Account,
                Standing::Suppressed => Self::Suppressed,
            },
            Verdict::Scheduled => Self::Waiting,
            Verdict::Duplicate(_) => Self::Duplicate,
            Verdict::Invalid(_) => Self::Invalid,
            Verdict::Role(_) => Self::Role,
            Verdict::Missing(_) => Self::Missing,
        }
    }

    fn icon(self) -> &'static str {
        match self {
            Self::New | Self::Replaced => "✅",
            Self::Slip => "⚠️",
            Self::Waiting | Self::Duplicate | Self::Member => "➖",
            Self::Invalid | Self::Account | Self::Suppressed | Self::Role | Self::Missing => "⛔",
        }
    }

    /// What it is called, behind a number or alone.
    fn said(self, locale: Locale) -> String {
        let word = match self {
            Self::New => "new",
            Self::Slip => "slip",
            Self::Replaced => "replaced",
            Self::Waiting => "waiting",
            Self::Duplicate => "duplicate",
            Self::Invalid => "invalid",
            Self::Member => "member",
            Self::Account => "account",
            Self::Suppressed => "suppressed",
            Self::Role => "role",
            Self::Missing => "missing",
        };
        say!(locale, "bulk-kind", kind = word)
    }
}

/// What would become of a file, before anything does.
pub fn review(
    locale: Locale,
    grant: &Grant,
    draft: DraftId,
    body: &BulkDraft,
    lines: &[Looked],
    forecast: &Forecast,
) -> Card {
    let policy = &grant.team.policy;
    let people = forecast.now + forecast.later;
    let kinds = Kind::ALL
        .into_iter()
        .filter_map(|kind| kind_row(locale, kind, lines));
    let rows = first_rows(kinds.collect(), PAGE as usize, |kinds| {
        say!(locale, "bulk-more-kinds", kinds = kinds)
    });
    let tone = match people {
        0 => Tone::Check,
        _ => Tone::Information,
    };
    let mut card = Card::new(tone, say!(locale, "bulk-title", people = people), rows.join("\n"))
        .by(by(locale, grant))
        .with_file(REPORT, report(locale, grant, lines));
    if !body.sheet.unused.is_empty() {
        let columns = cut(&body.sheet.unused.join(", "), 100);
        card = card.field(say!(locale, "bulk-unused"), plain(&columns));
    }
    if people == 0 {
        let cancel = Button::secondary(
            say!(locale, "bulk-cancel"),
            Action::Drafts(Drafts::Drop { draft }),
        );
        return card.footer(say!(locale, "bulk-mend")).buttons(vec![cancel]);
    }
    if forecast.later > 0 {
        let hourly = say!(
            locale,
            "bulk-later-many",
            later = forecast.later,
            hourly = forecast.an_hour
        );
        card = card
            .field(say!(locale, "bulk-now"), forecast.now.to_string())
            .field(say!(locale, "bulk-later"), hourly)
            .field(say!(locale, "bulk-done"), full(forecast.done));
    }
    if let Some(seats) = forecast.seats.filter(|seats| *seats < people as u64) {
        card = card.field(
            say!(locale, "bulk-seats"),
            say!(locale, "bulk-seats-few", seats = seats),
        );
    }
    if body.sheet.lines.iter().any(|line| line.role.is_none()) {
        let option = |role: &muster_core::policy::Role| {
            let label = say!(locale, "bulk-as", role = role.name.as_str());
            (role.key.to_string(), label, role.key == body.role)
        };
        let options = policy.invitable_by(&grant.role).into_iter().map(option).collect();
        card = card.select(
            Action::Bulk(Bulk::Role { draft }),
            say!(locale, "bulk-role"),
            options,
        );
    }
    let send = match (forecast.now, forecast.later) {
        (now, 0) => say!(locale, "bulk-send", now = now),
        (0, later) => say!(locale, "bulk-schedule", later = later),
        (now, later) => say!(locale, "bulk-send-and-schedule", now = now, later = later),
    };
    card.footer(say!(locale, "bulk-nothing-yet")).buttons(vec![
        Button::primary(send, Action::Bulk(Bulk::Send { draft })),
        Button::secondary(
            say!(locale, "bulk-cancel"),
            Action::Drafts(Drafts::Drop { draft }),
        ),
    ])
}

/// `✅ **940** new · line 2 ada@example.org, line 3 bo@example.org, …`
fn kind_row(locale: Locale, kind: Kind, lines: &[Looked]) -> Option<String> {
    let these: Vec<&Looked> = lines.iter().filter(|line| Kind::of(line) == kind).collect();
    if these.is_empty() {
        return None;
    }
    let mut named: Vec<String> = these.iter().take(NAMED).map(|line| named(locale, line)).collect();
    if these.len() > NAMED {
        named.push("…".to_owned());
    }
    Some(format!(
        "{} {} {} · {}",
        kind.icon(),
        bold(&these.len().to_string()),
        kind.said(locale),
        named.join(", ")
    ))
}

/// A line with its address, and in short what is the matter with it, where the kind alone does not say.
fn named(locale: Locale, line: &Looked) -> String {
    let address = match line.typed.as_str() {
        "" => say!(locale, "bulk-empty-address"),
        typed => cut(&typed.replace('\n', " "), 32),
    };
    let named = say!(locale, "bulk-line", line = line.number, address = plain(&address));
    let matter = match (&line.verdict, Kind::of(line)) {
        (Verdict::Duplicate(_) | Verdict::Invalid(_) | Verdict::Role(_) | Verdict::Missing(_), _)
        | (_, Kind::Slip) => detail(locale, line),
        _ => String::new(),
    };
    if matter.is_empty() {
        named
    } else {
        format!("{named} ({})", plain(&cut(&matter, 60)))
    }
}

/// More about a line, as plain text.
fn detail(locale: Locale, line: &Looked) -> String {
    let at = |at: DateTime<Utc>| moment(locale, at);
    match &line.verdict {
        Verdict::Address(new, standing) => match standing {
            Standing::New => match new.email.suggestion() {
                Some(domain) => say!(locale, "bulk-detail-slip", domain = domain),
                None => String::new(),
            },
            Standing::Replaces(since) => say!(locale, "bulk-detail-since", at = at(*since)),
            Standing::Cooldown(until) => say!(locale, "bulk-detail-cooldown", at = at(*until)),
            Standing::Pending => say!(locale, "bulk-detail-pending"),
            Standing::Member | Standing::ExistingAccount | Standing::Suppressed => String::new(),
        },
        Verdict::Scheduled => say!(locale, "bulk-detail-scheduled"),
        Verdict::Duplicate(of) => say!(locale, "bulk-detail-duplicate", line = *of),
        Verdict::Invalid(error) | Verdict::Role(error) | Verdict::Missing(error) => {
            let style = Style {
                time: &at,
                text: &str::to_owned,
            };
            tell(locale, &error.message(), style)
        }
    }
}

/// The whole report: every line of the file that somebody is in.
pub fn report(locale: Locale, grant: &Grant, lines: &[Looked]) -> Vec<u8> {
    let headings = [
        "bulk-report-line",
        "bulk-report-email",
        "bulk-report-role",
        "bulk-report-outcome",
        "bulk-report-detail",
    ];
    let headings = headings.map(|heading| say!(locale, heading));
    let role = |line: &Looked| match &line.verdict {
        Verdict::Address(new, _) => grant.team.policy.role_name(&new.role),
        Verdict::Scheduled
        | Verdict::Duplicate(_)
        | Verdict::Invalid(_)
        | Verdict::Role(_)
        | Verdict::Missing(_) => String::new(),
    };
    let rows = lines.iter().map(|line| {
        [
            line.number.to_string(),
            line.typed.clone(),
            role(line),
            Kind::of(line).said(locale),
            detail(locale, line),
        ]
    });
    csv::write(&headings, rows)
}

/// How far a file has come, while it is being sent and when that is over.
pub fn outcome(locale: Locale, sending: &Underway) -> Card {
    let Underway {
        author,
        team,
        sent,
        refused,
        left,
        forecast,
        left_out,
        report,
        ..
    } = sending;
    let (sent, later) = (*sent, sending.waiting());
    let (tone, title) = match (left, sent, later) {
        (1.., _, _) => {
            let all = forecast.now;
            (
                Tone::Information,
                say!(locale, "bulk-sending", sent = sent, all = all),
            )
        }
        (0, 0, 0) => (Tone::Couldnt, say!(locale, "bulk-none-sent")),
        (0, 0, later) => (Tone::Done, say!(locale, "bulk-scheduled", later = later)),
        (0, sent, 0) => (Tone::Done, say!(locale, "bulk-sent", sent = sent)),
        (0, sent, later) => {
            let both = say!(locale, "bulk-sent-and-scheduled", sent = sent, later = later);
            (Tone::Done, both)
        }
    };
    let tone = match (tone, refused.is_empty()) {
        (Tone::Done, false) => Tone::Check,
        (tone, _) => tone,
    };
    let mut text = Vec::new();
    if *left > 0 {
        text.push(say!(locale, "bulk-goes-on"));
    }
    if later > 0 {
        text.push(say!(
            locale,
            "bulk-scheduled-text",
            later = later,
            hourly = forecast.an_hour,
            done = full(forecast.done)
        ));
    }
    if *left_out > 0 {
        text.push(say!(locale, "bulk-left-out", lines = *left_out));
    }
    let not_sent = refused.iter().map(|refused| {
        let address = plain(&cut(&refused.address, 64));
        let line = say!(locale, "bulk-line", line = refused.line, address = address);
        say!(
            locale,
            "bulk-not-sent",
            line = line,
            reason = reason(locale, refused.reason)
        )
    });
    let room = PAGE as usize - text.len();
    text.extend(first_rows(not_sent.collect(), room, |number| {
        say!(locale, "bulk-more-not-sent", number = number)
    }));
    Card::new(tone, title, text.join("\n"))
        .by(author.clone())
        .with_file(REPORT, report.clone())
        .buttons(next(locale, *team, later + left > 0))
}

fn next(locale: Locale, team: TeamId, scheduled: bool) -> Vec<Button> {
    let (filter, page) = (Filter::Open, 0);
    let mut buttons = vec![Button::secondary(
        say!(locale, "bulk-see-invitations"),
        Action::Invitations { team, filter, page },
    )];
    if scheduled {
        let status = Status::Scheduled;
        buttons.push(Button::secondary(
            say!(locale, "bulk-see-scheduled"),
            Action::Bulk(Bulk::Scheduled { team, status, page }),
        ));
    }
    buttons
}

/// Why one could not be sent when its turn came.
pub fn reason(locale: Locale, reason: Reason) -> String {
    say!(locale, "bulk-reason", reason = reason.as_str())
}
