//! Every report of a team with a past, in every language, in words and as a picture.
//!
//! With the variable `PICTURES` set to a folder, the pictures are written there, to be looked at.

use std::fmt::Write;

use muster_core::actor::Actor;
use muster_core::db::Pools;
use muster_core::ids::TeamId;
use muster_core::insights::{self, Range, Report};
use muster_core::locale::Locale;
use muster_core::policy::Permission;
use muster_core::testing::World;

use super::tell;
use crate::chart;

async fn run(world: &World, text: String) {
    let Pools::Sqlite { writer, .. } = world.db.pools() else {
        unreachable!("it is made on SQLite")
    };
    sqlx::raw_sql(sqlx::AssertSqlSafe(text))
        .execute(writer)
        .await
        .expect("it is taken");
}

/// A team of a year, with 60 members of today, invitations and events: the same numbers every time.
async fn past(world: &World) -> (Actor, TeamId) {
    let (ada, team) = world.founder(1, "Ada Lovelace", "Aurora", "campaigns").await;
    run(
        world,
        format!("update teams set created_at = '2025-10-01T00:00:00.000000Z' where id = '{team}'"),
    )
    .await;
    let names = [
        "Bo Lindqvist",
        "Nguyễn Thị Hồng",
        "Maximiliane Freifrau von Droste zu Hülshoff",
        "Ада Кравець",
        "Eleni Παπαδοπούλου",
        "李小龍",
    ];
    let mut people = vec![ada.account];
    for (n, name) in names.iter().enumerate() {
        let role = if n < 4 { "member" } else { "viewer" };
        let number = i64::try_from(n).expect("few") + 2;
        // Seated under a name that an address can be made of, and called otherwise from then on.
        let account = world
            .seated(team, number, &format!("Person {number}"), role)
            .await
            .account;
        run(
            world,
            format!("update accounts set display_name = '{name}' where id = '{account}'"),
        )
        .await;
        people.push(account);
    }
    world.crowd(team, 53).await;
    // Days since 1970 of 22 November 2026.
    let today = 20_779_i64;
    let mut counts = String::new();
    let mut count = |day: i64, kind: &str, actor: String, host: u8, times: i64| {
        let _ = write!(
            counts,
            "insert into activity_days values ('{team}', {day}, '{kind}', '{actor}', {host}, {times})
             on conflict do update set times = times + excluded.times;"
        );
    };
    for back in 0..364_i64 {
        let day = today - back;
        // People come on some days, more of them lately; few go.
        if (back * 7) % 5 == 0 {
            count(
                day,
                "invitation.accepted",
                String::new(),
                0,
                1 + i64::from(back % 15 == 0),
            );
        }
        if back % 17 == 3 {
            count(day, "member.left", String::new(), 0, 1 + i64::from(back % 4 == 0));
        }
        for (n, person) in (0_i64..).zip(&people) {
            if (back + n) % (n + 1) == 0 && back % 7 != 0 {
                count(
                    day,
                    "member.role_changed",
                    person.to_string(),
                    0,
                    1 + (back + n) % 3,
                );
                count(
                    day,
                    "link.created",
                    person.to_string(),
                    1,
                    2 + (back * (n + 3)) % 9,
                );
                count(day, "page.edited", person.to_string(), 1, 1 + back % 4);
            }
        }
        count(day, "qr_code.scanned", String::new(), 1, 1 + (back * 13) % 11);
    }
    run(world, counts).await;
    let mut invitations = String::new();
    for n in 0..124_i64 {
        let status = match n % 10 {
            0..=5 => "accepted",
            6 => "expired",
            7 => "declined",
            8 => "pending",
            _ => "revoked",
        };
        let (closed, by) = match status {
            "pending" => ("null".to_owned(), "null".to_owned()),
            "accepted" => (
                format!("'2026-11-{:02}T{:02}:00:00.000000Z'", 10 + n % 12, 10 + n % 9),
                format!("'{}'", people[1]),
            ),
            _ => ("'2026-11-21T00:00:00.000000Z'".to_owned(), "null".to_owned()),
        };
        let _ = write!(
            invitations,
            "insert into invitations (id, team_id, email, email_key, role, status, generation, nonce, details, invited_by,
                 created_at, last_sent_at, expires_at, closed_at, accepted_by)
             values ('01KINV{n:020}', '{team}', '{n}@example.org', '{n}@example.org', 'member', '{status}', 1, zeroblob(16), '{{}}',
                 '{ada}', '2026-11-{day:02}T08:00:00.000000Z', '2026-11-{day:02}T08:00:00.000000Z',
                 '2026-12-01T00:00:00.000000Z', {closed}, {by});",
            ada = ada.account,
            day = 10 + n % 12,
        );
        if n % 31 != 7 {
            let _ = write!(
                invitations,
                "insert into emails (id, team_id, kind, to_address, to_key, locale, invitation_id, generation, status, attempts,
                     next_attempt_at, message_id, created_at, sent_at)
                 values ('01KMAI{n:020}', '{team}', 'invitation', 'x', 'x', 'en-US', '01KINV{n:020}', 1, 'sent', 1,
                     '2026-11-12T08:00:00.000000Z', '<{n}@muster.test>', '2026-11-12T08:00:00.000000Z', '2026-11-12T08:00:01.000000Z');"
            );
        }
    }
    run(world, invitations).await;
    (ada, team)
}

#[tokio::test]
async fn every_report_is_told_and_drawn_in_every_language() {
    let world = World::sqlite().await;
    let (ada, team) = past(&world).await;
    let folder = std::env::var_os("PICTURES").map(std::path::PathBuf::from);
    for locale in Locale::ALL {
        for report in Report::ALL {
            for range in Range::ALL {
                let mut tx = world.db.read().await.expect("the database is there");
                let grant = ada
                    .may(&mut tx, team, Permission::AnalyticsView)
                    .await
                    .expect("an owner may");
                let found = insights::find(&mut tx, &world.env, &grant, *report, *range)
                    .await
                    .expect("numbers");
                drop(tx);
                let told = tell(*locale, &found);
                let chart = told.chart.clone().expect("there is enough of everything");
                // Drawing is slow in a build for tests: one range will do, unless somebody wants to look.
                if folder.is_some() || *range == Range::Month {
                    let png = chart::png(chart).await.expect("it can be drawn");
                    if let Some(folder) = &folder {
                        let file = folder.join(format!("{report}-{range}-{locale}.png"));
                        std::fs::write(file, &png).expect("the folder can be written");
                    }
                }
                let summary = told.summary.expect("one number to take away");
                assert!(
                    told.alt.starts_with(&format!("{}. {}", told.title, summary.0)),
                    "{}",
                    told.alt
                );
                for (name, value) in &told.lines {
                    assert!(
                        told.alt.contains(&format!("{name}: {value}.")),
                        "{name} in {}",
                        told.alt
                    );
                }
            }
        }
    }
}
