//! How many requests of programs are answered, and how soon.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use measure::{Report, number, rate, time};
use muster_core::actor::Actor;
use muster_core::api_key::{self, NewKey};
use muster_core::db::Pools;
use muster_core::ids::TeamId;
use muster_core::policy::Permission;
use muster_core::session;
use muster_core::testing::World;
use reqwest::header::{CONTENT_TYPE, COOKIE, ORIGIN};
use reqwest::{Client, Method, Request, StatusCode};
use serde_json::{Value, json};
use url::Url;

use crate::server::Server;
use crate::visitors::{Answers, ask, ask_steadily, form_token};

/// How many ask at once: nobody beside them, and some.
const AT_ONCE: [u32; 2] = [1, 16];
/// Pages of a whole list, by the most that one request answers.
const PAGE: usize = 200;
/// How many checks of a permission a host product asks for a second, and how soon it needs the answer.
const CHECKS: u32 = 1000;
const CHECK_SOON: Duration = Duration::from_millis(5);

/// What is done, and what is hoped for at 16 clients a second, on SQLite and on PostgreSQL.
struct Aim(&'static str, [f64; 2]);

const CREATE: Aim = Aim("Create an invitation", [2000.0, 1000.0]);
const ACCEPT: Aim = Aim("Accept one, signed in", [2000.0, 1000.0]);
const LIST_50: Aim = Aim("List 50 members", [4000.0, 2500.0]);
const LIST_ALL: Aim = Aim("List all members, by 200", [400.0, 350.0]);
const CHANGE: Aim = Aim("Change a role", [3000.0, 1500.0]);
const PENDING: Aim = Aim("List 100 pending invitations", [3000.0, 2000.0]);

/// The program and what asking it needs.
struct Desk<'a> {
    world: &'a World,
    server: Server,
    team: TeamId,
    ada: Actor,
    key: String,
    scale: f64,
    report: Report,
}

pub async fn measure(world: &World, members: u32, scale: f64) -> Report {
    let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
    world
        .edit_policy(team, "hourly_limit = 20", "hourly_limit = 1000")
        .await;
    world
        .crowd(team, usize::try_from(members).expect("it fits"))
        .await;
    world.guests(team, ada.account, 100).await;
    let key = key(world, ada, team).await;
    let server = Server::start(world).await;
    let report = Report::new(format!(
        "One team of {} with 100 pending invitations and its limit raised; the key carries every permission, and each client \
         asks as soon as its last answer is there, but for permissions that are asked for so many a second, whether the answers before \
         have come or not. The team may invite 1,000 an hour, the most there is, and its mails grow an hour old \
         before each turn. Accepting is done on the invitation's page, by people who are signed in.",
        number(members.into()),
    ));
    let mut desk = Desk {
        world,
        server,
        team,
        ada,
        key,
        scale,
        report,
    };
    desk.reads().await;
    desk.changes().await;
    desk.accepts().await;
    desk.checks().await;
    desk.report
}

/// The secret of a key that carries everything.
async fn key(world: &World, ada: Actor, team: TeamId) -> String {
    let mut tx = world.db.write().await.expect("a transaction");
    let grant = ada
        .may(&mut tx, team, Permission::ApiKeysManage)
        .await
        .expect("founders may");
    let new = NewKey {
        name: "Benchmark".to_owned(),
        permissions: api_key::permissions_of(&grant).into_iter().collect(),
        expires_at: None,
    };
    let key = api_key::create(&mut tx, &world.env, &grant, new)
        .await
        .expect("a key");
    let (_, secret) = api_key::show(&mut tx, &world.env, &grant, key.id)
        .await
        .expect("its secret");
    tx.commit().await.expect("it is stored");
    secret
}

