//! Roles: who changes whose, and what can never happen.

use muster_core::both_dbs;
use muster_core::error::Error;
use muster_core::policy::Permission;

use crate::sentence;

fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    sentence(&result.expect_err("it should be refused"))
}

both_dbs! {
    async fn only_owners_change_roles(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        let refused = refusal(world.change_role(bo, team, ada.account, "viewer").await);
        assert_eq!(refused, "Only Owners can change roles. You are Member.");
        world.change_role(ada, team, bo.account, "owner").await.unwrap();
        world.change_role(bo, team, ada.account, "viewer").await.unwrap();
        assert_eq!(refusal(world.change_role(ada, team, bo.account, "viewer").await), "Only Owners can change roles. You are Viewer.");
    }

    async fn nobody_changes_their_own_role(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "project").await;
        let error = world.change_role(ada, team, ada.account, "member").await.unwrap_err();
        assert_eq!((error.code(), sentence(&error).as_str()), ("OWN-ROLE", "You cannot change your own role."));
    }

    async fn a_change_that_changes_nothing_says_so(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        assert_eq!(world.change_role(ada, team, bo.account, "member").await.unwrap_err().code(), "SAME-ROLE");
        assert_eq!(world.change_role(ada, team, bo.account, "emperor").await.unwrap_err().code(), "ROLE-UNKNOWN");
    }

    async fn permission_of_one_transaction_is_worth_nothing_in_another(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let mut tx = world.db.read().await.unwrap();
        let grant = ada.may(&mut tx, team, Permission::MembersView).await.unwrap();
        drop(tx);
        let mut other = world.db.read().await.unwrap();
        let page = muster_core::page::Slice::page(0, 10);
        let misused = muster_core::member::list(&mut other, &grant, &muster_core::member::Filter::default(), page).await.unwrap_err();
        assert_eq!(misused.code(), "INTERNAL");
    }

    async fn the_database_itself_keeps_the_last_owner(world: World) {
        use muster_core::db::Pools;
        let (_, _) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        for attack in [
            "update members set top = false, role = 'viewer'",
            "update members set status = 'removed'",
            "delete from members",
            "update teams set owner_count = 0",
        ] {
            let refused = match world.db.pools() {
                Pools::Sqlite { writer, .. } => sqlx::query(attack).execute(writer).await.map(|_| ()),
                Pools::Postgres(pool) => sqlx::query(attack).execute(pool).await.map(|_| ()),
            };
            let error = refused.expect_err(attack);
            assert!(error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_check_violation), "{attack}: {error}");
        }
    }
}
