//! Webhooks: who may have them, and what they are told.

mod deliveries;

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
