//! The code that proves an invited address to whoever comes by the link that a program got.

use std::time::Duration;

use futures::future::join_all;
use muster_core::both_dbs;
use muster_core::error::Error;
use muster_core::invitation::accept::Accepter;
use muster_core::invitation::code::{self, Proof, Trouble};
use muster_core::locale::Locale;
use muster_core::testing::World;

fn refused<T>(result: Result<T, Error>) -> &'static str {
    match result {
        Ok(_) => panic!("it should be refused"),
        Err(error) => error.code(),
    }
}

async fn ask(world: &World, token: &str) -> Result<(), Error> {
    let mut tx = world.db.write().await?;
    code::ask(&mut tx, &world.env, token).await?;
    tx.commit().await
}

async fn attempt(world: &World, token: &str, said: &str) -> Result<Proof, Trouble> {
    let mut tx = world.db.write().await.unwrap();
    let tried = code::attempt(&mut tx, &world.env, token, said).await.unwrap();
    tx.commit().await.unwrap();
    tried
}

fn new(proof: Option<Proof>) -> Accepter<'static> {
    let (name, password_hash, locale) = ("Bo", "hash", Locale::EnUs);
    match proof {
        None => Accepter::New {
            name,
            password_hash,
            locale,
        },
        Some(proof) => Accepter::Coded {
            name,
            password_hash,
            locale,
            proof,
        },
    }
}

/// A code that is not this one.
fn another(code: &str) -> String {
    let other = if code.starts_with('0') { "1" } else { "0" };
    format!("{other}{}", &code[1..])
}

both_dbs! {
    async fn the_link_of_a_program_lets_somebody_new_in_with_the_mailed_code(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        let token = world.api_token(&invitation);
        assert_eq!(refused(world.accept(&token, new(None)).await), "ADDRESS-UNPROVEN");
        assert_eq!(attempt(&world, &token, "000000").await.unwrap_err(), Trouble::Over);
        ask(&world, &token).await.unwrap();
        let code = world.mailed_code().await.unwrap();
        let proof = attempt(&world, &token, &format!(" {} {}", &code[..3], &code[3..])).await.unwrap();
        // What was proved of one invitation is worth nothing for another.
        let other = world.invite(ada, team, "cy@example.org", "member").await.unwrap();
        assert_eq!(refused(world.accept(&world.api_token(&other), new(Some(proof))).await), "ADDRESS-UNPROVEN");
        world.accept(&token, new(Some(proof))).await.unwrap();
    }

    async fn a_code_is_tried_five_times_even_at_once(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let token = world.api_token(&world.invite(ada, team, "bo@example.org", "member").await.unwrap());
        ask(&world, &token).await.unwrap();
        let code = world.mailed_code().await.unwrap();
        let wrong = another(&code);
        assert_eq!(attempt(&world, &token, &wrong).await.unwrap_err(), Trouble::Wrong { left: 4 });
        let tried = join_all((0..50).map(|_| attempt(&world, &token, &wrong))).await;
        let left = tried.iter().filter(|one| matches!(one, Err(Trouble::Wrong { .. }))).count();
        assert_eq!(left, 3);
        assert_eq!(attempt(&world, &token, &code).await.unwrap_err(), Trouble::Over);
        // Another one starts anew.
        world.env.clock().advance(Duration::from_mins(1));
        ask(&world, &token).await.unwrap();
        let code = world.mailed_code().await.unwrap();
        attempt(&world, &token, &code).await.unwrap();
    }

    async fn a_code_counts_for_ten_minutes_and_only_the_newest_one(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let token = world.api_token(&world.invite(ada, team, "bo@example.org", "member").await.unwrap());
        ask(&world, &token).await.unwrap();
        let first = world.mailed_code().await.unwrap();
        assert_eq!(refused(ask(&world, &token).await), "COOLDOWN");
        world.env.clock().advance(Duration::from_mins(1));
        ask(&world, &token).await.unwrap();
        let second = world.mailed_code().await.unwrap();
        if first != second {
            assert!(attempt(&world, &token, &first).await.is_err());
        }
        world.env.clock().advance(Duration::from_mins(10));
        assert_eq!(attempt(&world, &token, &second).await.unwrap_err(), Trouble::Over);
    }

    async fn an_invitation_causes_five_codes_an_hour(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let token = world.api_token(&world.invite(ada, team, "bo@example.org", "member").await.unwrap());
        for _ in 0..5 {
            ask(&world, &token).await.unwrap();
            world.env.clock().advance(Duration::from_mins(2));
        }
        assert_eq!(refused(ask(&world, &token).await), "LIMIT");
        world.env.clock().advance(Duration::from_mins(50));
        ask(&world, &token).await.unwrap();
    }

    async fn a_closed_invitation_has_no_code(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        let token = world.api_token(&invitation);
        ask(&world, &token).await.unwrap();
        world.revoke(ada, team, invitation.id).await.unwrap();
        assert_eq!(world.mailed_code().await, None);
        assert_eq!(refused(ask(&world, &token).await), "REVOKED");
    }
}
