//! Attack 72: schemathesis makes requests out of the API's own document and sends them with the key of each role. Nothing may
//! answer with a server error, or with something that the document does not say.
//!
//! A short run belongs to the suite. `just fuzz-api` makes a long one: `MUSTER_FUZZ` says how many examples an operation
//! gets. The seed is printed, and `MUSTER_FUZZ_SEED` makes the same requests again; with
//! `MUSTER_FUZZ_DATABASE=postgres` it runs on the other database.

use std::net::Ipv4Addr;

use muster::web::{Limits, Web, router, serve};
use muster_core::actor::Actor;
use muster_core::ids::TeamId;
use muster_core::invite_link::NewLink;
use muster_core::member::Status;
use muster_core::testing::World;
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

const TOOL: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/target/schemathesis/bin/schemathesis"
);
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,unsupported_method";

/// A key that carries everything, of somebody who has this role by now.
async fn key_of(world: &World, team: TeamId, number: i64, role: &str) -> String {
    let maker: Actor = world
        .seated(team, number, &format!("Maker {number}"), "owner")
        .await;
    let key = world.whole_key(maker, team).await;
    world.reset(team, maker.account, role, Status::Active).await;
    key
}

async fn fuzz(world: World) {
    let world = world.in_real_time();
    let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
    world
        .edit_policy(team, "enabled = false", "enabled = true\nrole = \"member\"")
        .await;
    world.crowd(team, 30).await;
    world.guests(team, ada.account, 30).await;
    world
        .link(ada, team, NewLink::default())
        .await
        .expect("a link is made");
    let mut keys = Vec::new();
    for (number, role) in (10..).zip(["owner", "member", "viewer"]) {
        keys.push((role, key_of(&world, team, number, role).await));
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    let web = Web {
        db: world.db.clone(),
        env: world.env.clone(),
        public_url: url.parse().expect("an address is a URL"),
        discord: None,
        figures: None,
        limits: Limits {
            reads: u32::MAX,
            changes: u32::MAX,
        },
    };
    let stop = CancellationToken::new();
    let served = tokio::spawn(serve(listener, router(web), stop.clone()));
    let long = std::env::var("MUSTER_FUZZ").ok();
    let seed = std::env::var("MUSTER_FUZZ_SEED")
        .unwrap_or_else(|_| u16::from_be_bytes(world.env.random::<2>()).to_string());
    for (role, key) in &keys {
        println!("schemathesis as {role}, seed {seed}");
        let mut tool = Command::new(TOOL);
        tool.args([
            "run",
            &format!("{url}/api/openapi.json"),
            "--no-color",
            "--seed",
            &seed,
        ])
        .args([
            "--header",
            &format!("X-API-Key: {key}"),
            "--checks",
            CHECKS,
            "--suppress-health-check",
            "all",
        ])
        .args(["--request-timeout", "20", "--warnings", "off"]);
        // Bounded by numbers and not by time: a busy machine makes no fewer requests.
        let (phases, examples) = match &long {
            Some(examples) => ("examples,coverage,fuzzing", examples.as_str()),
            None => ("examples,fuzzing", "5"),
        };
        tool.args([
            "--phases",
            phases,
            "--max-examples",
            examples,
            "--continue-on-failure",
        ]);
        let ran = tool.output().await.expect("schemathesis is there: tests/install");
        let said = String::from_utf8_lossy(&ran.stdout);
        assert!(
            ran.status.success(),
            "as {role}, seed {seed}:\n{said}\n{}",
            String::from_utf8_lossy(&ran.stderr)
        );
        let generated = said.lines().find(|line| line.contains(" generated, "));
        println!(
            "{}",
            generated.unwrap_or_else(|| panic!("nothing was sent as {role}:\n{said}"))
        );
    }
    // The keys still open, and the log is whole.
    let mut tx = world.db.read().await.expect("the database is there");
    let flaw = muster_core::activity::verify(&mut tx, &world.env, team)
        .await
        .expect("the log can be read");
    assert_eq!(flaw, None);
    drop(tx);
    stop.cancel();
    served.await.expect("it ends").expect("it ends well");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_schemathesis_sends_is_answered_with_a_fault() {
    let world = match std::env::var("MUSTER_FUZZ_DATABASE").as_deref() {
        Ok("postgres") => World::postgres().await,
        _ => World::sqlite().await,
    };
    fuzz(world).await;
}
