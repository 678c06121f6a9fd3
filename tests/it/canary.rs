//! Attack 84: what is secret is nowhere but in the one answer or mail that is meant to bring it.
//!
//! The real program runs in a process of its own and logs all it can. Everything that it answers to browsers and programs goes
//! through [`tap`]. People are invited, accept, link Discord, forget their password, join by links, make keys and webhooks; a job
//! panics, a statement is slow. Then every secret that came up is looked for, however it may be written, in what was logged, in
//! each row of each table, in each answer, in each mail and in what the bot wrote. [`proof`] shows that the search finds what leaks.

mod account;
mod discord;
mod links;
mod looks;
mod programs;
mod proof;
mod rows;
mod scene;
mod secret;
mod slow;
mod tap;

use muster_core::both_dbs;

use self::scene::Scene;
use self::secret::{Evidence, Secret};
use self::slow::Slow;
use crate::app::said;

const FIRST: &str = "canary violet ladder quorum";
const SECOND: &str = "canary seven quiet otters";
const WRONG: &str = "canary that was never right";

/// What is secret about the surroundings.
fn of_the_settings(scene: &Scene) -> Vec<Secret> {
    vec![
        Secret::new("the secret key", scene.world.secret_key.clone()),
        Secret::new("the bot's token", scene.sim.bot_token()),
        Secret::new("the client secret", scene.sim.client_secret()),
    ]
}

/// Each cookie that a session is known by, from the answers that set it.
fn sessions(evidence: &Evidence) -> Vec<Secret> {
    let set = evidence.exchanges.iter().flat_map(tap::Exchange::cookies);
    set.map(|value| Secret::new("a session", value)).collect()
}

/// Fails for each leak that is found.
#[track_caller]
fn holds_none(evidence: &Evidence, secrets: &[Secret], quiet: &[&str]) {
    let mut found = evidence.leaks(secrets, quiet);
    found.truncate(40);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

both_dbs! {
    /// Attack 84.
    async fn no_secret_is_logged_stored_or_told_but_to_whom_it_is_meant_for(world: World) {
        let scene = Scene::start(world).await;
        let mut secrets = of_the_settings(&scene);
        for (what, password) in [("a password", FIRST), ("a new password", SECOND), ("a wrong password", WRONG)] {
            secrets.push(Secret::new(what, password));
        }
        let mut team = discord::invited(&scene, &mut secrets).await;
        account::forgetful(&scene, &mut team, &mut secrets).await;
        let key = programs::keyed(&scene, &team, &mut secrets).await;
        links::joined(&scene, &team, &key, &mut secrets).await;
        // Something to send: the receiver does not exist, which the log says in its way.
        said(team.ada.slash("/member role member:Bo role:member").await);
        let evidence = scene.end(&[&team.ada, &team.bo]).await;

        secrets.extend(sessions(&evidence));
        assert!(secrets.iter().filter(|secret| secret.what == "a session").count() >= 5);
        // There is much to look at.
        let Evidence { log, rows, exchanges, messages, .. } = &evidence;
        assert!(log.contains("TRACE") && log.lines().count() > 1_000, "{} lines", log.lines().count());
        assert!(rows.iter().any(|row| row.contains("canary.cy@example.org")), "{} rows", rows.len());
        assert!(exchanges.len() > 50 && exchanges.iter().any(|exchange| exchange.answer.contains("mstr_")));
        assert!(messages.len() > 5 && messages.iter().any(|message| message.contains("/join/")), "{} messages", messages.len());
        let quiet = ["canary.bo@", "canary.cy@", "canary.new@", "canary.eve@", "canary.fay@", "canary-path-of-a-receiver"];
        holds_none(&evidence, &secrets, &quiet);
    }

    /// The same when something goes wrong with a secret in hand.
    async fn neither_a_panic_nor_a_slow_statement_tells_what_was_in_hand(world: World) {
        let world = world.in_real_time();
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.joined(ada, team, "canary.bo@example.org", "Bo", "member").await;
        world.set_password(bo.account, FIRST).await;
        let invitation = world.invite(ada, team, "canary.di@example.org", "member").await.expect("she may invite");
        let act = [("MUSTER_FAILPOINT", "mail_written"), ("MUSTER_FAILPOINT_ACT", "panic")];
        let scene = Scene::start_with(world, &act).await;
        let mut secrets = of_the_settings(&scene);
        secrets.push(Secret::new("a mailed invitation", scene.world.mailed_token(&invitation)));

        // The job of the mail panics, and its text is the whole letter.
        scene.logs(&["a panic at ", "failpoint.rs"]).await;
        scene.logs(&["the handler panicked"]).await;

        // Whoever changes their password waits for the database.
        let browser = scene.browser();
        let page = browser.open("/login").await;
        let page = page.submit("Sign in", &[("email", "canary.bo@example.org"), ("password", FIRST)]).await;
        assert_eq!(page.status, 200, "{}", page.text());
        secrets.push(Secret::new("a password", FIRST));
        secrets.push(Secret::new("a new password", SECOND));
        let mut slow = Slow::begin(&scene.world).await;
        let mut passwords = [FIRST, SECOND];
        loop {
            let fields = [("current", passwords[0]), ("password", passwords[1])];
            let page = browser.open("/account/password").await.submit("Save", &fields).await;
            assert!(page.text().contains("password"), "{}", page.text());
            let is_stored = slow.hash_of(bo.account).await;
            secrets.push(Secret::new("the hash of a password", is_stored).stored(|row| row.contains("accounts:")));
            if scene.has_logged(&["slow statement", "update accounts set password_hash"]) {
                break;
            }
            passwords.reverse();
            slow.more().await;
        }
        slow.end().await;
        let evidence = scene.end(&[]).await;
        secrets.extend(sessions(&evidence));
        holds_none(&evidence, &secrets, &["canary.bo@", "canary.di@"]);
    }
}
