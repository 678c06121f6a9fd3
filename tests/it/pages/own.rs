//! What is one's own and what programs use, page by page in a real browser: accounts, forgotten passwords, addresses, linking,
//! joining, mails that are stopped, insights, keys and webhooks.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use discord_sim::Permissions;
use muster_core::testing::World;
use muster_core::webhook::Reach;
use smtp_sink::Mail;
use tokio::net::TcpListener;

use super::{DESK, Looks, PHONE, Scene};
use crate::app::{PASSWORD, TestApp, said};

/// A program that takes what webhooks send, and one that is gone.
async fn receivers() -> [String; 2] {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("loopback has a free port");
    let at = listener.local_addr().expect("it is bound");
    let router = Router::new()
        .route("/crm", post(|| async { "thank you" }))
        .route("/old", post(|| async { (StatusCode::GONE, "no longer here") }));
    tokio::spawn(async move { axum::serve(listener, router).await });
    ["crm", "old"].map(|path| format!("http://{at}/{path}"))
}

fn path_of(mail: &Mail, app: &TestApp, start: &str) -> String {
    let links = mail.links();
    let link = links.iter().find_map(|link| {
        link.strip_prefix(app.url.as_str())
            .filter(|path| path.starts_with(start))
    });
    link.unwrap_or_else(|| panic!("no {start} in {}", mail.text))
        .to_owned()
}

impl Looks {
    async fn each(&mut self, app: &TestApp, pages: &[(&str, &str)]) {
        for (name, path) in pages {
            self.open(&app.url, path).await;
            self.at(name).await;
        }
    }

    async fn sign_out(&mut self, app: &TestApp) {
        self.open(&app.url, "/account").await;
        self.send(&[], "Sign out").await;
        self.chromium.says("Your team’s membership desk").await;
    }

    /// From a page that leads to Discord to the one that its answer leads to.
    async fn agree(&mut self, app: &TestApp, user: &discord_sim::User) {
        self.chromium.at("/oauth2/authorize").await;
        let here = self.chromium.page.current_url().await.expect("an address");
        let back = app
            .sim
            .authorize(user, here.as_str())
            .await
            .expect("Discord agrees");
        self.chromium.open(&back).await;
    }
}

/// Whoever is signed out, and comes by a link from a mail.
async fn strangers(scene: &Scene, looks: &mut Looks) {
    let (app, world) = (&scene.app, &scene.app.world);
    let stop = format!("{}/stop", scene.offer);
    looks.each(app, &[("stop", &stop), ("forgot", "/forgot")]).await;
    looks.send(&[("email", "ada@aurora")], "Send me the link").await;
    looks.chromium.says("not complete").await;
    looks.at("forgot-again").await;
    looks
        .send(&[("email", "ada@aurora.example")], "Send me the link")
        .await;
    looks.chromium.says("Look into your mailbox").await;
    looks.at("forgot-sent").await;
    let reset = path_of(&app.mail_to("ada@aurora.example").await, app, "/reset/");
    looks
        .each(app, &[("reset", &reset), ("reset-dead", "/reset/x")])
        .await;
    looks.open(&app.url, &reset).await;
    looks
        .send(&[("password", "hunter2hunter2")], "Change my password")
        .await;
    looks.chromium.says("not strong enough").await;
    looks.at("reset-again").await;

    looks.open(&app.url, &stop).await;
    looks.send(&[], "Never mail me again").await;
    looks.chromium.says("No more invitations").await;
    looks.at("stopped").await;
    looks.send(&[], "Mail me again").await;
    looks.chromium.says("Never mail me again?").await;

    looks.open(&app.url, &scene.join).await;
    looks
        .send(&[("email", "kim@example.org")], "Send me the link")
        .await;
    looks.chromium.says("Look into your mailbox").await;
    looks.at("join-sent").await;
    let join = path_of(&app.mail_to("kim@example.org").await, app, "/join/new/");
    looks.each(app, &[("join-new", &join)]).await;
    looks
        .send(
            &[("name", "Kim"), ("password", "hunter2hunter2")],
            "Create account & join",
        )
        .await;
    looks.chromium.says("not strong enough").await;
    looks.at("join-new-again").await;

    // Who has an account already, and who comes by the link of a program.
    world.guest("lea@example.org").await;
    let lea = world
        .invite(scene.ada, scene.team, "lea@example.org", "member")
        .await
        .expect("invited");
    app.mail_to("lea@example.org").await;
    let max = world
        .invite(scene.ada, scene.team, "max@example.org", "member")
        .await
        .expect("invited");
    app.mail_to("max@example.org").await;
    let [lea, code] = [world.mailed_token(&lea), world.api_token(&max)].map(|token| format!("/i/{token}"));
    looks
        .each(app, &[("accept-sign-in", &lea), ("accept-code", &code)])
        .await;

    let stranger = app.sim.user_with_display("eve", "Eve");
    looks.open(&app.url, "/login").await;
    looks.send(&[], "Continue with Discord").await;
    looks.agree(app, &stranger).await;
    looks.chromium.says("is not linked to an account here").await;
    looks.at("discord-unknown").await;
}

