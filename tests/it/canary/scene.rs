//! The program in a process of its own, which logs all it can, and everything around it.

use std::fs::File;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use discord_sim::{Guild, Permissions, Person, Sim};
use muster_core::testing::World;
use reqwest::Client;
use serde_json::Value;
use smtp_sink::{Mail, SmtpSink};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

use super::rows;
use super::secret::Evidence;
use super::tap::Tap;
use crate::browser::Browser;

/// How long anything may take, on a machine that has much else to do.
const PATIENCE: Duration = Duration::from_mins(1);

/// The program in a process of its own, and everything around it.
pub struct Scene {
    /// The database and the surroundings.
    pub world: World,
    /// Discord.
    pub sim: Sim,
    guild: Guild,
    sink: SmtpSink,
    tap: Tap,
    program: Child,
    folder: tempfile::TempDir,
}

impl Scene {
    /// Starts it on a world's database.
    pub async fn start(world: World) -> Self {
        Self::start_with(world, &[]).await
    }

    /// The same with more in its surroundings.
    pub async fn start_with(world: World, variables: &[(&str, &str)]) -> Self {
        let world = world.in_real_time();
        let (sim, sink) = (Sim::start().await, SmtpSink::start().await);
        sim.hold_clock();
        let folder = tempfile::tempdir().expect("a folder");
        let inner = {
            let free = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            free.local_addr().expect("it is bound")
        };
        let tap = Tap::start(inner).await;
        sim.allow_redirect(&format!("{}/oauth/discord/callback", tap.url));
        let log = File::create(folder.path().join("log")).expect("a log");
        let program = Command::new(PathBuf::from(env!("CARGO_BIN_EXE_muster")))
            .arg("serve")
            .current_dir(folder.path())
            .env_clear()
            .env("RUST_LOG", "trace")
            .env("NO_COLOR", "1")
            .env("RUST_BACKTRACE", "1")
            .env("DATABASE_URL", &world.url)
            .env("SECRET_KEY", &world.secret_key)
            .env("LISTEN_ADDR", inner.to_string())
            .env("PUBLIC_URL", &tap.url)
            .env("DISCORD_TOKEN", sim.bot_token())
            .env("DISCORD_CLIENT_ID", sim.client_id())
            .env("DISCORD_CLIENT_SECRET", sim.client_secret())
            .env("DISCORD_API_URL", sim.api_url())
            .env("SMTP_URL", sink.url())
            .env("MAIL_FROM", "Muster <muster@muster.test>")
            .env("SSL_CERT_FILE", "/dev/null")
            .envs(variables.iter().copied())
            .stdout(Stdio::from(log.try_clone().expect("a second hand on it")))
            .stderr(Stdio::from(log))
            .kill_on_drop(true)
            .spawn()
            .expect("the program starts");
        let guild = sim.guild("Aurora HQ");
        sim.wait_ready().await.expect("the bot connects");
        sim.wait_commands().await.expect("the bot registers its commands");
        tap.wait_ready(PATIENCE).await;
        Self {
            world,
            sim,
            guild,
            sink,
            tap,
            program,
            folder,
        }
    }

    /// Somebody in the server.
    pub fn person(&self, name: &str) -> Person {
        let user = self.sim.user_with_display(&name.to_lowercase(), name);
        self.guild.join(&user, Permissions::MANAGE_GUILD);
        self.sim.client(&user, &self.guild, "general")
    }

    /// A browser that has not been here before.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.tap.url)
    }

    /// The mail to somebody about something.
    pub async fn mail_to(&self, address: &str, says: &str) -> Mail {
        let wait = self
            .sink
            .wait_for(|mail| mail.to == [address] && mail.subject.contains(says));
        tokio::time::timeout(PATIENCE, wait)
            .await
            .unwrap_or_else(|_| panic!("no mail to {address} about {says}"))
    }

    /// A program's request.
    pub async fn ask(&self, key: &str, path: &str, body: Option<&Value>) -> Value {
        let url = format!("{}{path}", self.tap.url);
        let client = Client::builder()
            .pool_max_idle_per_host(0)
            .build()
            .expect("a client");
        let request = match body {
            None => client.get(url),
            // Once however often, so that what was answered is kept too.
            Some(body) => client.post(url).json(body).header("idempotency-key", path),
        };
        let answer = request.header("x-api-key", key).send().await.expect("an answer");
        answer.json().await.expect("JSON")
    }

    /// Waits until a line of the log has all of these words.
    pub async fn logs(&self, words: &[&str]) {
        let logged = async {
            while !self.has_logged(words) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let waited = tokio::time::timeout(PATIENCE, logged).await;
        assert!(waited.is_ok(), "it never logs {words:?}");
    }

    /// Whether a line of the log has all of these words.
    pub fn has_logged(&self, words: &[&str]) -> bool {
        let log = self.log();
        log.lines()
            .any(|line| words.iter().all(|word| line.contains(word)))
    }

    fn log(&self) -> String {
        let log = std::fs::read(self.folder.path().join("log")).expect("its log");
        String::from_utf8_lossy(&log).into_owned()
    }

    /// Ends the program in order; answers all that it has written down and said, the bot to these people.
    pub async fn end(mut self, people: &[&Person]) -> Evidence {
        let pid = self.program.id().expect("it runs").to_string();
        let told = Command::new("kill").arg(pid).status().await.expect("kill runs");
        assert!(told.success());
        let ended = tokio::time::timeout(PATIENCE, self.program.wait()).await;
        assert!(ended.expect("it ends in time").expect("it ends").success());
        let mut messages = Vec::new();
        for person in people {
            messages.extend(
                person
                    .messages()
                    .await
                    .iter()
                    .map(|message| message.raw.to_string()),
            );
        }
        Evidence {
            log: self.log(),
            rows: rows::all(&self.world).await,
            exchanges: self.tap.exchanges(),
            mails: self.sink.mails(),
            messages,
        }
    }
}
