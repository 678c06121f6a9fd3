//! Nobody gets a message sent to where only this machine can reach, by whatever name, redirect or spelling.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use muster_core::policy::Permission;
use muster_core::testing::World;
use muster_core::webhook::delivery::{self, Heard, Message, Start};
use muster_core::webhook::{self, Reach, Wanted};

use super::receiver::{Answer, Receiver};
use crate::hooks::{Hooks, Lookup};

const PATIENCE: Duration = Duration::from_secs(5);

/// A name service that answers one thing after the other, the last again and again.
struct Names {
    answers: Mutex<VecDeque<Vec<IpAddr>>>,
    asked: Mutex<Vec<String>>,
}

impl Names {
    fn new(answers: &[&[&str]]) -> Arc<Self> {
        let read = |answer: &&[&str]| answer.iter().map(|one| one.parse().unwrap()).collect();
        Arc::new(Self {
            answers: Mutex::new(answers.iter().map(read).collect()),
            asked: Mutex::default(),
        })
    }
}

impl Lookup for Names {
    fn lookup(&self, name: String) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>> {
        self.asked.lock().unwrap().push(name);
        let mut answers = self.answers.lock().unwrap();
        let answer = if answers.len() > 1 {
            answers.pop_front()
        } else {
            answers.front().cloned()
        };
        async move { Ok(answer.unwrap_or_default()) }.boxed()
    }
}

/// A message to a URL that was allowed when the webhook was made.
async fn message(url: &str) -> Message {
    let world = World::sqlite().await;
    let host = url::Url::parse(url).unwrap().host_str().unwrap().to_owned();
    let everywhere = Reach::parse(&format!("0.0.0.0/0, ::/0, {host}")).unwrap();
    let env = world.env.clone().with_reach(everywhere);
    let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
    let mut tx = world.db.write().await.unwrap();
    let grant = ada.may(&mut tx, team, Permission::ApiKeysManage).await.unwrap();
    let wanted = Wanted {
        url: url.to_owned(),
        description: String::new(),
        kinds: None,
    };
    let (made, _) = webhook::create(&mut tx, &env, &grant, &wanted).await.unwrap();
    let id = delivery::send_test(&mut tx, &env, &grant, made.id).await.unwrap();
    match delivery::begin(&mut tx, &env, id).await.unwrap() {
        Start::Send(message) => *message,
        other => panic!("it is due, not {other:?}"),
    }
}

fn assert_refused(heard: &Heard) {
    assert_eq!(heard.code, None, "{heard:?}");
    assert!(heard.text.contains("may not be sent there"), "{heard:?}");
}

#[tokio::test]
async fn an_address_in_the_url_is_asked_about_in_every_spelling() {
    let receiver = Receiver::start().await;
    let (names, port) = (Names::new(&[&["127.0.0.1"]]), receiver.port);
    let hooks = Hooks::with(&Reach::default(), names.clone(), PATIENCE);
    let mut message = message(&receiver.url()).await;
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0.0.0.0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::]",
    ] {
        for scheme in ["http", "https"] {
            message.url = format!("{scheme}://{host}:{port}/");
            assert_refused(&hooks.send(&message).await);
        }
    }
    assert!(receiver.got().is_empty());
    assert!(names.asked.lock().unwrap().is_empty(), "an address is no name");
}

#[tokio::test]
async fn a_name_that_leads_inside_is_not_connected_to() {
    let receiver = Receiver::start().await;
    let url = format!("https://hooks.example.org:{}/", receiver.port);
    let message = message(&url).await;
    for inside in [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "fe80::1",
        "fd00:ec2::254",
        "ff02::1",
    ] {
        let names = Names::new(&[&[inside]]);
        assert_refused(
            &Hooks::with(&Reach::default(), names.clone(), PATIENCE)
                .send(&message)
                .await,
        );
        assert_eq!(*names.asked.lock().unwrap(), ["hooks.example.org"], "{inside}");
    }
    // None of several, and no address at all.
    let names = Names::new(&[&["127.0.0.1", "10.0.0.1", "::1"], &[]]);
    let hooks = Hooks::with(&Reach::default(), names, PATIENCE);
    assert_refused(&hooks.send(&message).await);
    assert_refused(&hooks.send(&message).await);
    assert!(receiver.got().is_empty());
}

#[tokio::test]
async fn a_name_server_that_changes_its_mind_gains_nothing() {
    let receiver = Receiver::start().await;
    // The first answer is one that is allowed here and leads to the receiver; the second is inside and would too.
    let reach = Reach::parse("127.0.0.1").unwrap();
    let names = Names::new(&[&["127.0.0.1"], &["127.0.0.2"]]);
    let hooks = Hooks::with(&reach, names.clone(), PATIENCE);
    let message = message(&format!("https://rebind.example.org:{}/", receiver.port)).await;
    // TLS with a receiver that speaks none ends early, but a connection there was.
    let first = hooks.send(&message).await;
    assert!(!first.text.contains("may not be sent there"), "{first:?}");
    assert_refused(&hooks.send(&message).await);
    assert_eq!(
        names.asked.lock().unwrap().len(),
        2,
        "asked anew for each message, and once for each"
    );
}

#[tokio::test]
async fn a_redirect_to_the_inside_is_told_and_not_followed() {
    let (receiver, inside) = (Receiver::start().await, Receiver::start().await);
    let reach = Reach::parse("hook.test").unwrap();
    let hooks = Hooks::with(&reach, Names::new(&[&["127.0.0.1"]]), PATIENCE);
    let message = message(&format!("http://hook.test:{}/", receiver.port)).await;
    for to in [
        format!("http://127.0.0.1:{}/", inside.port),
        format!("http://hook.test:{}/", inside.port),
    ] {
        receiver.script([Answer::Redirect(to)]);
        let heard = hooks.send(&message).await;
        assert_eq!((heard.code, heard.taken()), (Some(307), false), "{heard:?}");
    }
    assert_eq!((receiver.got().len(), inside.got().len()), (2, 0));
}

#[tokio::test]
async fn an_answer_without_end_is_read_to_its_beginning_only() {
    let receiver = Receiver::start().await;
    receiver.script([Answer::Say(200, "x".repeat(50_000_000))]);
    let hooks = Hooks::new(&Reach::parse("127.0.0.1").unwrap());
    let heard = hooks.send(&message(&receiver.url()).await).await;
    assert_eq!((heard.code, heard.text.len()), (Some(200), 4096));
}

#[tokio::test]
async fn a_receiver_that_says_nothing_is_given_up() {
    let receiver = Receiver::start().await;
    receiver.script([Answer::Stall]);
    let hooks = Hooks::with(
        &Reach::parse("127.0.0.1").unwrap(),
        Names::new(&[&[]]),
        Duration::from_secs(1),
    );
    let heard = hooks.send(&message(&receiver.url()).await).await;
    assert_eq!(
        (heard.code, heard.text.as_str()),
        (None, "No answer within 1 seconds.")
    );
}
