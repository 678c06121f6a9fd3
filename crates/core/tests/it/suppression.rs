//! Addresses that want no invitations: who can say so, what it stops, and what it does not.

use std::time::Duration;

use futures::future::join_all;
use muster_core::activity::{self, Kind};
use muster_core::actor::Actor;
use muster_core::email::content::content;
use muster_core::email::delivery::{self, Claim};
use muster_core::email::told::Standing as Delivered;
use muster_core::email::{self, Status};
use muster_core::error::Error;
use muster_core::ids::{InvitationId, TeamId};
use muster_core::invitation::accept::Accepter;
use muster_core::invitation::preview::{Standing, preview};
use muster_core::invitation::{self, Filter, Invitation};
use muster_core::locale::Locale;
use muster_core::page::Slice;
use muster_core::policy::Permission;
use muster_core::testing::World;
use muster_core::text::EmailAddress;
use muster_core::{both_dbs, suppression};

const MINUTE: Duration = Duration::from_mins(1);

async fn stop(world: &World, token: &str) -> Result<(), Error> {
    let mut tx = world.db.write().await?;
    suppression::stop(&mut tx, &world.env, token).await?;
    tx.commit().await
}

async fn take_back(world: &World, token: &str) {
    let mut tx = world.db.write().await.unwrap();
    suppression::take_back(&mut tx, token).await.unwrap();
    tx.commit().await.unwrap();
}

async fn statuses(world: &World, id: InvitationId) -> Vec<Status> {
    let mut tx = world.db.read().await.unwrap();
    let mails = email::of_invitation(&mut tx, id).await.unwrap();
    mails.iter().map(|mail| mail.status).collect()
}

async fn standing(world: &World, actor: Actor, team: TeamId, address: &str) -> Standing {
    let mut tx = world.db.read().await.unwrap();
    let grant = actor.may(&mut tx, team, Permission::MembersInvite).await.unwrap();
    let addresses = [EmailAddress::parse(address).unwrap()];
    preview(&mut tx, &world.env, &grant, &addresses).await.unwrap()[0]
}

async fn entries(world: &World, team: TeamId) -> Vec<String> {
    let mut tx = world.db.read().await.unwrap();
    let kind = Some(Kind::InvitationSuppressed);
    let entries = activity::list(&mut tx, team, kind, Slice::page(0, 50))
        .await
        .unwrap();
    entries.rows.into_iter().map(|entry| entry.subject).collect()
}

fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    result.expect_err("it should be refused").code()
}

/// What a worker would do with every mail of an invitation: whether one of them would leave.
async fn would_leave(world: &World, invitation: &Invitation) -> bool {
    let mut tx = world.db.write().await.unwrap();
    let mut leaves = false;
    for mail in email::of_invitation(&mut tx, invitation.id).await.unwrap() {
        if let Claim::Ours(mail) = delivery::claim(&mut tx, &world.env, mail.id).await.unwrap() {
            leaves |= content(&mut tx, &world.env, &mail).await.unwrap().is_some();
            delivery::cancel(&mut tx, &mail).await.unwrap();
        }
    }
    tx.commit().await.unwrap();
    leaves
}

