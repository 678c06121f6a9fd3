//! Messages to a real receiver: signed, tried again, and never twice under another id.

use std::time::Duration;

use muster_core::Tx;
use muster_core::actor::{Actor, Grant};
use muster_core::both_dbs;
use muster_core::error::Error;
use muster_core::ids::{TeamId, WebhookDeliveryId, WebhookId};
use muster_core::page::Slice;
use muster_core::policy::Permission;
use muster_core::testing::World;
use muster_core::webhook::delivery::{self, Delivery, Start, Status};
use muster_core::webhook::{self, Reach, Wanted, Why};

use super::receiver::{Answer, Receiver};
use super::support::{Running, meddle};
use crate::hooks::Hooks;
use crate::{ScheduleName, tick};

/// What hands nothing over needs a mail server that is never asked.
const NO_SMTP: &str = "smtp://127.0.0.1:1?tls=none";

/// The operator allows loopback, where the receivers are.
fn open(mut world: World) -> World {
    let reach = Reach::parse("127.0.0.1").unwrap();
    world.env = world.env.with_reach(reach);
    world
}

async fn act<T>(
    world: &World,
    (actor, team): (Actor, TeamId),
    what: impl AsyncFnOnce(&mut Tx, &Grant) -> Result<T, Error>,
) -> T {
    let mut tx = world.db.write().await.unwrap();
    let grant = actor.may(&mut tx, team, Permission::ApiKeysManage).await.unwrap();
    let done = what(&mut tx, &grant).await.unwrap();
    tx.commit().await.unwrap();
    done
}

async fn make(world: &World, who: (Actor, TeamId), url: &str) -> (WebhookId, String) {
    let wanted = Wanted {
        url: url.to_owned(),
        description: String::new(),
        kinds: None,
    };
    let made = act(world, who, async |tx, grant| {
        webhook::create(tx, &world.env, grant, &wanted).await
    });
    let (made, secret) = made.await;
    (made.id, secret)
}

async fn deliveries(world: &World, who: (Actor, TeamId), id: WebhookId) -> Vec<Delivery> {
    let listed = act(world, who, async |tx, grant| {
        delivery::list(tx, grant, id, Slice::page(0, 200)).await
    });
    listed.await.rows
}

async fn probe(world: &World, who: (Actor, TeamId), id: WebhookId) -> WebhookDeliveryId {
    act(world, who, async |tx, grant| {
        delivery::send_test(tx, &world.env, grant, id).await
    })
    .await
}

/// Has every message that is due by the test's clock sent.
async fn sweep(jobs: &Running) {
    let now = jobs.context.env.now();
    tick(&jobs.context, ScheduleName::SweepWebhooks, now)
        .await
        .unwrap();
}

/// Waits until the newest message was tried so often.
async fn tried(
    world: &World,
    jobs: &mut Running,
    who: (Actor, TeamId),
    id: WebhookId,
    times: i64,
) -> Delivery {
    jobs.until(async || deliveries(world, who, id).await[0].attempts >= times)
        .await;
    deliveries(world, who, id).await.remove(0)
}

