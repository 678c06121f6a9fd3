//! What no tour comes by, set out by hand: each reason for which a mail fails, each kind of log entry, files that were
//! cut, large teams. The cards are the bot's own, filled with what the database would give.

mod invited;
mod lists;

use chrono::{DateTime, TimeDelta, Utc};
use discord_sim::Message;
use muster::discord::card::Card;
use muster::discord::help::{Health, Topic};
use muster::discord::words;
use muster_core::activity::{Entry, Filter, Kind, Surface};
use muster_core::actor::Grant;
use muster_core::email::{Delivery, Kind as Mail, Status};
use muster_core::export::Export;
use muster_core::locale::Locale;
use muster_core::page::Paged;
use muster_core::policy::{Permission, Presets};
use muster_core::testing::World;
use serde_json::json;

use super::tour::Seen;

/// A card as Discord shows it.
pub fn shown(card: &Card) -> Message {
    Message::from_json(json!({ "embeds": [card.embed()], "components": card.components(), "flags": 64 }))
}

impl Seen {
    /// Notes a card of the bot's own.
    pub fn own(&mut self, when: &str, card: &Card) {
        self.card(when, &shown(card));
    }
}

/// Rows that are all there is.
fn all<T>(rows: Vec<T>) -> Paged<T> {
    let total = rows.len() as u64;
    Paged {
        rows,
        total,
        page: 0,
        pages: 1,
    }
}

/// Everything on the shelf, in one language.
pub async fn seen(world: World, locale: Locale) -> Seen {
    let mut seen = Seen::default();
    help(&mut seen, locale);
    deliveries(&mut seen, locale, &world);
    policies(&mut seen, locale, &world).await;
    many_roles(&mut seen, locale, &world).await;
    let grant = grant(&world, 1, "campaigns").await;
    files(&mut seen, locale, &grant);
    entries(&mut seen, locale, &grant, world.env.now());
    lists::seen(&mut seen, locale, &world, &grant).await;
    invited::seen(&mut seen, locale, &world, &grant);
    seen
}

/// The founder of a team by a preset, who may do everything.
async fn grant(world: &World, discord_user: i64, preset: &str) -> Grant {
    let (ada, team) = world.founder(discord_user, "Ada", "Aurora", preset).await;
    let mut tx = world.db.read().await.expect("the database is there");
    let grant = ada.may(&mut tx, team, Permission::TeamSettings).await;
    grant.expect("the founder may do everything")
}

fn help(seen: &mut Seen, locale: Locale) {
    seen.about("help");
    for topic in Topic::ALL {
        for (fine, so) in [(true, "all set up"), (false, "nothing set up")] {
            let health = Health {
                writes_here: Some(fine),
                has_team: fine,
                linking: fine,
                mail: fine,
            };
            let when = format!("{}, {so}", topic.as_str());
            seen.own(&when, &words::help::topic(locale, topic, health));
        }
    }
}

/// What mail servers answer, one for each reason that we tell of.
const ANSWERS: [(Option<i64>, &str); 20] = [
    (Some(451), "4.7.1 Greylisted, please come back later"),
    (Some(421), "4.3.2 try again later"),
    (Some(552), "5.2.2 over quota"),
    (Some(550), "5.1.1 no such user"),
    (Some(550), "5.1.10 null MX"),
    (Some(550), "5.2.1 The account is disabled"),
    (Some(554), "5.7.1 Message rejected as spam"),
    (Some(550), "5.7.26 Unauthenticated mail is not accepted"),
    (Some(552), "5.3.4 message size exceeds limit"),
    (Some(535), "5.7.8 Bad credentials"),
    (None, "STARTTLS is not supported on this server"),
    (None, "the mail server's certificate has expired"),
    (None, "Connection error: Connection refused"),
    (None, "network error: connection reset by peer"),
    (None, "the mail server did not finish within 30 seconds"),
    (None, "we gave up after 100 tries"),
    (None, "the mail could not be written: bad header"),
    (None, "the address wants no invitations"),
    (Some(550), "no"),
    (Some(471), "hm"),
];

fn deliveries(seen: &mut Seen, locale: Locale, world: &World) {
    seen.about("delivery");
    let now = world.env.now();
    let soon = now + TimeDelta::minutes(5);
    let queued = Delivery {
        id: world.env.new_id(),
        kind: Mail::Invitation,
        status: Status::Queued,
        attempts: 0,
        next_attempt_at: now,
        last_code: None,
        last_text: None,
        created_at: now,
        sent_at: None,
    };
    let is = |status| Delivery {
        status,
        ..queued.clone()
    };
    let reminder = Delivery {
        kind: Mail::Reminder,
        sent_at: Some(now),
        ..is(Status::Sent)
    };
    for (when, mail) in [
        ("waits", queued.clone()),
        ("is being sent", is(Status::Sending)),
        ("was sent, earlier than we noted when", is(Status::Sent)),
        ("was sent", reminder),
        ("was dropped", is(Status::Cancelled)),
    ] {
        seen.note(when, &told(locale, &mail, now));
    }
    for (code, text) in ANSWERS {
        let answered = Delivery {
            last_code: code,
            last_text: Some(text.to_owned()),
            ..queued.clone()
        };
        let waits = Delivery {
            next_attempt_at: soon,
            ..answered.clone()
        };
        let fails = |status| Delivery {
            status,
            ..answered.clone()
        };
        let (fails, dropped) = (fails(Status::Failed), fails(Status::Cancelled));
        let lines = [&answered, &waits, &fails, &dropped].map(|mail| told(locale, mail, now));
        seen.note(&format!("{} {text}", code.unwrap_or_default()), &lines.join("\n"));
    }
}

