//! Every page in a real browser: nothing that keeps people out, on a dark phone and at a bright desk. With
//! `MUSTER_SCREENSHOTS` it also takes the pictures in `docs/pages`.

mod own;

use std::time::Duration;

use discord_sim::{Permissions, Person};
use muster_core::activity::Surface;
use muster_core::actor::Actor;
use muster_core::ids::{AccountId, InvitationId, TeamId};
use muster_core::member::Status;
use muster_core::page::Slice;
use muster_core::policy::Permission;
use muster_core::testing::{End, World};
use muster_core::{invitation, member};
use smtp_sink::{Script, Stage};
use sqlx::Connection;

use crate::app::{PASSWORD, TestApp, said};
use crate::chromium::Chromium;

const DESK: (u32, u32) = (1280, 900);
/// As narrow as phones are.
const PHONE: (u32, u32) = (360, 780);

/// A team at work: people of every role and state, invitations that wait, are tried again and have failed.
struct Scene {
    app: TestApp,
    team: TeamId,
    ada: Actor,
    /// Ada in Discord.
    person: Person,
    /// The path of a new invitation, for nobody here.
    offer: String,
    /// The path of an invite link.
    join: String,
}

impl Scene {
    async fn set(world: World) -> Self {
        let app = TestApp::start(world).await;
        let world = &app.world;
        let user = app.sim.user_with_display("ada", "Ada Park");
        app.guild.join(&user, Permissions::MANAGE_GUILD);
        let person = app.sim.client(&user, &app.guild, "general");
        said(person.slash("/team create name:Aurora preset:campaigns").await);
        let team = app.team().await;
        let ada = Actor {
            account: world.account_of(user.id.cast_signed()).await,
            surface: Surface::Discord,
        };
        world.verify(ada.account, "ada@aurora.example").await;
        world.set_password(ada.account, PASSWORD).await;
        let day = Duration::from_hours(24);
        for (n, name, role) in [
            (2, "Bo Lindqvist", "owner"),
            (3, "Cyrus Okafor", "member"),
            (4, "Dee Marsh", "member"),
            (5, "Emilia Santos", "viewer"),
            (6, "Farid Haddad", "viewer"),
        ] {
            let who = world.seated(team, n, name, role).await;
            world.env.clock().advance(day * 9);
            if name.starts_with("Farid") {
                world
                    .end(ada, team, who.account, End::Deactivate)
                    .await
                    .expect("he is deactivated");
            }
        }
        invited_by(world, ada.account).await;
        let dee = world.account_of(4).await;
        world
            .change_role(ada, team, dee, "viewer")
            .await
            .expect("she is a viewer");
        world
            .change_role(ada, team, dee, "member")
            .await
            .expect("she is a member");
        world
            .edit_policy(
                team,
                "[link]\nenabled = false",
                "[link]\nenabled = true\nrole = \"member\"",
            )
            .await;
        let made = world
            .link(ada, team, muster_core::invite_link::NewLink::default())
            .await
            .expect("a link");
        let join = format!("/join/{}", world.link_token(&made));
        app.sink.script(
            Script::reply(Stage::Rcpt, 550, "5.1.1 no such user").only_to(|to| to.starts_with("nobody")),
        );
        for address in ["grace@example.org", "nobody@example.org"] {
            world.invite(ada, team, address, "member").await.expect("invited");
            app.settle().await;
        }
        app.mail_to("grace@example.org").await;
        // Whoever invited is told that a mail did not arrive.
        app.mail_to("ada@aurora.example").await;
        app.advance(day);
        let offer = world
            .invite(ada, team, "hana@example.org", "viewer")
            .await
            .expect("invited");
        let offer = format!("/i/{}", world.mailed_token(&offer));
        app.mail_to("hana@example.org").await;
        Self {
            app,
            team,
            ada,
            person,
            offer,
            join,
        }
    }

