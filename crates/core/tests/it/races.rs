//! Fifty at once: what may happen once happens once.

use std::sync::atomic::{AtomicBool, Ordering};

use futures::future::join_all;
use muster_core::both_dbs;
use muster_core::invitation::accept::Accepter;
use muster_core::locale::Locale;
use muster_core::member::Status;
use muster_core::testing::End;

const CROWD: usize = 50;

both_dbs! {
    async fn fifty_simultaneous_accepts_make_one_member(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        let token = world.mailed_token(&invitation);
        let results = join_all((0..CROWD).map(|_| {
            world.accept(&token, Accepter::New { name: "Bo", password_hash: "a hash", locale: Locale::EnUs })
        })).await;
        let refused: Vec<_> = results.iter().filter_map(|result| result.as_ref().err()).map(muster_core::error::Error::code).collect();
        assert_eq!(refused, ["USED"; CROWD - 1]);
    }

    async fn fifty_owners_who_demote_each_other_leave_one(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let mut owners = vec![ada];
        for n in 1..CROWD {
            if n % 20 == 0 {
                world.env.clock().advance(std::time::Duration::from_hours(1));
            }
            owners.push(world.joined(ada, team, &format!("o{n}@example.org"), &format!("Owner {n}"), "owner").await);
        }
        // Each demotes the next one in a ring, all at once.
        let next = owners.iter().cycle().skip(1);
        let results = join_all(owners.iter().zip(next).map(|(owner, next)| {
            world.change_role(*owner, team, next.account, "viewer")
        })).await;
        let done = results.iter().filter(|result| result.is_ok()).count();
        let mut tx = world.db.read().await.unwrap();
        let mut left = 0;
        for owner in &owners {
            let member = muster_core::member::of_account(&mut tx, team, owner.account).await.unwrap().unwrap();
            left += usize::from(member.role.as_str() == "owner");
        }
        assert!(left >= 1, "nobody is left");
        assert_eq!(left + done, CROWD);
        for error in results.iter().filter_map(|result| result.as_ref().err()) {
            assert!(["NEED-ROLE", "SAME-ROLE", "LAST-OWNER"].contains(&error.code()), "{error}");
        }
    }

    async fn fifty_invitations_of_one_address_leave_one_pending(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let results = join_all((0..CROWD).map(|_| world.invite(ada, team, "bo@example.org", "member"))).await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        assert!(results.iter().filter_map(|result| result.as_ref().err()).all(|error| error.code() == "COOLDOWN"));
    }

    async fn fifty_invitations_at_nineteen_of_twenty_send_one(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        for n in 0..19 {
            world.invite(ada, team, &format!("p{n}@example.org"), "member").await.unwrap();
        }
        let addresses: Vec<_> = (0..CROWD).map(|n| format!("q{n}@example.org")).collect();
        let results = join_all(addresses.iter().map(|address| world.invite(ada, team, address, "member"))).await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        assert!(results.iter().filter_map(|result| result.as_ref().err()).all(|error| error.code() == "LIMIT"));
    }

    async fn fifty_sign_ins_at_once_are_ten(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        let email = muster_core::text::EmailAddress::parse("bo@example.org").unwrap();
        let client = muster_core::limit::Client::of("192.0.2.1".parse().unwrap());
        let results = join_all((0..CROWD).map(|_| async {
            let mut tx = world.db.write().await?;
            muster_core::account::begin_sign_in(&mut tx, &world.env, &email, &client).await?;
            tx.commit().await
        })).await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 10);
        assert!(results.iter().filter_map(|result| result.as_ref().err()).all(|error| error.code() == "SIGN-IN-LIMIT"));
    }

    async fn two_teams_founded_at_once_in_one_server_leave_one_default(world: World) {
        let (ada, first) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let (_, second) = world.founder(2, "Eve", "Borealis", "project").await;
        let bind = |team| {
            let world = &world;
            async move {
                let mut tx = world.db.write().await?;
                muster_core::guild::bind(&mut tx, &world.env, muster_core::ids::GuildId(7), team).await?;
                tx.commit().await
            }
        };
        let (one, other) = tokio::join!(bind(first), bind(second));
        assert!(one.is_ok() && other.is_ok(), "{one:?} {other:?}");
        let mut tx = world.db.read().await.unwrap();
        let meant = muster_core::guild::team_meant(&mut tx, ada, Some(muster_core::ids::GuildId(7)), None).await.unwrap();
        assert_eq!(meant.id, first, "she is in one of them only");
    }

    async fn accepting_against_inviting_again_is_never_both(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        for n in 0..10 {
            let address = format!("p{n}@example.org");
            let invitation = world.invite(ada, team, &address, "member").await.unwrap();
            let token = world.mailed_token(&invitation);
            world.env.clock().advance(std::time::Duration::from_mins(10));
            let (accepted, again) = tokio::join!(
                world.accept(&token, Accepter::New { name: "Bo", password_hash: "a hash", locale: Locale::EnUs }),
                world.invite(ada, team, &address, "viewer"),
            );
            match (accepted.map(drop), again.map(drop)) {
                (Ok(()), Err(error)) => assert_eq!(error.code(), "ALREADY-MEMBER"),
                (Err(error), Ok(())) => assert_eq!(error.code(), "REPLACED"),
                both => panic!("one of the two, not {both:?}"),
            }
        }
    }

    async fn accepting_against_cancelling_has_one_winner(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        for n in 0..10 {
            let invitation = world.invite(ada, team, &format!("p{n}@example.org"), "member").await.unwrap();
            let token = world.mailed_token(&invitation);
            let (accepted, revoked) = tokio::join!(
                world.accept(&token, Accepter::New { name: "Bo", password_hash: "a hash", locale: Locale::EnUs }),
                world.revoke(ada, team, invitation.id),
            );
            assert_ne!(accepted.is_ok(), revoked.is_ok(), "{accepted:?} {revoked:?}");
        }
    }

    async fn fifty_owners_who_leave_remove_demote_and_hand_over_at_once_leave_one(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.edit_policy(team, "leave = []", "leave = [\"owner\"]").await;
        let mut owners = vec![ada];
        for n in 1..CROWD {
            owners.push(world.seated(team, 100 + i64::try_from(n).unwrap(), &format!("Owner {n}"), "owner").await);
        }
        let next = owners.iter().cycle().skip(1);
        let results = join_all(owners.iter().zip(next).enumerate().map(|(n, (owner, next))| {
            let world = &world;
            async move {
                match n % 5 {
                    0 => world.leave(*owner, team).await,
                    1 => world.end(*owner, team, next.account, End::Remove).await,
                    2 => world.end(*owner, team, next.account, End::Deactivate).await,
                    3 => world.change_role(*owner, team, next.account, "viewer").await.map(drop),
                    _ => world.end(*owner, team, next.account, End::Transfer).await,
                }
            }
        })).await;
        let mut left = 0;
        for owner in &owners {
            let member = world.member(team, owner.account).await;
            left += usize::from(member.role.as_str() == "owner" && member.status == Status::Active);
        }
        assert!(left >= 1, "nobody is left");
        let done = results.iter().filter(|result| result.is_ok()).count();
        assert!(done > 0);
        let expected = ["NEED-ROLE", "SAME-ROLE", "LAST-OWNER", "NOT-FOUND", "NOT-ACTIVE"];
        for error in results.iter().filter_map(|result| result.as_ref().err()) {
            assert!(expected.contains(&error.code()), "{error}");
        }
        let entries = world.log(team).await.len();
        assert_eq!(entries, 1 + done, "one entry for each change");
    }

    async fn the_last_two_owners_never_both_go(world: World) {
        for n in 0..10 {
            let (ada, team) = world.founder(1, "Ada", &format!("Aurora {n}"), "campaigns").await;
            world.edit_policy(team, "leave = []", "leave = [\"owner\"]").await;
            let bo = world.seated(team, 10 + n, &format!("Bo {n}"), "owner").await;
            let (one, other) = tokio::join!(
                world.leave(ada, team),
                world.end(bo, team, ada.account, End::Transfer),
            );
            let (third, fourth) = tokio::join!(world.leave(ada, team), world.leave(bo, team));
            let mut left = 0;
            for who in [ada, bo] {
                let member = world.member(team, who.account).await;
                left += usize::from(member.role.as_str() == "owner" && member.status == Status::Active);
            }
            assert!(left >= 1, "{one:?} {other:?} {third:?} {fourth:?}");
        }
    }

    async fn fifty_accepts_for_one_seat_let_one_in(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "business").await;
        world.edit_policy(team, "seats = 25", "seats = 100").await;
        world.edit_policy(team, "hourly_limit = 20", "hourly_limit = 100").await;
        world.set_plan(team, "business").await;
        let mut tokens = Vec::new();
        for n in 0..CROWD {
            let invitation = world.invite(ada, team, &format!("p{n}@example.org"), "member").await.unwrap();
            tokens.push(world.mailed_token(&invitation));
        }
        let mut guests = Vec::new();
        for n in 0..CROWD {
            guests.push(world.guest(&format!("p{n}@example.org")).await);
        }
        // The founder and four others: the fifth seat is the last.
        for n in 0..3 {
            world.seated(team, 100 + n, &format!("Member {n}"), "member").await;
        }
        world.set_plan(team, "pro").await;
        let results = join_all(tokens.iter().zip(&guests).map(|(token, guest)| {
            world.accept(token, Accepter::SignedIn(*guest))
        })).await;
        let refused: Vec<_> = results.iter().filter_map(|result| result.as_ref().err()).map(muster_core::error::Error::code).collect();
        assert_eq!(refused, ["SEATS"; CROWD - 1]);
    }

    async fn fifty_invitations_for_one_seat_send_one(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "business").await;
        world.edit_policy(team, "hourly_limit = 20", "hourly_limit = 100").await;
        world.set_plan(team, "pro").await;
        for n in 0..3 {
            world.seated(team, 100 + n, &format!("Member {n}"), "member").await;
        }
        let addresses: Vec<_> = (0..CROWD).map(|n| format!("q{n}@example.net")).collect();
        let results = join_all(addresses.iter().map(|address| world.invite(ada, team, address, "member"))).await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        assert!(results.iter().filter_map(|result| result.as_ref().err()).all(|error| error.code() == "SEATS"));
    }

    async fn nothing_that_starts_after_a_demotion_succeeds(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.seated(team, 2, "Bo", "owner").await;
        let cy = world.seated(team, 3, "Cy", "member").await;
        let demoted = AtomicBool::new(false);
        let requests = join_all((0..CROWD).map(|n| {
            let (world, demoted) = (&world, &demoted);
            async move {
                let late = demoted.load(Ordering::SeqCst);
                let to = if n % 2 == 0 { "viewer" } else { "member" };
                (late, world.change_role(bo, team, cy.account, to).await)
            }
        }));
        let demotion = async {
            world.change_role(ada, team, bo.account, "viewer").await.unwrap();
            demoted.store(true, Ordering::SeqCst);
            // Those of a second wave all start after it.
            join_all((0..CROWD).map(|_| world.change_role(bo, team, cy.account, "owner"))).await
        };
        let (first, second) = tokio::join!(requests, demotion);
        let codes = |results: Vec<Result<_, muster_core::error::Error>>| {
            results.into_iter().map(|result| result.map_err(|error| error.code()).map(drop)).collect::<Vec<_>>()
        };
        assert_eq!(codes(second), [Err("NEED-ROLE"); CROWD]);
        for (late, result) in first {
            assert!(!late || result.is_err(), "it started after the demotion");
        }
        let log = world.log(team).await;
        let demotion = log.iter().position(|entry| entry.subject == "Bo").expect("the demotion is logged");
        assert!(log[..demotion].iter().all(|entry| entry.actor_name != "Bo"), "{log:?}");
    }
}
