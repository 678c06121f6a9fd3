//! API keys: what they open, for how long, and with whose authority.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::TimeDelta;
use futures::future::join_all;
use muster_core::activity::{Kind, Surface};
use muster_core::api_key::{self, Answered, Bucket, MOST_LIVE, NewKey, Once, Presented};
use muster_core::both_dbs;
use muster_core::db::Pools;
use muster_core::error::Error;
use muster_core::invitation::{self, NewInvitation};
use muster_core::member::Status;
use muster_core::policy::{Permission, RoleKey};
use muster_core::testing::{End, World};
use muster_core::text::EmailAddress;
use sqlx::AssertSqlSafe;

use crate::sentence;

const DAY: Duration = Duration::from_hours(24);
const ALMOST_A_DAY: Duration = Duration::from_secs(24 * 60 * 60 - 1);
const ALL: [Permission; 3] = [
    Permission::MembersView,
    Permission::MembersInvite,
    Permission::ApiKeysManage,
];

fn code<T>(result: Result<T, Error>) -> &'static str {
    match result {
        Ok(_) => panic!("it should be refused"),
        Err(error) => error.code(),
    }
}

fn named(name: &str, permissions: &[Permission], days: i64, world: &World) -> NewKey {
    NewKey {
        name: name.to_owned(),
        permissions: permissions.iter().copied().collect(),
        expires_at: Some(world.env.now() + TimeDelta::days(days)),
    }
}

/// What a program is told that only looks.
async fn looks(world: &World, secret: &str) -> Result<(), Error> {
    world.program(secret, Permission::MembersView).await.map(drop)
}

/// How many entries of the log are of a kind.
async fn logged(world: &World, team: muster_core::ids::TeamId, kind: Kind) -> usize {
    world
        .log(team)
        .await
        .iter()
        .filter(|entry| entry.kind == kind)
        .count()
}