    /// The ids that paths need: of a member with a role, and of an invitation.
    async fn ids(&self, name: &str) -> (String, InvitationId) {
        let mut tx = self.app.world.db.read().await.expect("the database is there");
        let grant = self
            .ada
            .may(&mut tx, self.team, Permission::MembersView)
            .await
            .expect("she may");
        let member = member::resolve(&mut tx, &grant, name).await.expect("a member");
        assert_eq!(member.status, Status::Active);
        let grant = self
            .ada
            .may(&mut tx, self.team, Permission::MembersInvite)
            .await
            .expect("she may");
        let filter = invitation::Filter::Open;
        let open = invitation::list(&mut tx, &self.app.world.env, &grant, filter, Slice::page(0, 10)).await;
        (
            member.id.to_string(),
            open.expect("they can be listed").rows[1].invitation.id,
        )
    }
}

/// Everybody else was invited by somebody: in tests people are simply there.
async fn invited_by(world: &World, who: AccountId) {
    let mut connection = sqlx::SqliteConnection::connect(&world.url)
        .await
        .expect("the file is there");
    sqlx::query("update members set invited_by = $1 where account_id <> $1")
        .bind(who.to_string())
        .execute(&mut connection)
        .await
        .expect("it is written");
    connection.close().await.expect("it closes");
}

/// Looks at pages, and notes what is wrong with them.
struct Looks {
    chromium: Chromium,
    wrong: Vec<String>,
}

impl Looks {
    async fn start() -> Self {
        Self {
            chromium: Chromium::start().await,
            wrong: Vec::new(),
        }
    }

    /// Ends, and fails if anything was wrong.
    async fn end(self) {
        assert!(
            self.wrong.is_empty(),
            "{} barriers:\n{}",
            self.wrong.len(),
            self.wrong.join("\n")
        );
        self.chromium.end().await;
    }

    /// Looks at the page that is open, on a dark phone and at a bright desk: what can be wrong depends on the size or on the
    /// colours, not on both.
    async fn at(&mut self, name: &str) {
        for (screen, size, scheme) in [("phone", PHONE, "dark"), ("desk", DESK, "light")] {
            self.chromium.look(size, scheme).await;
            self.chromium.whole_picture(&format!("{name}-{screen}")).await;
            for barrier in self.chromium.barriers().await {
                self.wrong
                    .push(format!("{name} on a {scheme} {screen}: {barrier}"));
            }
        }
    }

    /// The same, with the picture of it in the documentation.
    async fn shown(&mut self, name: &str, size: (u32, u32), scheme: &str) {
        self.at(name).await;
        self.chromium.look(size, scheme).await;
        self.chromium.picture(name).await;
        self.chromium.look(DESK, "light").await;
    }

    /// Goes where a link of this name leads; answers that path.
    async fn follow(&mut self, label: &str) -> String {
        let script = "
            const link = [...document.querySelectorAll('main a')].find(one => one.textContent.trim() === arguments[0]);
            return link ? link.href : null;";
        let found = self
            .chromium
            .page
            .execute(script, vec![serde_json::json!(label)])
            .await;
        let found = found.expect("the page can be asked");
        let address = found
            .as_str()
            .unwrap_or_else(|| panic!("no link `{label}`"))
            .to_owned();
        self.chromium.open(&address).await;
        let path = reqwest::Url::parse(&address)
            .expect("an address")
            .path()
            .to_owned();
        self.chromium.at(&path).await;
        path
    }

    async fn open(&mut self, url: &str, path: &str) {
        self.chromium.open(&format!("{url}{path}")).await;
    }

    /// Fills in a form and sends it, as people with a mouse do.
    async fn send(&mut self, fields: &[(&str, &str)], button: &str) {
        let script = "
            const [fields, label] = arguments;
            for (const [id, value] of fields) document.getElementById(id).value = value;
            [...document.querySelectorAll('button')].find(one => one.textContent.trim() === label).click();";
        let arguments = vec![serde_json::json!(fields), serde_json::json!(button)];
        let sent = self.chromium.page.execute(script, arguments).await;
        sent.expect("the form is sent");
    }
}