/// Hana accepts, and links her Discord account.
async fn linking(scene: &Scene, looks: &mut Looks) {
    let app = &scene.app;
    let (hana, other) = (
        app.sim.user_with_display("hana", "Hana"),
        app.sim.user_with_display("ivo", "Ivo"),
    );
    let elsewhere = app.sim.guild("Elsewhere");
    elsewhere.join(&hana, Permissions::NONE);
    let person = app.sim.client(&hana, &elsewhere, "general");
    let begun = async || {
        let card = said(person.slash("/link").await);
        let link = card.link("Link my account").expect("a link button").to_owned();
        link.strip_prefix(app.url.as_str())
            .expect("it is ours")
            .to_owned()
    };
    let link = begun().await;
    looks
        .each(app, &[("link-sign-in", &link), ("link-dead", "/link/x")])
        .await;
    looks.open(&app.url, &scene.offer).await;
    looks
        .send(
            &[("name", "Hana"), ("password", PASSWORD)],
            "Create account & join",
        )
        .await;
    looks.chromium.at("/teams/").await;
    looks
        .each(app, &[("accepted", &scene.offer), ("link", &link)])
        .await;
    looks.send(&[], "Continue to Discord").await;
    looks.agree(app, &other).await;
    looks.chromium.says("That is another Discord account").await;
    looks.at("link-other").await;
    looks.open(&app.url, &begun().await).await;
    looks
        .chromium
        .ask("document.querySelector('input[name=server]').checked = true")
        .await;
    looks.send(&[], "Continue to Discord").await;
    looks.agree(app, &hana).await;
    looks.chromium.says("as you asked").await;
    looks.shown("link-confirm", PHONE, "dark").await;
    looks.send(&[], "Link these two").await;
    looks.chromium.says("You are in your team’s server now.").await;
    looks.at("link-done").await;
    app.mail_to("hana@example.org").await;
    looks
        .each(
            app,
            &[
                ("link-not-added", "/link/done?server=banned"),
                ("unlink", "/account/unlink"),
            ],
        )
        .await;
    looks.sign_out(app).await;
}

/// Ada's account.
async fn account(scene: &Scene, looks: &mut Looks) {
    let app = &scene.app;
    looks.open(&app.url, "/login?next=/account").await;
    looks
        .send(
            &[("email", "ada@aurora.example"), ("password", PASSWORD)],
            "Sign in",
        )
        .await;
    looks.chromium.at("/account").await;
    app.mail_to("ada@aurora.example").await;
    looks.open(&app.url, "/account?done=password").await;
    looks.shown("account", DESK, "light").await;
    looks
        .each(
            app,
            &[
                ("name", "/account/name"),
                ("password", "/account/password"),
                ("address", "/account/address"),
            ],
        )
        .await;
    looks
        .send(
            &[("email", "ada@aurora.test"), ("current", "wrong, of course")],
            "Send me the link",
        )
        .await;
    looks.chromium.says("not your password").await;
    looks.at("address-again").await;
    looks
        .send(
            &[("email", "ada@aurora.test"), ("current", PASSWORD)],
            "Send me the link",
        )
        .await;
    looks.chromium.says("Look into your mailbox").await;
    looks.at("address-sent").await;
    let verify = path_of(&app.mail_to("ada@aurora.test").await, app, "/verify/");
    looks
        .each(
            app,
            &[
                ("verify", &verify),
                ("verify-dead", "/verify/x"),
                ("erase", "/account/erase"),
            ],
        )
        .await;
    looks.send(&[("name", "Somebody else")], "Erase my account").await;
    looks.chromium.says("not your name here").await;
    looks.at("erase-again").await;
}

