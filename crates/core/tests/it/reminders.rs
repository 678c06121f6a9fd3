//! Reminders: to whom they go, when, and how often.

use std::time::Duration;

use futures::future::join_all;
use muster_core::activity::{self, Kind};
use muster_core::db::Pools;
use muster_core::email::content::{Content, content};
use muster_core::email::delivery::{self, Claim};
use muster_core::email::{self, Delivery, Kind as Mail, Status};
use muster_core::ids::TeamId;
use muster_core::invitation::Invitation;
use muster_core::invitation::accept::Accepter;
use muster_core::invitation::reminder::{self, BATCH, Reached};
use muster_core::locale::Locale;
use muster_core::page::Slice;
use muster_core::testing::World;
use muster_core::{both_dbs, suppression};

const DAY: Duration = Duration::from_hours(24);
const MINUTE: Duration = Duration::from_mins(1);

/// One whole round, as the job does it.
async fn remind(world: &World) {
    let mut next = Some(Reached::beginning(&world.env));
    while let Some(reached) = next {
        let mut tx = world.db.read().await.unwrap();
        let part = reminder::due(&mut tx, &world.env, reached).await.unwrap();
        drop(tx);
        for (team, due) in part.of_teams {
            let mut tx = world.db.write().await.unwrap();
            reminder::remind(&mut tx, &world.env, team, &due).await.unwrap();
            tx.commit().await.unwrap();
        }
        next = part.reached;
    }
}

async fn reminders(world: &World, invitation: &Invitation) -> Vec<Delivery> {
    let mut tx = world.db.read().await.unwrap();
    let mails = email::of_invitation(&mut tx, invitation.id).await.unwrap();
    mails
        .into_iter()
        .filter(|mail| mail.kind == Mail::Reminder)
        .collect()
}

async fn logged(world: &World, team: TeamId) -> u64 {
    let mut tx = world.db.read().await.unwrap();
    let kind = Some(Kind::InvitationReminded);
    activity::list(&mut tx, team, kind, Slice::page(0, 1))
        .await
        .unwrap()
        .total
}

/// Gives a team's invitations another lifetime.
async fn live_for(world: &World, team: TeamId, days: u32) {
    let (from, to) = ("\"lifetime_days\":7", format!("\"lifetime_days\":{days}"));
    let changed = match world.db.pools() {
        Pools::Sqlite { writer, .. } => {
            sqlx::query("update teams set policy = replace(policy, $2, $3) where id = $1")
                .bind(team)
                .bind(from)
                .bind(to)
                .execute(writer)
                .await
                .map(|done| done.rows_affected())
        }
        Pools::Postgres(pool) => {
            // What jsonb writes has a space there.
            let spaced = |text: &str| text.replace(':', ": ");
            sqlx::query("update teams set policy = replace(policy::text, $2, $3)::jsonb where id = $1")
                .bind(team)
                .bind(spaced(from))
                .bind(spaced(&to))
                .execute(pool)
                .await
                .map(|done| done.rows_affected())
        }
    };
    assert_eq!(changed.unwrap(), 1);
}

