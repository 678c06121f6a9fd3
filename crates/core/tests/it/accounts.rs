//! Accounts: passwords and addresses by mailed links, sign-ins and what the logs say of them.

use std::time::Duration;

use futures::future::join_all;
use muster_core::account::{self, Means, Proved, address, reset};
use muster_core::activity::Kind;
use muster_core::actor::Actor;
use muster_core::both_dbs;
use muster_core::discord_sign_in;
use muster_core::error::Error;
use muster_core::ids::{AccountId, DiscordUserId, TeamId};
use muster_core::invitation::accept::Accepter;
use muster_core::job::Queue;
use muster_core::limit::Client;
use muster_core::queue;
use muster_core::session::{self, Arrival};
use muster_core::testing::World;
use muster_core::testing::accounts::somewhere;
use muster_core::text::EmailAddress;

const NEW: Arrival<'static> = Arrival {
    user_agent: "a browser",
    secret: None,
};

fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    result.expect_err("it should be refused").code()
}

fn email(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

async fn bo(world: &World) -> (Actor, TeamId, Actor) {
    let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
    let bo = world.joined(ada, team, "bo@example.org", "Bo", "member").await;
    (ada, team, bo)
}

async fn signed_in(world: &World, account: AccountId) {
    let mut tx = world.db.write().await.unwrap();
    session::start(&mut tx, &world.env, account, NEW).await.unwrap();
    tx.commit().await.unwrap();
}

async fn kinds(world: &World, team: TeamId) -> Vec<Kind> {
    let ours = |kind: &Kind| kind.as_str().starts_with("account.") || kind.as_str().starts_with("security.");
    world
        .log(team)
        .await
        .iter()
        .map(|entry| entry.kind)
        .filter(ours)
        .collect()
}

async fn fail(world: &World, address: &str) {
    let mut tx = world.db.write().await.unwrap();
    let account = account::by_email(&mut tx, &email(address))
        .await
        .unwrap()
        .unwrap()
        .id;
    account::note_failure(&mut tx, &world.env, account).await.unwrap();
    tx.commit().await.unwrap();
}

/// Somebody confirms an address.
async fn confirm(world: &World, who: Actor, token: &str) -> Result<EmailAddress, Error> {
    let mut tx = world.db.write().await?;
    let address = address::finish(&mut tx, &world.env, who, token).await?;
    tx.commit().await?;
    Ok(address)
}

/// Somebody types a password, and goes on to a session.
async fn sign_in(world: &World, address: &str, password: &str) -> Result<String, Error> {
    let mut tx = world.db.write().await?;
    let attempt = account::begin_sign_in(&mut tx, &world.env, &email(address), &somewhere()).await?;
    tx.commit().await?;
    let proved = attempt.check(&world.env, password).await?;
    let mut tx = world.db.write().await?;
    let secret = session::sign_in(&mut tx, &world.env, &proved, NEW).await?;
    tx.commit().await?;
    Ok(secret)
}

both_dbs! {
    async fn of_fifty_who_bring_one_link_one_changes_the_password(world: World) {
        let (_, team, bo) = bo(&world).await;
        signed_in(&world, bo.account).await;
        world.forget("BO@example.org", &somewhere()).await.unwrap();
        let token = world.reset_token("bo@example.org").await;
        let hash = world.env.passwords().hash("another password").await.unwrap();
        let results = join_all((0..50).map(|_| world.choose_password(&token, &hash))).await;
        let refused: Vec<_> = results.iter().filter_map(|result| result.as_ref().err()).map(Error::code).collect();
        assert_eq!(refused, ["LINK-OVER"; 49]);
        assert_eq!(world.sessions_of(bo.account).await, 0, "every session ends");
        assert_eq!(kinds(&world, team).await, [Kind::PasswordChanged]);
        assert_eq!(code(sign_in(&world, "bo@example.org", "password of Bo").await), "SIGN-IN-FAILED");
        sign_in(&world, "bo@example.org", "another password").await.unwrap();
    }

    async fn known_and_unknown_addresses_are_asked_alike(world: World) {
        bo(&world).await;
        for address in ["bo@example.org", "nobody@example.org"] {
            for n in 0..5 {
                world.forget(address, &somewhere()).await.unwrap();
                assert_eq!(code(world.forget(address, &somewhere()).await), "COOLDOWN", "{address} {n}");
                world.env.clock().advance(Duration::from_mins(1));
            }
            assert_eq!(code(world.forget(address, &somewhere()).await), "LIMIT", "{address}");
        }
        world.env.clock().advance(Duration::from_hours(1));
        world.forget("bo@example.org", &somewhere()).await.unwrap();
        // Nobody becomes anybody by the link that was never mailed.
        world.forget("nobody@example.org", &somewhere()).await.unwrap();
        let token = world.reset_token("nobody@example.org").await;
        assert_eq!(code(world.choose_password(&token, "a hash").await), "LINK-OVER");
    }

    async fn one_place_on_the_network_causes_so_many_mails_an_hour(world: World) {
        bo(&world).await;
        let at = |text: &str| Client::of(text.parse().unwrap());
        for n in 0..60 {
            // Whoever has a /64 has all of its addresses.
            world.forget(&format!("p{n}@example.org"), &at(&format!("2001:db8::{n}"))).await.unwrap();
        }
        assert_eq!(code(world.forget("bo@example.org", &at("2001:db8::ffff")).await), "LIMIT");
        world.forget("bo@example.org", &at("2001:db8:0:1::1")).await.unwrap();
        world.env.clock().advance(Duration::from_hours(1));
        world.forget("bo@example.org", &at("2001:db8::ffff")).await.unwrap();
    }

    async fn links_of_another_purpose_and_broken_ones_are_unknown(world: World) {
        let (_, _, bo) = bo(&world).await;
        world.forget("bo@example.org", &somewhere()).await.unwrap();
        world.ask_for_address(bo.account, "new@example.org").await.unwrap();
        let reset = world.reset_token("bo@example.org").await;
        let verify = world.address_token("new@example.org").await;
        let mut flipped = reset.clone().into_bytes();
        flipped[7] = if flipped[7] == b'A' { b'B' } else { b'A' };
        let flipped = String::from_utf8(flipped).unwrap();
        for bad in ["", "x", "\0", &"A".repeat(43), &"A".repeat(10_000), &verify, &flipped] {
            assert_eq!(code(world.choose_password(bad, "a hash").await), "NOT-FOUND", "{bad:?}");
        }
        assert_eq!(code(confirm(&world, bo, &reset).await), "NOT-FOUND");
        world.env.clock().advance(Duration::from_hours(1));
        assert_eq!(code(world.choose_password(&reset, "a hash").await), "LINK-OVER");
        confirm(&world, bo, &verify).await.unwrap();
    }

    async fn what_was_opened_before_an_invitation_is_accepted_ends_with_it(world: World) {
        let (ada, team, bo) = bo(&world).await;
        // Somebody asks for links to an address that has no account yet, for a password and for their own account.
        world.forget("cy@example.org", &somewhere()).await.unwrap();
        let early = world.reset_token("cy@example.org").await;
        world.env.clock().advance(Duration::from_mins(1));
        world.ask_for_address(bo.account, "cy@example.org").await.unwrap();
        let attacker = world.address_token("cy@example.org").await;
        let cy = world.joined(ada, team, "cy@example.org", "Cy", "member").await;
        assert_eq!(code(world.choose_password(&early, "a hash").await), "LINK-OVER");
        assert_eq!(code(confirm(&world, bo, &attacker).await), "LINK-OVER");

        // Somebody holds a session and a link of an account whose owner accepts another invitation.
        let (eve, other) = world.founder(2, "Eve", "Borealis", "campaigns").await;
        let invitation = world.invite(eve, other, "cy@example.org", "member").await.unwrap();
        signed_in(&world, cy.account).await;
        world.env.clock().advance(Duration::from_mins(1));
        world.forget("cy@example.org", &somewhere()).await.unwrap();
        let kept = world.reset_token("cy@example.org").await;
        world.accept(&world.mailed_token(&invitation), Accepter::SignedIn(cy.account)).await.unwrap();
        assert_eq!(world.sessions_of(cy.account).await, 0);
        assert_eq!(code(world.choose_password(&kept, "a hash").await), "LINK-OVER");
    }

    async fn an_address_becomes_ones_own_once_and_only_for_who_asked(world: World) {
        let (ada, team, bo) = bo(&world).await;
        let cy = world.joined(ada, team, "cy@example.org", "Cy", "member").await;
        world.forget("bo@example.org", &somewhere()).await.unwrap();
        let reset = world.reset_token("bo@example.org").await;
        world.ask_for_address(bo.account, "new@example.org").await.unwrap();
        let token = world.address_token("new@example.org").await;
        assert_eq!(code(confirm(&world, cy, &token).await), "NOT-FOUND");
        let results = join_all((0..50).map(|_| confirm(&world, bo, &token))).await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        assert!(results.iter().filter_map(|result| result.as_ref().err()).all(|error| error.code() == "LINK-OVER"));
        assert_eq!(kinds(&world, team).await, [Kind::AddressChanged]);
        let entry = &world.log(team).await[0];
        assert_eq!((entry.detail("from").as_deref(), entry.detail("to").as_deref()), (Some("b…@e….org"), Some("n…@e….org")));
        // Links to the mailbox of before open nothing.
        assert_eq!(code(world.choose_password(&reset, "a hash").await), "LINK-OVER");
        assert_eq!(code(sign_in(&world, "bo@example.org", "password of Bo").await), "SIGN-IN-FAILED");
        sign_in(&world, "new@example.org", "password of Bo").await.unwrap();
    }

    async fn an_address_that_somebody_took_meanwhile_stays_theirs(world: World) {
        let (_, _, bo) = bo(&world).await;
        world.ask_for_address(bo.account, "cy@example.org").await.unwrap();
        let token = world.address_token("cy@example.org").await;
        // Past all rules, as account::create would have ended the link.
        world.guest("cy@example.org").await;
        assert_eq!(code(confirm(&world, bo, &token).await), "ADDRESS-TAKEN");
        let mut tx = world.db.read().await.unwrap();
        assert_eq!(account::get(&mut tx, bo.account).await.unwrap().email, Some(email("bo@example.org")));
    }

    async fn two_who_want_one_address_at_once_do_not_both_get_it(world: World) {
        let (ada, team, bo) = bo(&world).await;
        let cy = world.joined(ada, team, "cy@example.org", "Cy", "member").await;
        let mut wanted = Vec::new();
        for who in [bo, cy] {
            world.ask_for_address(who.account, "one@example.org").await.unwrap();
            wanted.push((who, world.address_token("one@example.org").await));
            world.env.clock().advance(Duration::from_mins(1));
        }
        let results = join_all(wanted.iter().map(|(who, token)| confirm(&world, *who, token))).await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    }

    async fn asking_for_addresses_ends(world: World) {
        let (_, _, bo) = bo(&world).await;
        assert_eq!(code(world.ask_for_address(bo.account, "bo@example.org").await), "UNCHANGED");
        for n in 0..5 {
            world.ask_for_address(bo.account, &format!("p{n}@example.org")).await.unwrap();
        }
        assert_eq!(code(world.ask_for_address(bo.account, "p6@example.org").await), "LIMIT");
    }

    async fn sign_ins_are_in_the_log_of_each_team(world: World) {
        let (_, team, bo) = bo(&world).await;
        let (eve, other) = world.founder(2, "Eve", "Borealis", "campaigns").await;
        let invitation = world.invite(eve, other, "bo@example.org", "member").await.unwrap();
        world.accept(&world.mailed_token(&invitation), Accepter::SignedIn(bo.account)).await.unwrap();
        sign_in(&world, "bo@example.org", "password of Bo").await.unwrap();
        for team in [team, other] {
            assert_eq!(kinds(&world, team).await, [Kind::SignedIn]);
            let entry = &world.log(team).await[0];
            assert_eq!((entry.actor_name.as_str(), entry.detail("by").as_deref()), ("Bo", Some("password")));
        }
    }

    async fn a_failure_leaves_a_job_for_later_behind_whether_the_address_is_known_or_not(world: World) {
        let (_, team, _) = bo(&world).await;
        for address in ["bo@example.org", "nobody@example.org"] {
            let mut tx = world.db.write().await.unwrap();
            account::failed(&mut tx, &world.env, &email(address)).await.unwrap();
            assert_eq!(queue::live(&mut tx, Queue::Default).await.unwrap(), 1, "{address}");
            assert!(queue::fetch(&mut tx, Queue::Default, "nobody", 10).await.unwrap().is_empty(), "it is not due yet");
        }
        assert_eq!(kinds(&world, team).await, []);
    }

    async fn failures_are_told_once_and_alarm_when_they_are_many(world: World) {
        let (_, team, _) = bo(&world).await;
        for _ in 0..4 {
            fail(&world, "bo@example.org").await;
        }
        assert_eq!(kinds(&world, team).await, [Kind::SignInFailed]);
        for _ in 0..20 {
            fail(&world, "bo@example.org").await;
        }
        assert_eq!(kinds(&world, team).await, [Kind::SignInsFailed, Kind::SignInFailed]);
        let entry = &world.log(team).await[0];
        assert_eq!((entry.actor_id, entry.subject.as_str()), (None, "Bo"));
        // Going on for an hour adds one entry each quarter, and no second alert.
        for _ in 0..3 {
            world.env.clock().advance(Duration::from_mins(15));
            for _ in 0..10 {
                fail(&world, "bo@example.org").await;
            }
        }
        assert_eq!(kinds(&world, team).await.len(), 5);
    }

    async fn a_password_that_was_changed_meanwhile_signs_nobody_in(world: World) {
        let (_, team, bo) = bo(&world).await;
        let old = world.proved(bo.account).await;
        world.forget("bo@example.org", &somewhere()).await.unwrap();
        let token = world.reset_token("bo@example.org").await;
        world.choose_password(&token, "another hash").await.unwrap();
        let mut tx = world.db.write().await.unwrap();
        assert_eq!(code(session::sign_in(&mut tx, &world.env, &old, NEW).await), "SIGN-IN-FAILED");
        let at_discord = Proved { account: bo.account, by: Means::Discord { user: DiscordUserId(7) } };
        assert_eq!(code(session::sign_in(&mut tx, &world.env, &at_discord, NEW).await), "SIGN-IN-FAILED");
        drop(tx);
        assert_eq!(kinds(&world, team).await, [Kind::PasswordChanged]);
    }

    async fn a_state_from_discord_signs_one_browser_in_once(world: World) {
        let (ada, _) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let (mine, yours) = ("A".repeat(43), "B".repeat(43));
        let mut tx = world.db.write().await.unwrap();
        let state = discord_sign_in::start(&mut tx, &world.env, &mine, &somewhere()).await.unwrap();
        tx.commit().await.unwrap();
        let back = async |browser: &str, state: &str| {
            let mut tx = world.db.write().await?;
            let ours = discord_sign_in::come_back(&mut tx, &world.env, browser, state).await?;
            tx.commit().await?;
            Ok::<_, Error>(ours)
        };
        assert_eq!(code(back(&yours, &state).await), "LINK-OVER");
        assert!(!back(&mine, "x").await.unwrap() && !back(&mine, &yours).await.unwrap(), "of something else, perhaps");
        assert!(back(&mine, &state).await.unwrap());
        assert!(!back(&mine, &state).await.unwrap(), "it is used up");
        let mut tx = world.db.write().await.unwrap();
        let late = discord_sign_in::start(&mut tx, &world.env, &mine, &somewhere()).await.unwrap();
        tx.commit().await.unwrap();
        world.env.clock().advance(Duration::from_mins(10));
        assert_eq!(code(back(&mine, &late).await), "LINK-OVER");
        let mut tx = world.db.read().await.unwrap();
        let found = discord_sign_in::find(&mut tx, DiscordUserId(1)).await.unwrap();
        assert_eq!(found.map(|proved| proved.account), Some(ada.account));
        assert!(discord_sign_in::find(&mut tx, DiscordUserId(2)).await.unwrap().is_none());
    }

    async fn a_password_needs_an_address_first(world: World) {
        let (ada, _) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let mut tx = world.db.write().await.unwrap();
        assert_eq!(code(account::change_password(&mut tx, &world.env, ada, "a hash").await), "NO-ADDRESS");
        drop(tx);
        world.ask_for_address(ada.account, "ada@example.org").await.unwrap();
        let token = world.address_token("ada@example.org").await;
        confirm(&world, ada, &token).await.unwrap();
        let hash = world.env.passwords().hash("password of Ada").await.unwrap();
        let mut tx = world.db.write().await.unwrap();
        account::change_password(&mut tx, &world.env, ada, &hash).await.unwrap();
        tx.commit().await.unwrap();
        sign_in(&world, "ada@example.org", "password of Ada").await.unwrap();
    }

    async fn a_new_name_counts_from_then_on(world: World) {
        let (_, team, bo) = bo(&world).await;
        for (name, refused) in [("Bo", "UNCHANGED"), ("", "TEXT-BAD"), ("a\nb", "TEXT-BAD")] {
            let mut tx = world.db.write().await.unwrap();
            assert_eq!(code(account::rename(&mut tx, &world.env, bo, name).await), refused, "{name:?}");
        }
        let mut tx = world.db.write().await.unwrap();
        assert_eq!(account::rename(&mut tx, &world.env, bo, " Robert ").await.unwrap(), "Robert");
        tx.commit().await.unwrap();
        let entry = &world.log(team).await[0];
        assert_eq!((entry.kind, entry.actor_name.as_str(), entry.subject.as_str()), (Kind::AccountRenamed, "Bo", "Robert"));
    }

    async fn looking_at_a_link_changes_nothing(world: World) {
        let (_, _, bo) = bo(&world).await;
        world.forget("bo@example.org", &somewhere()).await.unwrap();
        world.ask_for_address(bo.account, "new@example.org").await.unwrap();
        let (one, other) = (world.reset_token("bo@example.org").await, world.address_token("new@example.org").await);
        for _ in 0..10 {
            let mut tx = world.db.read().await.unwrap();
            reset::look(&mut tx, &world.env, &one).await.unwrap();
            address::look(&mut tx, &world.env, &other).await.unwrap();
        }
        world.choose_password(&one, "a hash").await.unwrap();
    }
}
