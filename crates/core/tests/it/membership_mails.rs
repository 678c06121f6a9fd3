//! Whom mails about a membership and a team reach, and when they are no longer wanted.

use std::time::Duration;

use muster_core::actor::Actor;
use muster_core::both_dbs;
use muster_core::email::Kind;
use muster_core::email::content::Content;
use muster_core::email::membership::{AccessEnded, TeamDeleted};
use muster_core::ids::TeamId;
use muster_core::invitation::accept::Accepter;
use muster_core::policy::Permission;
use muster_core::team;
use muster_core::testing::{End, World};

/// To whom mails of this kind go that are still wanted.
async fn reached(world: &World, kind: Kind) -> Vec<String> {
    let said = world.says(kind).await.into_iter();
    said.filter(|(_, content)| content.is_some())
        .map(|(to, _)| to.as_str().to_owned())
        .collect()
}

async fn delete(world: &World, by: Actor, team: TeamId) {
    let mut tx = world.db.write().await.unwrap();
    let grant = by.may(&mut tx, team, Permission::TeamDelete).await.unwrap();
    team::delete(&mut tx, &world.env, &grant).await.unwrap();
    tx.commit().await.unwrap();
}

both_dbs! {
    async fn who_is_removed_or_suspended_hears_of_it_from_whom_and_when(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        let cy = world.joined(ada, team, "cy@example.org", "Cy", "member").await;
        world.end(ada, team, bo.account, End::Remove).await.unwrap();
        world.end(ada, team, cy.account, End::Deactivate).await.unwrap();
        let (to, said) = world.says(Kind::Removed).await.remove(0);
        let Some(Content::Removed(AccessEnded { team: name, by, at })) = said else { panic!("{said:?}") };
        assert_eq!((to.as_str(), name.as_str(), by.as_str(), at), ("bo@example.org", "Aurora", "Ada", world.env.now()));
        let (to, said) = world.says(Kind::Deactivated).await.remove(0);
        assert!(matches!(said, Some(Content::Deactivated(_))), "{said:?}");
        assert_eq!(to.as_str(), "cy@example.org");
    }

    async fn who_is_back_before_the_mail_leaves_hears_nothing(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        let cy = world.joined(ada, team, "cy@example.org", "Cy", "member").await;
        world.end(ada, team, bo.account, End::Deactivate).await.unwrap();
        world.end(ada, team, bo.account, End::Reactivate).await.unwrap();
        assert_eq!(reached(&world, Kind::Deactivated).await, [""; 0]);
        world.end(ada, team, cy.account, End::Remove).await.unwrap();
        world.env.clock().advance(Duration::from_mins(1));
        let again = world.invite(ada, team, "cy@example.org", "member").await.unwrap();
        world.accept(&world.mailed_token(&again), Accepter::SignedIn(cy.account)).await.unwrap();
        assert_eq!(reached(&world, Kind::Removed).await, [""; 0]);
    }

    async fn who_could_bring_a_deleted_team_back_hears_until_when(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.joined(ada, team, "bo@example.org", "Bo", "owner").await;
        world.joined(ada, team, "cy@example.org", "Cy", "member").await;
        delete(&world, ada, team).await;
        // Ada came by Discord, and has no address.
        let (to, said) = world.says(Kind::TeamDeleted).await.remove(0);
        let Some(Content::TeamDeleted(TeamDeleted { team: name, by, at, until })) = said else { panic!("{said:?}") };
        assert_eq!((to.as_str(), name.as_str(), by.as_str()), ("bo@example.org", "Aurora", "Ada"));
        assert_eq!((at, until), (world.env.now(), world.env.now() + team::KEPT));
        assert_eq!(world.says(Kind::TeamDeleted).await.len(), 1, "members cannot bring it back");
        let mut tx = world.db.write().await.unwrap();
        team::restore(&mut tx, &world.env, bo, team).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(reached(&world, Kind::TeamDeleted).await, [""; 0], "it is back");
    }

    async fn what_became_of_a_member_is_no_news_when_their_team_is_gone(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.mail_role_changes(team).await;
        let bo = world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        let cy = world.joined(ada, team, "cy@example.org", "Cy", "member").await;
        world.change_role(ada, team, bo.account, "viewer").await.unwrap();
        world.end(ada, team, cy.account, End::Remove).await.unwrap();
        assert_eq!(reached(&world, Kind::RoleChanged).await, ["bo@example.org"]);
        assert_eq!(reached(&world, Kind::Removed).await, ["cy@example.org"]);
        delete(&world, ada, team).await;
        assert_eq!(reached(&world, Kind::RoleChanged).await, [""; 0]);
        assert_eq!(reached(&world, Kind::Removed).await, [""; 0]);
    }

    async fn a_team_that_cannot_come_back_is_no_news(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.joined(ada, team, "bo@example.org", "Bo", "owner").await;
        delete(&world, ada, team).await;
        world.env.clock().advance(Duration::from_hours(30 * 24));
        assert_eq!(reached(&world, Kind::TeamDeleted).await, [""; 0]);
    }

    async fn answers_reach_the_inviter_where_the_team_lets_them(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.joined(ada, team, "bo@example.org", "Bo", "owner").await;
        world.invite(bo, team, "cy@example.org", "member").await.unwrap();
        let reply_to = async || {
            let said = world.says(Kind::Invitation).await;
            let offer = said.into_iter().find(|(to, _)| to.as_str() == "cy@example.org");
            let Some((_, Some(Content::Invitation(offer)))) = offer else { panic!("{offer:?}") };
            offer.reply_to.map(|to| to.as_str().to_owned())
        };
        assert_eq!(reply_to().await, None, "unless the team chose it");
        let turn = async |on| {
            let mut tx = world.db.write().await?;
            let mut grant = ada.may(&mut tx, team, Permission::TeamSettings).await?;
            team::set_replies_to_inviter(&mut tx, &world.env, &mut grant, on).await?;
            tx.commit().await
        };
        turn(true).await.unwrap();
        assert_eq!(reply_to().await.as_deref(), Some("bo@example.org"));
        assert_eq!(turn(true).await.unwrap_err().code(), "UNCHANGED");
        turn(false).await.unwrap();
        assert_eq!(reply_to().await, None);
    }
}
