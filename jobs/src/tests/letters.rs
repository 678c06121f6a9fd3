//! Every kind of mail in every language, word for word, in one place: `snapshots/letters.snap`.
//!
//! With the variable `LETTERS` set to a folder, their HTML is written there too, to be looked at in a browser.

use std::fmt::Write;
use std::path::Path;

use chrono::{DateTime, Utc};
use muster_core::account::Account;
use muster_core::activity;
use muster_core::alert::Alert;
use muster_core::browser::Browser;
use muster_core::email::Kind;
use muster_core::email::content::Content;
use muster_core::email::delivery::Claimed;
use muster_core::email::failure::Failure;
use muster_core::email::join::{Join, Way};
use muster_core::email::membership::{AccessEnded, RoleChanged, TeamDeleted};
use muster_core::email::notice::{AddressChanged, DiscordLinked, NewSignIn};
use muster_core::email::proof::ProofLink;
use muster_core::invitation::code::Mailed;
use muster_core::locale::Locale;
use muster_core::testing::{beginning, offer};
use muster_core::text::EmailAddress;
use url::Url;

use crate::letter::letter;
use crate::mailer::{Letter, Mailer};

const TEAM: &str = "01KAAAAAAAAAAAAAAAAAAAAAAA";
const TOKEN: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn content(kind: Kind) -> Content {
    let (expires, at) = ("2026-11-29T09:00:00Z".parse().unwrap(), beginning());
    match kind {
        Kind::Invitation => Content::Invitation(offer(TOKEN, Some("Hi Bo,\nsee you on Monday <3"), expires)),
        Kind::Reminder => Content::Reminder(offer(TOKEN, None, expires)),
        Kind::InvitationCode => Content::InvitationCode(Mailed {
            code: "042195".to_owned(),
            team: "Aurora".to_owned(),
            expires_at: expires,
        }),
        Kind::Join => join(Way::SignUp {
            token: TOKEN.to_owned(),
            expires_at: expires,
        }),
        Kind::RoleChanged => Content::RoleChanged(RoleChanged {
            team_id: TEAM.parse().unwrap(),
            team: "Aurora".to_owned(),
            from: "Member".to_owned(),
            to: "Owner".to_owned(),
            by: "Ada Park".to_owned(),
        }),
        Kind::Removed => Content::Removed(ended()),
        Kind::Deactivated => Content::Deactivated(ended()),
        Kind::TeamDeleted => Content::TeamDeleted(TeamDeleted {
            team: "Aurora".to_owned(),
            by: "Ada Park".to_owned(),
            at,
            until: "2026-12-22T09:00:00Z".parse().unwrap(),
        }),
        Kind::DiscordLinked => Content::DiscordLinked(DiscordLinked {
            username: "bo.lindqvist".to_owned(),
            at,
        }),
        Kind::DiscordUnlinked => Content::DiscordUnlinked(DiscordLinked {
            username: "bo.lindqvist".to_owned(),
            at,
        }),
        Kind::NewSignIn => sign_in(false),
        Kind::ResetPassword => Content::ResetPassword(proof(expires)),
        Kind::VerifyAddress => Content::VerifyAddress(proof(expires)),
        Kind::PasswordChanged => Content::PasswordChanged(at),
        Kind::AddressChanged => Content::AddressChanged(AddressChanged {
            to: "b…@e….net".to_owned(),
            at,
        }),
        Kind::DeliveryFailed => Content::DeliveryFailed(Box::new(Failure {
            email: TEAM.parse().unwrap(),
            team_id: TEAM.parse().unwrap(),
            team: "Aurora".to_owned(),
            role: "Member".to_owned(),
            address: EmailAddress::parse("cy@example.org").unwrap(),
            code: Some(550),
            text: "5.1.1 <cy@example.org>: no such mailbox".to_owned(),
            inviter: Account {
                id: TEAM.parse().unwrap(),
                display_name: "Ada Park".to_owned(),
                email: None,
            },
            discord_user: None,
            locale: Locale::EnUs,
        })),
        Kind::Alert => Content::Alert(Box::new(Alert {
            team_id: TEAM.parse().unwrap(),
            team: "Aurora".to_owned(),
            kind: activity::Kind::MassRemoval,
            by: "Bo Lindqvist".to_owned(),
            subject: "5".to_owned(),
            at,
            account: Account {
                id: TEAM.parse().unwrap(),
                display_name: "Ada Park".to_owned(),
                email: None,
            },
            discord_user: None,
            locale: Locale::EnUs,
        })),
    }
}