both_dbs! {
    async fn nobody_invites_an_address_that_wants_no_invitations_until_it_takes_that_back(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let (eve, other) = world.founder(2, "Eve", "Borealis", "project").await;
        let invitation = world.invite(ada, team, "Bo@example.org", "member").await.unwrap();
        let token = world.mailed_token(&invitation);
        stop(&world, &token).await.unwrap();

        world.env.clock().advance(MINUTE);
        assert_eq!(code(world.resend(ada, team, invitation.id).await), "SUPPRESSED");
        assert_eq!(code(world.invite(ada, team, "bo@example.org", "viewer").await), "SUPPRESSED");
        assert_eq!(code(world.invite(eve, other, "BO@example.org", "member").await), "SUPPRESSED");
        assert_eq!(standing(&world, eve, other, "bo@example.org").await, Standing::Suppressed);
        assert_eq!(standing(&world, eve, other, "bob@example.org").await, Standing::New);
        assert_eq!(entries(&world, team).await, ["B…@e….org"]);
        assert_eq!(entries(&world, other).await, Vec::<String>::new());

        take_back(&world, &token).await;
        world.resend(ada, team, invitation.id).await.unwrap();
        world.invite(eve, other, "bo@example.org", "member").await.unwrap();
    }

    async fn a_refused_invitation_counts_for_nothing(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        let token = world.mailed_token(&invitation);
        stop(&world, &token).await.unwrap();
        world.env.clock().advance(MINUTE);
        for _ in 0..30 {
            assert_eq!(code(world.invite(ada, team, "bo@example.org", "member").await), "SUPPRESSED");
        }
        take_back(&world, &token).await;
        for n in 0..19 {
            world.invite(ada, team, &format!("p{n}@example.org"), "member").await.unwrap();
        }
        assert_eq!(code(world.invite(ada, team, "bo@example.org", "member").await), "LIMIT");
    }

    async fn mails_that_wait_stay_here_and_the_invitation_stays_open(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let (eve, other) = world.founder(2, "Eve", "Borealis", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        let elsewhere = world.invite(eve, other, "bo@example.org", "member").await.unwrap();
        let cys = world.invite(ada, team, "cy@example.org", "member").await.unwrap();
        stop(&world, &world.mailed_token(&invitation)).await.unwrap();
        for (one, status) in [(&invitation, Status::Cancelled), (&elsewhere, Status::Cancelled), (&cys, Status::Queued)] {
            assert_eq!(statuses(&world, one.id).await, [status], "{}", one.email);
        }
        let mut tx = world.db.read().await.unwrap();
        let grant = eve.may(&mut tx, other, Permission::MembersInvite).await.unwrap();
        let list = invitation::list(&mut tx, &world.env, &grant, Filter::Open, Slice::page(0, 10)).await.unwrap();
        let told = list.rows[0].mail.as_ref().unwrap().told(world.env.now());
        assert_eq!((told.standing, crate::said(&told.text).as_str()), (Delivered::NotSent, "Mail not sent: they want no invitations from here"));
        drop(tx);
        let token = world.mailed_token(&invitation);
        world.accept(&token, Accepter::New { name: "Bo", locale: Locale::EnUs, password_hash: "a hash" }).await.unwrap();
    }

    async fn a_mail_that_is_underway_is_dropped_when_it_would_be_tried_again(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        let mut tx = world.db.write().await.unwrap();
        let mail = email::of_invitation(&mut tx, invitation.id).await.unwrap().remove(0);
        let Claim::Ours(mail) = delivery::claim(&mut tx, &world.env, mail.id).await.unwrap() else { panic!("it waits") };
        tx.commit().await.unwrap();
        stop(&world, &world.mailed_token(&invitation)).await.unwrap();
        assert_eq!(statuses(&world, invitation.id).await, [Status::Sending], "its sender finds out");
        let refusal = delivery::Refusal { permanent: false, code: Some(451), text: "later".to_owned() };
        let mut tx = world.db.write().await.unwrap();
        delivery::not_sent(&mut tx, &world.env, &mail, &refusal, chrono::TimeDelta::seconds(30)).await.unwrap();
        tx.commit().await.unwrap();
        world.env.clock().advance(MINUTE);
        assert!(!would_leave(&world, &invitation).await);
        let mut tx = world.db.read().await.unwrap();
        let mail = email::of_invitation(&mut tx, invitation.id).await.unwrap().remove(0);
        assert_eq!(crate::said(&mail.told(world.env.now()).text), "Mail not sent: they want no invitations from here");
    }

    async fn the_link_of_any_mail_says_it_however_the_invitation_ended(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let revoked = world.invite(ada, team, "a@example.org", "member").await.unwrap();
        world.revoke(ada, team, revoked.id).await.unwrap();
        let replaced = world.invite(ada, team, "b@example.org", "member").await.unwrap();
        world.env.clock().advance(MINUTE);
        world.invite(ada, team, "b@example.org", "member").await.unwrap();
        let accepted = world.invite(ada, team, "c@example.org", "member").await.unwrap();
        world.accept(&world.mailed_token(&accepted), Accepter::New { name: "Cy", locale: Locale::EnUs, password_hash: "a hash" }).await.unwrap();
        let old = world.invite(ada, team, "d@example.org", "member").await.unwrap();
        world.env.clock().advance(Duration::from_hours(8 * 24));
        let expired = world.invite(ada, team, "e@example.org", "member").await.unwrap();
        world.env.clock().advance(Duration::from_hours(8 * 24));
        world.resend(ada, team, old.id).await.unwrap();
        for (n, one) in [&revoked, &replaced, &accepted, &old, &expired].into_iter().enumerate() {
            stop(&world, &world.mailed_token(one)).await.unwrap();
            assert_eq!(entries(&world, team).await.len(), n + 1);
        }
    }

    async fn a_token_that_was_not_mailed_says_nothing(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        for token in [world.api_token(&invitation), "A".repeat(43), String::new()] {
            assert_eq!(code(stop(&world, &token).await), "NOT-FOUND");
            let mut tx = world.db.write().await.unwrap();
            assert_eq!(code(suppression::look(&mut tx, &token).await), "NOT-FOUND");
            assert_eq!(code(suppression::take_back(&mut tx, &token).await), "NOT-FOUND");
        }
        let mut tx = world.db.read().await.unwrap();
        assert!(!suppression::is_suppressed(&mut tx, &invitation.email).await.unwrap());
    }

    async fn changing_ones_mind_again_and_again_is_logged_once(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        let token = world.mailed_token(&invitation);
        for _ in 0..5 {
            stop(&world, &token).await.unwrap();
            stop(&world, &token).await.unwrap();
            take_back(&world, &token).await;
            take_back(&world, &token).await;
        }
        assert_eq!(entries(&world, team).await.len(), 1);
        let mut tx = world.db.read().await.unwrap();
        assert_eq!(activity::verify(&mut tx, &world.env, team).await.unwrap(), None);
    }

    async fn fifty_invitations_against_one_wish_mail_nobody(world: World) {
        let (ada, team) = world.founder(0, "Ada", "Aurora", "campaigns").await;
        let first = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        assert!(would_leave(&world, &first).await, "until then it would");
        let token = world.mailed_token(&first);
        let mut teams = Vec::new();
        for n in 1..=50 {
            teams.push(world.founder(n, "Eve", &format!("Team {n}"), "campaigns").await);
        }
        let wish = async {
            // Somewhere in the middle of them.
            tokio::task::yield_now().await;
            stop(&world, &token).await
        };
        let invite = join_all(teams.iter().map(|(actor, team)| world.invite(*actor, *team, "bo@example.org", "member")));
        let (invited, stopped) = tokio::join!(invite, wish);
        stopped.unwrap();
        for outcome in invited {
            match outcome {
                Ok(invitation) => assert!(!would_leave(&world, &invitation).await),
                Err(error) => assert_eq!(error.code(), "SUPPRESSED"),
            }
        }
        let mut tx = world.db.read().await.unwrap();
        assert!(suppression::is_suppressed(&mut tx, &first.email).await.unwrap());
    }
}