/// How a mail's delivery is told, with what to do about it.
fn told(locale: Locale, mail: &Delivery, now: DateTime<Utc>) -> String {
    let told = mail.told(now);
    let advice = told.advice.map(|advice| words::told(locale, &advice));
    let text = [Some(words::told(locale, &told.text)), advice];
    text.into_iter().flatten().collect::<Vec<_>>().join(". ")
}

async fn policies(seen: &mut Seen, locale: Locale, world: &World) {
    seen.about("policies");
    for (n, preset) in (10..).zip(Presets::shipped().iter()) {
        let grant = grant(world, n, &preset.key).await;
        seen.own(&preset.key, &words::policy::show(locale, &grant));
    }
    // What no preset says, and teams may.
    for (n, preset, edits) in [
        (
            20,
            "business",
            vec![
                ("reinvite = \"replaces\"", "reinvite = \"refused\""),
                ("assigns = [\"admin\", \"member\"]", "assigns = [\"member\"]"),
                ("seats = 25\n", ""),
            ],
        ),
        (21, "company", vec![("invites = [\"user\"]\n", "")]),
    ] {
        let made = grant(world, n, preset).await;
        let (ada, team) = (made.actor, made.team.id);
        for (old, new) in edits {
            world.edit_policy(team, old, new).await;
        }
        let mut tx = world.db.read().await.expect("the database is there");
        let edited = ada.may(&mut tx, team, Permission::TeamSettings).await;
        let edited = edited.expect("Ada may");
        seen.own(
            &format!("{preset}, edited"),
            &words::policy::show(locale, &edited),
        );
    }
}

/// A team with more roles than a card shows.
async fn many_roles(seen: &mut Seen, locale: Locale, world: &World) {
    let made = grant(world, 22, "campaigns").await;
    let (ada, team) = (made.actor, made.team.id);
    let more = ["a", "b", "c", "d", "e", "f"].map(|key| {
        format!(
            "\n[[role]]\nkey = \"{key}\"\nname = \"New {key}\"\nplural = \"New {key}\"\ndescription = \"New\"\n\
             permissions = [\"members.view\"]\n"
        )
    });
    let rules = made.team.policy.to_toml() + &more.concat();
    world.put_policy(team, &rules).await;
    let mut tx = world.db.read().await.expect("the database is there");
    let edited = ada.may(&mut tx, team, Permission::TeamSettings).await;
    let card = words::policy::show(locale, &edited.expect("Ada may"));
    seen.own("campaigns, with many roles", &card);
}

fn files(seen: &mut Seen, locale: Locale, grant: &Grant) {
    seen.about("files");
    for (rows, whole) in [(1, true), (5000, false)] {
        let export = Export {
            bytes: b"what is in it".to_vec(),
            rows,
            whole,
        };
        let so = if whole { "whole" } else { "cut" };
        let members = words::member::exported(locale, grant, export.clone(), "members.csv");
        seen.own(&format!("the members, {so}"), &members);
        let log = words::activity::exported(
            locale,
            grant,
            export.clone(),
            "log.json",
            "https://muster.test/teams/1/activity",
        );
        seen.own(&format!("the log, {so}"), &log);
        let own = words::account::exported(locale, export, "account.json");
        seen.own(&format!("everything about oneself, {so}"), &own);
    }
}

fn entries(seen: &mut Seen, locale: Locale, grant: &Grant, at: DateTime<Utc>) {
    seen.about("log-entries");
    let details = json!({
        "role": "member", "from": "member", "to": "viewer", "username": "bo", "changed": "invitation.lifetime_days: 7 → 9",
        "why": "seats",
    });
    let entry = |kind: Kind, subject: &str, more: serde_json::Value| {
        let mut details = details.clone();
        for (name, value) in more.as_object().expect("an object") {
            details[name] = value.clone();
        }
        Entry {
            seq: 1,
            at,
            kind,
            actor_id: None,
            actor_name: "Ada".to_owned(),
            surface: Surface::Discord,
            subject: subject.to_owned(),
            details: details.to_string(),
        }
    };
    for kind in Kind::ALL {
        let of_kind = match kind {
            Kind::InvitationSent => vec![
                entry(*kind, "b…@e….org", json!({})),
                entry(*kind, "b…@e….org", json!({ "replaced": "01" })),
                entry(*kind, "b…@e….org", json!({ "super_admin": true })),
            ],
            Kind::PlanChanged => vec![
                entry(*kind, "Aurora", json!({ "from": null, "to": "pro" })),
                entry(*kind, "Aurora", json!({ "from": "pro", "to": "business" })),
            ],
            Kind::LanguageChanged => vec![entry(*kind, "Aurora", json!({ "from": "en-US", "to": "de" }))],
            Kind::TeamRenamed => vec![entry(*kind, "Borealis", json!({ "from": "Aurora" }))],
            Kind::SettingTurned => vec![entry(*kind, "Managers may invite", json!({ "to": "on" }))],
            Kind::InvitationScheduled | Kind::InvitationUnscheduled | Kind::InvitationUnsent => vec![
                entry(*kind, "1", json!({})),
                entry(*kind, "3", json!({})),
                entry(*kind, "b…@e….org", json!({})),
            ],
            Kind::RoleChanged => vec![
                entry(*kind, "Bo", json!({})),
                entry(*kind, "Bo", json!({ "reason": "back from leave" })),
            ],
            _ => vec![entry(*kind, "Bo", json!({}))],
        };
        let card = words::activity::log(locale, grant, &all(of_kind), Filter::default(), None);
        let kind = words::activity::label(locale, *kind);
        seen.note(&kind, &card.text);
    }
}