/// What programs use, and what the past adds up to.
async fn programs(scene: &Scene, looks: &mut Looks, [crm, old]: [String; 2]) {
    let app = &scene.app;
    let below = |path: &str| format!("/teams/{}{path}", scene.team);
    let (keys, hooks) = (below("/keys"), below("/webhooks"));
    looks.open(&app.url, &below("/insights")).await;
    looks.shown("insights", DESK, "light").await;
    looks
        .each(app, &[("api", "/api/docs"), ("keys-none", &keys)])
        .await;
    looks.send(&[("key-name", "Importer")], "Make the key").await;
    looks.chromium.says("it is empty").await;
    looks.at("keys-again").await;
    let tick = "for (const one of document.querySelectorAll('input[type=checkbox]')) one.checked = one.name.startsWith('members.')";
    looks.chromium.ask(tick).await;
    looks.send(&[("key-name", "Importer")], "Make the key").await;
    looks.chromium.says("Secret not shown yet").await;
    looks.at("key-new").await;
    looks.send(&[], "Show the secret").await;
    looks.chromium.says("Copy it now.").await;
    looks.shown("secret", DESK, "light").await;
    let key = looks.follow("I have copied it").await;
    let (rotate, revoke) = (format!("{key}/rotate"), format!("{key}/revoke"));
    looks
        .each(
            app,
            &[("key", &key), ("key-rotate", &rotate), ("key-revoke", &revoke)],
        )
        .await;
    looks.open(&app.url, &keys).await;
    looks.shown("keys", PHONE, "light").await;

    looks.each(app, &[("webhooks-none", &hooks)]).await;
    looks
        .send(&[("hook-url", "http://10.0.0.1/hook")], "Make a webhook")
        .await;
    looks.chromium.says("can't be used").await;
    looks.at("webhooks-again").await;
    for (url, name) in [(&crm, "Our CRM"), (&old, "The old importer")] {
        looks.open(&app.url, &hooks).await;
        looks
            .send(&[("hook-url", url), ("hook-description", name)], "Make a webhook")
            .await;
        looks.chromium.says("Copy it now.").await;
    }
    looks.at("webhook-secret").await;
    let gone = looks.follow("I have copied it").await;
    looks.send(&[], "Send a test").await;
    looks.chromium.says("A test is on its way.").await;
    said(
        scene
            .person
            .slash("/member role member:Dee Marsh role:viewer")
            .await,
    );
    app.settle().await;
    // What is gone stops by itself, and whoever made it is told.
    app.mail_to("ada@aurora.example").await;
    looks.each(app, &[("webhook-gone", &gone)]).await;
    looks.open(&app.url, &hooks).await;
    looks.shown("webhooks", DESK, "light").await;
    let crm = looks.follow("Our CRM").await;
    looks.shown("webhook", PHONE, "dark").await;
    let delivery = looks.follow("Role changes").await;
    looks.each(app, &[("webhook-delivery", &delivery)]).await;
    let (rotate, delete) = (format!("{crm}/rotate"), format!("{crm}/delete"));
    looks
        .each(app, &[("webhook-rotate", &rotate), ("webhook-delete", &delete)])
        .await;
    looks.send(&[], "Delete Our CRM").await;
    looks.chromium.says("The webhook is deleted.").await;
    looks.at("webhook-deleted").await;
}

/// One database is enough: what is looked at is the same on both.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_of_ones_own_keeps_anybody_out() {
    let mut world = World::sqlite().await;
    world.env = world
        .env
        .with_reach(Reach::parse("127.0.0.1").expect("an address"));
    let receivers = receivers().await;
    let scene = Scene::set(world).await;
    let mut looks = Looks::start().await;
    strangers(&scene, &mut looks).await;
    linking(&scene, &mut looks).await;
    account(&scene, &mut looks).await;
    programs(&scene, &mut looks, receivers).await;
    looks.end().await;
    scene.app.end().await;
}