/// One database is enough: what is looked at is the same on both.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_keeps_anybody_out() {
    let scene = Scene::set(World::sqlite().await).await;
    let (app, url, team) = (
        &scene.app,
        scene.app.url.as_str(),
        format!("/teams/{}", scene.team),
    );
    let mut looks = Looks::start().await;

    for (name, path) in [
        ("welcome", "/"),
        ("nothing", "/nowhere"),
        ("join", scene.join.as_str()),
        ("join-dead", "/join/x"),
    ] {
        looks.open(url, path).await;
        looks.at(name).await;
    }
    looks.open(url, &scene.offer).await;
    looks.shown("accept", DESK, "light").await;
    looks
        .send(
            &[("name", "Hana"), ("password", "hunter2hunter2")],
            "Create account & join",
        )
        .await;
    looks.chromium.says("not strong enough").await;
    looks.at("accept-again").await;

    looks.open(url, &team).await;
    looks.chromium.at("/login").await;
    looks.shown("sign-in", PHONE, "light").await;
    looks
        .send(
            &[("email", "ada@aurora.example"), ("password", "wrong, of course")],
            "Sign in",
        )
        .await;
    looks.chromium.says("are not right").await;
    looks.at("sign-in-again").await;
    looks.send(&[("password", PASSWORD)], "Sign in").await;
    looks.chromium.at(&team).await;
    app.mail_to("ada@aurora.example").await;

    looks.shown("people", DESK, "light").await;
    looks.shown("people-dark", PHONE, "dark").await;
    looks
        .send(
            &[("email", "ivy@gmial.com"), ("note", "Welcome aboard!")],
            "Send invitation",
        )
        .await;
    looks.chromium.says("Did you mean").await;
    looks.shown("invite-again", DESK, "light").await;
    let (bo, invitation) = scene.ids("Bo Lindqvist").await;
    let (dee, _) = scene.ids("Dee Marsh").await;
    let below = |path: &str| format!("{team}{path}");
    for (name, path) in [
        ("home", "/".to_owned()),
        ("home-left", "/?done=left".to_owned()),
        ("account", "/account".to_owned()),
        ("welcome-in", below("?welcome=1")),
        ("nobody", below("?state=left&status=revoked")),
        ("filter-bad", below("?state=sleeping")),
        ("ask-role", below(&format!("/members/{dee}/role?to=owner"))),
        ("ask-deactivate", below(&format!("/members/{dee}/deactivate"))),
        ("ask-transfer", below(&format!("/members/{dee}/transfer"))),
        ("ask-revoke", below(&format!("/invitations/{invitation}/revoke"))),
        ("activity-bad", below("/activity?since=yesterday&member=Nobody")),
        ("delete", below("/delete")),
        ("accept-other", scene.offer.clone()),
        ("join-in", scene.join.clone()),
    ] {
        looks.open(url, &path).await;
        looks.at(name).await;
    }
    for (name, path, size, scheme) in [
        ("member", format!("/members/{dee}"), DESK, "dark"),
        ("question", format!("/members/{bo}/remove"), DESK, "light"),
        ("invitation", format!("/invitations/{invitation}"), PHONE, "light"),
        ("activity", "/activity".to_owned(), DESK, "light"),
        ("links", "/links".to_owned(), DESK, "light"),
        ("rules", "/policy".to_owned(), DESK, "light"),
    ] {
        looks.open(url, &below(&path)).await;
        looks.shown(name, size, scheme).await;
    }
    looks.open(url, &below("/links")).await;
    looks.send(&[("link-domains", "example")], "Create a link").await;
    looks.chromium.says("not complete").await;
    looks.at("links-again").await;
    looks.open(url, &below("/delete")).await;
    looks.send(&[("name", "Borealis")], "Delete Aurora").await;
    looks.chromium.says("not the team's name").await;
    looks.at("delete-again").await;
    looks.send(&[("name", "Aurora")], "Delete Aurora").await;
    looks.chromium.at(&below("/deleted")).await;
    looks.at("deleted").await;
    let sink = &scene.app.sink;
    let mut told = [sink.next_mail().await.to, sink.next_mail().await.to].concat();
    told.sort();
    assert_eq!(told, ["ada@aurora.example", "bo.lindqvist@example.org"]);

    looks.end().await;
    scene.app.end().await;
}