impl Desk<'_> {
    fn url(&self, path: &str) -> Url {
        self.server.url.join(path).expect("a path")
    }

    fn count(&self, full: u32) -> u32 {
        measure::scaled(full, self.scale)
    }

    async fn reads(&mut self) {
        let (first, key) = (self.url("api/team-members?limit=50"), self.key.clone());
        for at_once in AT_ONCE {
            let (url, key) = (first.clone(), key.clone());
            let answers = ask(at_once, self.count(3000), StatusCode::OK, move |_, _| {
                keyed(Method::GET, url.clone(), &key)
            })
            .await;
            self.note(&LIST_50, at_once, &answers, 1);
        }
        let pages = Arc::new(self.pages().await);
        for at_once in AT_ONCE {
            let (pages, key) = (pages.clone(), key.clone());
            let all = u32::try_from(pages.len()).expect("a few pages");
            let questions = self.count(200) * all;
            let answers = ask(at_once, questions, StatusCode::OK, move |_, n| {
                keyed(Method::GET, pages[(n % all) as usize].clone(), &key)
            })
            .await;
            self.note(&LIST_ALL, at_once, &answers, all);
        }
        let pending = self.url("api/invitations?status=pending&limit=100");
        for at_once in AT_ONCE {
            let (url, key) = (pending.clone(), key.clone());
            let answers = ask(at_once, self.count(2000), StatusCode::OK, move |_, _| {
                keyed(Method::GET, url.clone(), &key)
            })
            .await;
            self.note(&PENDING, at_once, &answers, 1);
        }
    }

    /// The address of each page of the list of members.
    async fn pages(&self) -> Vec<Url> {
        let client = Client::new();
        let mut pages = Vec::new();
        let mut next = self.url(&format!("api/team-members?limit={PAGE}"));
        loop {
            pages.push(next.clone());
            let answer = client
                .execute(keyed(Method::GET, next.clone(), &self.key))
                .await
                .expect("a page");
            let body: Value = serde_json::from_slice(&answer.bytes().await.expect("a body")).expect("JSON");
            let Some(cursor) = body["next_cursor"].as_str() else {
                return pages;
            };
            next = self.url(&format!("api/team-members?limit={PAGE}"));
            next.query_pairs_mut().append_pair("cursor", cursor);
        }
    }

    async fn changes(&mut self) {
        let url = self.url("api/team-members/invite");
        let mut begun = 0;
        for at_once in AT_ONCE {
            self.an_hour_passes().await;
            let (url, key, count) = (url.clone(), self.key.clone(), self.count(900));
            let answers = ask(at_once, count, StatusCode::CREATED, move |_, n| {
                let body = json!({ "email": format!("new{}@example.com", begun + n), "role": "member" });
                with_body(keyed(Method::POST, url.clone(), &key), &body)
            })
            .await;
            begun += count;
            self.note(&CREATE, at_once, &answers, 1);
        }
        let members = Arc::new(self.member_ids().await);
        let all = u32::try_from(members.len()).expect("a thousand");
        for (turn, at_once) in (0_u32..).zip(AT_ONCE) {
            let (members, key, base) = (members.clone(), self.key.clone(), self.url("api/team-members/"));
            // Everybody gets one role from one client, and another from sixteen.
            let role = ["viewer", "member"][(turn % 2) as usize];
            let answers = ask(at_once, all, StatusCode::OK, move |_, n| {
                let url = base.join(&members[n as usize]).expect("a path");
                with_body(keyed(Method::PATCH, url, &key), &json!({ "role": role }))
            })
            .await;
            self.note(&CHANGE, at_once, &answers, 1);
        }
    }

    /// Nothing that was mailed counts any more.
    async fn an_hour_passes(&self) {
        let (sql, then) = (
            "update emails set created_at = $1",
            self.world.env.now() - TimeDelta::hours(1),
        );
        let pools = self.world.db.pools();
        match pools {
            Pools::Sqlite { writer, .. } => sqlx::query(sql).bind(then).execute(writer).await.map(drop),
            Pools::Postgres(pool) => sqlx::query(sql).bind(then).execute(pool).await.map(drop),
        }
        .expect("they grow older");
    }

    /// Members, but for the founder.
    async fn member_ids(&self) -> Vec<String> {
        let sql = "select id from members where team_id = $1 and not top order by id";
        match self.world.db.pools() {
            Pools::Sqlite { readers, .. } => sqlx::query_scalar(sql).bind(self.team).fetch_all(readers).await,
            Pools::Postgres(pool) => sqlx::query_scalar(sql).bind(self.team).fetch_all(pool).await,
        }
        .expect("members")
    }

    async fn accepts(&mut self) {
        let mut begun = 0;
        for at_once in AT_ONCE {
            self.an_hour_passes().await;
            let count = self.count(900);
            let mut people = Vec::new();
            for n in begun..begun + count {
                people.push(self.person(n).await);
            }
            begun += count;
            let origin = self.server.url.origin().ascii_serialization();
            let answers = ask(at_once, count, StatusCode::SEE_OTHER, move |_, n| {
                let Person { url, cookie, form } = &people[n as usize];
                let mut request = Request::new(Method::POST, url.clone());
                let headers = request.headers_mut();
                headers.insert(COOKIE, cookie.parse().expect("a header"));
                headers.insert(ORIGIN, origin.parse().expect("a header"));
                headers.insert(
                    CONTENT_TYPE,
                    "application/x-www-form-urlencoded".parse().expect("a header"),
                );
                *request.body_mut() = Some(form.clone().into());
                request
            })
            .await;
            self.note(&ACCEPT, at_once, &answers, 1);
        }
    }

    /// Somebody who is signed in, and invited.
    async fn person(&self, n: u32) -> Person {
        let address = format!("guest{n}@example.com");
        let account = self.world.guest(&address).await;
        let invitation = self.world.invite(self.ada, self.team, &address, "member").await;
        let token = self.world.mailed_token(&invitation.expect("she may invite"));
        let arrival = session::Arrival {
            user_agent: "a benchmark",
            secret: None,
        };
        let mut tx = self.world.db.write().await.expect("a transaction");
        let secret = session::start(&mut tx, &self.world.env, account, arrival)
            .await
            .expect("a session");
        tx.commit().await.expect("it is stored");
        Person {
            url: self.url(&format!("i/{token}")),
            cookie: format!("muster={secret}"),
            form: format!("form_token={}", form_token(self.world, &secret)),
        }
    }

    async fn checks(&mut self) {
        let (url, key) = (self.url("api/check"), self.key.clone());
        let question = move |_: &Client, n: u32| {
            let body = json!({ "email": format!("person{:05}@example.org", n % 1000 + 1), "permission": "members.view" });
            with_body(keyed(Method::POST, url.clone(), &key), &body)
        };
        let steadily = ask_steadily(CHECKS, self.count(10_000), StatusCode::OK, &question).await;
        let in_haste = ask(4, self.count(5000), StatusCode::OK, question).await;
        let late = steadily.times.quantile(0.99);
        self.report.add_with_aim(
            format!("Check a permission, {} a second: p99", number(CHECKS.into())),
            time(late),
            time(CHECK_SOON),
            late < CHECK_SOON,
        );
        self.report.add(
            format!(
                "Check a permission, {} a second: median, longest",
                number(CHECKS.into())
            ),
            format!(
                "{}, {}",
                time(steadily.times.quantile(0.5)),
                time(steadily.times.longest())
            ),
        );
        let many = rate(in_haste.times.count(), in_haste.took);
        self.report
            .add("Check a permission: a second, 4 clients", format!("{many:.0}"));
        let (middle, late) = (in_haste.times.quantile(0.5), in_haste.times.quantile(0.99));
        self.report.add(
            "Check a permission: median, p99 of a request, 4 clients",
            format!("{}, {}", time(middle), time(late)),
        );
    }

    /// `requests` make one of what is done.
    fn note(&mut self, aim: &Aim, at_once: u32, answers: &Answers, requests: u32) {
        let Aim(what, [sqlite, postgres]) = *aim;
        let hoped = if self.world.db.is_embedded() {
            sqlite
        } else {
            postgres
        };
        let many = rate(answers.times.count(), answers.took) / f64::from(requests);
        let clients = if at_once == 1 { "1 client" } else { "16 clients" };
        let name = format!("{what}: a second, {clients}");
        if at_once == 1 {
            self.report.add(name, format!("{many:.0}"));
        } else {
            self.report
                .add_with_aim(name, format!("{many:.0}"), format!("{hoped:.0}"), many >= hoped);
        }
        let (middle, late) = (answers.times.quantile(0.5), answers.times.quantile(0.99));
        self.report.add(
            format!("{what}: median, p99 of a request, {clients}"),
            format!("{}, {}", time(middle), time(late)),
        );
    }
}

/// Whoever accepts.
struct Person {
    url: Url,
    cookie: String,
    form: String,
}

fn keyed(method: Method, url: Url, key: &str) -> Request {
    let mut request = Request::new(method, url);
    request
        .headers_mut()
        .insert("x-api-key", key.parse().expect("a header"));
    request
}

fn with_body(mut request: Request, body: &Value) -> Request {
    request
        .headers_mut()
        .insert(CONTENT_TYPE, "application/json".parse().expect("a header"));
    *request.body_mut() = Some(body.to_string().into());
    request
}
