//! `/metrics`: true, complete, and about nobody.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;
use std::time::Duration;

use muster_core::both_dbs;
use muster_core::db::Pools;
use muster_jobs::{METRICS_CONTENT_TYPE, Metrics};
use sqlx::AssertSqlSafe;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use crate::app::TestApp;

/// The samples of a text: name and labels as written, and value.
struct Figures(BTreeMap<String, String>);

impl Figures {
    async fn fetch(url: &str) -> Self {
        let answer = reqwest::get(format!("{url}/metrics")).await.expect("it answers");
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], METRICS_CONTENT_TYPE);
        Self::parse(&answer.text().await.expect("text"))
    }

    /// Reads a text, and fails for a family that nothing explains and a label that could be somebody's.
    fn parse(text: &str) -> Self {
        assert!(text.ends_with("# EOF\n"), "{text}");
        let (mut explained, mut typed, mut samples) = (BTreeSet::new(), BTreeSet::new(), BTreeMap::new());
        for line in text.lines().take_while(|line| *line != "# EOF") {
            if let Some(comment) = line.strip_prefix("# ") {
                let mut words = comment.splitn(3, ' ');
                let (what, name, rest) = (words.next(), words.next().expect("a name"), words.next());
                match what {
                    Some("HELP") if rest.is_some_and(|help| help.len() > 10) => explained.insert(name),
                    Some("TYPE") => typed.insert(name),
                    Some("UNIT") => true,
                    _ => panic!("{line}"),
                };
                continue;
            }
            let (name, value) = line.rsplit_once(' ').expect("a sample");
            let family = name.split('{').next().unwrap_or(name);
            let family = ["_total", "_bucket", "_sum", "_count"]
                .iter()
                .find_map(|end| family.strip_suffix(end).filter(|family| typed.contains(family)))
                .unwrap_or(family);
            assert!(
                explained.contains(family) && typed.contains(family),
                "nothing explains {line}"
            );
            assert!(family.starts_with("muster_"), "{line}");
            let labels = name
                .split_once('{')
                .map_or("", |(_, labels)| labels.trim_end_matches('}'));
            for label in labels.split(',').filter(|label| !label.is_empty()) {
                let (key, value) = label.split_once('=').expect("a label");
                let word = value.trim_matches('"');
                let ours = word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
                assert!(
                    key == "le" || (ours && !word.is_empty()),
                    "a label that is no word of ours: {line}"
                );
            }
            assert!(
                value.parse::<f64>().is_ok_and(f64::is_finite),
                "no number: {line}"
            );
            let twice = samples.insert(name.to_owned(), value.to_owned());
            assert!(twice.is_none(), "twice: {line}");
        }
        Self(samples)
    }

    fn get(&self, name: &str) -> &str {
        self.0
            .get(name)
            .unwrap_or_else(|| panic!("no {name} in {:#?}", self.0.keys()))
    }
}

const SENT: [&str; 6] = [
    r#"muster_job_runs_total{kind="send_email",outcome="done"}"#,
    r#"muster_job_attempts_count{kind="send_email"}"#,
    r#"muster_job_run_seconds_count{kind="send_email"}"#,
    r#"muster_job_start_delay_seconds_count{queue="interactive"}"#,
    r#"muster_mails_total{kind="invitation",outcome="sent"}"#,
    r#"muster_mail_send_seconds_count{outcome="sent"}"#,
];

both_dbs! {
    async fn figures_rise_as_jobs_run(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        app.settle().await;
        let before = Figures::fetch(&app.url).await;
        app.invite(&ada, "bo@example.org", "member").await;
        app.settle().await;
        let after = Figures::fetch(&app.url).await;
        for name in SENT {
            assert_eq!((before.get(name), after.get(name)), ("0", "1"), "{name}");
        }
        assert_eq!(after.get("muster_database_up"), "1");
        assert_eq!(after.get(r#"muster_workers_alive{queue="interactive"}"#), "1");
        assert_eq!(after.get(r#"muster_jobs{kind="send_email",queue="interactive",state="waiting"}"#), "0");
        app.end().await;
    }

    async fn the_database_is_read_when_asked(world: World) {
        let metrics = Metrics::default();
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        for email in ["bo@example.org", "cy@example.org", "di@example.org"] {
            world.invite(ada, team, email, "member").await.expect("it is sent");
        }
        world.env.clock().advance(Duration::from_mins(1));
        let broken = "set job = $1, run_at = run_at where idempotency_key = (select min(idempotency_key) from";
        match world.db.pools() {
            Pools::Sqlite { writer, .. } => sqlx::query(AssertSqlSafe(format!("update Jobs {broken} Jobs)")))
                .bind(b"\xffnonsense".as_slice()).execute(writer).await.map(|_| ()),
            Pools::Postgres(pool) => sqlx::query(AssertSqlSafe(format!("update apalis.jobs {broken} apalis.jobs)")))
                .bind(b"\xffnonsense".as_slice()).execute(pool).await.map(|_| ()),
        }.expect("it can be written");
        let figures = Figures::parse(&metrics.scrape(&world.db, world.env.now()).await.expect("text"));
        assert_eq!(figures.get(r#"muster_jobs{kind="send_email",queue="interactive",state="waiting"}"#), "2");
        assert_eq!(figures.get(r#"muster_jobs{kind="unknown",queue="interactive",state="waiting"}"#), "1");
        assert_eq!(figures.get(r#"muster_mails_waiting{status="queued"}"#), "3");
        assert_eq!(figures.get("muster_mail_oldest_due_seconds"), "60.0");
        assert_eq!(figures.get(r#"muster_job_oldest_due_seconds{queue="default"}"#), "0.0");
        assert_eq!(figures.get(r#"muster_workers_alive{queue="bulk"}"#), "0");

        world.db.close().await;
        let figures = Figures::parse(&metrics.scrape(&world.db, world.env.now()).await.expect("text"));
        assert_eq!(figures.get("muster_database_up"), "0");
        assert_eq!(figures.get(SENT[0]), "0");
        assert!(!figures.0.keys().any(|name| name.starts_with("muster_jobs{")), "what was not read is not there");
    }

    async fn a_worker_without_pages_has_figures_at_an_address_of_its_own(world: World) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut worker = Command::new(env!("CARGO_BIN_EXE_muster"))
            .args(["serve", "--only", "worker"])
            .current_dir(folder.path())
            .env_clear()
            .env("NO_COLOR", "1")
            .env("DATABASE_URL", &world.url)
            .env("SECRET_KEY", &world.secret_key)
            .env("METRICS_ADDR", "127.0.0.1:0")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(worker.stderr.take().expect("it is piped")).lines();
        let address = loop {
            let line = tokio::time::timeout(Duration::from_secs(20), lines.next_line()).await;
            let line = line.expect("it starts in time").expect("text").expect("it does not end");
            if let Some((_, address)) = line.split_once("serving /metrics on ") {
                break address.to_owned();
            }
        };
        let url = format!("http://{address}");
        assert_eq!(Figures::fetch(&url).await.get("muster_database_up"), "1");
        assert_eq!(reqwest::get(&url).await.expect("it answers").status(), 404);
        worker.kill().await.expect("it can be killed");
    }
}
