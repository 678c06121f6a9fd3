//! How long the reports of a team with a year of 1,000,000 entries take. A measurement, run by hand:
//! `cargo test -p muster-core --test it reports_of_a_million -- --ignored --nocapture`.

use std::time::{Duration, Instant};

use muster_core::db::Pools;
use muster_core::insights::{self, Range, Report};
use muster_core::policy::Permission;
use muster_core::testing::World;

/// 1,000 people, 1,000,000 entries over a year, 100,000 invitations with their mails, 200,000 events. `DAYS` stands for the
/// database's way to go back some seconds from the test's beginning, `SERIES` for its way to count.
const FILL: [&str; 8] = [
    "insert into accounts (id, display_name, name_key, created_at)
         select ID('A', n), 'Person ' || n, 'person ' || n, BACK(0) from SERIES(1000)",
    "insert into members (id, team_id, account_id, role, top, status, joined_at, last_active_at)
         select ID('M', n), TEAM, ID('A', n), 'member', NO, 'active', BACK(n * 31000), BACK(0) from SERIES(1000)",
    "insert into activity (team_id, seq, at, kind, actor_id, actor_name, surface, subject, details, mac)
         select TEAM, n + 1, BACK(31449600 - n * 31),
                case n % 10 when 0 then 'invitation.sent' when 1 then 'invitation.accepted' when 2 then 'member.left'
                            when 3 then 'member.removed' else 'member.role_changed' end,
                ID('A', 1 + (n * 7919) % 1000), 'Person', 'discord', 'somebody', '{}', MAC from SERIES(1000000)",
    "insert into activity_days (team_id, day, kind, actor_id, host, times)
         select team_id, DAY(at), kind, actor_id, NO, count(*) from activity
         where team_id = TEAM and actor_id is not null and seq > 1 group by 1, 2, 3, 4",
    "insert into invitations (id, team_id, email, email_key, role, status, generation, nonce, details, invited_by, created_at,
                              last_sent_at, expires_at, closed_at, accepted_by)
         select ID('V', n), TEAM, n || '@example.org', n || '@example.org', 'member',
                case n % 4 when 0 then 'accepted' when 1 then 'expired' when 2 then 'revoked' else 'declined' end, 1, NONCE, '{}',
                ID('A', 1 + n % 1000), BACK(n * 310), BACK(n * 310), BACK(n * 310 - 3600), BACK(n * 310 - 1800),
                case n % 4 when 0 then ID('A', 1 + n % 1000) end from SERIES(100000)",
    "insert into emails (id, team_id, kind, to_address, to_key, locale, invitation_id, generation, status, attempts,
                         next_attempt_at, message_id, created_at, sent_at)
         select ID('E', n), TEAM, 'invitation', n || '@example.org', n || '@example.org', 'en-US', ID('V', n), 1, 'sent', 1,
                BACK(n * 310), '<' || n || '@muster.test>', BACK(n * 310), BACK(n * 310) from SERIES(100000)",
    "insert into events (id, team_id, at, kind, actor_id, subject, times)
         select ID('H', n), TEAM, BACK(n * 150), case n % 3 when 0 then 'link.created' when 1 then 'link.edited' else 'page.viewed' end,
                ID('A', 1 + (n * 31) % 1000), 'thing ' || (n % 5000), 1 from SERIES(200000)",
    "insert into activity_days (team_id, day, kind, actor_id, host, times)
         select team_id, DAY(at), kind, actor_id, YES, sum(times) from events where team_id = TEAM group by 1, 2, 3, 4",
];