both_dbs! {
    async fn a_program_acts_in_the_name_of_whoever_made_its_key_and_the_log_says_so(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let (key, secret) = world.api_key(ada, team, &ALL).await.unwrap();
        assert!(secret.starts_with(&key.prefix()) && secret.len() == 5 + 26 + 1 + 43, "{secret}");
        let (mut tx, grant) = world.program(&secret, Permission::MembersInvite).await.unwrap();
        let new = NewInvitation {
            email: EmailAddress::parse("bo@example.org").unwrap(), role: RoleKey::parse("member").unwrap(),
            details: std::collections::BTreeMap::default(), note: None,
        };
        let sent = invitation::send(&mut tx, &world.env, &grant, new).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(sent.invitation.invited_by, ada.account);
        let entry = &world.log(team).await[0];
        assert_eq!((entry.kind, entry.surface, entry.actor_id), (Kind::InvitationSent, Surface::Api, Some(ada.account)));
        assert_eq!(entry.api_key().as_deref(), Some("Importer"));
        // What a program does says nothing about whether the person was here.
        assert_eq!(world.member(team, ada.account).await.last_active_at, muster_core::testing::beginning());
    }

    async fn a_key_opens_nothing_until_its_secret_was_shown_and_shows_it_once(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let mut tx = world.db.write().await.unwrap();
        let grant = ada.may(&mut tx, team, Permission::ApiKeysManage).await.unwrap();
        let key = api_key::create(&mut tx, &world.env, &grant, named("CI", &ALL, 1, &world)).await.unwrap();
        assert!(!key.is_shown());
        let (_, secret) = api_key::show(&mut tx, &world.env, &grant, key.id).await.unwrap();
        assert_eq!(code(api_key::show(&mut tx, &world.env, &grant, key.id).await), "KEY-SHOWN");
        tx.commit().await.unwrap();
        looks(&world, &secret).await.unwrap();
        // Nothing in the database is the secret.
        assert_eq!(world.traces(&secret[32..]).await, Vec::<String>::new());
    }

    async fn what_is_no_key_of_ours_opens_nothing(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let (key, secret) = world.api_key(ada, team, &ALL).await.unwrap();
        let other = format!("{}{}", key.prefix(), "A".repeat(43));
        let stranger = secret.replace(&key.id.to_string(), "01JZ0000000000000000000000");
        for wrong in ["", "mstr_", "x", &secret[..secret.len() - 1], &other, &stranger] {
            assert_eq!(code(looks(&world, wrong).await), "KEY-UNKNOWN", "{wrong}");
        }
        assert_eq!(logged(&world, team, Kind::ApiKeyRefused).await, 0);
    }

    /// A key carries what it was given, and never more than the role of its maker allows at that moment.
    async fn a_key_reaches_as_far_as_it_was_made_for_and_its_maker_reaches_today(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "business").await;
        let bo = world.seated(team, 2, "Bo", "admin").await;
        let (_, limited) = world.api_key(bo, team, &[Permission::MembersView]).await.unwrap();
        assert_eq!(code(world.program(&limited, Permission::MembersInvite).await), "NEED-ROLE");
        let (_, secret) = world.api_key(bo, team, &ALL).await.unwrap();
        world.program(&secret, Permission::MembersInvite).await.unwrap();
        world.change_role(ada, team, bo.account, "member").await.unwrap();
        let refused = world.program(&secret, Permission::MembersInvite).await.map(drop).unwrap_err();
        assert_eq!(sentence(&refused), "Only Owners and Admins can send invitations. You are Member.");
        looks(&world, &secret).await.unwrap();
        // And back.
        world.change_role(ada, team, bo.account, "admin").await.unwrap();
        world.program(&secret, Permission::MembersInvite).await.unwrap();
    }

    async fn nobody_gives_a_key_what_they_do_not_have(world: World) {
        let (_, team) = world.founder(1, "Ada", "Aurora", "business").await;
        let bo = world.seated(team, 2, "Bo", "admin").await;
        let refused = world.api_key(bo, team, &[Permission::MembersView, Permission::TeamDelete]).await.unwrap_err();
        assert_eq!(sentence(&refused), "As Admin you can't give a key team.delete.");
        assert_eq!(code(world.api_key(bo, team, &[]).await), "TEXT-BAD");
        let cy = world.seated(team, 3, "Cy", "member").await;
        assert_eq!(code(world.api_key(cy, team, &[Permission::MembersView]).await), "NEED-ROLE");
        // Nor does a key, which gives no more than it carries and lives no longer.
        let (_, secret) = world.api_key_of(bo, team, named("Parent", &[Permission::MembersView, Permission::ApiKeysManage], 2, &world)).await.unwrap();
        let (mut tx, grant) = world.program(&secret, Permission::ApiKeysManage).await.unwrap();
        let more = named("Child", &[Permission::MembersInvite], 1, &world);
        assert_eq!(code(api_key::create(&mut tx, &world.env, &grant, more).await), "NEED-ROLE");
        let longer = NewKey { expires_at: None, ..named("Child", &[Permission::MembersView], 1, &world) };
        let child = api_key::create(&mut tx, &world.env, &grant, longer).await.unwrap();
        assert_eq!(child.expires_at, Some(world.env.now() + TimeDelta::days(2)));
    }

    async fn only_whoever_made_a_key_sees_a_secret_of_it(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "business").await;
        let bo = world.seated(team, 2, "Bo", "admin").await;
        let (key, secret) = world.api_key(ada, team, &ALL).await.unwrap();
        assert_eq!(code(world.rotate_key(bo, team, key.id).await), "NEED-ROLE");
        looks(&world, &secret).await.unwrap();
        world.revoke_key(bo, team, key.id).await.unwrap();
        assert_eq!(code(looks(&world, &secret).await), "KEY-REVOKED");
        assert_eq!(code(world.rotate_key(ada, team, key.id).await), "KEY-REVOKED");
    }

    /// Attack 29.
    async fn a_key_that_is_over_opens_nothing_from_the_next_request_on(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let (key, secret) = world.api_key(ada, team, &ALL).await.unwrap();
        world.revoke_key(ada, team, key.id).await.unwrap();
        assert_eq!(code(looks(&world, &secret).await), "KEY-REVOKED");
        assert_eq!(code(world.revoke_key(ada, team, key.id).await), "KEY-REVOKED");
        let (_, secret) = world.api_key_of(ada, team, named("Short", &ALL, 1, &world)).await.unwrap();
        world.env.clock().advance(ALMOST_A_DAY);
        looks(&world, &secret).await.unwrap();
        world.env.clock().advance(Duration::from_secs(1));
        assert_eq!(code(looks(&world, &secret).await), "KEY-EXPIRED");
    }

    async fn whoever_goes_takes_their_keys_along(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.edit_policy(team, "leave = []", "leave = [\"owner\"]").await;
        let bo = world.seated(team, 2, "Bo", "owner").await;
        let keys = [Permission::MembersView];
        // Suspended, and back.
        let (_, secret) = world.api_key(bo, team, &keys).await.unwrap();
        world.end(ada, team, bo.account, End::Deactivate).await.unwrap();
        assert_eq!(code(looks(&world, &secret).await), "KEY-ORPHANED");
        world.reset(team, bo.account, "owner", Status::Active).await;
        looks(&world, &secret).await.unwrap();
        // Removed, and back: the key stays dead.
        world.end(ada, team, bo.account, End::Remove).await.unwrap();
        assert_eq!(code(looks(&world, &secret).await), "KEY-REVOKED");
        world.reset(team, bo.account, "owner", Status::Active).await;
        assert_eq!(code(looks(&world, &secret).await), "KEY-REVOKED");
        let (_, secret) = world.api_key(bo, team, &keys).await.unwrap();
        world.leave(bo, team).await.unwrap();
        assert_eq!(code(looks(&world, &secret).await), "KEY-REVOKED");
        // The team goes.
        let (_, secret) = world.api_key(ada, team, &keys).await.unwrap();
        world.delete_team(ada, team).await.unwrap();
        assert_eq!(code(looks(&world, &secret).await), "KEY-ORPHANED");
    }

    /// The operator's authority is a person's, not a program's.
    async fn a_super_admin_makes_no_key_in_a_team_they_are_not_in(world: World) {
        let (_, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let root = world.guest("root@example.org").await;
        world.appoint(&["root@example.org"]).await;
        let root = muster_core::actor::Actor { account: root, surface: Surface::Web };
        assert_eq!(code(world.api_key(root, team, &[Permission::MembersView]).await), "NEED-ROLE");
    }

    async fn a_rotated_secret_works_for_a_day_beside_the_new_one(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let (key, first) = world.api_key(ada, team, &ALL).await.unwrap();
        let second = world.rotate_key(ada, team, key.id).await.unwrap();
        looks(&world, &first).await.unwrap();
        looks(&world, &second).await.unwrap();
        // Once more: the first stops, the second has its day.
        let third = world.rotate_key(ada, team, key.id).await.unwrap();
        assert_eq!(code(looks(&world, &first).await), "KEY-UNKNOWN");
        world.env.clock().advance(ALMOST_A_DAY);
        looks(&world, &second).await.unwrap();
        world.env.clock().advance(Duration::from_secs(1));
        assert_eq!(code(looks(&world, &second).await), "KEY-EXPIRED");
        looks(&world, &third).await.unwrap();
        assert_eq!(logged(&world, team, Kind::ApiKeyRotated).await, 2);
    }

    async fn the_use_of_a_key_that_is_over_is_an_alarm_once_an_hour(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let (key, secret) = world.api_key(ada, team, &ALL).await.unwrap();
        world.revoke_key(ada, team, key.id).await.unwrap();
        let presented = Presented::parse(&secret).unwrap();
        let alarms = || async {
            let mut tx = world.db.write().await.unwrap();
            let sounded = api_key::alarm(&mut tx, &world.env, &presented).await.unwrap();
            tx.commit().await.unwrap();
            sounded
        };
        let sounded = join_all((0..10).map(|_| alarms())).await;
        assert_eq!(sounded.iter().filter(|one| **one).count(), 1);
        assert!(!api_key::is_alarm_due(&mut world.db.read().await.unwrap(), &world.env, &presented).await.unwrap());
        world.env.clock().advance(Duration::from_hours(1));
        assert!(alarms().await);
        assert_eq!(logged(&world, team, Kind::ApiKeyRefused).await, 2);
        // With another secret it is nobody's key.
        let guess = Presented::parse(&format!("{}{}", key.prefix(), "A".repeat(43))).unwrap();
        let mut tx = world.db.write().await.unwrap();
        assert!(!api_key::alarm(&mut tx, &world.env, &guess).await.unwrap());
    }

    async fn a_team_has_so_many_keys(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let mut last = None;
        for _ in 0..MOST_LIVE {
            last = Some(world.api_key(ada, team, &ALL).await.unwrap().0.id);
        }
        assert_eq!(code(world.api_key(ada, team, &ALL).await), "KEY-LIMIT");
        world.revoke_key(ada, team, last.unwrap()).await.unwrap();
        world.api_key(ada, team, &ALL).await.unwrap();
    }

    async fn keys_of_another_team_are_not_there(world: World) {
        let (ada, aurora) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let (eve, borealis) = world.founder(2, "Eve", "Borealis", "campaigns").await;
        let (key, _) = world.api_key(eve, borealis, &ALL).await.unwrap();
        assert_eq!(code(world.revoke_key(ada, aurora, key.id).await), "NOT-FOUND");
        assert_eq!(code(world.rotate_key(ada, aurora, key.id).await), "NOT-FOUND");
        // Attack 32: nor does the database let one team's row name another's key.
        let sql = format!("insert into api_rates (key_id, team_id, bucket, minute, used) values ('{}', '{aurora}', 'reads', '2026-11-22 09:00:00', 0)", key.id);
        let refused = match world.db.pools() {
            Pools::Sqlite { writer, .. } => sqlx::query(AssertSqlSafe(sql)).execute(writer).await.map(drop),
            Pools::Postgres(pool) => {
                let mut conn = pool.begin().await.unwrap();
                sqlx::query("set local muster.team = '*'").execute(&mut *conn).await.unwrap();
                sqlx::query(AssertSqlSafe(sql)).execute(&mut *conn).await.map(drop)
            }
        };
        assert!(refused.is_err_and(|error| error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_foreign_key_violation)));
    }

    /// Attack 71: fifty processes share what a minute has, and a clock that was wrong heals.
    async fn a_minute_has_so_many_requests_however_many_ask(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let (key, _) = world.api_key(ada, team, &ALL).await.unwrap();
        let take = |want| {
            let (db, env) = (world.db.clone(), world.env.clone());
            async move {
                let mut tx = db.write().await.unwrap();
                let share = api_key::take(&mut tx, &env, key.id, Bucket::Changes, 100, want).await.unwrap();
                tx.commit().await.unwrap();
                share
            }
        };
        let shares = join_all((0..50).map(|_| take(3))).await;
        assert_eq!(shares.iter().map(|share| share.got).sum::<u32>(), 100);
        assert_eq!(take(1).await.got, 0);
        world.env.clock().advance(Duration::from_mins(1));
        let share = take(3).await;
        assert_eq!((share.got, share.left), (3, 97));
        // Reading has its own.
        let mut tx = world.db.write().await.unwrap();
        assert_eq!(api_key::take(&mut tx, &world.env, key.id, Bucket::Reads, 10, 20).await.unwrap().got, 10);
    }

    async fn an_answer_is_kept_for_a_day_and_for_its_request_alone(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let (_, secret) = world.api_key(ada, team, &ALL).await.unwrap();
        let once = Once::new("a-1", "POST", "/x", b"{}").unwrap();
        let (mut tx, grant) = world.program(&secret, Permission::MembersView).await.unwrap();
        let key = grant.key.clone().unwrap();
        assert_eq!(api_key::kept(&mut tx, &world.env, key.id, &once).await.unwrap(), None);
        let answer = Answered { status: 201, body: b"{\"token\":\"very-secret-token\"}".to_vec() };
        api_key::keep(&mut tx, &world.env, team, &key, &once, &answer).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(world.traces("very-secret-token").await, Vec::<String>::new());
        let mut tx = world.db.write().await.unwrap();
        assert_eq!(api_key::kept(&mut tx, &world.env, key.id, &once).await.unwrap(), Some(answer));
        for other in [Once::new("a-1", "POST", "/x", b"{ }"), Once::new("a-1", "POST", "/y", b"{}")] {
            assert_eq!(code(api_key::kept(&mut tx, &world.env, key.id, &other.unwrap()).await), "IDEMPOTENCY");
        }
        world.env.clock().advance(DAY);
        assert_eq!(api_key::kept(&mut tx, &world.env, key.id, &once).await.unwrap(), None);
    }

    async fn keys_are_found_by_name_and_listed_newest_first(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        for name in ["Alpha", "Beta", "Bus"] {
            world.env.clock().advance(Duration::from_secs(1));
            world.api_key_of(ada, team, named(name, &ALL, 30, &world)).await.unwrap();
        }
        let mut tx = world.db.read().await.unwrap();
        let grant = ada.may(&mut tx, team, Permission::ApiKeysManage).await.unwrap();
        let names = |rows: &[api_key::Row]| rows.iter().map(|row| row.key.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&api_key::search(&mut tx, &world.env, &grant, "b", 25).await.unwrap()), ["Bus", "Beta"]);
        assert_eq!(api_key::resolve(&mut tx, &world.env, &grant, "bET").await.unwrap().key.name, "Beta");
        assert_eq!(code(api_key::resolve(&mut tx, &world.env, &grant, "b").await), "NOT-FOUND");
        let first = api_key::stretch(&mut tx, &grant, &muster_core::page::Keyset::new(None, 2)).await.unwrap();
        assert_eq!(names(&first.rows), ["Bus", "Beta"]);
        let rest = api_key::stretch(&mut tx, &grant, &muster_core::page::Keyset::new(first.next, 2)).await.unwrap();
        assert_eq!((names(&rest.rows), rest.next), (vec!["Alpha".to_owned()], None));
        let all: BTreeSet<Permission> = ALL.into_iter().collect();
        assert_eq!(rest.rows[0].key.permissions.0, all);
    }
}
