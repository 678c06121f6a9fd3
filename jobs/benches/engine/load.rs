//! Filling the database before something is measured.
//!
//! Small amounts are made as people would make them, through core. Large ones are written by a statement for each team, in the
//! columns that core writes: a difference shows as work that is not done, which fails the scenario.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{DateTime, TimeDelta, Utc};
use muster_core::actor::Actor;
use muster_core::db::{Db, Pools};
use muster_core::ids::{EmailId, InvitationId, TeamId};
use muster_core::invitation::{self, Invitation, NewInvitation};
use muster_core::job::Job;
use muster_core::policy::{Permission, RoleKey};
use muster_core::testing::World;
use muster_core::text::EmailAddress;
use muster_core::token::{self, Purpose};
use sqlx::AssertSqlSafe;

/// Executes one statement on whichever database it is. The connection does not remember it: some are long, and memory is
/// measured afterwards.
macro_rules! execute {
    ($db:expr, $sql:expr $(, $argument:expr)*) => {{
        let sql = AssertSqlSafe($sql);
        match $db.pools() {
            Pools::Sqlite { writer, .. } => {
                sqlx::query(sql).persistent(false)$(.bind($argument))*.execute(writer).await.map(|done| done.rows_affected())
            }
            Pools::Postgres(pool) => {
                sqlx::query(sql).persistent(false)$(.bind($argument))*.execute(pool).await.map(|done| done.rows_affected())
            }
        }
        .expect("the database takes the statement")
    }};
}

/// A number that one query counts.
pub async fn count(db: &Db, sql: &'static str) -> u64 {
    let count: i64 = match db.pools() {
        Pools::Sqlite { readers, .. } => sqlx::query_scalar(sql).fetch_one(readers).await,
        Pools::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await,
    }
    .expect("the database counts");
    u64::try_from(count).expect("counts are not negative")
}

/// Founds teams, all by one person.
pub async fn teams(world: &World, count: u32) -> (Actor, Vec<TeamId>) {
    let (founder, first) = world.founder(1, "Ada", "Team 0", "campaigns").await;
    let mut teams = vec![first];
    for number in 1..count {
        let (_, team) = world
            .founder(1, "Ada", &format!("Team {number}"), "campaigns")
            .await;
        teams.push(team);
    }
    (founder, teams)
}

/// Invites somebody to a team for each address, in one transaction.
pub async fn invite(world: &World, founder: Actor, team: TeamId, addresses: Vec<String>) -> Vec<Invitation> {
    let mut tx = world.db.write().await.expect("a transaction");
    let grant = founder
        .may(&mut tx, team, Permission::MembersInvite)
        .await
        .expect("founders may");
    let mut invitations = Vec::new();
    for address in addresses {
        let new = NewInvitation {
            email: EmailAddress::parse(&address).expect("an address"),
            role: RoleKey::parse("member").expect("a role"),
            details: BTreeMap::new(),
            note: None,
        };
        let sent = invitation::send(&mut tx, &world.env, &grant, new)
            .await
            .expect("it is allowed");
        invitations.push(sent.invitation);
    }
    tx.commit().await.expect("it is stored");
    invitations
}

/// How many rows a statement writes at most: PostgreSQL's connections have their time limited.
const CHUNK: u32 = 50_000;

/// Writes so many invitations of each team, which end one after another, every `step` from `first_end` on; those of
/// different teams alternate, and their ids grow with time, as ids do.
async fn write_invitations(
    world: &World,
    founder: Actor,
    (teams, each): (u32, u32),
    first_end: DateTime<Utc>,
    step: TimeDelta,
) {
    // Texts and bytes are made differently; everything else is the same.
    let (id, nonce, details, end) = match world.db.pools() {
        Pools::Sqlite { .. } => (
            "printf('01JA%022d', n)",
            "randomblob(16)",
            "'{}'",
            "strftime('%Y-%m-%dT%H:%M:%S+00:00', $4, (n * $5) || ' seconds')",
        ),
        Pools::Postgres(_) => (
            "'01JA' || lpad(n::text, 22, '0')",
            "decode(md5(n::text), 'hex')",
            "'{}'::jsonb",
            "$4::timestamptz + n * $5 * interval '1 second'",
        ),
    };
    let sql = format!(
        "insert into invitations (id, team_id, email, email_key, role, status, generation, nonce, details, invited_by,
                                  created_at, last_sent_at, expires_at)
         with recursive numbers(n) as (select cast($2 as bigint) union all select n + 1 from numbers where n + 1 < $3),
              turns(turn, team) as materialized (select row_number() over (order by id) - 1, id from teams)
         select {id}, team, 'p' || n || '@example.org', 'p' || n || '@example.org', 'member', 'pending', 1, {nonce},
                {details}, $1, $6, $6, {end} from numbers join turns on turn = n % {teams} order by n"
    );
    let all = teams * each;
    for from in (0..all).step_by(CHUNK as usize) {
        let to = all.min(from + CHUNK);
        let written = execute!(
            world.db,
            sql.clone(),
            founder.account,
            i64::from(from),
            i64::from(to),
            first_end,
            step.num_seconds(),
            first_end - TimeDelta::days(7)
        );
        assert_eq!(written, u64::from(to - from));
    }
}

/// Invitations whose time is over and whose mails were sent, so many in each team; the teams' ones alternate in time.
pub async fn expired(world: &World, teams: u32, each: u32) {
    let (founder, _) = self::teams(world, teams).await;
    let step = TimeDelta::seconds(1);
    let oldest =
        world.env.now() - step * i32::try_from(teams * each).expect("few enough") - TimeDelta::days(1);
    write_invitations(world, founder, (teams, each), oldest, step).await;
    write_emails(world, "'sent', created_at, created_at").await;
    settle(&world.db).await;
}