both_dbs! {
    async fn invitations_that_live_shorter_than_three_days_are_not_reminded_of(world: World) {
        let mut reminded = Vec::new();
        for days in 1..=4 {
            let (ada, team) = world.founder(days.into(), "Ada", "Aurora", "campaigns").await;
            live_for(&world, team, days).await;
            let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
            assert_eq!(invitation.expires_at, world.env.now() + chrono::TimeDelta::days(days.into()));
            reminded.push(invitation);
        }
        for _ in 0..8 {
            world.env.clock().advance(DAY / 2);
            remind(&world).await;
        }
        let mut counts = Vec::new();
        for invitation in &reminded {
            counts.push(reminders(&world, invitation).await.len());
        }
        assert_eq!(counts, [0, 0, 1, 1]);
    }

    async fn an_invitation_is_reminded_of_once_in_its_last_two_days(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        world.env.clock().advance((5 * DAY).checked_sub(Duration::from_secs(1)).unwrap());
        remind(&world).await;
        assert_eq!(reminders(&world, &invitation).await.len(), 0, "more than two days are left");
        world.env.clock().advance(Duration::from_secs(1));
        remind(&world).await;
        remind(&world).await;
        world.env.clock().advance(DAY);
        remind(&world).await;
        assert_eq!(reminders(&world, &invitation).await.len(), 1);
        assert_eq!(logged(&world, team).await, 1);

        let mut tx = world.db.write().await.unwrap();
        let mail = email::of_invitation(&mut tx, invitation.id).await.unwrap().remove(1);
        let Claim::Ours(mail) = delivery::claim(&mut tx, &world.env, mail.id).await.unwrap() else { panic!("it waits") };
        let said = content(&mut tx, &world.env, &mail).await.unwrap();
        let Some(Content::Reminder(offer)) = said else { panic!("it is open: {said:?}") };
        assert_eq!(offer.token, world.mailed_token(&invitation), "the link is the same");
        assert_eq!(offer.expires_at, invitation.expires_at);
    }

    async fn what_is_over_mailed_a_moment_ago_or_unwanted_is_not_reminded_of(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let revoked = world.invite(ada, team, "a@example.org", "member").await.unwrap();
        let accepted = world.invite(ada, team, "b@example.org", "member").await.unwrap();
        let expired = world.invite(ada, team, "c@example.org", "member").await.unwrap();
        world.env.clock().advance(2 * DAY);
        let resent = world.invite(ada, team, "d@example.org", "member").await.unwrap();
        let unwanted = world.invite(ada, team, "e@example.org", "member").await.unwrap();
        let bo = world.joined(ada, team, "bo@example.org", "Bo", "owner").await;
        let lapsed = world.invite(bo, team, "f@example.org", "owner").await.unwrap();
        world.revoke(ada, team, revoked.id).await.unwrap();
        world.accept(&world.mailed_token(&accepted), Accepter::New { name: "B", locale: Locale::EnUs, password_hash: "a hash" }).await.unwrap();
        world.change_role(ada, team, bo.account, "viewer").await.unwrap();
        let mut tx = world.db.write().await.unwrap();
        suppression::stop(&mut tx, &world.env, &world.mailed_token(&unwanted)).await.unwrap();
        tx.commit().await.unwrap();
        world.env.clock().advance((5 * DAY).checked_sub(MINUTE).unwrap());
        world.resend(ada, team, resent.id).await.unwrap();
        world.env.clock().advance(MINUTE);
        remind(&world).await;
        for one in [&revoked, &accepted, &expired, &resent, &unwanted, &lapsed] {
            assert_eq!(reminders(&world, one).await.len(), 0, "{}", one.email);
        }
        assert_eq!(logged(&world, team).await, 0);
        world.env.clock().advance(DAY);
        remind(&world).await;
        assert_eq!(reminders(&world, &resent).await.len(), 1, "a day after it was mailed again");
    }

    async fn a_revived_invitation_is_reminded_of_again(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        world.env.clock().advance(6 * DAY);
        remind(&world).await;
        world.resend(ada, team, invitation.id).await.unwrap();
        remind(&world).await;
        assert_eq!(reminders(&world, &invitation).await.len(), 1, "mailing it again is no new life");
        world.env.clock().advance(2 * DAY);
        world.resend(ada, team, invitation.id).await.unwrap();
        remind(&world).await;
        assert_eq!(reminders(&world, &invitation).await.len(), 1);
        world.env.clock().advance(5 * DAY);
        remind(&world).await;
        remind(&world).await;
        assert_eq!(reminders(&world, &invitation).await.len(), 2);
    }

    async fn a_reminder_uses_up_no_ones_right_to_invite(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        world.env.clock().advance(5 * DAY);
        remind(&world).await;
        world.resend(ada, team, invitation.id).await.unwrap();
        for n in 0..19 {
            world.invite(ada, team, &format!("p{n}@example.org"), "member").await.unwrap();
        }
        assert_eq!(world.invite(ada, team, "late@example.org", "member").await.unwrap_err().code(), "LIMIT");
    }

    async fn a_reminder_of_what_was_accepted_meanwhile_is_not_sent(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        world.env.clock().advance(5 * DAY);
        remind(&world).await;
        world.accept(&world.mailed_token(&invitation), Accepter::New { name: "Bo", locale: Locale::EnUs, password_hash: "a hash" }).await.unwrap();
        assert_eq!(reminders(&world, &invitation).await[0].status, Status::Cancelled);
    }

    async fn every_team_is_reached_whatever_the_size_of_a_batch(world: World) {
        let mut all = Vec::new();
        for n in 0..12 {
            let (actor, team) = world.founder(n, "Ada", &format!("Team {n}"), "campaigns").await;
            for m in 0..10 {
                all.push(world.invite(actor, team, &format!("p{m}@example.org"), "member").await.unwrap());
            }
        }
        assert!(all.len() > usize::try_from(BATCH).unwrap());
        world.env.clock().advance(6 * DAY);
        join_all((0..4).map(|_| remind(&world))).await;
        for invitation in &all {
            assert_eq!(reminders(&world, invitation).await.len(), 1, "four workers at once remind once");
        }
    }
}
