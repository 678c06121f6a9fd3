//! Attack 84: what is secret is nowhere but in the one answer or mail that is meant to bring it.
//!
//! The real program runs in a process of its own and logs all it can. Everything that it answers to browsers and programs goes
//! through [`tap`]. People are invited, accept, link Discord, forget their password, make keys and webhooks; then every secret
//! that came up is looked for in what was logged, in each row of each table, in each answer and in each mail.

mod rows;
mod tap;

use std::fs::File;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use discord_sim::{Guild, Permissions, Person, Sim};
use muster_core::both_dbs;
use muster_core::testing::World;
use reqwest::Client;
use serde_json::{Value, json};
use smtp_sink::{Mail, SmtpSink};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

use self::tap::{Exchange, Tap};
use crate::app::{Card, link, said};
use crate::browser::Browser;

const FIRST: &str = "canary violet ladder quorum";
const SECOND: &str = "canary seven quiet otters";
const WRONG: &str = "canary that was never right";
/// What stands before the secret of a key: `mstr_`, its id, and a line.
const PREFIX: usize = 5 + 26 + 1;
const PATIENCE: Duration = Duration::from_mins(1);

/// Something secret, and where it may stand.
struct Secret {
    what: &'static str,
    text: String,
    /// Whether the answer to this request may say it. An answer at an address that names it may: its forms lead there.
    brought_by: fn(&Exchange) -> bool,
    /// Whether this mail may.
    mailed: fn(&Mail) -> bool,
}

impl Secret {
    fn new(what: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        assert!(text.len() >= 16, "{what} is too short to be looked for: {text}");
        Self {
            what,
            text,
            brought_by: |_| false,
            mailed: |_| false,
        }
    }

    fn brought_by(mut self, by: fn(&Exchange) -> bool) -> Self {
        self.brought_by = by;
        self
    }

    fn mailed(mut self, by: fn(&Mail) -> bool) -> Self {
        self.mailed = by;
        self
    }

