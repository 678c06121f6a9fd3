//! How a mail's delivery goes, in English.

use chrono::{DateTime, Utc};
use muster_core::email::told::{Standing, Told};
use muster_core::email::{Delivery, Kind, Status};
use muster_core::locale::Locale;
use muster_phrases::{Style, tell};

#[test]
fn a_delivery_says_what_happened_and_what_can_be_done() {
    let now: DateTime<Utc> = "2026-11-22T09:00:00Z".parse().unwrap();
    let told = |kind, status, attempts, code, text: Option<&str>, next: i64| {
        let delivery = Delivery {
            id: "00000000000000000000000000".parse().expect("an id"),
            kind,
            status,
            attempts,
            next_attempt_at: now + chrono::TimeDelta::seconds(next),
            last_code: code,
            last_text: text.map(str::to_owned),
            created_at: now,
            sent_at: (status == Status::Sent).then_some(now),
        };
        let Told {
            standing,
            text,
            said,
            advice,
        } = delivery.told(now);
        let style = Style {
            time: &|at| at.format("at %H:%M").to_string(),
            text: &str::to_owned,
        };
        let text = tell(Locale::EnUs, &text, style);
        (standing, text, said.unwrap_or_default(), advice.is_some())
    };
    let tell = |kind, status, attempts, code, text, next, wanted: (Standing, &str, &str, bool)| {
        let (standing, words, said, advice) = told(kind, status, attempts, code, text, next);
        assert_eq!((standing, words.as_str(), said.as_str(), advice), wanted);
    };
    let (mail, reminder) = (Kind::Invitation, Kind::Reminder);
    tell(
        mail,
        Status::Queued,
        0,
        None,
        None,
        0,
        (Standing::Underway, "Mail waiting to be sent", "", false),
    );
    tell(
        mail,
        Status::Sending,
        1,
        None,
        None,
        9,
        (Standing::Underway, "Mail being sent now", "", false),
    );
    tell(
        mail,
        Status::Sent,
        1,
        Some(250),
        Some("2.0.0 ok"),
        9,
        (Standing::Sent, "Mail sent at 09:00", "", false),
    );
    tell(
        reminder,
        Status::Sent,
        1,
        Some(250),
        None,
        9,
        (Standing::Sent, "Reminder sent at 09:00", "", false),
    );
    tell(
        mail,
        Status::Queued,
        1,
        Some(452),
        Some("mailbox full"),
        60,
        (
            Standing::Retrying,
            "Mail not taken yet, next try at 09:01: the mailbox is full",
            "452 mailbox full",
            false,
        ),
    );
    tell(
        mail,
        Status::Queued,
        1,
        None,
        Some("Connection error"),
        0,
        (
            Standing::Retrying,
            "Mail not taken yet, trying again now: our mail server cannot be reached",
            "Connection error",
            false,
        ),
    );
    tell(
        mail,
        Status::Failed,
        1,
        Some(550),
        Some("no such user"),
        0,
        (
            Standing::Failed,
            "Mail not delivered: there is no such mailbox",
            "550 no such user",
            true,
        ),
    );
    tell(
        mail,
        Status::Cancelled,
        0,
        None,
        None,
        0,
        (Standing::NotSent, "Mail not sent: no longer needed", "", false),
    );
    tell(
        mail,
        Status::Cancelled,
        0,
        None,
        Some("the address wants no invitations"),
        0,
        (
            Standing::NotSent,
            "Mail not sent: they want no invitations from here",
            "",
            false,
        ),
    );
}
