//! The program under test, with a stand-in for Discord and a real mail server around it.

use std::time::Duration;

use discord_sim::{Guild, Message, Permissions, Person, Refused, Reply, Sim, Upload, User};
use muster::app::{App, Running};
use muster::config::{Config, Role};
use muster_core::activity::Kind;
use muster_core::db::Db;
use muster_core::ids::TeamId;
use muster_core::job::Queue;
use muster_core::queue;
use muster_core::testing::World;
use muster_core::text::EmailAddress;
use muster_jobs::ScheduleName;
use smtp_sink::{Mail, SmtpSink};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::browser::Browser;

/// Muster, running, and everything it talks to.
pub struct TestApp {
    /// Discord.
    pub sim: Sim,
    /// The mail server.
    pub sink: SmtpSink,
    /// The database and the surroundings.
    pub world: World,
    /// Where the pages are.
    pub url: String,
    /// The server that people are in.
    pub guild: Guild,
    app: App,
    stop: CancellationToken,
    running: Option<Running>,
}

impl TestApp {
    /// Starts all three parts on a world's database and clock.
    pub async fn start(world: World) -> Self {
        let (sim, sink) = (Sim::start().await, SmtpSink::start().await);
        // Discord's three seconds are of its own clock, so that a busy machine fails no test.
        sim.hold_clock();
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("loopback has a free port");
        let address = listener.local_addr().expect("it is bound");
        let url = format!("http://{address}");
        sim.allow_redirect(&format!("{url}/oauth/discord/callback"));
        let config = Config {
            database_url: world.url.clone(),
            listen_addr: address,
            metrics_addr: None,
            public_url: url.parse().expect("an address is a URL"),
            secret_key: None,
            discord_token: Some(sim.bot_token()),
            discord_oauth: Some((sim.client_id(), sim.client_secret())),
            discord_api_url: Some(sim.api_url().parse().expect("the stand-in has a URL")),
            smtp_url: Some(sink.url()),
            mail_from: "Muster <muster@muster.test>".to_owned(),
            super_admins: Vec::new(),
            trusted_proxies: Vec::new(),
            api_limits: muster::web::Limits::default(),
            presets: world.env.presets().clone(),
            reach: world.env.reach().clone(),
        };
        let jobs = muster_jobs::Options {
            schedule: false,
            ..muster_jobs::Options::default()
        };
        let app = App {
            config,
            db: world.db.clone(),
            env: world.env.clone(),
            metrics: muster_jobs::Metrics::default(),
            jobs,
        };
        let stop = CancellationToken::new();
        let running = app
            .clone()
            .start(&Role::ALL, Some(listener), stop.clone())
            .await
            .expect("Muster starts");
        let guild = sim.guild("Aurora HQ");
        sim.wait_ready().await.expect("the bot connects");
        sim.wait_commands().await.expect("the bot registers its commands");
        Self {
            sim,
            sink,
            world,
            url,
            guild,
            app,
            stop,
            running: Some(running),
        }
    }

    /// Stops the program in order and starts it again on the same database.
    pub async fn restart(&mut self) {
        self.stop.cancel();
        let running = self.running.take().expect("it runs");
        tokio::time::timeout(Duration::from_secs(30), running.ended())
            .await
            .expect("it ends in time")
            .expect("it ends well");
        self.sim.wait_offline().await.expect("the bot is gone");
        self.world.db = Db::connect(&self.world.url).await.expect("the database is there");
        self.app.db = self.world.db.clone();
        self.stop = CancellationToken::new();
        let identified = self.sim.identifications();
        let listener = TcpListener::bind(self.app.config.listen_addr)
            .await
            .expect("the port is free again");
        let running = self
            .app
            .clone()
            .start(&Role::ALL, Some(listener), self.stop.clone())
            .await;
        self.running = Some(running.expect("Muster starts"));
        self.sim
            .wait_identifications(identified + 1)
            .await
            .expect("the bot connects");
    }

    /// Who is a super-admin after the next restart.
    pub fn name_super_admins(&mut self, addresses: &[&str]) {
        let parsed = addresses
            .iter()
            .map(|address| EmailAddress::parse(address).expect("an address"));
        self.app.config.super_admins = parsed.collect();
    }

    /// Somebody in the server, with the permissions given.
    pub fn person(&self, name: &str, permissions: Permissions) -> (User, Person) {
        let user = self.sim.user_with_display(&name.to_lowercase(), name);
        self.guild.join(&user, permissions);
        let person = self.sim.client(&user, &self.guild, "general");
        (user, person)
    }

