//! Joining by a link without an account: a mail proves the address, and nothing tells whether it has an account.

use std::time::Duration;

use futures::future::join_all;
use muster_core::both_dbs;
use muster_core::error::Error;
use muster_core::invite_link::{NewLink, sign_up};
use muster_core::testing::World;

fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    result.expect_err("it should be refused").code()
}

async fn link(world: &World) -> String {
    let (ada, team) = world.founder(1, "Ada", "Aurora", "workspace").await;
    let link = world.link(ada, team, NewLink::default()).await.unwrap();
    world.link_token(&link)
}

both_dbs! {
    async fn the_mailed_link_makes_one_account_with_a_verified_address(world: World) {
        let token = link(&world).await;
        world.ask_to_sign_up(&token, "Bo@Example.org").await.unwrap();
        let secret = world.sign_up_token("bo@example.org").await;
        let results = join_all((0..50).map(|_| world.sign_up(&secret, "Bo"))).await;
        let refused: Vec<_> = results.iter().filter_map(|result| result.as_ref().err()).map(Error::code).collect();
        assert_eq!(refused, ["SIGN-UP-OVER"; 49]);
        let joined = results.into_iter().find_map(Result::ok).unwrap();
        assert_eq!(joined.account.email.unwrap().as_str(), "Bo@example.org");
        assert_eq!(world.member(joined.team.id, joined.account.id).await.role.as_str(), "member");
    }

    async fn it_ends_after_a_day_and_when_the_link_does(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "workspace").await;
        let link = world.link(ada, team, NewLink::default()).await.unwrap();
        let token = world.link_token(&link);
        world.ask_to_sign_up(&token, "bo@example.org").await.unwrap();
        let late = world.sign_up_token("bo@example.org").await;
        world.env.clock().advance(Duration::from_hours(24));
        assert_eq!(code(world.sign_up(&late, "Bo").await), "SIGN-UP-OVER");
        world.ask_to_sign_up(&token, "bo@example.org").await.unwrap();
        let secret = world.sign_up_token("bo@example.org").await;
        world.disable_link(ada, team, link.id).await.unwrap();
        assert_eq!(code(world.sign_up(&secret, "Bo").await), "LINK-DISABLED");
        assert_eq!(code(world.ask_to_sign_up(&token, "cy@example.org").await), "LINK-DISABLED");
        // The secrets of one kind are nothing to the other.
        assert_eq!(code(world.sign_up(&token, "Bo").await), "NOT-FOUND");
        assert_eq!(code(world.ask_to_sign_up(&secret, "cy@example.org").await), "NOT-FOUND");
        let mut tx = world.db.read().await.unwrap();
        let email = "bo@example.org".parse().unwrap();
        assert!(muster_core::account::by_email(&mut tx, &email).await.unwrap().is_none(), "nothing partial");
    }

    async fn an_address_that_got_an_account_meanwhile_is_asked_to_sign_in(world: World) {
        let token = link(&world).await;
        world.ask_to_sign_up(&token, "bo@example.org").await.unwrap();
        let secret = world.sign_up_token("bo@example.org").await;
        let bo = world.guest("bo@example.org").await;
        assert_eq!(code(world.sign_up(&secret, "Bo").await), "SIGN-IN-FIRST");
        let mut tx = world.db.read().await.unwrap();
        let shown = sign_up::look(&mut tx, &world.env, &secret).await.unwrap();
        assert_eq!((shown.account_exists, shown.link_token.as_deref()), (true, Some(token.as_str())));
        drop(tx);
        world.join(&token, bo).await.unwrap();
    }

    async fn known_and_unknown_addresses_are_treated_alike(world: World) {
        let token = link(&world).await;
        world.guest("known@example.org").await;
        for address in ["known@example.org", "unknown@example.org"] {
            world.ask_to_sign_up(&token, address).await.unwrap();
            assert_eq!(code(world.ask_to_sign_up(&token, address).await), "COOLDOWN", "{address}");
        }
        world.env.clock().advance(Duration::from_mins(1));
        for address in ["known@example.org", "unknown@example.org"] {
            world.ask_to_sign_up(&token, address).await.unwrap();
        }
    }

    async fn fifty_at_once_for_one_address_ask_for_one_mail(world: World) {
        let token = link(&world).await;
        let (eve, other) = world.founder(2, "Eve", "Borealis", "workspace").await;
        let second = world.link_token(&world.link(eve, other, NewLink::default()).await.unwrap());
        // The pause is the address's, whatever link it is typed for.
        let results = join_all((0..50).map(|n| {
            world.ask_to_sign_up(if n % 2 == 0 { &token } else { &second }, "bo@example.org")
        })).await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        assert!(results.iter().filter_map(|result| result.as_ref().err()).all(|error| error.code() == "COOLDOWN"));
    }

    async fn one_link_causes_twenty_mails_an_hour(world: World) {
        let token = link(&world).await;
        let addresses: Vec<_> = (0..50).map(|n| format!("p{n}@example.org")).collect();
        let results = join_all(addresses.iter().map(|address| world.ask_to_sign_up(&token, address))).await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 20);
        assert!(results.iter().filter_map(|result| result.as_ref().err()).all(|error| error.code() == "LIMIT"));
        world.env.clock().advance(Duration::from_hours(1));
        world.ask_to_sign_up(&token, "late@example.org").await.unwrap();
    }

    async fn what_is_too_old_is_pruned(world: World) {
        let token = link(&world).await;
        world.ask_to_sign_up(&token, "bo@example.org").await.unwrap();
        let mut tx = world.db.write().await.unwrap();
        assert_eq!(muster_core::prune::prune(&mut tx, &world.env).await.unwrap(), 0);
        drop(tx);
        world.env.clock().advance(Duration::from_hours(25));
        let mut tx = world.db.write().await.unwrap();
        assert_eq!(muster_core::prune::prune(&mut tx, &world.env).await.unwrap(), 1);
    }
}