    /// How it can look where it is kept: as it is, its bytes, and the bytes that it writes down.
    fn looks(&self) -> Vec<String> {
        let bare = self.text.strip_prefix("whsec_").unwrap_or(&self.text);
        let mut looks = vec![self.text.clone(), hex(self.text.as_bytes())];
        for read in [BASE64_URL_SAFE_NO_PAD.decode(bare), BASE64_STANDARD.decode(bare)] {
            looks.extend(
                read.ok()
                    .filter(|bytes| bytes.len() >= 16)
                    .map(|bytes| hex(&bytes)),
            );
        }
        looks
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The program in a process of its own, and everything around it.
struct Scene {
    world: World,
    sim: Sim,
    guild: Guild,
    sink: SmtpSink,
    tap: Tap,
    program: Child,
    folder: tempfile::TempDir,
}

impl Scene {
    async fn start(world: World) -> Self {
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

    fn person(&self, name: &str) -> Person {
        let user = self.sim.user_with_display(&name.to_lowercase(), name);
        self.guild.join(&user, Permissions::MANAGE_GUILD);
        self.sim.client(&user, &self.guild, "general")
    }

    fn browser(&self) -> Browser {
        Browser::new(&self.tap.url)
    }

    async fn mail_to(&self, address: &str, says: &str) -> Mail {
        let wait = self
            .sink
            .wait_for(|mail| mail.to == [address] && mail.subject.contains(says));
        tokio::time::timeout(PATIENCE, wait)
            .await
            .unwrap_or_else(|_| panic!("no mail to {address} about {says}"))
    }

    /// A program's request.
    async fn ask(&self, key: &str, path: &str, body: Option<&Value>) -> Value {
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

    /// Ends the program in order; answers all that it logged.
    async fn end(mut self) -> (World, Vec<Exchange>, Vec<Mail>, String) {
        let pid = self.program.id().expect("it runs").to_string();
        assert!(
            Command::new("kill")
                .arg(pid)
                .status()
                .await
                .expect("kill runs")
                .success()
        );
        let ended = tokio::time::timeout(PATIENCE, self.program.wait()).await;
        assert!(ended.expect("it ends in time").expect("it ends").success());
        let log = std::fs::read(self.folder.path().join("log")).expect("its log");
        let mails = self.sink.mails();
        (
            self.world,
            self.tap.exchanges(),
            mails,
            String::from_utf8_lossy(&log).into_owned(),
        )
    }
}

/// The last part of the first link in a mail that leads below a path.
fn token(mail: &Mail, below: &str) -> (String, String) {
    let links = mail.links();
    let found = links.iter().find(|link| link.contains(below));
    let found = found.unwrap_or_else(|| panic!("no {below} in {}", mail.text));
    let token = found.split(below).nth(1).expect("it has one");
    (found.clone(), token.split('/').next().expect("a part").to_owned())
}

/// What follows a name in a text, up to what ends it.
fn after<'a>(text: &'a str, name: &str, end: &[char]) -> &'a str {
    let (_, rest) = text
        .split_once(name)
        .unwrap_or_else(|| panic!("no {name} in {text}"));
    rest.split(end).next().unwrap_or_default()
}

/// Everything that can bring a secret up. Answers the secrets, and what else no log may say.
async fn everything(scene: &Scene) -> (Vec<Secret>, Vec<String>) {
    let mut secrets = vec![
        Secret::new("a password", FIRST),
        Secret::new("a password, percent-encoded", FIRST.replace(' ', "+")),
        Secret::new("a new password", SECOND),
        Secret::new("a wrong password", WRONG),
        Secret::new("the secret key", scene.world.secret_key.clone()),
        Secret::new("the bot's token", scene.sim.bot_token()),
        Secret::new("the client secret", scene.sim.client_secret()),
    ];

    // Invited, accepted, linked.
    let ada = scene.person("Ada");
    said(ada.slash("/team create name:Aurora preset:campaigns").await);
    let form = ada.slash("/invite email role:owner").await.expect("a form");
    let form = form.modal().expect("a form opens").clone();
    let review = said(
        ada.submit(&form, &[("Email addresses", "canary.bo@example.org")])
            .await,
    );
    said(ada.click(&review, "Send 1 invitation").await);
    let mail = scene.mail_to("canary.bo@example.org", "Aurora").await;
    let (_, invited) = token(&mail, "/i/");
    secrets.push(
        Secret::new("a mailed invitation", invited).mailed(|mail| mail.to == ["canary.bo@example.org"]),
    );
    let browser = scene.browser();
    let page = browser.open(&link(&mail)).await;
    let page = page
        .submit("Create account & join", &[("name", "Bo"), ("password", FIRST)])
        .await;
    assert_eq!(page.status, 200, "{}", page.text());
    let bo = scene.person("Bo");
    let card = said(bo.slash("/link").await);
    let address = card.link("Link my account").expect("a link button").to_owned();
    secrets.push(Secret::new(
        "a nonce of linking",
        address.rsplit('/').next().expect("a part"),
    ));
    let leaving = browser
        .open(&address)
        .await
        .submit("Continue to Discord", &[])
        .await
        .away();
    secrets.push(
        Secret::new("a state", after(&leaving, "state=", &['&']))
            .brought_by(|exchange| exchange.is_of("POST /link/")),
    );
    let back = scene
        .sim
        .authorize(bo.user(), &leaving)
        .await
        .expect("Discord agrees");
    secrets.push(Secret::new("a code of Discord's", after(&back, "code=", &['&'])));
    let confirm = browser.open(&back).await;
    let (action, _) = confirm.form("Link these two").expect("the page that asks");
    let confirming = after(&action, "/link/", &['/']).to_owned();
    secrets.push(
        Secret::new("a second nonce of linking", confirming)
            .brought_by(|exchange| exchange.is_of("GET /oauth/")),
    );
    assert!(
        confirm
            .submit("Link these two", &[])
            .await
            .text()
            .contains("linked")
    );
    scene.mail_to("canary.bo@example.org", "@bo").await;

    // A wrong password, a right one, and one that is forgotten.
    let other = scene.browser();
    for (password, status) in [(WRONG, 422), (FIRST, 200)] {
        let page = other.open("/login").await;
        let page = page
            .submit(
                "Sign in",
                &[("email", "canary.bo@example.org"), ("password", password)],
            )
            .await;
        assert_eq!(page.status, status, "{}", page.text());
    }
    let forgetful = scene.browser();
    forgetful
        .open("/forgot")
        .await
        .submit("Send me the link", &[("email", "canary.bo@example.org")])
        .await;
    let mail = scene
        .mail_to("canary.bo@example.org", "Choose a new password")
        .await;
    let (reset, text) = token(&mail, "/reset/");
    secrets.push(
        Secret::new("a reset link", text).mailed(|mail| mail.subject.contains("Choose a new password")),
    );
    let page = forgetful
        .open(&reset)
        .await
        .submit("Change my password", &[("password", SECOND)])
        .await;
    assert_eq!(page.status, 200, "{}", page.text());
    let fields = [("email", "canary.new@example.org"), ("current", SECOND)];
    forgetful
        .open("/account/address")
        .await
        .submit("Send me the link", &fields)
        .await;
    let mail = scene.mail_to("canary.new@example.org", "").await;
    let (verify, text) = token(&mail, "/verify/");
    secrets.push(
        Secret::new("a link of verification", text).mailed(|mail| mail.to == ["canary.new@example.org"]),
    );
    forgetful
        .open(&verify)
        .await
        .submit("Use this address", &[])
        .await;

    // A key, shown, rotated, used; what programs are given.
    let made = said(
        bo.slash("/apikey create name:Canary permissions:all ends:In 30 days")
            .await,
    );
    let page = forgetful
        .open(made.link("Show the secret").expect("a link"))
        .await;
    let shown = page.submit("Show the secret", &[]).await;
    let first = after(&shown.body, "id=\"secret\">", &['<']).to_owned();
    let rotate = said(bo.slash("/apikey rotate key:Canary").await);
    let page = forgetful
        .open(rotate.link("Open the page").expect("a link"))
        .await;
    let asked = forgetful.open(&format!("{}/rotate", page.url.path())).await;
    let shown = asked.submit("Make a new secret", &[]).await;
    let second = after(&shown.body, "id=\"secret\">", &['<']).to_owned();
    assert_ne!(first, second);
    for key in [&first, &second] {
        assert_eq!(scene.ask(key, "/api/team", None).await["data"]["name"], "Aurora");
        let secret = &key[PREFIX..];
        secrets.push(Secret::new("an API key", secret).brought_by(|exchange| exchange.is_of("POST /teams/")));
    }
    let wrong = format!("{}canaryWRONGcanaryWRONGcanaryWRONGcanaryWRON", &second[..PREFIX]);
    assert_eq!(scene.ask(&wrong, "/api/team", None).await["code"], "KEY-UNKNOWN");
    secrets.push(Secret::new("a wrong API key", "canaryWRONGcanaryWRONG"));
    let invite = json!({ "email": "canary.cy@example.org", "role": "member" });
    for _ in 0..2 {
        let told = scene
            .ask(&second, "/api/team-members/invite", Some(&invite))
            .await;
        let text = told["data"]["token"].as_str().expect("a token").to_owned();
        secrets.push(
            Secret::new("a program's invitation", text)
                .brought_by(|exchange| exchange.is_of("POST /api/team-members/invite")),
        );
    }
    let (_, mailed) = token(&scene.mail_to("canary.cy@example.org", "").await, "/i/");
    secrets
        .push(Secret::new("a mailed invitation", mailed).mailed(|mail| mail.to == ["canary.cy@example.org"]));
    let hook = json!({ "url": "https://hooks.invalid/canary-path-of-a-receiver" });
    let made = scene.ask(&second, "/api/webhooks", Some(&hook)).await;
    let secret = made["data"]["secret"]
        .as_str()
        .unwrap_or_else(|| panic!("{made}"))
        .to_owned();
    secrets.push(
        Secret::new("a webhook's secret", secret).brought_by(|exchange| exchange.is_of("POST /api/webhooks")),
    );
    // Something to send: the receiver does not exist, which the log says in its way.
    said(ada.slash("/member role member:Bo role:member").await);

    // Whatever the bot wrote.
    for message in ada.messages().await.iter().chain(&bo.messages().await) {
        let text = Card::of(message).text();
        assert!(
            !text.contains("canary violet") && !text.contains("mstr_") && !text.contains("whsec_"),
            "{text}"
        );
    }
    let quiet = [
        "canary.bo@",
        "canary.cy@",
        "canary.new@",
        "canary-path-of-a-receiver",
    ];
    (secrets, quiet.map(str::to_owned).to_vec())
}

/// Each cookie that a session is known by, from the answers that set it.
fn sessions(exchanges: &[Exchange]) -> Vec<Secret> {
    let set = exchanges.iter().flat_map(tap::Exchange::cookies);
    set.map(|value| Secret::new("a session", value)).collect()
}

both_dbs! {
    /// Attack 84.
    async fn no_secret_is_logged_stored_or_told_but_to_whom_it_is_meant_for(world: World) {
        let scene = Scene::start(world).await;
        let (mut secrets, quiet) = everything(&scene).await;
        let (world, exchanges, mails, log) = scene.end().await;
        secrets.extend(sessions(&exchanges));
        assert!(secrets.iter().filter(|secret| secret.what == "a session").count() >= 3);
        let rows = rows::all(&world).await;
        // What is looked for can be found: the log says much, and so do the rows.
        assert!(log.contains("TRACE") && log.lines().count() > 1_000, "{} lines", log.lines().count());
        assert!(rows.iter().any(|row| row.contains("canary.cy@example.org")), "{} rows", rows.len());
        assert!(exchanges.len() > 30 && exchanges.iter().any(|exchange| exchange.answer.contains("mstr_")));

        let mut found = Vec::new();
        for secret in &secrets {
            let what = secret.what;
            let looks = secret.looks();
            let holds = |text: &str| looks.iter().any(|look| text.contains(look.as_str()));
            found.extend(log.lines().filter(|line| holds(line)).map(|line| format!("{what} is logged: {line}")));
            found.extend(rows.iter().filter(|row| holds(row)).map(|row| format!("{what} is stored: {row}")));
            let told = exchanges.iter().filter(|exchange| holds(exchange.without_cookies().as_str()));
            let told = told.filter(|exchange| !exchange.asked.contains(&secret.text) && !(secret.brought_by)(exchange));
            found.extend(told.map(|exchange| format!("{what} is answered to {}", exchange.asked)));
            let mailed = mails.iter().filter(|mail| holds(&String::from_utf8_lossy(&mail.raw)) || holds(&mail.text) || holds(&mail.html));
            found.extend(mailed.filter(|mail| !(secret.mailed)(mail)).map(|mail| format!("{what} is mailed to {:?}: {}", mail.to, mail.subject)));
        }
        for word in quiet {
            found.extend(log.lines().filter(|line| line.contains(&word)).map(|line| format!("{word} is logged: {line}")));
        }
        found.truncate(40);
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}