    /// Somebody who founded the team `Aurora` by the `campaigns` preset.
    pub async fn owner(&self) -> Person {
        let (_, ada) = self.person("Ada", Permissions::MANAGE_GUILD);
        let card = said(ada.slash("/team create name:Aurora preset:campaigns").await);
        assert!(card.text().contains("Aurora is ready"), "{}", card.text());
        ada
    }

    /// The team that was founded first.
    pub async fn team(&self) -> TeamId {
        let mut tx = self.world.db.read().await.expect("the database is there");
        let teams = muster_core::team::all_ids(&mut tx).await;
        teams.expect("teams can be listed")[0]
    }

    /// How much has been done in a team: the entries of its log, but for who was refused something, and for the alarm that
    /// follows when many were removed.
    pub async fn done_in(&self, team: TeamId) -> usize {
        let told = [Kind::AccessDenied, Kind::MassRemoval];
        let log = self.world.log(team).await;
        log.iter().filter(|entry| !told.contains(&entry.kind)).count()
    }

    /// Somebody who is simply in the first team, linked, without an invitation.
    pub async fn seated(&self, name: &str, role: &str) -> Person {
        let (user, person) = self.person(name, Permissions::NONE);
        let team = self.team().await;
        self.world.seated(team, user.id.cast_signed(), name, role).await;
        person
    }

    /// Somebody who founded the team `Aurora` by a preset.
    pub async fn founder(&self, preset: &str) -> Person {
        let (_, ada) = self.person("Ada", Permissions::MANAGE_GUILD);
        said(
            ada.slash(&format!("/team create name:Aurora preset:{preset}"))
                .await,
        );
        ada
    }

    /// A browser that has not been here before.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.url)
    }

    /// One that asks for these languages.
    pub fn browser_in(&self, languages: &str) -> Browser {
        self.browser().asking_for(languages)
    }

    /// `person` invites an address; the review is confirmed. Answers the mail.
    pub async fn invite(&self, person: &Person, email: &str, role: &str) -> Mail {
        let review = self.review(person, email, role).await;
        let sent = said(person.click(&review, "Send 1 invitation").await);
        assert!(sent.text().contains("1 invitation sent"), "{}", sent.text());
        self.mail_to(email).await
    }

    /// `person` fills in the invitation form; nothing is sent yet.
    pub async fn review(&self, person: &Person, emails: &str, role: &str) -> Card {
        let form = person
            .slash(&format!("/invite email role:{role}"))
            .await
            .expect("the command answers");
        let form = form
            .modal()
            .unwrap_or_else(|| panic!("a form opens, not {form:?}"))
            .clone();
        said(person.submit(&form, &[("Email addresses", emails)]).await)
    }

    /// Somebody new follows the link of an invitation, and is in.
    pub async fn accept_as_new(&self, mail: &Mail, name: &str) -> Browser {
        let browser = self.browser();
        let page = browser.open(&link(mail)).await;
        let page = page
            .submit("Create account & join", &[("name", name), ("password", PASSWORD)])
            .await;
        assert_eq!(page.status, 200, "{}", page.text());
        browser
    }

    /// Links a Discord user to the account that a browser is signed in as. Answers the mail that tells its owner.
    pub async fn link_discord(&self, person: &Person, browser: &Browser) -> Mail {
        let card = said(person.slash("/link").await);
        let page = browser
            .open(
                card.link(&muster_phrases::say!(
                    muster_core::locale::Locale::EnUs,
                    "account-link"
                ))
                .expect("a link button"),
            )
            .await;
        let at_discord = page.submit("Continue to Discord", &[]).await;
        let back = self
            .sim
            .authorize(person.user(), &at_discord.away())
            .await
            .expect("Discord agrees");
        let confirm = browser.open(&back).await;
        let done = confirm.submit("Link these two", &[]).await;
        assert!(done.text().contains("linked"), "{}", done.text());
        let mail = self.sink.next_mail().await;
        assert!(
            mail.subject.contains(&format!("@{}", person.user().name)),
            "{}",
            mail.subject
        );
        mail
    }

    /// Somebody new is invited with a role, accepts and links Discord.
    pub async fn member(&self, owner: &Person, name: &str, role: &str) -> (Person, Browser) {
        let (_, person) = self.person(name, Permissions::NONE);
        let mail = self
            .invite(owner, &format!("{}@example.org", name.to_lowercase()), role)
            .await;
        let browser = self.accept_as_new(&mail, name).await;
        self.link_discord(&person, &browser).await;
        (person, browser)
    }

    /// Time passes.
    pub fn advance(&self, by: Duration) {
        self.world.env.clock().advance(by);
        self.sim.advance(by);
    }

    /// Lets a job of the schedule run now, and waits until the queues are empty.
    pub async fn tick(&self, name: ScheduleName) {
        let context = self.app.job_context().expect("the settings are good");
        muster_jobs::tick(&context, name, self.world.env.now())
            .await
            .expect("the job is enqueued");
        self.settle().await;
    }

    /// Waits until so many runs of jobs have ended, well or not.
    pub async fn ran(&self, runs: u64) {
        let running = self.running.as_ref().expect("it runs");
        let mut finished = running.finished.clone().expect("jobs run in this process");
        let ran = finished.wait_for(|finished| *finished >= runs);
        let waited = tokio::time::timeout(Duration::from_secs(20), ran).await;
        waited.expect("the jobs run").expect("the engine runs");
    }

    /// Waits until no job waits or runs.
    pub async fn settle(&self) {
        let running = self.running.as_ref().expect("it runs");
        let mut finished = running.finished.clone().expect("jobs run in this process");
        loop {
            let mut tx = self.world.db.read().await.expect("the database is there");
            let mut live = 0;
            for queue in Queue::ALL {
                live += queue::live(&mut tx, queue)
                    .await
                    .expect("the queue can be counted");
            }
            drop(tx);
            if live == 0 {
                return;
            }
            let waited = tokio::time::timeout(Duration::from_secs(20), finished.changed()).await;
            waited.expect("the jobs finish").expect("the engine runs");
        }
    }

    /// Ends the program in order, and fails the test if Discord had anything to complain about or a mail nobody read is
    /// left.
    pub async fn end(mut self) {
        self.settle().await;
        while self.sink.unread() > 0 {
            let mail = self.sink.next_mail().await;
            let (to, subject) = (&mail.to, &mail.subject);
            assert!(
                self.tells_of_an_end(&mail).await,
                "a mail to {to:?} that no test expected: {subject}"
            );
        }
        self.stop.cancel();
        let running = self.running.take().expect("it ends once");
        let ended = tokio::time::timeout(Duration::from_secs(30), running.ended()).await;
        ended.expect("it ends in time").expect("it ends well");
        assert_eq!(self.sim.complaints(), Vec::<String>::new());
        assert_eq!(self.sink.unread(), 0, "mails that no test expected");
    }
}