/// Invitations whose mails and jobs wait, so many in each team.
pub async fn queued(world: &World, teams: u32, each: u32) {
    let (founder, ids) = self::teams(world, teams).await;
    let end = world.env.now() + TimeDelta::days(7);
    write_invitations(world, founder, (teams, each), end, TimeDelta::zero()).await;
    write_emails(world, "'queued', created_at, null").await;
    write_tokens(world, &ids).await;
    write_jobs(world, teams).await;
    settle(&world.db).await;
}

/// The mail of every invitation, with status, time of the next try and time of sending.
async fn write_emails(world: &World, state: &str) {
    let null = match world.db.pools() {
        Pools::Sqlite { .. } => "null",
        Pools::Postgres(_) => "null::timestamptz",
    };
    let sql = format!(
        "insert into emails (id, team_id, kind, to_address, to_key, locale, invitation_id, generation, status,
                             next_attempt_at, sent_at, message_id, created_at)
         select '01JB' || substr(id, 5), team_id, 'invitation', email, email_key, 'en-US', id, generation, {},
                '<01JB' || substr(id, 5) || '@muster.test>', created_at
         from invitations where id > $1 order by id limit {CHUNK}",
        state.replace("null", null)
    );
    let mut after = String::new();
    // By parts of the ids, for the same reason as above.
    while execute!(world.db, sql.clone(), &after) == u64::from(CHUNK) {
        after = last_invitation_mailed(&world.db).await;
    }
}

async fn last_invitation_mailed(db: &Db) -> String {
    let sql = "select max(invitation_id) from emails";
    match db.pools() {
        Pools::Sqlite { writer, .. } => sqlx::query_scalar(sql).fetch_one(writer).await,
        Pools::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await,
    }
    .expect("a mail was written")
}

/// What the links of these teams' invitations can be known by.
async fn write_tokens(world: &World, teams: &[TeamId]) {
    for team in teams {
        let sql = "select id, nonce from invitations where team_id = $1";
        let invitations: Vec<(InvitationId, Vec<u8>)> = match world.db.pools() {
            Pools::Sqlite { readers, .. } => sqlx::query_as(sql).bind(*team).fetch_all(readers).await,
            Pools::Postgres(pool) => sqlx::query_as(sql).bind(*team).fetch_all(pool).await,
        }
        .expect("what was written can be read");
        for invitations in invitations.chunks(1000) {
            // Their bytes are of our own making, and safe to spell out.
            let mut rows = String::new();
            for (id, nonce) in invitations {
                let token = token::of_invitation(&world.env, Purpose::Mail, *id, 1, nonce);
                let hash = token::hash(&token).expect("a token");
                let hash = hash.map(|byte| format!("{byte:02x}")).concat();
                let hash = match world.db.pools() {
                    Pools::Sqlite { .. } => format!("x'{hash}'"),
                    Pools::Postgres(_) => format!("'\\x{hash}'::bytea"),
                };
                let comma = if rows.is_empty() { "" } else { ", " };
                let _ = write!(rows, "{comma}({hash}, $1, '{id}', 1, 'mail')");
            }
            let sql = format!(
                "insert into invitation_tokens (token_hash, team_id, invitation_id, generation, purpose) values {rows}"
            );
            execute!(world.db, sql, *team);
        }
    }
}

/// The job of every mail. Its turn is later the more its team already had waiting.
async fn write_jobs(world: &World, teams: u32) {
    let turn = format!("cast(-(cast(substr(id, 5) as bigint) / {teams}) as integer)");
    let sample: EmailId = world.env.new_id();
    let job = Job::SendEmail { email: sample };
    // The stored form with each mail's id in place of the sample's.
    let of_each = |text: &str| format!("'{}'", text.replace(&sample.to_string(), "' || id || '"));
    let key = of_each(&job.key());
    let bytes = of_each(&String::from_utf8(job.to_bytes()).expect("JSON"));
    let (queue, most) = (job.queue().as_str(), job.max_attempts());
    let sql = match world.db.pools() {
        Pools::Sqlite { .. } => format!(
            "insert into Jobs (job, id, job_type, status, attempts, max_attempts, run_at, priority, metadata, idempotency_key)
             select cast({bytes} as blob), '01JC' || substr(id, 5), '{queue}', 'Pending', 0, {most},
                    cast(strftime('%s', 'now') as integer), {turn}, '{{}}', {key} from emails where status = 'queued'"
        ),
        Pools::Postgres(_) => format!(
            "insert into apalis.jobs (job, id, job_type, status, attempts, max_attempts, run_at, priority, idempotency_key)
             select convert_to({bytes}, 'UTF8'), '01JC' || substr(id, 5), '{queue}', 'Pending', 0, {most}, now(), {turn}, {key}
             from emails where status = 'queued'"
        ),
    };
    execute!(world.db, sql);
}

/// Leaves nothing of the loading for the measured part to do: what has to be written back, and on PostgreSQL what its own
/// housekeeping would learn of the tables sooner or later.
pub async fn settle(db: &Db) {
    match db.pools() {
        Pools::Sqlite { .. } => {
            execute!(db, "pragma wal_checkpoint(truncate)");
        }
        Pools::Postgres(_) => {
            execute!(db, "vacuum analyze");
            execute!(db, "checkpoint");
        }
    }
}
