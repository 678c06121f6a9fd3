//! What can become of people who are invited, by a form or from a file.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use muster::discord::invite::bulk::{BulkDraft, Refused, Underway};
use muster::discord::invite::{Draft, Line};
use muster::discord::words;
use muster_core::actor::Grant;
use muster_core::error::{Error, Rule};
use muster_core::ids::DraftId;
use muster_core::invitation::NewInvitation;
use muster_core::invitation::bulk::{Forecast, Looked, Verdict};
use muster_core::invitation::preview::Standing;
use muster_core::invitation::scheduled::{Reason, Row, Scheduled, Status};
use muster_core::invitation::sheet::Sheet;
use muster_core::locale::Locale;
use muster_core::policy::RoleKey;
use muster_core::testing::World;
use muster_core::text::EmailAddress;
use sqlx::types::Json;

use super::Seen;

/// All of it, in one language.
pub fn seen(seen: &mut Seen, locale: Locale, world: &World, grant: &Grant) {
    seen.about("bulk-outcomes");
    let (draft, now): (DraftId, _) = (world.env.new_id(), world.env.now());
    seen.own("each line of a review", &review(locale, grant, draft, now));
    let body = BulkDraft {
        role: member(),
        sheet: Sheet {
            lines: vec![],
            unused: vec![],
        },
    };
    let forecast = Forecast {
        now: 3,
        later: 0,
        an_hour: 20,
        done: now,
        seats: Some(1),
    };
    let lines = looked(now);
    let report = words::bulk::review(locale, grant, draft, &body, &lines, &forecast);
    seen.own("each line of a file, with too few seats", &report);
    let file = words::bulk::report(locale, grant, &lines);
    let file = String::from_utf8(file).expect("it is text");
    seen.note("and as a file", file.trim_start_matches('\u{feff}'));
    outcomes(seen, locale, world, grant, &forecast);
    scheduled(seen, locale, world, grant);
}

fn member() -> RoleKey {
    RoleKey::parse("member").expect("a key")
}

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).expect("an address")
}

/// How an address can stand, each with one of its own.
fn standings(now: DateTime<Utc>) -> [(&'static str, Standing); 8] {
    [
        ("new@example.org", Standing::New),
        ("slip@gmial.com", Standing::New),
        ("again@example.org", Standing::Replaces(now)),
        ("open@example.org", Standing::Pending),
        ("member@example.org", Standing::Member),
        ("account@example.org", Standing::ExistingAccount),
        ("stop@example.org", Standing::Suppressed),
        (
            "soon@example.org",
            Standing::Cooldown(now + TimeDelta::minutes(1)),
        ),
    ]
}

fn review(locale: Locale, grant: &Grant, draft: DraftId, now: DateTime<Utc>) -> muster::discord::card::Card {
    let lines = standings(now).map(|(email, standing)| Line::Address {
        email: address(email),
        standing,
    });
    let body = Draft {
        role: member(),
        typed: Vec::new(),
        note: Some("See *you* there".to_owned()),
        details: BTreeMap::new(),
    };
    words::invite::review(locale, grant, draft, &body, lines.into(), 0)
}

/// What can become of a line of a file.
fn looked(now: DateTime<Utc>) -> Vec<Looked> {
    let new = |email: &str| {
        Box::new(NewInvitation {
            email: address(email),
            role: member(),
            details: BTreeMap::new(),
            note: None,
        })
    };
    let known = standings(now).map(|(email, standing)| (email, Verdict::Address(new(email), standing)));
    let role = Rule::RoleUnknown {
        role: "emperor".to_owned(),
    };
    let missing = Rule::FieldMissing { what: "what-phone" };
    let bad = Rule::EmailBad {
        reason: "email-no-at",
    };
    let others = [
        ("wait@example.org", Verdict::Scheduled),
        ("NEW@example.org", Verdict::Duplicate(1)),
        ("nonsense", Verdict::Invalid(Error::Rule(bad))),
        (
            "",
            Verdict::Invalid(Error::Rule(Rule::EmailBad {
                reason: "email-no-at",
            })),
        ),
        ("role@example.org", Verdict::Role(Error::Rule(role))),
        ("phone@example.org", Verdict::Missing(Error::Rule(missing))),
    ];
    let lines = (1..).zip(known.into_iter().chain(others));
    lines
        .map(|(number, (typed, verdict))| Looked {
            number,
            typed: typed.to_owned(),
            verdict,
        })
        .collect()
}

fn outcomes(seen: &mut Seen, locale: Locale, world: &World, grant: &Grant, forecast: &Forecast) {
    let refused = |many: usize| {
        let reasons = Reason::ALL.iter().cycle().take(many);
        let lines = (1_i64..).zip(reasons).map(|(line, reason)| Refused {
            line,
            address: format!("p{line}@example.org"),
            reason: *reason,
        });
        lines.collect::<Vec<_>>()
    };
    for (when, sent, left, not_sent) in [
        ("under way", 1, 2, 0),
        ("all sent", 3, 0, 0),
        ("none sent", 0, 0, 3),
        ("some sent, for each reason the others were not", 1, 0, 10),
        ("more could not be sent than a card names", 1, 0, 12),
    ] {
        let underway = Underway {
            author: words::by(locale, grant),
            team: grant.team.id,
            batch: world.env.new_id(),
            locale,
            forecast: Forecast {
                now: sent + left + not_sent,
                ..*forecast
            },
            sent,
            refused: refused(not_sent),
            left,
            left_out: 0,
            report: Vec::new(),
        };
        seen.own(when, &words::bulk::outcome(locale, &underway));
    }
    let reasons = Reason::ALL
        .iter()
        .map(|reason| words::bulk::reason(locale, *reason));
    seen.note("each reason", &reasons.collect::<Vec<_>>().join("\n"));
}

fn scheduled(seen: &mut Seen, locale: Locale, world: &World, grant: &Grant) {
    let now = world.env.now();
    for status in Status::ALL {
        let decided = *status != Status::Scheduled;
        let row = Row {
            scheduled: Scheduled {
                id: world.env.new_id(),
                team_id: grant.team.id,
                batch: world.env.new_id(),
                line: 7,
                email: address("bo@example.org"),
                role: member(),
                details: Json(BTreeMap::new()),
                note: Some("See *you* there".to_owned()),
                invited_by: grant.actor.account,
                created_at: now,
                status: *status,
                reason: (*status == Status::Refused).then_some(Reason::Seats),
                invitation_id: (*status == Status::Sent).then(|| world.env.new_id()),
                settled_at: decided.then_some(now),
            },
            inviter: "Ada".to_owned(),
        };
        let turn = (!decided).then_some((3, now));
        let card = words::scheduled::show(locale, grant, &row, turn);
        seen.own(&format!("one that is {status}"), &card);
    }
}
