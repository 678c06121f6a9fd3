//! Webhooks: who may have them, what becomes of a message, and when one is turned off.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::TimeDelta;
use muster_core::activity::{self, Keep, Kind};
use muster_core::actor::{Actor, Grant};
use muster_core::db::Pools;
use muster_core::env::Keys;
use muster_core::error::Error;
use muster_core::ids::{TeamId, WebhookDeliveryId, WebhookId};
use muster_core::page::Slice;
use muster_core::policy::Permission;
use muster_core::prune::prune;
use muster_core::testing::{End, World};
use muster_core::webhook::delivery::{self, Delivery, Fate, Heard, KEPT, Message, PAUSES, Start, Status};
use muster_core::webhook::{self, Wanted, Webhook, Why};
use muster_core::{Tx, both_dbs, team};

const URL: &str = "https://hooks.example.org/muster?key=1";

fn wanted(url: &str, kinds: Option<&[Kind]>) -> Wanted {
    Wanted {
        url: url.to_owned(),
        description: String::new(),
        kinds: kinds.map(|kinds| kinds.iter().map(|kind| kind.as_str()).collect()),
    }
}

/// Does something with a grant for webhooks, and commits.
async fn act<T>(
    world: &World,
    actor: Actor,
    team: TeamId,
    what: impl AsyncFnOnce(&mut Tx, &Grant) -> Result<T, Error>,
) -> Result<T, Error> {
    let mut tx = world.db.write().await?;
    let grant = actor.may(&mut tx, team, Permission::ApiKeysManage).await?;
    let done = what(&mut tx, &grant).await?;
    tx.commit().await?;
    Ok(done)
}

async fn make(world: &World, actor: Actor, team: TeamId, kinds: Option<&[Kind]>) -> WebhookId {
    let made = act(world, actor, team, async |tx, grant| {
        webhook::create(tx, &world.env, grant, &wanted(URL, kinds)).await
    });
    made.await.unwrap().0.id
}

async fn get(world: &World, actor: Actor, team: TeamId, id: WebhookId) -> Webhook {
    act(world, actor, team, async |tx, grant| {
        webhook::get(tx, grant, id).await
    })
    .await
    .unwrap()
}

/// Makes messages of all that is new.
async fn fan_out(world: &World, team: TeamId) {
    loop {
        let mut tx = world.db.write().await.unwrap();
        let more = webhook::fan_out(&mut tx, &world.env, team).await.unwrap();
        tx.commit().await.unwrap();
        if !more {
            return;
        }
    }
}

async fn deliveries(world: &World, actor: Actor, team: TeamId, id: WebhookId) -> Vec<Delivery> {
    let listed = act(world, actor, team, async |tx, grant| {
        delivery::list(tx, grant, id, Slice::page(0, 200)).await
    });
    listed.await.unwrap().rows
}

/// The kinds of all messages, oldest first.
async fn kinds(world: &World, actor: Actor, team: TeamId, id: WebhookId) -> Vec<String> {
    let all = deliveries(world, actor, team, id).await;
    all.into_iter().rev().map(|one| one.kind).collect()
}

async fn begin(world: &World, id: WebhookDeliveryId) -> Start {
    let mut tx = world.db.read().await.unwrap();
    delivery::begin(&mut tx, &world.env, id).await.unwrap()
}

async fn message(world: &World, id: WebhookDeliveryId) -> Message {
    match begin(world, id).await {
        Start::Send(message) => *message,
        other => panic!("it is to be sent, not {other:?}"),
    }
}

fn heard(code: Option<u16>, text: &str) -> Heard {
    Heard {
        code,
        text: text.to_owned(),
        took: TimeDelta::milliseconds(12),
    }
}

/// Writes down what was answered to a message now.
async fn answer(world: &World, id: WebhookDeliveryId, code: Option<u16>) -> Fate {
    let message = message(world, id).await;
    record(world, &message, &heard(code, "said")).await
}

async fn record(world: &World, message: &Message, heard: &Heard) -> Fate {
    let mut tx = world.db.write().await.unwrap();
    let fate = delivery::record(&mut tx, &world.env, message, heard)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    fate
}

async fn probe(world: &World, actor: Actor, team: TeamId, id: WebhookId) -> Result<WebhookDeliveryId, Error> {
    act(world, actor, team, async |tx, grant| {
        delivery::send_test(tx, &world.env, grant, id).await
    })
    .await
}