/// The text in a database's own words.
fn in_words_of(pools: &Pools, text: &str, team: &str) -> String {
    // From the inside out, as none of them holds another of its kind.
    let call = |text: String, name: &str, with: &dyn Fn(&str) -> String| -> String {
        let mut text = text;
        while let Some(at) = text.find(&format!("{name}(")) {
            let begin = at + name.len() + 1;
            let mut depth = 1;
            let length = text[begin..]
                .find(|c| {
                    depth += i32::from(c == '(') - i32::from(c == ')');
                    depth == 0
                })
                .unwrap();
            let inner = with(&text[begin..begin + length]);
            text.replace_range(at..=begin + length, &inner);
        }
        text
    };
    let text = text.replace("TEAM", &format!("'{team}'"));
    match pools {
        Pools::Sqlite { .. } => {
            let text = call(text, "SERIES", &|many| {
                format!(
                    "(with recursive c(n) as (select 1 union all select n + 1 from c where n < {many}) select n from c)"
                )
            });
            let text = call(text, "BACK", &|seconds| {
                format!(
                    "strftime('%Y-%m-%dT%H:%M:%S', '2026-11-22T09:00:00', '-' || ({seconds}) || ' seconds') || '.000000Z'"
                )
            });
            let text = call(text, "ID", &|args| {
                let (letter, n) = args.split_once(',').unwrap();
                format!("('01K' || {letter} || printf('%022d', {n}))")
            });
            let text = call(text, "DAY", &|at| {
                format!("cast(strftime('%s', substr({at}, 1, 10)) as integer) / 86400")
            });
            text.replace("NONCE", "zeroblob(16)")
                .replace("MAC", "zeroblob(32)")
                .replace("YES", "1")
                .replace("NO,", "0,")
        }
        Pools::Postgres(_) => {
            let text = call(text, "SERIES", &|many| format!("generate_series(1, {many}) n"));
            let text = call(text, "BACK", &|seconds| {
                format!("(timestamptz '2026-11-22T09:00:00Z' - make_interval(secs => {seconds}))")
            });
            let text = call(text, "ID", &|args| {
                let (letter, n) = args.split_once(',').unwrap();
                format!("('01K' || {letter} || lpad(({n})::text, 22, '0'))")
            });
            let text = call(text, "DAY", &|at| {
                format!("floor(extract(epoch from {at}) / 86400)::bigint")
            });
            text.replace("NONCE", "decode(repeat('00', 16), 'hex')")
                .replace("MAC", "decode(repeat('00', 32), 'hex')")
                .replace("YES", "true")
                .replace("NO,", "false,")
        }
    }
}

async fn run(world: &World, text: String) {
    match world.db.pools() {
        Pools::Sqlite { writer, .. } => sqlx::raw_sql(sqlx::AssertSqlSafe(text))
            .execute(writer)
            .await
            .map(|_| ()),
        Pools::Postgres(pool) => {
            let mut conn = pool.acquire().await.unwrap();
            sqlx::raw_sql("set statement_timeout = 0")
                .execute(&mut *conn)
                .await
                .unwrap();
            sqlx::raw_sql(sqlx::AssertSqlSafe(text))
                .execute(&mut *conn)
                .await
                .map(|_| ())
        }
    }
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn reports_of_a_million_entries_sqlite() {
    measure(World::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn reports_of_a_million_entries_postgres() {
    measure(World::postgres().await).await;
}

async fn measure(world: World) {
    let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
    world.env.clock().advance(Duration::from_secs(1));
    let loading = Instant::now();
    for text in FILL {
        run(&world, in_words_of(world.db.pools(), text, &team.to_string())).await;
    }
    run(&world, "analyze".to_owned()).await;
    println!("loaded in {:?}", loading.elapsed());
    let founded = match world.db.pools() {
        Pools::Sqlite { .. } => "update teams set created_at = '2025-01-01T00:00:00.000000Z'",
        Pools::Postgres(_) => "update teams set created_at = '2025-01-01T00:00:00Z'",
    };
    run(&world, founded.to_owned()).await;
    for report in Report::ALL {
        for range in [Range::Month, Range::Year] {
            let mut times = Vec::new();
            for _ in 0..5 {
                let began = Instant::now();
                let mut tx = world.db.read().await.unwrap();
                let grant = ada.may(&mut tx, team, Permission::AnalyticsView).await.unwrap();
                let found = insights::find(&mut tx, &world.env, &grant, *report, range)
                    .await
                    .unwrap();
                assert!(found.enough(), "{found:?}");
                times.push(began.elapsed());
            }
            times.sort();
            println!("{report} {range}: median {:?}, worst {:?}", times[2], times[4]);
        }
    }
}
