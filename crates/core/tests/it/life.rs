//! The life of a team: its plan and seats, who may manage it from outside, and its end.

use std::time::Duration;

use muster_core::activity::Kind;
use muster_core::both_dbs;
use muster_core::error::Error;
use muster_core::invitation::accept::{self, Accepter};
use muster_core::policy::Permission;
use muster_core::team;
use muster_core::testing::{End, World};

const DAY: Duration = Duration::from_hours(24);

fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    result.expect_err("it should be refused").code()
}

async fn set_plan(
    world: &World,
    actor: muster_core::actor::Actor,
    team: muster_core::ids::TeamId,
    plan: Option<&str>,
) -> Result<(), Error> {
    let mut tx = world.db.write().await?;
    let mut grant = actor.operate(&mut tx, team).await?;
    team::set_plan(&mut tx, &world.env, &mut grant, plan).await?;
    tx.commit().await
}

async fn purge(world: &World) -> u64 {
    let mut gone = 0;
    loop {
        let mut tx = world.db.write().await.unwrap();
        let batch = team::purge(&mut tx, &world.env).await.unwrap();
        tx.commit().await.unwrap();
        gone += batch;
        if batch == 0 {
            return gone;
        }
    }
}

both_dbs! {
    async fn a_team_that_needs_a_plan_takes_nobody_in_without_one(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "business").await;
        let refused = world.invite(ada, team, "bo@example.org", "member").await.unwrap_err();
        assert_eq!((refused.code(), crate::sentence(&refused).as_str()), ("PLAN", "Upgrade to a Pro or Business plan to use team features"));
        world.set_plan(team, "pro").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        // The plan is asked for again when somebody accepts.
        world.set_plan(team, "free").await;
        let bo = world.guest("bo@example.org").await;
        let token = world.mailed_token(&invitation);
        assert_eq!(code(world.accept(&token, Accepter::SignedIn(bo)).await), "PLAN");
        world.set_plan(team, "business").await;
        world.accept(&token, Accepter::SignedIn(bo)).await.unwrap();
    }

    async fn seats_are_members_and_open_invitations(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "business").await;
        world.set_plan(team, "pro").await;
        for n in 0..4 {
            world.invite(ada, team, &format!("p{n}@example.org"), "member").await.unwrap();
        }
        let refused = world.invite(ada, team, "late@example.org", "member").await.unwrap_err();
        assert_eq!((refused.code(), crate::sentence(&refused).as_str()), ("SEATS", "Maximum team size reached for current plan"));
        // Inviting one of them again takes no second seat.
        world.env.clock().advance(Duration::from_mins(1));
        let again = world.invite(ada, team, "p0@example.org", "admin").await.unwrap();
        // A cancelled one frees its seat, and so does a suspended member.
        world.revoke(ada, team, again.id).await.unwrap();
        let bo = world.seated(team, 2, "Bo", "member").await;
        assert_eq!(code(world.invite(ada, team, "late@example.org", "member").await), "SEATS");
        world.end(ada, team, bo.account, End::Deactivate).await.unwrap();
        let late = world.invite(ada, team, "late@example.org", "member").await.unwrap();
        assert_eq!(code(world.end(ada, team, bo.account, End::Reactivate).await), "SEATS");
        world.revoke(ada, team, late.id).await.unwrap();
        world.end(ada, team, bo.account, End::Reactivate).await.unwrap();
        // Those that have expired hold none, whether or not the sweep has been by.
        world.env.clock().advance(7 * DAY);
        world.invite(ada, team, "late@example.org", "member").await.unwrap();
    }

    async fn a_lowered_cap_lets_nobody_new_in_and_nobody_out(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "business").await;
        world.set_plan(team, "business").await;
        let mut members = Vec::new();
        for n in 0..5 {
            members.push(world.seated(team, 10 + n, &format!("Member {n}"), "member").await);
        }
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        world.set_plan(team, "pro").await;
        let before = world.log(team).await.len();
        world.env.clock().advance(Duration::from_mins(1));
        assert_eq!(code(world.resend(ada, team, invitation.id).await), "SEATS");
        let bo = world.guest("bo@example.org").await;
        let token = world.mailed_token(&invitation);
        assert_eq!(code(world.accept(&token, Accepter::SignedIn(bo)).await), "SEATS");
        assert_eq!(world.log(team).await.len(), before, "nothing partial");
        for member in &members[..2] {
            world.end(ada, team, member.account, End::Remove).await.unwrap();
        }
        world.accept(&token, Accepter::SignedIn(bo)).await.unwrap();
    }

    async fn only_super_admins_set_plans(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "business").await;
        let (root, other) = world.founder(2, "Root", "Other", "campaigns").await;
        world.verify(root.account, "root@example.org").await;
        assert_eq!(code(set_plan(&world, ada, team, Some("pro")).await), "NEED-ROLE");
        assert_eq!(code(set_plan(&world, root, team, Some("pro")).await), "NOT-FOUND", "to others the team does not exist");
        world.appoint(&["ROOT@example.org"]).await;
        set_plan(&world, root, team, Some("pro")).await.unwrap();
        assert_eq!(code(set_plan(&world, root, team, Some("pro")).await), "SAME-PLAN");
        assert_eq!(code(set_plan(&world, root, team, Some("gold")).await), "TEXT-BAD");
        assert_eq!(code(set_plan(&world, root, other, Some("pro")).await), "TEXT-BAD", "those rules know no plans");
        set_plan(&world, root, team, None).await.unwrap();
        let log = world.log(team).await;
        assert_eq!((log[0].kind, log[0].by_super_admin()), (Kind::PlanChanged, true));
    }

    async fn a_super_admin_manages_any_team_and_the_log_says_so(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "project").await;
        let bo = world.seated(team, 2, "Bo", "member").await;
        let (root, _) = world.founder(3, "Root", "Other", "campaigns").await;
        world.verify(root.account, "root@example.org").await;
        assert_eq!(code(world.change_role(root, team, bo.account, "admin").await), "NOT-FOUND");
        world.appoint(&["root@example.org"]).await;
        world.change_role(root, team, bo.account, "admin").await.unwrap();
        world.end(root, team, ada.account, End::Remove).await.unwrap();
        let invitation = world.invite(root, team, "cy@example.org", "admin").await.unwrap();
        let log = world.log(team).await;
        assert!(log[..3].iter().all(muster_core::activity::Entry::by_super_admin), "{log:?}");
        assert!(log.iter().skip(3).all(|entry| !entry.by_super_admin()));
        // What they offer stands while they are one.
        let cy = world.guest("cy@example.org").await;
        world.appoint(&[]).await;
        let token = world.mailed_token(&invitation);
        assert_eq!(code(world.accept(&token, Accepter::SignedIn(cy)).await), "OFFER-LAPSED");
        assert_eq!(code(world.change_role(root, team, bo.account, "member").await), "NOT-FOUND", "from the next request on");
        world.appoint(&["root@example.org"]).await;
        world.accept(&token, Accepter::SignedIn(cy)).await.unwrap();
    }

    async fn a_super_admin_who_is_a_member_uses_that_authority_only_where_their_role_does_not_reach(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "workspace").await;
        let root = world.seated(team, 2, "Root", "moderator").await;
        let bo = world.seated(team, 3, "Bo", "member").await;
        world.appoint(&["root@example.org"]).await;
        world.change_role(root, team, bo.account, "moderator").await.unwrap();
        assert!(!world.log(team).await[0].by_super_admin(), "a moderator may do that");
        let mut tx = world.db.read().await.unwrap();
        let grant = root.may(&mut tx, team, Permission::TeamSettings).await.unwrap();
        assert!(grant.super_admin && grant.role_name() == "Super-admin");
        drop(tx);
        // The rules of the team bind super-admins too.
        assert_eq!(code(world.end(root, team, ada.account, End::Remove).await), "OWNER-FIXED");
        assert_eq!(code(world.end(root, team, root.account, End::Remove).await), "SELF-REMOVE");
        assert_eq!(code(world.change_role(root, team, root.account, "member").await), "OWN-ROLE");
    }

    async fn a_deleted_team_is_gone_and_comes_back_within_30_days(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.seated(team, 2, "Bo", "member").await;
        let invitation = world.invite(ada, team, "cy@example.org", "member").await.unwrap();
        assert_eq!(code(world.delete_team(bo, team).await), "NEED-ROLE");
        world.delete_team(ada, team).await.unwrap();
        assert_eq!(code(world.invite(ada, team, "dee@example.org", "member").await), "NOT-FOUND");
        assert_eq!(code(world.delete_team(ada, team).await), "NOT-FOUND");
        let token = world.mailed_token(&invitation);
        let mut tx = world.db.read().await.unwrap();
        let unknown = accept::look(&mut tx, &world.env, &token).await.unwrap_err();
        assert_eq!(crate::sentence(&unknown), "There is no such invitation, or it is not yours to see.");
        let mails = muster_core::email::of_invitation(&mut tx, invitation.id).await.unwrap();
        assert_eq!(mails[0].status, muster_core::email::Status::Cancelled);
        drop(tx);
        assert_eq!(code(world.restore_team(bo, team).await), "NOT-FOUND", "not everybody's to bring back");
        world.env.clock().advance((30 * DAY).checked_sub(Duration::from_secs(1)).unwrap());
        assert_eq!(purge(&world).await, 0);
        world.restore_team(ada, team).await.unwrap();
        assert_eq!(code(world.restore_team(ada, team).await), "NOT-FOUND");
        let kinds: Vec<_> = world.log(team).await.iter().take(2).map(|entry| entry.kind).collect();
        assert_eq!(kinds, [Kind::TeamRestored, Kind::TeamDeleted]);
        world.invite(ada, team, "dee@example.org", "member").await.unwrap();
    }

    async fn after_30_days_everything_of_a_team_is_purged_and_nothing_else(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let (eve, other) = world.founder(2, "Eve", "Other", "campaigns").await;
        world.joined(ada, team, "bo@example.org", "Bo", "owner").await;
        world.invite(ada, team, "cy@example.org", "member").await.unwrap();
        world.invite(eve, other, "cy@example.org", "member").await.unwrap();
        {
            let mut tx = world.db.write().await.unwrap();
            muster_core::guild::bind(&mut tx, &world.env, muster_core::ids::GuildId(7), team).await.unwrap();
            muster_core::guild::remember(&mut tx, muster_core::ids::GuildId(7), ada.account, team, 1_u64.into()).await.unwrap();
            let standing = ada.enter(&mut tx, team).await.unwrap();
            team::choose(&mut tx, &standing, ada.account).await.unwrap();
            tx.commit().await.unwrap();
        }
        world.delete_team(ada, team).await.unwrap();
        world.env.clock().advance(30 * DAY);
        assert_eq!(code(world.restore_team(ada, team).await), "NOT-FOUND", "its days are over");
        assert!(purge(&world).await > 8);
        assert_eq!(purge(&world).await, 0);
        let mut tx = world.db.read().await.unwrap();
        assert_eq!(team::all_ids(&mut tx).await.unwrap(), [other]);
        assert_eq!(team::chosen(&mut tx, ada.account).await.unwrap(), None);
        drop(tx);
        assert_eq!(world.log(other).await.len(), 2);
        world.invite(eve, other, "dee@example.org", "member").await.unwrap();
    }

    async fn the_log_is_deleted_with_its_team_only(world: World) {
        use muster_core::db::Pools;
        world.founder(1, "Ada", "Aurora", "campaigns").await;
        for attack in ["delete from activity", "update teams set purging = true", "delete from activity"] {
            let done = match world.db.pools() {
                Pools::Sqlite { writer, .. } => sqlx::query(attack).execute(writer).await.map(|_| ()),
                Pools::Postgres(pool) => sqlx::query(attack).execute(pool).await.map(|_| ()),
            };
            assert_eq!(done.is_err(), attack.starts_with("delete"), "{attack}: {done:?}");
        }
    }

    async fn a_new_team_is_the_default_after_the_old_one_is_gone(world: World) {
        let guild = muster_core::ids::GuildId(7);
        let (ada, first) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let (_, second) = world.founder(1, "Ada", "Borealis", "campaigns").await;
        let bind = async |team| {
            let mut tx = world.db.write().await.unwrap();
            muster_core::guild::bind(&mut tx, &world.env, guild, team).await.unwrap();
            tx.commit().await.unwrap();
        };
        let meant = async || {
            let mut tx = world.db.read().await.unwrap();
            muster_core::guild::team_meant(&mut tx, ada, Some(guild), None).await.map(|team| team.id)
        };
        bind(first).await;
        world.delete_team(ada, first).await.unwrap();
        bind(second).await;
        let (_, third) = world.founder(1, "Ada", "Corona", "campaigns").await;
        assert_eq!(meant().await.unwrap(), second);
        world.restore_team(ada, first).await.unwrap();
        assert_eq!(meant().await.unwrap(), second, "the place was taken meanwhile");
        world.delete_team(ada, second).await.unwrap();
        assert_eq!(code(meant().await), "WHICH-TEAM");
        let mut tx = world.db.write().await.unwrap();
        let standing = ada.enter(&mut tx, third).await.unwrap();
        team::choose(&mut tx, &standing, ada.account).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(meant().await.unwrap(), third, "the one she switched to");
    }
}