/// A password that is strong enough.
pub const PASSWORD: &str = "violet ladder quorum";

/// The link in a mail.
pub fn link(mail: &Mail) -> String {
    let links = mail.links();
    let link = links
        .iter()
        .find(|link| link.contains("/i/"))
        .unwrap_or_else(|| panic!("no link in {}", mail.text));
    link.clone()
}

/// A file of people for `/invite bulk`.
pub fn people(file: impl Into<Vec<u8>>) -> Upload {
    Upload {
        option: "file".to_owned(),
        filename: "people.csv".to_owned(),
        content_type: "text/csv".to_owned(),
        bytes: file.into(),
    }
}

/// Hands a file over to `/invite bulk`.
pub async fn handed(person: &Person, role: Option<&str>, file: impl Into<Vec<u8>>) -> Card {
    let values: Vec<_> = role.map(|role| ("role", role)).into_iter().collect();
    said(
        person
            .slash_with_file("/invite bulk", &values, &[people(file)])
            .await,
    )
}

/// The message that a reply shows.
pub fn said(reply: Result<Reply, Refused>) -> Card {
    let reply = reply.unwrap_or_else(|refused| panic!("no reply: {refused}"));
    let message = reply
        .message()
        .unwrap_or_else(|| panic!("a message, not {reply:?}"));
    assert!(
        message.ephemeral,
        "everything is for the caller's eyes only: {}",
        message.text()
    );
    Card(message.clone())
}

/// A message of the bot's.
pub struct Card(Message);

impl Card {
    /// A message that everybody sees.
    pub fn of(message: &Message) -> Self {
        Self(message.clone())
    }

    /// Everything readable, without Markdown.
    pub fn text(&self) -> String {
        self.0.text().replace("**", "").replace('\\', "")
    }
}

impl std::ops::Deref for Card {
    type Target = Message;
    fn deref(&self) -> &Message {
        &self.0
    }
}