fn ended() -> AccessEnded {
    AccessEnded {
        team: "Aurora".to_owned(),
        by: "Ada Park".to_owned(),
        at: beginning(),
    }
}

fn sign_in(at_discord: bool) -> Content {
    Content::NewSignIn(NewSignIn {
        at_discord,
        browser: Browser::of("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"),
        at: beginning(),
    })
}

fn proof(expires_at: DateTime<Utc>) -> ProofLink {
    ProofLink {
        name: "Bo".to_owned(),
        token: TOKEN.to_owned(),
        expires_at,
    }
}

fn join(way: Way) -> Content {
    Content::Join(Join {
        team: "Aurora".to_owned(),
        role: "Member".to_owned(),
        way,
    })
}

fn written(kind: Kind, content: &Content, locale: Locale) -> Letter {
    let mail = Claimed {
        id: TEAM.parse().unwrap(),
        kind,
        team_id: None,
        account_id: None,
        to_address: EmailAddress::parse("bo@example.org").unwrap(),
        locale,
        invitation_id: None,
        generation: 1,
        details: sqlx::types::Json::default(),
        attempts: 1,
        message_id: "<1@muster.test>".to_owned(),
        created_at: beginning(),
    };
    let public_url: Url = "https://muster.example".parse().unwrap();
    letter(&public_url, beginning(), &mail, content).unwrap()
}

/// Each kind with its name, and those again that can say something else.
fn every() -> Vec<(String, Letter, Locale)> {
    let known = join(Way::SignIn {
        token: Some(TOKEN.to_owned()),
    });
    let kinds = Kind::ALL
        .iter()
        .map(|kind| (kind.to_string(), *kind, content(*kind)));
    let mut answered = offer(TOKEN, None, "2026-11-29T09:00:00Z".parse().unwrap());
    answered.reply_to = Some(EmailAddress::parse("ada@example.org").unwrap());
    let again = [
        (
            "invitation whose inviter is answered".to_owned(),
            Kind::Invitation,
            Content::Invitation(answered),
        ),
        ("join of somebody known".to_owned(), Kind::Join, known),
        (
            "new_sign_in at Discord".to_owned(),
            Kind::NewSignIn,
            sign_in(true),
        ),
    ];
    let all = kinds.chain(again).flat_map(|(name, kind, content)| {
        let locales = Locale::ALL.iter();
        locales
            .map(|locale| (name.clone(), written(kind, &content, *locale), *locale))
            .collect::<Vec<_>>()
    });
    all.collect()
}

#[test]
fn every_kind_says_in_every_language_what_it_should() {
    let mailer = Mailer::from_url(None, "Muster <team@muster.test>", Path::new("/nonexistent")).unwrap();
    let mut seen = String::new();
    for (kind, letter, locale) in every() {
        let _ = writeln!(seen, "════ {kind}, {locale} ════");
        let message = mailer.message(&letter).unwrap();
        for name in [
            "Auto-Submitted",
            "List-Unsubscribe",
            "List-Unsubscribe-Post",
            "Reply-To",
        ] {
            if let Some(value) = message.headers().get_raw(name) {
                let _ = writeln!(seen, "{name}: {value}");
            }
        }
        let _ = writeln!(seen, "Subject: {}\n\n{}\n", letter.subject, letter.text);
    }
    insta::with_settings!({ prepend_module_to_snapshot => false }, { insta::assert_snapshot!("letters", seen) });
}

#[test]
fn pages_of_mails_load_nothing_and_lead_only_to_us() {
    for (kind, Letter { html, subject, .. }, locale) in every() {
        for foreign in ["<img", "<script", "<link", "url(", "@import", "src=", "<3"] {
            assert!(!html.contains(foreign), "{foreign} in {kind}, {locale}");
        }
        let links: Vec<_> = html.split("href=\"").skip(1).collect();
        // A code is read, and leads nowhere.
        assert!(links.len() >= 2 || kind == "invitation_code", "{kind}, {locale}");
        for link in links {
            assert!(
                link.starts_with("https://muster.example/"),
                "{kind}, {locale}: {link}"
            );
        }
        assert!(html.contains(&format!("<html lang=\"{}\">", locale.language())));
        assert!(
            subject
                .chars()
                .all(|c| !c.is_control() && !('\u{2066}'..='\u{2069}').contains(&c)),
            "{subject}"
        );
        if let Ok(folder) = std::env::var("LETTERS") {
            std::fs::write(Path::new(&folder).join(format!("{kind}-{locale}.html")), html).unwrap();
        }
    }
}
