//! The activity log: one entry a change, and no way to doctor it unseen.

use muster_core::activity::{self, Flaw, Kind};
use muster_core::both_dbs;
use muster_core::db::Pools;
use muster_core::error::Error;
use muster_core::member;
use muster_core::page::Slice;
use muster_core::policy::{Permission, RoleKey};
use muster_core::testing::{End, World};
use muster_core::webhook::{self, Wanted};

pub async fn raw(world: &World, statement: &'static str) -> sqlx::Result<()> {
    match world.db.pools() {
        Pools::Sqlite { writer, .. } => sqlx::raw_sql(statement).execute(writer).await.map(|_| ()),
        Pools::Postgres(pool) => sqlx::raw_sql(statement).execute(pool).await.map(|_| ()),
    }
}

/// What somebody with the database file and no key could do.
pub async fn doctor(world: &World, statement: &'static str) {
    raw(
        world,
        match world.db.pools() {
            Pools::Sqlite { .. } => "drop trigger activity_no_update; drop trigger activity_no_delete",
            Pools::Postgres(_) => "alter table activity disable trigger user",
        },
    )
    .await
    .unwrap();
    raw(world, statement).await.unwrap();
}

both_dbs! {
    async fn every_change_has_one_entry_with_a_name_and_no_address(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        world.change_role(ada, team, bo.account, "viewer").await.unwrap();
        let gone = world.invite(ada, team, "cy@example.org", "viewer").await.unwrap();
        world.revoke(ada, team, gone.id).await.unwrap();
        let mut tx = world.db.read().await.unwrap();
        let log = activity::list(&mut tx, team, None, Slice::page(0, 50)).await.unwrap();
        let told: Vec<_> = log.rows.iter().map(|entry| (entry.kind, entry.actor_name.as_str(), entry.subject.as_str())).collect();
        assert_eq!(told, [
            (Kind::InvitationRevoked, "Ada", "c…@e….org"),
            (Kind::InvitationSent, "Ada", "c…@e….org"),
            (Kind::RoleChanged, "Ada", "Bo"),
            (Kind::InvitationAccepted, "Bo", "Bo"),
            (Kind::InvitationSent, "Ada", "b…@e….org"),
            (Kind::TeamCreated, "Ada", "Aurora"),
        ]);
        assert_eq!(log.rows[2].detail("to").as_deref(), Some("viewer"));
        let roles = activity::list(&mut tx, team, Some(Kind::RoleChanged), Slice::page(0, 50)).await.unwrap();
        assert_eq!((roles.total, roles.rows.len()), (1, 1));
        assert_eq!(activity::verify(&mut tx, &world.env, team).await.unwrap(), None);
    }

    /// Attack 83: what fails after its entry was written, or dies there, leaves neither the change nor the entry.
    async fn what_fails_after_its_entry_was_written_leaves_neither(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        // The entry of a team with a webhook asks for a job right after it was written.
        let wanted = Wanted { url: "https://hooks.example.org/".to_owned(), description: String::new(), kinds: None };
        let mut tx = world.db.write().await.unwrap();
        let grant = ada.may(&mut tx, team, Permission::ApiKeysManage).await.unwrap();
        webhook::create(&mut tx, &world.env, &grant, &wanted).await.unwrap();
        tx.commit().await.unwrap();
        let before = world.log(team).await;
        let (away, back) = match world.db.pools() {
            Pools::Sqlite { .. } => ("alter table Jobs rename to away", "alter table away rename to Jobs"),
            Pools::Postgres(_) => ("alter table apalis.jobs rename to away", "alter table apalis.away rename to jobs"),
        };
        raw(&world, away).await.unwrap();
        let failed = world.change_role(ada, team, bo.account, "viewer").await;
        assert!(matches!(failed, Err(Error::Internal(_))), "{failed:?}");
        let failed = world.end(ada, team, bo.account, End::Remove).await;
        assert!(matches!(failed, Err(Error::Internal(_))), "{failed:?}");
        raw(&world, back).await.unwrap();
        // The same, where the process goes before it commits.
        let mut tx = world.db.write().await.unwrap();
        let grant = ada.may(&mut tx, team, Permission::RolesChange).await.unwrap();
        let member = world.member(team, bo.account).await.id;
        member::change_role(&mut tx, &world.env, &grant, member, &RoleKey::parse("viewer").unwrap(), None).await.unwrap();
        drop(tx);
        assert_eq!(world.log(team).await.len(), before.len());
        assert_eq!(world.member(team, bo.account).await.role.as_str(), "member");
        world.change_role(ada, team, bo.account, "viewer").await.unwrap();
        let mut tx = world.db.read().await.unwrap();
        assert_eq!(activity::verify(&mut tx, &world.env, team).await.unwrap(), None);
        let log = world.log(team).await;
        assert_eq!((log.len(), log[0].seq), (before.len() + 1, before[0].seq + 1), "no number is missing");
    }

    /// Attack 81.
    async fn the_log_refuses_to_be_changed(world: World) {
        world.founder(1, "Ada", "Aurora", "campaigns").await;
        for attack in ["update activity set actor_name = 'Eve'", "delete from activity"] {
            let error = raw(&world, attack).await.expect_err(attack);
            assert!(error.to_string().contains("append-only"), "{error}");
        }
        let wipe = match world.db.pools() {
            Pools::Sqlite { .. } => "replace into activity select team_id, seq, at, kind, actor_id, 'Eve', surface, subject, details, mac from activity",
            Pools::Postgres(_) => "truncate activity",
        };
        assert!(raw(&world, wipe).await.expect_err(wipe).to_string().contains("append-only"));
    }

    /// Attack 82; `muster audit verify` is tried in `tests/it/audit.rs`.
    async fn an_edited_entry_shows(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        doctor(&world, "update activity set actor_name = 'Eve' where seq = 2").await;
        let mut tx = world.db.read().await.unwrap();
        assert_eq!(activity::verify(&mut tx, &world.env, team).await.unwrap(), Some(Flaw::Entry(2)));
    }

    async fn a_missing_entry_and_a_cut_tail_show(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        doctor(&world, "delete from activity where seq = 3").await;
        let mut tx = world.db.read().await.unwrap();
        assert_eq!(activity::verify(&mut tx, &world.env, team).await.unwrap(), Some(Flaw::CutAfter(2)));
        drop(tx);
        raw(&world, "delete from activity where seq = 1").await.unwrap();
        let mut tx = world.db.read().await.unwrap();
        assert_eq!(activity::verify(&mut tx, &world.env, team).await.unwrap(), Some(Flaw::Missing(1)));
    }

    async fn entries_in_each_others_place_show(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        doctor(&world, "update activity set seq = 9 where seq = 2").await;
        raw(&world, "update activity set seq = 2 where seq = 3").await.unwrap();
        raw(&world, "update activity set seq = 3 where seq = 9").await.unwrap();
        let mut tx = world.db.read().await.unwrap();
        assert_eq!(activity::verify(&mut tx, &world.env, team).await.unwrap(), Some(Flaw::Entry(2)));
    }
}