both_dbs! {
    async fn what_happens_in_a_team_is_sent_with_a_signature_and_without_addresses(world: World) {
        let (world, receiver) = (open(world), Receiver::start().await);
        let who = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let (_, secret) = make(&world, who, &receiver.url()).await;
        let bo = world.joined(who.0, who.1, "bo@example.org", "Bo", "member").await;
        let jobs = Running::start(&world, NO_SMTP);
        let mut got = receiver.wait(2).await;
        got.sort_by_key(|one| one.json()["data"]["seq"].as_i64());
        let (sent, accepted) = (&got[0], &got[1]);
        for one in &got {
            assert!(one.is_signed_by(&secret), "{:?}", one.headers);
            assert!(!one.is_signed_by("whsec_AAAA"));
            assert_eq!((one.header("content-type"), one.path.as_str()), ("application/json", "/hook?key=1"));
            assert_eq!(one.header("webhook-timestamp"), world.env.now().timestamp().to_string());
            assert!(one.header("webhook-id").starts_with("msg_") && one.header("user-agent").starts_with("Muster-Webhooks/"));
            assert!(!one.body.contains("bo@example.org"), "{}", one.body);
        }
        assert_ne!(sent.header("webhook-id"), accepted.header("webhook-id"));
        let (sent, accepted) = (sent.json(), accepted.json());
        assert_eq!((&sent["type"], &sent["data"]["subject"]), (&"invitation.sent".into(), &"b…@e….org".into()));
        assert_eq!(sent["data"]["actor"]["name"], "Ada");
        assert_eq!(sent["data"]["team"], who.1.to_string());
        assert_eq!(sent["data"]["details"]["role"], "member");
        assert_eq!((&accepted["type"], &accepted["timestamp"]), (&"invitation.accepted".into(), &"2026-11-22T09:00:00.000000Z".into()));
        assert_eq!(accepted["data"]["actor"]["id"], bo.account.to_string());
        jobs.stop().await;
    }

    async fn a_message_is_tried_again_by_the_clock_until_it_is_taken(world: World) {
        let (world, receiver) = (open(world), Receiver::start().await);
        let who = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let (id, secret) = make(&world, who, &receiver.url()).await;
        receiver.script([
            Answer::Say(500, "a\u{0} broken <b>receiver</b>".to_owned()),
            Answer::Redirect(format!("http://127.0.0.1:{}/elsewhere", receiver.port)),
        ]);
        probe(&world, who, id).await;
        let mut jobs = Running::start(&world, NO_SMTP);
        let first = tried(&world, &mut jobs, who, id, 1).await;
        assert_eq!((first.status, first.code, first.due_at), (Status::Waiting, Some(500), world.env.now() + delivery::PAUSES[0]));
        assert_eq!(first.answer.as_deref(), Some("a  broken <b>receiver</b>"));
        world.env.clock().advance(Duration::from_secs(5));
        sweep(&jobs).await;
        let second = tried(&world, &mut jobs, who, id, 2).await;
        assert_eq!((second.status, second.code), (Status::Waiting, Some(307)), "a redirect is not followed");
        world.env.clock().advance(Duration::from_mins(5));
        sweep(&jobs).await;
        let third = tried(&world, &mut jobs, who, id, 3).await;
        assert_eq!((third.status, third.code), (Status::Delivered, Some(204)));
        jobs.idle().await;
        let got = receiver.got();
        assert_eq!(got.len(), 3);
        for one in &got {
            assert!(one.is_signed_by(&secret));
            assert_eq!((one.header("webhook-id"), &one.body, one.path.as_str()), (got[0].header("webhook-id"), &got[0].body, "/hook?key=1"));
        }
        assert_ne!(got[0].header("webhook-timestamp"), got[1].header("webhook-timestamp"));
        // Sent again by hand, it is the same message.
        act(&world, who, async |tx, grant| delivery::again(tx, &world.env, grant, id, third.id).await).await;
        assert_eq!(receiver.wait(4).await[3].header("webhook-id"), got[0].header("webhook-id"));
        jobs.idle().await;
        jobs.stop().await;
    }

    async fn a_process_that_dies_before_it_writes_the_answer_down_sends_the_same_message_again(world: World) {
        let (world, receiver) = (open(world), Receiver::start().await);
        let who = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let (id, _) = make(&world, who, &receiver.url()).await;
        let one = probe(&world, who, id).await;
        let mut tx = world.db.read().await.unwrap();
        let Start::Send(message) = delivery::begin(&mut tx, &world.env, one).await.unwrap() else { panic!("it is due") };
        drop(tx);
        assert!(Hooks::new(world.env.reach()).send(&message).await.taken());
        // It is dead; the job is there again.
        let mut jobs = Running::start(&world, NO_SMTP);
        let got = receiver.wait(2).await;
        assert_eq!((got[0].header("webhook-id"), &got[0].body), (got[1].header("webhook-id"), &got[1].body));
        jobs.idle().await;
        let delivered = deliveries(&world, who, id).await.remove(0);
        assert_eq!((delivered.status, delivered.attempts), (Status::Delivered, 1));
        jobs.stop().await;
    }

    async fn a_lost_job_is_restored_by_the_sweep(world: World) {
        let (world, receiver) = (open(world), Receiver::start().await);
        let who = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let (id, _) = make(&world, who, &receiver.url()).await;
        world.seated(who.1, 2, "Bo", "member").await;
        let bo = world.account_of(2).await;
        world.change_role(who.0, who.1, bo, "viewer").await.unwrap();
        probe(&world, who, id).await;
        assert_eq!(meddle(&world.db, "delete from JOBS").await, 2);
        let mut jobs = Running::start(&world, NO_SMTP);
        sweep(&jobs).await;
        let mut kinds: Vec<_> = receiver.wait(2).await.iter().map(|one| one.json()["type"].as_str().unwrap().to_owned()).collect();
        kinds.sort();
        assert_eq!(kinds, ["member.role_changed", "webhook.test"]);
        jobs.idle().await;
        jobs.stop().await;
    }

    async fn a_receiver_that_is_gone_is_asked_once(world: World) {
        let (world, receiver) = (open(world), Receiver::start().await);
        let who = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let (id, _) = make(&world, who, &receiver.url()).await;
        receiver.script([Answer::Say(410, String::new())]);
        probe(&world, who, id).await;
        let mut jobs = Running::start(&world, NO_SMTP);
        jobs.idle().await;
        let stopped = act(&world, who, async |tx, grant| webhook::get(tx, grant, id).await).await;
        assert_eq!(stopped.off_why, Some(Why::Gone));
        world.seated(who.1, 2, "Bo", "member").await;
        world.change_role(who.0, who.1, world.account_of(2).await, "viewer").await.unwrap();
        jobs.idle().await;
        assert_eq!(receiver.got().len(), 1);
        jobs.stop().await;
    }

    async fn a_slow_receiver_holds_nobody_up(world: World) {
        let (world, slow, quick) = (open(world), Receiver::start().await, Receiver::start().await);
        let who = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let (stuck, _) = make(&world, who, &slow.url()).await;
        let (fine, _) = make(&world, who, &quick.url()).await;
        slow.script(vec![Answer::Stall; 5]);
        for _ in 0..5 {
            probe(&world, who, stuck).await;
        }
        let mut jobs = Running::start(&world, NO_SMTP);
        slow.wait(4).await;
        probe(&world, who, fine).await;
        // All places of the queue are taken until those that take long give them up.
        quick.wait(1).await;
        jobs.until(async || deliveries(&world, who, fine).await[0].status == Status::Delivered).await;
        assert_eq!(slow.got().len(), 4, "no more than so many are on their way to one webhook");
        slow.release(5);
        slow.wait(5).await;
        jobs.idle().await;
        assert!(deliveries(&world, who, stuck).await.iter().all(|one| one.status == Status::Delivered));
        jobs.stop().await;
    }
}