/// How many jobs there are with a key like this.
async fn jobs(world: &World, like: &str) -> i64 {
    let text = match world.db.pools() {
        Pools::Sqlite { .. } => "select count(*) from Jobs where idempotency_key like $1",
        Pools::Postgres(_) => "select count(*) from apalis.jobs where idempotency_key like $1",
    };
    match world.db.pools() {
        Pools::Sqlite { writer, .. } => sqlx::query_scalar(text)
            .bind(like.to_owned())
            .fetch_one(writer)
            .await
            .unwrap(),
        Pools::Postgres(pool) => sqlx::query_scalar(text)
            .bind(like.to_owned())
            .fetch_one(pool)
            .await
            .unwrap(),
    }
}

both_dbs! {
    async fn whoever_may_connect_programs_has_webhooks_and_nobody_else_sees_them(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.seated(team, 2, "Bo", "member").await;
        let (eve, other) = world.founder(9, "Eve", "Borealis", "campaigns").await;
        let id = make(&world, ada, team, None).await;
        let made = get(&world, ada, team, id).await;
        assert_eq!((made.url.as_str(), made.host().as_str(), made.wants_all()), (URL, "hooks.example.org", true));
        let refused = act(&world, bo, team, async |tx, grant| webhook::list(tx, grant).await).await;
        assert!(matches!(refused, Err(Error::Denied(_))), "{refused:?}");
        for stranger in [
            act(&world, eve, other, async |tx, grant| webhook::get(tx, grant, id).await).await.map(|_| ()),
            act(&world, eve, other, async |tx, grant| webhook::delete(tx, &world.env, grant, id).await).await.map(|_| ()),
            act(&world, eve, other, async |tx, grant| webhook::rotate(tx, &world.env, grant, id).await).await.map(|_| ()),
            act(&world, eve, other, async |tx, grant| webhook::turn(tx, &world.env, grant, id, false).await).await.map(|_| ()),
            act(&world, eve, other, async |tx, grant| webhook::change(tx, &world.env, grant, id, &wanted(URL, None)).await).await.map(|_| ()),
            probe(&world, eve, other, id).await.map(|_| ()),
        ] {
            assert!(matches!(stranger, Err(Error::NotFound("webhook"))), "{stranger:?}");
        }
        let log = world.log(team).await;
        assert_eq!((log[0].kind, log[0].subject.as_str()), (Kind::WebhookCreated, "hooks.example.org"));
        assert!(!log[0].details.contains("key=1"), "a URL can hold a secret: {}", log[0].details);
    }

    async fn a_team_has_ten_at_most_and_only_good_ones(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        for _ in 0..webhook::MOST {
            make(&world, ada, team, None).await;
        }
        let code = async |wanted: &Wanted| {
            let made = act(&world, ada, team, async |tx, grant| webhook::create(tx, &world.env, grant, wanted).await).await;
            made.expect_err("a refusal").code()
        };
        assert_eq!(code(&wanted(URL, None)).await, "WEBHOOK-LIMIT");
        assert_eq!(code(&wanted("https://127.0.0.1/", None)).await, "TEXT-BAD");
        assert_eq!(code(&wanted(URL, Some(&[]))).await, "TEXT-BAD");
        assert_eq!(code(&wanted(URL, Some(&[Kind::AccessDenied]))).await, "TEXT-BAD");
        let unknown = Wanted { kinds: Some(BTreeSet::from(["link.created"])), ..wanted(URL, None) };
        assert_eq!(code(&unknown).await, "TEXT-BAD");
        assert_eq!(code(&Wanted { description: "a\nb".to_owned(), ..wanted(URL, None) }).await, "TEXT-BAD");
    }

    async fn an_entry_asks_for_a_job_only_where_somebody_waits_for_it(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        assert_eq!(jobs(&world, "fan_out_webhooks:%").await, 0);
        let id = make(&world, ada, team, None).await;
        assert_eq!(jobs(&world, "fan_out_webhooks:%").await, 0, "what is said of webhooks is sent to none");
        world.invite(ada, team, "cy@example.org", "member").await.unwrap();
        assert_eq!(jobs(&world, "fan_out_webhooks:%").await, 1);
        // What was not done leaves neither an entry nor a job.
        let mut tx = world.db.write().await.unwrap();
        let mut grant = ada.may(&mut tx, team, Permission::TeamSettings).await.unwrap();
        team::rename(&mut tx, &world.env, &mut grant, "Borealis").await.unwrap();
        drop(tx);
        assert_eq!(jobs(&world, "fan_out_webhooks:%").await, 1);
        act(&world, ada, team, async |tx, grant| webhook::turn(tx, &world.env, grant, id, false).await).await.unwrap();
        world.invite(ada, team, "di@example.org", "member").await.unwrap();
        assert_eq!(jobs(&world, "fan_out_webhooks:%").await, 1);
    }

    async fn each_webhook_gets_what_it_wants_once_and_in_order(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let all = make(&world, ada, team, None).await;
        let roles = make(&world, ada, team, Some(&[Kind::RoleChanged])).await;
        let bo = world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        fan_out(&world, team).await;
        let late = make(&world, ada, team, None).await;
        world.change_role(ada, team, bo.account, "viewer").await.unwrap();
        world.end(ada, team, bo.account, End::Remove).await.unwrap();
        fan_out(&world, team).await;
        fan_out(&world, team).await;
        assert_eq!(kinds(&world, ada, team, all).await, ["invitation.sent", "invitation.accepted", "member.role_changed", "member.removed"]);
        assert_eq!(kinds(&world, ada, team, roles).await, ["member.role_changed"]);
        assert_eq!(kinds(&world, ada, team, late).await, ["member.role_changed", "member.removed"]);
        assert_eq!(jobs(&world, "deliver_webhook:%").await, 7);
        let mut tx = world.db.read().await.unwrap();
        assert_eq!(webhook::behind(&mut tx).await.unwrap(), []);
    }

    async fn a_long_log_is_handed_over_in_parts(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let id = make(&world, ada, team, None).await;
        let bo = world.seated(team, 2, "Bo", "member").await;
        for n in 0..205 {
            let role = if n % 2 == 0 { "viewer" } else { "member" };
            world.change_role(ada, team, bo.account, role).await.unwrap();
        }
        let mut tx = world.db.read().await.unwrap();
        assert_eq!(webhook::behind(&mut tx).await.unwrap(), [team]);
        drop(tx);
        fan_out(&world, team).await;
        let listed = act(&world, ada, team, async |tx, grant| delivery::list(tx, grant, id, Slice::page(0, 10)).await).await;
        assert_eq!(listed.unwrap().total, 205);
    }

    async fn a_message_is_tried_ten_times_with_growing_pauses(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let id = make(&world, ada, team, None).await;
        let one = probe(&world, ada, team, id).await.unwrap();
        for pause in PAUSES {
            assert_eq!(answer(&world, one, Some(500)).await, Fate::RetryAt(world.env.now() + pause));
            assert!(matches!(begin(&world, one).await, Start::NotBefore(at) if at == world.env.now() + pause));
            world.env.clock().advance(pause.to_std().unwrap());
        }
        assert_eq!(answer(&world, one, None).await, Fate::Ended);
        assert!(matches!(begin(&world, one).await, Start::Settled));
        let (failed, tries) = act(&world, ada, team, async |tx, grant| delivery::get(tx, grant, id, one).await).await.unwrap();
        assert_eq!((failed.status, failed.attempts, failed.code), (Status::Failed, 10, None));
        assert_eq!(tries.iter().map(|one| one.number).collect::<Vec<_>>(), (1..=10).rev().collect::<Vec<_>>());
        assert_eq!((tries[9].code, tries[9].answer.as_str(), tries[9].took_ms), (Some(500), "said", 12));
        // Asked for again, it is tried as often as a new one, under the same id.
        let before = act(&world, ada, team, async |tx, grant| delivery::again(tx, &world.env, grant, id, one).await).await.unwrap();
        assert_eq!((before.status, before.id), (Status::Waiting, one));
        assert_eq!(message(&world, one).await.id, format!("msg_{one}"));
        assert_eq!(answer(&world, one, Some(503)).await, Fate::RetryAt(world.env.now() + PAUSES[0]));
        world.env.clock().advance(Duration::from_secs(5));
        assert_eq!(answer(&world, one, Some(204)).await, Fate::Delivered);
        assert_eq!(get(&world, ada, team, id).await.failing_since, None);
        assert_eq!(deliveries(&world, ada, team, id).await[0].attempts, 12);
    }

    async fn what_comes_late_is_left_out(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let id = make(&world, ada, team, None).await;
        let one = probe(&world, ada, team, id).await.unwrap();
        // Two processes send it, because one was thought dead.
        let (first, second) = (message(&world, one).await, message(&world, one).await);
        assert_eq!((&first.id, &first.body), (&second.id, &second.body));
        assert_eq!(record(&world, &first, &heard(Some(200), "")).await, Fate::Delivered);
        assert_eq!(record(&world, &second, &heard(Some(500), "")).await, Fate::Overtaken);
        assert_eq!(deliveries(&world, ada, team, id).await[0].status, Status::Delivered);
        let other = probe(&world, ada, team, id).await.unwrap();
        let last = message(&world, other).await;
        act(&world, ada, team, async |tx, grant| webhook::delete(tx, &world.env, grant, id).await).await.unwrap();
        assert_eq!(record(&world, &last, &heard(Some(500), "")).await, Fate::Overtaken);
    }

    async fn answers_are_kept_short_and_readable(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let id = make(&world, ada, team, None).await;
        let one = probe(&world, ada, team, id).await.unwrap();
        let message = message(&world, one).await;
        let text = format!("a\0b\n<script>{}", "ü".repeat(500));
        record(&world, &message, &heard(Some(500), &text)).await;
        let answer = deliveries(&world, ada, team, id).await[0].answer.clone().unwrap();
        assert!(answer.starts_with("a b <script>ü") && answer.chars().count() == 200, "{answer}");
    }

    async fn gone_turns_it_off_at_once_and_its_maker_hears_of_it(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.verify(ada.account, "ada@example.org").await;
        let id = make(&world, ada, team, None).await;
        let (one, two) = (probe(&world, ada, team, id).await.unwrap(), probe(&world, ada, team, id).await.unwrap());
        assert_eq!(answer(&world, one, Some(410)).await, Fate::Stopped);
        let stopped = get(&world, ada, team, id).await;
        assert_eq!((stopped.off_why, stopped.off_at), (Some(Why::Gone), Some(world.env.now())));
        assert!(matches!(begin(&world, two).await, Start::Settled), "what waits is not sent");
        let log = world.log(team).await;
        assert_eq!((log[0].kind, log[0].subject.as_str(), log[0].actor_id), (Kind::WebhookStopped, "hooks.example.org", None));
        assert_eq!(jobs(&world, "notify_alert:%").await, 1);
        assert_eq!(probe(&world, ada, team, id).await.unwrap_err().code(), "WEBHOOK-OFF");
        let again = act(&world, ada, team, async |tx, grant| delivery::again(tx, &world.env, grant, id, two).await).await;
        assert_eq!(again.unwrap_err().code(), "WEBHOOK-OFF");
        // Turned on, it gets what happens from then on.
        world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        act(&world, ada, team, async |tx, grant| webhook::turn(tx, &world.env, grant, id, true).await).await.unwrap();
        world.invite(ada, team, "cy@example.org", "member").await.unwrap();
        fan_out(&world, team).await;
        assert_eq!(kinds(&world, ada, team, id).await, ["webhook.test", "webhook.test", "invitation.sent"]);
    }

    async fn five_days_of_nothing_but_failures_turn_it_off(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.seated(team, 2, "Bo", "owner").await;
        let id = make(&world, bo, team, None).await;
        let fail = async || {
            let one = probe(&world, ada, team, id).await.unwrap();
            let fate = answer(&world, one, Some(500)).await;
            // The rest of its tries is not what this is about.
            let mut tx = world.db.write().await.unwrap();
            delivery::forget(&mut tx, &world.env, one).await.unwrap();
            tx.commit().await.unwrap();
            fate
        };
        let day = Duration::from_hours(24);
        assert!(matches!(fail().await, Fate::RetryAt(_)));
        world.env.clock().advance(day * 4);
        let one = probe(&world, ada, team, id).await.unwrap();
        assert_eq!(answer(&world, one, Some(200)).await, Fate::Delivered, "one that is taken begins the count anew");
        world.env.clock().advance(day * 2);
        let since = world.env.now();
        assert!(matches!(fail().await, Fate::RetryAt(_)));
        assert_eq!(get(&world, ada, team, id).await.failing_since, Some(since));
        world.env.clock().advance((day * 5).saturating_sub(Duration::from_secs(1)));
        assert!(matches!(fail().await, Fate::RetryAt(_)));
        world.end(ada, team, bo.account, End::Remove).await.unwrap();
        world.env.clock().advance(Duration::from_secs(1));
        assert_eq!(fail().await, Fate::Stopped);
        assert_eq!(get(&world, ada, team, id).await.off_why, Some(Why::Failing));
        // Bo is gone: the top role hears of it.
        assert_eq!(jobs(&world, &format!("notify_alert:%:{}", ada.account)).await, 1);
    }

    async fn a_new_secret_signs_beside_the_old_one_for_a_day(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let made = act(&world, ada, team, async |tx, grant| webhook::create(tx, &world.env, grant, &wanted(URL, None)).await);
        let (made, secret) = made.await.unwrap();
        assert!(secret.starts_with("whsec_") && secret.len() == 50, "{secret}");
        let one = probe(&world, ada, team, made.id).await.unwrap();
        let alone = message(&world, one).await.signature.unwrap();
        let rotated = act(&world, ada, team, async |tx, grant| webhook::rotate(tx, &world.env, grant, made.id).await);
        let (rotated, new) = rotated.await.unwrap();
        assert_ne!(secret, new);
        assert_eq!(rotated.old_until, Some(world.env.now() + webhook::OVERLAP));
        let both = message(&world, one).await.signature.unwrap();
        let (first, second) = both.split_once(' ').expect("two signatures");
        assert!(first != alone && second == alone, "{both}");
        world.env.clock().advance(Duration::from_hours(24));
        let later = message(&world, one).await.signature.unwrap();
        assert!(!later.contains(' '), "{later}");
        // What was sealed under a secret key that is gone cannot be read, and nothing is sent unsigned.
        let other = muster_core::testing::env(world.env.clock().clone(), &Keys::generate());
        let mut tx = world.db.read().await.unwrap();
        let Start::Send(unsigned) = delivery::begin(&mut tx, &other, one).await.unwrap() else { panic!("it is due") };
        assert_eq!(unsigned.signature, None);
    }

    async fn turning_it_off_ends_what_waits_but_what_arrived_arrived(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let id = make(&world, ada, team, None).await;
        let (one, two) = (probe(&world, ada, team, id).await.unwrap(), probe(&world, ada, team, id).await.unwrap());
        let (first, second) = (message(&world, one).await, message(&world, two).await);
        act(&world, ada, team, async |tx, grant| webhook::turn(tx, &world.env, grant, id, false).await).await.unwrap();
        assert_eq!(record(&world, &first, &heard(Some(200), "")).await, Fate::Delivered);
        assert_eq!(record(&world, &second, &heard(Some(500), "")).await, Fate::Ended);
        let status = deliveries(&world, ada, team, id).await.into_iter().map(|one| one.status).collect::<Vec<_>>();
        assert_eq!(status, [Status::Cancelled, Status::Delivered]);
    }

    async fn what_the_log_forgot_cannot_be_told(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let id = make(&world, ada, team, None).await;
        world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        fan_out(&world, team).await;
        let one = deliveries(&world, ada, team, id).await[0].id;
        let mut tx = world.db.write().await.unwrap();
        let grant = ada.may(&mut tx, team, Permission::TeamSettings).await.unwrap();
        activity::set_keep(&mut tx, &world.env, &grant, Keep::Days90).await.unwrap();
        tx.commit().await.unwrap();
        world.env.clock().advance(Duration::from_hours(24 * 91));
        let mut tx = world.db.write().await.unwrap();
        activity::cut(&mut tx, &world.env, team, 100).await.unwrap();
        tx.commit().await.unwrap();
        assert!(matches!(begin(&world, one).await, Start::Gone));
        let again = act(&world, ada, team, async |tx, grant| delivery::again(tx, &world.env, grant, id, one).await).await;
        assert_eq!(again.unwrap_err().code(), "WEBHOOK-GONE");
    }

    async fn tests_wait_for_one_another(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let id = make(&world, ada, team, None).await;
        for _ in 0..5 {
            probe(&world, ada, team, id).await.unwrap();
        }
        assert_eq!(probe(&world, ada, team, id).await.unwrap_err().code(), "WEBHOOK-BUSY");
    }

    async fn what_became_of_messages_is_kept_for_thirty_days(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let id = make(&world, ada, team, None).await;
        let (one, two) = (probe(&world, ada, team, id).await.unwrap(), probe(&world, ada, team, id).await.unwrap());
        answer(&world, one, Some(200)).await;
        world.env.clock().advance((KEPT + TimeDelta::seconds(1)).to_std().unwrap());
        let mut tx = world.db.write().await.unwrap();
        while prune(&mut tx, &world.env).await.unwrap() > 0 {}
        tx.commit().await.unwrap();
        let left: Vec<_> = deliveries(&world, ada, team, id).await.into_iter().map(|one| one.id).collect();
        assert_eq!(left, [two], "what waits is not forgotten");
    }

    async fn a_purged_team_takes_its_webhooks_along(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let id = make(&world, ada, team, None).await;
        let one = probe(&world, ada, team, id).await.unwrap();
        answer(&world, one, Some(500)).await;
        world.delete_team(ada, team).await.unwrap();
        fan_out(&world, team).await;
        world.env.clock().advance(Duration::from_hours(24 * 31));
        loop {
            let mut tx = world.db.write().await.unwrap();
            let gone = team::purge(&mut tx, &world.env).await.unwrap();
            tx.commit().await.unwrap();
            if gone == 0 {
                break;
            }
        }
        assert!(matches!(begin(&world, one).await, Start::Settled));
        fan_out(&world, team).await;
    }
}
