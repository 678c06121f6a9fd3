//! `muster jobs`, as an operator types it, beside a running worker and without one.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use muster_core::both_dbs;
use muster_core::db::{Db, Pools};
use muster_core::email::{self, delivery};
use muster_core::job::Queue;
use muster_core::queue;
use muster_core::testing::{World, postgres};
use muster_jobs::{Engine, Mailer, Metrics, Options};
use serde_json::Value;
use smtp_sink::{Script, SmtpSink, Stage};
use sqlx::AssertSqlSafe;
use tokio::process::Command;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

const PATIENCE: Duration = Duration::from_secs(20);

/// What a command printed and how it ended.
#[derive(Debug)]
struct Ran {
    code: i32,
    out: String,
    err: String,
}

/// Runs `muster jobs …` on a database, with nobody to answer questions.
async fn jobs(url: &str, arguments: &str) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_muster"))
        .arg("jobs")
        .args(arguments.split_whitespace())
        .env_clear()
        .env("DATABASE_URL", url)
        .stdin(Stdio::null())
        .output()
        .await
        .expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    Ran {
        code: output.status.code().expect("it ends by itself"),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// A worker that sends to a sink.
struct Worker {
    settled: watch::Receiver<u64>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Worker {
    fn start(world: &World, sink: &SmtpSink) -> Self {
        let context = muster_jobs::Context {
            discord: None,
            db: world.db.clone(),
            env: world.env.clone(),
            mailer: Mailer::from_url(
                Some(&sink.url()),
                "Muster <muster@muster.test>",
                Path::new("outbox"),
            )
            .expect("a good URL"),
            public_url: "https://muster.test".parse().expect("a URL"),
            metrics: Metrics::default(),
        };
        let options = Options {
            schedule: false,
            ..Options::default()
        };
        let engine = Engine::new(context, options);
        let (settled, stop) = (engine.settled(), CancellationToken::new());
        let task = tokio::spawn(engine.run(stop.clone()));
        Self { settled, stop, task }
    }

    async fn settled(&mut self, runs: u64) {
        let settled = self.settled.wait_for(|settled| *settled >= runs);
        tokio::time::timeout(PATIENCE, settled)
            .await
            .expect("the runs end in time")
            .expect("the engine runs");
    }

    async fn stop(self) {
        self.stop.cancel();
        tokio::time::timeout(PATIENCE, self.task)
            .await
            .expect("it ends in time")
            .expect("it ends well");
    }
}

/// The ids of a list.
async fn ids(url: &str, arguments: &str) -> Vec<String> {
    let ran = jobs(url, &format!("list --json {arguments}")).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    let list: Value = serde_json::from_str(&ran.out).expect("JSON");
    let id = |job: &Value| job["id"].as_str().expect("an id").to_owned();
    list.as_array().expect("an array").iter().map(id).collect()
}

/// Makes every job dead, as if its worker had given up.
async fn kill_all(db: &Db) {
    let set = "set status = 'Killed', attempts = max_attempts, last_result = '{\"Err\": \"no run of 10 came to its end\"}'";
    match db.pools() {
        Pools::Sqlite { writer, .. } => {
            let sql = format!("update Jobs {set}, done_at = cast(strftime('%s', 'now') as integer)");
            sqlx::query(AssertSqlSafe(sql))
                .execute(writer)
                .await
                .expect("it can be written");
        }
        Pools::Postgres(pool) => {
            let sql = format!("update apalis.jobs {set}, done_at = now()");
            sqlx::query(AssertSqlSafe(sql))
                .execute(pool)
                .await
                .expect("it can be written");
        }
    }
}

async fn live(db: &Db) -> i64 {
    let mut tx = db.read().await.expect("the database is there");
    queue::live(&mut tx, Queue::Interactive)
        .await
        .expect("it can be counted")
}

/// What differs from run to run left out: ids, moments, spans of time, and the spaces that columns are made of.
fn steady(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let words: Vec<&str> = line.split(' ').collect();
        let mut steady: Vec<String> = Vec::new();
        for (place, word) in words.iter().enumerate() {
            let next = words.get(place + 1).unwrap_or(&"").trim_end_matches(')');
            let bare = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
            let id = bare.rsplit('-').next().unwrap_or_default();
            if id.len() == 26 && id.starts_with("01") {
                steady.push(word.replace(id, "ID"));
            } else if bare.len() == 10 && bare.starts_with("20") && bare.contains('-') {
                steady.push("DATE".to_owned());
            } else if bare.len() == 8 && bare.matches(':').count() == 2 {
                steady.push("TIME".to_owned());
            } else if bare.parse::<u32>().is_ok() && ["s", "min"].contains(&next) {
                steady.push(word.replace(bare, "N"));
            } else if !word.is_empty() || steady.last().is_some_and(|last| !last.is_empty()) {
                steady.push((*word).to_owned());
            }
        }
        steady.join(" ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

both_dbs! {
    async fn a_dead_mail_is_found_understood_and_sent_after_all(world: World) {
        let world = world.in_real_time();
        let sink = SmtpSink::start().await;
        sink.script(Script::reply(Stage::Rcpt, 550, "<bo@example.org> is not here").times(1));
        let mut worker = Worker::start(&world, &sink);
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.expect("it is sent");
        // The mail's, and that of telling its inviter.
        worker.settled(2).await;

        let list = jobs(&world.url, "list").await;
        assert_eq!((list.code, list.err.as_str()), (0, ""), "{list:?}");
        let [id] = ids(&world.url, "--kind send_email").await.try_into().expect("one dead job");
        let show = jobs(&world.url, &format!("show {id}")).await;
        assert_eq!(show.code, 0, "{show:?}");
        let seen = format!("{}\n\n{}", steady(&list.out), steady(&show.out));
        insta::with_settings!({ prepend_module_to_snapshot => false }, { insta::assert_snapshot!("jobs", seen) });

        let show = jobs(&world.url, &format!("show {} --json", id.to_lowercase())).await;
        let whole: Value = serde_json::from_str(&show.out).expect("JSON");
        assert_eq!((&whole["id"], &whole["state"]), (&Value::from(id.as_str()), &Value::from("dead")));
        assert_eq!(whole["mail"]["last_text"], "<b…@e….org> is not here");
        assert_eq!(whole["payload"]["email"], whole["mail"]["id"]);
        let created = whole["created_at"].as_str().expect("a time");
        assert!(chrono::DateTime::parse_from_rfc3339(created).is_ok(), "{created}");

        let retry = jobs(&world.url, &format!("retry {id}")).await;
        assert_eq!((retry.code, retry.out.as_str()), (0, "1 job will run again now.\n"), "{retry:?}");
        assert_eq!(sink.next_mail().await.to, ["bo@example.org"]);
        worker.settled(3).await;
        let mut tx = world.db.read().await.expect("the database is there");
        let deliveries = email::of_invitation(&mut tx, invitation.id).await.expect("it can be read");
        drop(tx);
        assert_eq!((deliveries[0].status, deliveries[0].attempts), (email::Status::Sent, 2));

        for command in ["retry", "drop --yes"] {
            let again = jobs(&world.url, &format!("{command} {id}")).await;
            assert_eq!(again.code, 1, "{again:?}");
            assert_eq!(again.err, format!("{id}: it is done; only dead jobs can be retried or dropped.\n"));
        }
        assert_eq!(ids(&world.url, "--state done --kind send_email").await, [id]);
        let none = jobs(&world.url, "list").await;
        assert!(none.code == 0 && none.out.starts_with("No dead jobs. Jobs that have failed"), "{none:?}");
        worker.stop().await;
    }

    async fn a_mail_that_nobody_wants_any_more_is_not_retried_but_dropped(world: World) {
        let world = world.in_real_time();
        let sink = SmtpSink::start().await;
        sink.script(Script::reply(Stage::Rcpt, 550, "no"));
        let mut worker = Worker::start(&world, &sink);
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.expect("it is sent");
        worker.settled(1).await;
        world.revoke(ada, team, invitation.id).await.expect("it is cancelled");

        let retry = jobs(&world.url, "retry --all").await;
        assert_eq!((retry.code, retry.out.as_str()), (1, "Nothing was changed.\n"), "{retry:?}");
        assert!(retry.err.contains("its mail is no longer wanted"), "{retry:?}");
        let unasked = jobs(&world.url, "drop --all").await;
        assert_eq!(unasked.code, 1, "{unasked:?}");
        assert!(unasked.err.starts_with("Nothing was deleted: there is nobody to ask here."), "{unasked:?}");
        assert_eq!(ids(&world.url, "").await.len(), 1);
        let drop = jobs(&world.url, "drop --all --yes").await;
        assert_eq!((drop.code, drop.out.as_str()), (0, "1 dead job was deleted.\n"), "{drop:?}");
        let none = jobs(&world.url, "drop --all --yes --kind send_email").await;
        assert_eq!(none.code, 1);
        assert_eq!(none.out, "No dead jobs of kind `send_email`. Nothing was changed.\n");
        worker.stop().await;
    }

    async fn the_dropped_job_of_a_waiting_mail_comes_back_as_announced(world: World) {
        let world = world.in_real_time();
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.invite(ada, team, "bo@example.org", "member").await.expect("it is sent");
        kill_all(&world.db).await;
        let drop = jobs(&world.url, "drop --all --yes").await;
        assert_eq!(drop.code, 0, "{drop:?}");
        assert!(drop.err.contains("the server's sweep will restore its job"), "{drop:?}");
        assert_eq!(live(&world.db).await, 0);
        let mut tx = world.db.write().await.expect("the database is there");
        let lost = delivery::without_job(&mut tx, &world.env).await.expect("it is swept");
        delivery::restore_jobs(&mut tx, &world.env, &lost).await.expect("it is restored");
        tx.commit().await.expect("it is kept");
        assert_eq!(live(&world.db).await, 1);
    }

    async fn retrying_all_takes_all_and_every_state_can_be_listed(world: World) {
        let world = world.in_real_time();
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        for email in ["bo@example.org", "cy@example.org", "di@example.org"] {
            world.invite(ada, team, email, "member").await.expect("it is sent");
        }
        assert_eq!(ids(&world.url, "--state waiting").await.len(), 3);
        let waiting = jobs(&world.url, "list --state waiting --limit 2").await;
        assert_eq!(waiting.out.lines().count(), 3, "{waiting:?}");
        assert_eq!(waiting.err, "There are more than these 2. Show more with --limit.\n");
        let waits = ids(&world.url, "--state all --limit 1").await.remove(0);
        let refused = jobs(&world.url, &format!("retry {waits}")).await;
        assert!(refused.code == 1 && refused.err.contains("it waits for its turn"), "{refused:?}");

        kill_all(&world.db).await;
        assert_eq!(live(&world.db).await, 0);
        let none = jobs(&world.url, "retry --all --kind sweep_emails").await;
        assert_eq!(none.code, 1, "{none:?}");
        let retry = jobs(&world.url, "retry --all --kind send_email").await;
        assert_eq!((retry.code, retry.out.as_str()), (0, "3 jobs will run again now.\n"), "{retry:?}");
        assert_eq!(live(&world.db).await, 3);
        for state in ["running", "done", "dead"] {
            let none = jobs(&world.url, &format!("list --state {state} --kind send_email")).await;
            assert!(none.code == 0 && none.out.starts_with("No "), "{none:?}");
            assert_eq!(ids(&world.url, &format!("--state {state}")).await, Vec::<String>::new());
        }
        // What cannot be read is a job too.
        let unreadable = "01JZ0000000000000000000000";
        let sql = format!("set id = '{unreadable}', status = 'Killed', done_at = run_at, job = $1 where id = $2");
        match world.db.pools() {
            Pools::Sqlite { writer, .. } => sqlx::query(AssertSqlSafe(format!("update Jobs {sql}")))
                .bind(b"\xff\"kind\":".as_slice()).bind(waits).execute(writer).await.map(|_| ()),
            Pools::Postgres(pool) => sqlx::query(AssertSqlSafe(format!("update apalis.jobs {sql}")))
                .bind(b"\xff\"kind\":".as_slice()).bind(waits).execute(pool).await.map(|_| ()),
        }.expect("it can be written");
        let show = jobs(&world.url, &format!("show {unreadable}")).await;
        assert!(show.code == 0 && show.out.contains("payload    cannot be read"), "{show:?}");
        assert!(show.out.contains("kind       unknown"), "{show:?}");
    }

    async fn the_queue_can_be_read_while_somebody_writes(world: World) {
        let world = world.in_real_time();
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.invite(ada, team, "bo@example.org", "member").await.expect("it is sent");
        let writing = world.db.write().await.expect("the database is there");
        assert_eq!(ids(&world.url, "--state waiting").await.len(), 1);
        drop(writing);
    }
}

#[tokio::test]
async fn a_command_line_that_makes_no_sense_is_told_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite:{}", folder.path().join("muster.db").display());
    for wrong in [
        "",
        "list --state dying",
        "list --kind nonsense",
        "list --limit 0",
        "show 12",
        "retry",
        "drop --yes",
        "retry --all 01JZ0000000000000000000000",
        "drop 01JZ0000000000000000000000 --kind send_email",
    ] {
        let ran = jobs(&url, wrong).await;
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{wrong}: {ran:?}");
        assert!(
            ran.err.contains("Usage:") || ran.err.contains("--help"),
            "{wrong}: {ran:?}"
        );
    }
}

#[tokio::test]
async fn a_database_that_cannot_be_used_is_named_and_left_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("muster.db");
    let url = format!("sqlite:{}", file.display());
    let missing = jobs(&url, "list").await;
    assert_eq!(missing.code, 1, "{missing:?}");
    assert!(
        missing.err.contains("there is no database in") && missing.err.contains("DATABASE_URL"),
        "{missing:?}"
    );
    assert!(!file.exists(), "it was not made");

    let empty = postgres::fresh_database().await;
    std::fs::write(&file, "").expect("a file can be made");
    for url in [&url, &empty.url] {
        let old = jobs(url, "list").await;
        assert!(old.code == 1 && old.err.contains("`muster migrate`"), "{old:?}");
    }
    for url in ["mysql://x", "postgres://nobody:secret@127.0.0.1:1/none"] {
        let away = jobs(url, "list").await;
        assert_eq!(away.code, 1, "{away:?}");
        assert!(
            away.err.contains("DATABASE_URL") && !away.err.contains("secret"),
            "{away:?}"
        );
    }
}
