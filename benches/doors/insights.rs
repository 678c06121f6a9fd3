//! How long the reports take of a team with a long past.

use std::time::{Duration, Instant};

use measure::{Report as Page, Times, number, scaled, time};
use muster_core::actor::Actor;
use muster_core::db::Pools;
use muster_core::ids::TeamId;
use muster_core::insights::{self, Range, Report};
use muster_core::policy::Permission;
use muster_core::testing::World;
use sqlx::AssertSqlSafe;

/// How often each report is asked for.
const LOOKS: u32 = 20;
const SOON: Duration = Duration::from_millis(500);
/// What the past is spread over, in seconds: a little less than the longest range.
const PAST: u32 = 363 * 24 * 60 * 60;

/// How much there is of everything.
struct Much {
    entries: u32,
    people: u32,
    invitations: u32,
    events: u32,
}

/// A database's own words for what a query alone cannot say on both.
struct Words<'a> {
    embedded: bool,
    now: &'a str,
}

impl Words<'_> {
    /// The numbers from 1, as `n`.
    fn series(&self, many: u32) -> String {
        if self.embedded {
            format!(
                "(with recursive c(n) as (select 1 union all select n + 1 from c where n < {many}) select n from c)"
            )
        } else {
            format!("generate_series(1, {many}::bigint) n")
        }
    }

    /// So many seconds ago.
    fn ago(&self, seconds: &str) -> String {
        let now = self.now;
        if self.embedded {
            format!("strftime('%Y-%m-%dT%H:%M:%S', '{now}', '-' || ({seconds}) || ' seconds') || '.000000Z'")
        } else {
            format!("(timestamptz '{now}Z' - make_interval(secs => {seconds}))")
        }
    }

    /// An id that nothing else has.
    fn id(&self, letter: char, n: &str) -> String {
        if self.embedded {
            format!("('01K{letter}' || printf('%022d', {n}))")
        } else {
            format!("('01K{letter}' || lpad(({n})::text, 22, '0'))")
        }
    }

    /// The day of a moment, counted from 1970.
    fn day(&self, at: &str) -> String {
        if self.embedded {
            format!("cast(strftime('%s', substr({at}, 1, 10)) as integer) / 86400")
        } else {
            format!("floor(extract(epoch from {at}) / 86400)::bigint")
        }
    }

    fn zeros(&self, many: u32) -> String {
        if self.embedded {
            format!("zeroblob({many})")
        } else {
            format!("decode(repeat('00', {many}), 'hex')")
        }
    }

    fn yes(&self, yes: bool) -> &'static str {
        match (self.embedded, yes) {
            (true, true) => "1",
            (true, false) => "0",
            (false, true) => "true",
            (false, false) => "false",
        }
    }

    /// The statements that make the past.
    fn past(&self, team: TeamId, much: &Much) -> [String; 9] {
        let Much {
            entries,
            people,
            invitations,
            events,
        } = *much;
        let apart = |many: u32| f64::from(PAST) / f64::from(many);
        // Whole seconds.
        let ago = |many: u32| self.ago(&format!("cast(n * {} as bigint)", apart(many)));
        let (person, invitation) = (format!("1 + (n * 7919) % {people}"), format!("1 + n % {people}"));
        let (yes, no) = (self.yes(true), self.yes(false));
        [
            format!(
                "insert into accounts (id, display_name, name_key, created_at)
                 select {}, 'Person ' || n, 'person ' || n, {} from {}",
                self.id('A', "n"),
                self.ago("0"),
                self.series(people)
            ),
            format!(
                "insert into members (id, team_id, account_id, role, top, status, joined_at, last_active_at)
                 select {}, '{team}', {}, 'member', {no}, 'active', {}, {} from {}",
                self.id('M', "n"),
                self.id('A', "n"),
                ago(people),
                self.ago("0"),
                self.series(people)
            ),
            format!(
                "insert into activity (team_id, seq, at, kind, actor_id, actor_name, surface, subject, details, mac)
                 select '{team}', n + 1, {},
                        case n % 10 when 0 then 'invitation.sent' when 1 then 'invitation.accepted'
                                    when 2 then 'member.left' when 3 then 'member.removed' else 'member.role_changed' end,
                        {}, 'Person', 'discord', 'somebody', '{{}}', {} from {}",
                self.ago(&format!("cast({PAST} - n * {} as bigint)", apart(entries))),
                self.id('A', &person),
                self.zeros(32),
                self.series(entries)
            ),
            format!(
                "insert into activity_days (team_id, day, kind, actor_id, host, times)
                 select team_id, {}, kind, actor_id, {no}, count(*) from activity
                 where team_id = '{team}' and actor_id is not null and seq > 1 group by 1, 2, 3, 4",
                self.day("at")
            ),
            format!(
                "insert into invitations (id, team_id, email, email_key, role, status, generation, nonce, details, invited_by,
                                          created_at, last_sent_at, expires_at, closed_at, accepted_by)
                 select {}, '{team}', n || '@example.org', n || '@example.org', 'member',
                        case n % 4 when 0 then 'accepted' when 1 then 'expired' when 2 then 'revoked' else 'declined' end,
                        1, {}, '{{}}', {}, {at}, {at}, {at}, {at}, case n % 4 when 0 then {} end from {}",
                self.id('V', "n"),
                self.zeros(16),
                self.id('A', &invitation),
                self.id('A', &invitation),
                self.series(invitations),
                at = ago(invitations),
            ),
            format!(
                "insert into emails (id, team_id, kind, to_address, to_key, locale, invitation_id, generation, status, attempts,
                                     next_attempt_at, message_id, created_at, sent_at)
                 select {}, '{team}', 'invitation', n || '@example.org', n || '@example.org', 'en-US', {}, 1, 'sent', 1,
                        {at}, '<' || n || '@muster.test>', {at}, {at} from {}",
                self.id('E', "n"),
                self.id('V', "n"),
                self.series(invitations),
                at = ago(invitations),
            ),
            format!(
                "insert into events (id, team_id, at, kind, actor_id, subject, times)
                 select {}, '{team}', {},
                        case n % 3 when 0 then 'link.created' when 1 then 'link.edited' else 'page.viewed' end,
                        {}, 'thing ' || (n % 5000), 1 from {}",
                self.id('H', "n"),
                ago(events),
                self.id('A', &person),
                self.series(events)
            ),
            format!(
                "insert into activity_days (team_id, day, kind, actor_id, host, times)
                 select team_id, {}, kind, actor_id, {yes}, sum(times) from events where team_id = '{team}'
                 group by 1, 2, 3, 4",
                self.day("at")
            ),
            format!("update teams set created_at = {}", self.ago(&(2 * PAST).to_string())),
        ]
    }
}

