//! Inviting, resending, cancelling, expiring and accepting.

use std::time::Duration;

use muster_core::both_dbs;
use muster_core::email;
use muster_core::email::content::{Content, content, note_link};
use muster_core::email::delivery::{self, Claim};
use muster_core::error::{Error, Rule};
use muster_core::invitation::accept::{self, Accepter};
use muster_core::invitation::{Status, expiry};
use muster_core::locale::Locale;

const DAY: Duration = Duration::from_hours(24);

fn new(name: &str) -> Accepter<'_> {
    Accepter::New {
        name,
        password_hash: "a hash",
        locale: Locale::EnUs,
    }
}

fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    result.expect_err("it should be refused").code()
}

both_dbs! {
    async fn an_invitation_makes_a_member_once(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        let token = world.mailed_token(&invitation);
        let accepted = world.accept(&token, new("Bo")).await.unwrap();
        assert_eq!(accepted.account.email.unwrap().as_str(), "bo@example.org");
        assert_eq!(code(world.accept(&token, new("Bo")).await), "USED");
    }

    async fn an_invitation_lives_for_seven_days_to_the_second(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        world.env.clock().advance(7 * DAY);
        assert_eq!(code(world.accept(&world.mailed_token(&invitation), new("Bo")).await), "EXPIRED");
        let early = world.invite(ada, team, "cy@example.org", "member").await.unwrap();
        world.env.clock().advance((7 * DAY).checked_sub(Duration::from_secs(1)).unwrap());
        world.accept(&world.mailed_token(&early), new("Cy")).await.unwrap();
    }

    async fn inviting_again_replaces_the_pending_invitation(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let first = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        world.env.clock().advance(Duration::from_mins(1));
        let second = world.invite(ada, team, "Bo@Example.org", "viewer").await.unwrap();
        assert_eq!(code(world.accept(&world.mailed_token(&first), new("Bo")).await), "REPLACED");
        world.accept(&world.mailed_token(&second), new("Bo")).await.unwrap();
    }

    async fn one_address_is_mailed_once_a_minute(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        world.env.clock().advance(Duration::from_secs(59));
        assert_eq!(code(world.resend(ada, team, invitation.id).await), "COOLDOWN");
        assert_eq!(code(world.invite(ada, team, "bo@example.org", "member").await), "COOLDOWN");
        world.env.clock().advance(Duration::from_secs(1));
        let again = world.resend(ada, team, invitation.id).await.unwrap();
        assert_eq!(world.mailed_token(&again), world.mailed_token(&invitation), "the link stays the same");
    }

    async fn a_team_invites_twenty_times_an_hour(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        for n in 0..20 {
            world.invite(ada, team, &format!("p{n}@example.org"), "member").await.unwrap();
        }
        let refused = world.invite(ada, team, "late@example.org", "member").await.unwrap_err();
        let Error::Rule(rule @ Rule::HourlyLimit { .. }) = refused else { panic!("{refused}") };
        world.env.clock().advance((rule.retry_at().unwrap() - world.env.now()).to_std().unwrap());
        world.invite(ada, team, "late@example.org", "member").await.unwrap();
        let (eve, other) = world.founder(2, "Eve", "Other", "campaigns").await;
        world.invite(eve, other, "late@example.org", "member").await.unwrap();
    }

    async fn a_cancelled_or_declined_link_is_dead_at_once(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let revoked = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        world.revoke(ada, team, revoked.id).await.unwrap();
        assert_eq!(code(world.accept(&world.mailed_token(&revoked), new("Bo")).await), "REVOKED");
        assert_eq!(code(world.revoke(ada, team, revoked.id).await), "REVOKED");
        assert_eq!(code(world.resend(ada, team, revoked.id).await), "REVOKED");

        let declined = world.invite(ada, team, "cy@example.org", "member").await.unwrap();
        let mut tx = world.db.write().await.unwrap();
        accept::decline(&mut tx, &world.env, &world.mailed_token(&declined), None).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(code(world.accept(&world.mailed_token(&declined), new("Cy")).await), "DECLINED");
    }

    async fn resending_revives_an_expired_invitation_with_a_new_link(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        world.env.clock().advance(8 * DAY);
        for _ in 0..2 {
            let mut tx = world.db.write().await.unwrap();
            while expiry::sweep(&mut tx, &world.env, expiry::MOST).await.unwrap() > 0 {}
            tx.commit().await.unwrap();
        }
        let revived = world.resend(ada, team, invitation.id).await.unwrap();
        assert_eq!(revived.status(world.env.now()), Status::Pending);
        assert_eq!(code(world.accept(&world.mailed_token(&invitation), new("Bo")).await), "REPLACED");
        world.accept(&world.mailed_token(&revived), new("Bo")).await.unwrap();
    }

    async fn an_expired_invitation_is_not_revived_beside_a_pending_one(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let old = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        world.env.clock().advance(8 * DAY);
        world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        world.env.clock().advance(Duration::from_mins(1));
        assert_eq!(code(world.resend(ada, team, old.id).await), "ALREADY-INVITED");
    }

    async fn another_case_of_an_address_is_the_same_person_and_another_tag_is_not(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "Bo+x@Example.ORG", "member").await.unwrap();
        let mut tx = world.db.write().await.unwrap();
        let mails = email::of_invitation(&mut tx, invitation.id).await.unwrap();
        let Claim::Ours(mail) = delivery::claim(&mut tx, &world.env, mails[0].id).await.unwrap() else {
            panic!("it waits to be sent");
        };
        assert_eq!(mail.to_address.as_str(), "Bo+x@example.org", "it goes where it was meant to");
        drop(tx);
        let token = world.mailed_token(&invitation);
        for other in ["bo@example.org", "bo+y@example.org", "b.o+x@example.org"] {
            let other = world.guest(other).await;
            assert_eq!(code(world.accept(&token, Accepter::SignedIn(other)).await), "WRONG-ACCOUNT");
        }
        let bo = world.guest("bo+X@example.org").await;
        world.accept(&token, Accepter::SignedIn(bo)).await.unwrap();
    }

    async fn only_the_invited_person_can_accept(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        let invitation = world.invite(ada, team, "cy@example.org", "member").await.unwrap();
        let token = world.mailed_token(&invitation);
        for somebody_else in [ada.account, bo.account] {
            assert_eq!(code(world.accept(&token, Accepter::SignedIn(somebody_else)).await), "WRONG-ACCOUNT");
        }
        world.accept(&token, new("Cy")).await.unwrap();
    }

    async fn a_known_address_signs_in_instead_of_signing_up(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        let (eve, other) = world.founder(2, "Eve", "Other", "project").await;
        let invitation = world.invite(eve, other, "bo@example.org", "member").await.unwrap();
        let token = world.mailed_token(&invitation);
        assert_eq!(code(world.accept(&token, new("Impostor")).await), "SIGN-IN-FIRST");
        world.accept(&token, Accepter::SignedIn(bo.account)).await.unwrap();
    }

    async fn the_token_of_a_program_does_not_prove_a_mailbox(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        assert_eq!(code(world.accept(&world.api_token(&invitation), new("Bo")).await), "ADDRESS-UNPROVEN");
        world.accept(&world.mailed_token(&invitation), new("Bo")).await.unwrap();
    }

    async fn an_offer_stands_only_as_long_as_the_inviter_could_still_make_it(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.joined(ada, team, "bo@example.org", "Bo", "owner").await;
        let invitation = world.invite(bo, team, "cy@example.org", "owner").await.unwrap();
        world.change_role(ada, team, bo.account, "member").await.unwrap();
        assert_eq!(code(world.accept(&world.mailed_token(&invitation), new("Cy")).await), "OFFER-LAPSED");
    }

    async fn whoever_resends_answers_for_the_offer(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.joined(ada, team, "bo@example.org", "Bo", "owner").await;
        let invitation = world.invite(bo, team, "cy@example.org", "owner").await.unwrap();
        world.change_role(ada, team, bo.account, "member").await.unwrap();
        let token = world.mailed_token(&invitation);
        let mut tx = world.db.read().await.unwrap();
        let offer = accept::look(&mut tx, &world.env, &token).await.unwrap();
        assert_eq!(offer.closed, Some(Rule::OfferLapsed), "the page says so before asking for anything");
        drop(tx);
        world.env.clock().advance(Duration::from_mins(1));
        world.resend(ada, team, invitation.id).await.unwrap();
        world.accept(&token, new("Cy")).await.unwrap();
    }

    async fn nobody_is_invited_to_a_team_they_are_in(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let old = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        world.env.clock().advance(8 * DAY);
        world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        world.env.clock().advance(Duration::from_mins(1));
        assert_eq!(code(world.resend(ada, team, old.id).await), "ALREADY-MEMBER");
    }

    async fn members_and_strangers_cannot_invite(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        let (eve, _) = world.founder(2, "Eve", "Other", "campaigns").await;
        assert_eq!(code(world.invite(bo, team, "cy@example.org", "viewer").await), "NEED-ROLE");
        assert_eq!(code(world.invite(eve, team, "cy@example.org", "viewer").await), "NOT-FOUND");
        assert_eq!(code(world.invite(ada, team, "bo@example.org", "viewer").await), "ALREADY-MEMBER");
        assert_eq!(code(world.invite(ada, team, "cy@example.org", "emperor").await), "ROLE-UNKNOWN");
    }

    async fn a_changed_key_breaks_neither_links_that_are_out_nor_mails_that_wait(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let out = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        let old_link = world.mailed_token(&out);
        let waiting = world.invite(ada, team, "cy@example.org", "member").await.unwrap();
        let keys = format!("{},{}", muster_core::env::Keys::generate(), world.secret_key);
        let env = muster_core::testing::env(world.env.clock().clone(), &keys);
        let mut tx = world.db.write().await.unwrap();
        let mail = email::of_invitation(&mut tx, waiting.id).await.unwrap().remove(0);
        let Claim::Ours(mail) = delivery::claim(&mut tx, &env, mail.id).await.unwrap() else { panic!("it waits") };
        let Some(Content::Invitation(offer)) = content(&mut tx, &env, &mail).await.unwrap() else { panic!("it is open") };
        assert!(!Content::Invitation(offer.clone()).link_is_known(), "nobody has seen a link of the new key");
        note_link(&mut tx, &env, &mail).await.unwrap();
        tx.commit().await.unwrap();
        assert_ne!(offer.token, world.mailed_token(&waiting), "the new key signs");
        let mut tx = world.db.write().await.unwrap();
        accept::accept(&mut tx, &env, &offer.token, new("Cy")).await.unwrap();
        accept::accept(&mut tx, &env, &old_link, new("Bo")).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn unknown_tokens_all_look_the_same(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        let token = world.mailed_token(&invitation);
        let mut flipped = token.clone().into_bytes();
        flipped[3] ^= 1;
        let flipped = String::from_utf8_lossy(&flipped).into_owned();
        for bad in ["", "\0", &token[1..], &format!("{token}A"), &flipped, &"a".repeat(100_000)] {
            assert_eq!(code(world.accept(bad, new("Bo")).await), "NOT-FOUND");
        }
    }
}
