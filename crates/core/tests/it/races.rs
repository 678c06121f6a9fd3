//! Fifty at once: what may happen once happens once.

use futures::future::join_all;
use muster_core::both_dbs;
use muster_core::invitation::accept::Accepter;
use muster_core::locale::Locale;

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
        let results = join_all((0..CROWD).map(|_| async {
            let mut tx = world.db.write().await?;
            muster_core::account::begin_sign_in(&mut tx, &world.env, &email).await?;
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
}
