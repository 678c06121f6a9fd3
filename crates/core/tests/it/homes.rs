//! The Discord server that somebody can be added to, and the token for that.

use muster_core::both_dbs;
use muster_core::discord_link::{open_token, seal_token};
use muster_core::guild::{self, Home};
use muster_core::ids::{AccountId, GuildId, TeamId};
use muster_core::invitation::accept::Accepter;
use muster_core::team;
use muster_core::testing::{End, World};

async fn bind(world: &World, server: i64, team: TeamId) {
    let mut tx = world.db.write().await.unwrap();
    guild::bind(&mut tx, &world.env, GuildId(server), team)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn home(world: &World, account: AccountId) -> Option<(i64, String)> {
    let mut tx = world.db.read().await.unwrap();
    let home = guild::home_of(&mut tx, account).await.unwrap();
    home.map(|Home { guild, team }| (guild.0, team))
}

both_dbs! {
    async fn the_server_is_that_of_the_team_somebody_works_with(world: World) {
        let (ada, aurora) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let (eve, borealis) = world.founder(2, "Eve", "Borealis", "campaigns").await;
        let bo = world.joined(ada, aurora, "bo@example.org", "Bo", "member").await;
        assert_eq!(home(&world, bo.account).await, None, "there is none");
        bind(&world, 20, borealis).await;
        assert_eq!(home(&world, bo.account).await, None, "he is not in that team");
        bind(&world, 12, aurora).await;
        world.env.clock().advance(std::time::Duration::from_secs(1));
        bind(&world, 11, aurora).await;
        assert_eq!(home(&world, bo.account).await, Some((12, "Aurora".to_owned())), "the first of two");

        let invitation = world.invite(eve, borealis, "bo@example.org", "member").await.unwrap();
        world.accept(&world.mailed_token(&invitation), Accepter::SignedIn(bo.account)).await.unwrap();
        assert_eq!(home(&world, bo.account).await, Some((12, "Aurora".to_owned())), "the first by name");
        let mut tx = world.db.write().await.unwrap();
        let standing = bo.enter(&mut tx, borealis).await.unwrap();
        team::choose(&mut tx, &standing, bo.account).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(home(&world, bo.account).await, Some((20, "Borealis".to_owned())), "the one he chose");
        world.end(eve, borealis, bo.account, End::Deactivate).await.unwrap();
        assert_eq!(home(&world, bo.account).await, Some((12, "Aurora".to_owned())), "he is out there");
    }

    async fn a_token_opens_for_its_own_page_only(world: World) {
        let sealed = seal_token(&world.env, "nonce", "token").unwrap();
        assert!(!String::from_utf8_lossy(&sealed).contains("token"));
        assert_eq!(open_token(&world.env, "nonce", &sealed).as_deref(), Some("token"));
        assert_eq!(open_token(&world.env, "other", &sealed), None);
        assert_eq!(open_token(&world.env, "nonce", &sealed[1..]), None);
    }
}