pub async fn measure(world: &World, scale: f64) -> Page {
    let much = Much {
        entries: scaled(1_000_000, scale),
        people: scaled(1000, scale).max(20),
        invitations: scaled(100_000, scale),
        events: scaled(200_000, scale),
    };
    let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
    let now = world.env.now().format("%Y-%m-%dT%H:%M:%S").to_string();
    let words = Words {
        embedded: world.db.is_embedded(),
        now: &now,
    };
    for statement in words.past(team, &much) {
        run(world, statement).await;
    }
    run(world, "analyze".to_owned()).await;
    let mut page = Page::new(format!(
        "One team of {} with a year of {} entries in its log, {} invitations with their mails, and {} events of the host \
         product. Each report is asked for {LOOKS} times by itself, permission included; median and longest. No report reads \
         the log: what happens is counted by day when it happens.",
        number(much.people.into()),
        number(much.entries.into()),
        number(much.invitations.into()),
        number(much.events.into()),
    ));
    for report in Report::ALL {
        for range in [Range::Month, Range::Year] {
            let times = ask(world, ada, team, *report, range).await;
            let longest = times.longest();
            page.add_with_aim(
                format!("{report}, {range}"),
                format!("{}, {}", time(times.quantile(0.5)), time(longest)),
                "under 500 ms",
                longest < SOON,
            );
        }
    }
    page
}

async fn ask(world: &World, ada: Actor, team: TeamId, report: Report, range: Range) -> Times {
    let mut times = Times::default();
    for _ in 0..LOOKS {
        let began = Instant::now();
        let mut tx = world.db.read().await.expect("a transaction");
        let grant = ada
            .may(&mut tx, team, Permission::AnalyticsView)
            .await
            .expect("founders may");
        let found = insights::find(&mut tx, &world.env, &grant, report, range)
            .await
            .expect("a report");
        drop(tx);
        times.note(began.elapsed());
        assert!(found.enough(), "{report} over {range} found nothing: {found:?}");
    }
    times
}

/// Runs a statement that may take long.
async fn run(world: &World, text: String) {
    match world.db.pools() {
        Pools::Sqlite { writer, .. } => sqlx::raw_sql(AssertSqlSafe(text)).execute(writer).await.map(drop),
        Pools::Postgres(pool) => {
            let mut conn = pool.acquire().await.expect("a connection");
            sqlx::raw_sql("set statement_timeout = 0")
                .execute(&mut *conn)
                .await
                .expect("it is set");
            sqlx::raw_sql(AssertSqlSafe(text))
                .execute(&mut *conn)
                .await
                .map(drop)
        }
    }
    .expect("the past is made");
}
