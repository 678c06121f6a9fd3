//! Whether the time of an answer tells who has an account, and whether guessing passwords keeps others waiting.

use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use measure::{Report, Times, number, time};
use muster_core::db::Pools;
use muster_core::invite_link::NewLink;
use muster_core::password::Passwords;
use muster_core::testing::World;
use reqwest::header::{CONTENT_TYPE, COOKIE, ORIGIN};
use reqwest::{Client, Method, Request, StatusCode};
use serde_json::json;
use tokio::task::JoinSet;
use url::Url;

use crate::server::Server;
use crate::visitors::{answered, client, form_token};

/// Of each time in twenty, one: with answers of 4 ms that is 0.2 ms, less than any network adds by chance, and nobody may try
/// an address often enough to average that away.
const TELLS_NOTHING: f64 = 5.0;
/// Wrong passwords at once, how many of them may be looked at, and how long others may wait meanwhile.
const GUESSES: u32 = 200;
const GUESSED: &str = "ada@aurora.example";
const LOOKED_AT: u32 = 10;
const SOON: Duration = Duration::from_millis(100);
const HEALTH_EVERY: Duration = Duration::from_millis(5);
/// How many mails one invite link causes in an hour, and how many links a team has at once.
const MAILS_OF_A_LINK: u32 = 20;
const LINKS_OF_A_TEAM: u32 = 20;
/// The secret of a browser that nobody is signed in on.
const BROWSER: [u8; 32] = [7; 32];

/// What somebody asks who would like to know about an address.
type Question = Box<dyn Fn(&Asker, &str, u32) -> Request + Send + Sync>;

/// Whoever asks, and where.
struct Asker {
    url: Url,
    cookie: String,
    form_token: String,
    key: String,
    links: Vec<String>,
}

/// An address that somebody has, or nobody: of one length, so that pages with it are, too.
fn address(known: bool, n: u32) -> String {
    let name = if known { "person" } else { "nobody" };
    format!("{name}{n:05}@example.org")
}

/// Whether the question of this number is about a known address. So each kind follows each kind as often.
fn is_known(n: u32) -> bool {
    matches!(n % 4, 0 | 3)
}

pub async fn measure(world: &World, fours: u32) -> Report {
    let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
    world
        .edit_policy(team, "hourly_limit = 20", "hourly_limit = 1000")
        .await;
    let (_, other) = world.founder(2, "Bo", "Borealis", "workspace").await;
    let each = fours * 2;
    world
        .crowd(other, usize::try_from(each + 2).expect("it fits"))
        .await;
    world.verify(ada.account, GUESSED).await;
    set_passwords(world).await;
    let mut links = Vec::new();
    for n in 0..(each * 2 + 4).div_ceil(MAILS_OF_A_LINK * LINKS_OF_A_TEAM) {
        let (cy, open) = world.founder(3 + i64::from(n), "Cy", "Corona", "workspace").await;
        for _ in 0..LINKS_OF_A_TEAM {
            let link = world.link(cy, open, NewLink::default()).await.expect("a link");
            links.push(world.link_token(&link));
        }
    }
    let key = world.whole_key(ada, team).await;
    let server = Server::start(world).await;
    let secret = BASE64_URL_SAFE_NO_PAD.encode(BROWSER);
    let asker = Asker {
        url: server.url.clone(),
        cookie: format!("muster-form={secret}"),
        form_token: form_token(world, &secret),
        key,
        links,
    };
    let mut report = Report::new(format!(
        "One client asks about addresses that have an account and about ones that have none, {} of each, by turns (known, unknown, unknown, \
         known), each once, and each as if from a place of its own, because one place and one address may not try so often. A wrong password is \
         compared with a real hash. What comes next is the question after one about a known or an unknown address: what the program does in the \
         background would delay it. By chance is the difference between two halves of the unknown ones, which differ in nothing. Then {GUESSES} \
         wrong passwords for one address at once, while `/health/live` is asked every {} ms.",
        number(each.into()),
        HEALTH_EVERY.as_millis(),
    ));
    for (name, expected, question) in questions() {
        let told = ask(&asker, fours, expected, &question).await;
        told.note(name, &mut report);
    }
    guess(&asker, &mut report).await;
    report
}

/// Everything that answers for any address what it answers for any other.
fn questions() -> [(&'static str, StatusCode, Question); 4] {
    [
        (
            "Sign in, wrong password",
            StatusCode::UNPROCESSABLE_ENTITY,
            Box::new(|asker, email, _| {
                asker.form("login", &[("email", email), ("password", "not the right one")])
            }),
        ),
        (
            "Forgotten password",
            StatusCode::OK,
            Box::new(|asker, email, _| asker.form("forgot", &[("email", email)])),
        ),
        (
            "Join by a link",
            StatusCode::OK,
            Box::new(|asker, email, n| {
                let link = &asker.links[(n / MAILS_OF_A_LINK) as usize];
                asker.form(&format!("join/{link}/sign-up"), &[("email", email)])
            }),
        ),
        (
            "Invite by the API",
            StatusCode::CREATED,
            Box::new(|asker, email, _| asker.invite(email)),
        ),
    ]
}

impl Asker {
    /// A form of ours, filled in.
    fn form(&self, path: &str, fields: &[(&str, &str)]) -> Request {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("form_token", &self.form_token)
            .extend_pairs(fields)
            .finish();
        let mut request = Request::new(Method::POST, self.url.join(path).expect("a path"));
        let headers = request.headers_mut();
        headers.insert(COOKIE, self.cookie.parse().expect("a header"));
        headers.insert(
            ORIGIN,
            self.url.origin().ascii_serialization().parse().expect("a header"),
        );
        headers.insert(
            CONTENT_TYPE,
            "application/x-www-form-urlencoded".parse().expect("a header"),
        );
        *request.body_mut() = Some(body.into());
        request
    }

    fn invite(&self, email: &str) -> Request {
        let url = self.url.join("api/team-members/invite").expect("a path");
        let mut request = Request::new(Method::POST, url);
        let headers = request.headers_mut();
        headers.insert("x-api-key", self.key.parse().expect("a header"));
        headers.insert(CONTENT_TYPE, "application/json".parse().expect("a header"));
        *request.body_mut() = Some(json!({ "email": email, "role": "member" }).to_string().into());
        request
    }
}

/// Gives everybody who has an address a password, at what it costs in earnest.
async fn set_passwords(world: &World) {
    let hash = Passwords::strong()
        .hash("violet ladder quorum")
        .await
        .expect("a hash");
    let sql = "update accounts set password_hash = $1 where email is not null";
    match world.db.pools() {
        Pools::Sqlite { writer, .. } => sqlx::query(sql).bind(hash).execute(writer).await.map(drop),
        Pools::Postgres(pool) => sqlx::query(sql).bind(hash).execute(pool).await.map(drop),
    }
    .expect("they have passwords");
}

/// How long answers took: about known and unknown addresses, and after questions about them.
#[derive(Default)]
struct Told {
    of: [Times; 2],
    after: [Times; 2],
    halves: [Times; 2],
}

/// Asks by turns, each question as soon as the last answer is there.
async fn ask(asker: &Asker, fours: u32, expected: StatusCode, question: &Question) -> Told {
    let client = client();
    let mut told = Told::default();
    let questions = fours * 4;
    // The first ones find nothing in memory, and are not counted.
    for n in 0..questions + 4 {
        let known = is_known(n);
        let email = address(known, n / 2 + 1);
        let mut request = question(asker, &email, n);
        let place = format!("10.{}.{}.{}", n >> 16, n >> 8 & 255, n & 255);
        request
            .headers_mut()
            .insert("x-forwarded-for", place.parse().expect("a header"));
        let took = answered(&client, request, expected).await;
        if n >= 4 {
            told.of[usize::from(known)].note(took);
            told.after[usize::from(is_known(n - 1))].note(took);
            if !known {
                told.halves[(n / 4 % 2) as usize].note(took);
            }
        }
    }
    told
}

/// How much the larger median is above the smaller, in percent.
fn difference([one, other]: &[Times; 2]) -> f64 {
    let [one, other] = [one, other].map(|times| times.quantile(0.5).as_secs_f64());
    (one.max(other) / one.min(other) - 1.0) * 100.0
}

impl Told {
    fn note(&self, name: &str, report: &mut Report) {
        let both = |times: &Times| format!("{}, {}", time(times.quantile(0.5)), time(times.quantile(0.99)));
        let [unknown, known] = &self.of;
        report.add(format!("{name}: known, median and p99"), both(known));
        report.add(format!("{name}: unknown, median and p99"), both(unknown));
        for (what, times) in [
            ("difference", &self.of),
            ("difference of what comes next", &self.after),
        ] {
            let difference = difference(times);
            report.add_with_aim(
                format!("{name}: {what}"),
                format!("{difference:.1} %"),
                format!("under {TELLS_NOTHING} %"),
                difference < TELLS_NOTHING,
            );
        }
        report.add(
            format!("{name}: by chance"),
            format!("{:.1} %", difference(&self.halves)),
        );
    }
}

/// Many wrong passwords for one address at once, and what others notice of it.
async fn guess(asker: &Asker, report: &mut Report) {
    let client = client();
    let mut guesses = JoinSet::new();
    for n in 0..GUESSES {
        let password = format!("not the right one {n}");
        let request = asker.form("login", &[("email", GUESSED), ("password", &password)]);
        let client = client.clone();
        guesses.spawn(async move { client.execute(request).await.expect("an answer").status() });
    }
    let live = asker.url.join("health/live").expect("a path");
    let others = Client::new();
    let (mut waits, mut every) = (JoinSet::new(), tokio::time::interval(HEALTH_EVERY));
    let mut looked_at = 0;
    loop {
        tokio::select! {
            guess = guesses.join_next() => match guess {
                None => break,
                Some(status) => match status.expect("an answer") {
                    StatusCode::UNPROCESSABLE_ENTITY => looked_at += 1,
                    status => assert_eq!(status, StatusCode::TOO_MANY_REQUESTS),
                },
            },
            // Whether or not the one before has its answer.
            _ = every.tick() => {
                let request = others.get(live.clone());
                waits.spawn(async move {
                    let began = Instant::now();
                    let answer = request.send().await.expect("an answer");
                    assert!(answer.status().is_success());
                    began.elapsed()
                });
            }
        }
    }
    let mut times = Times::default();
    while let Some(took) = waits.join_next().await {
        times.note(took.expect("an answer"));
    }
    report.add_with_aim(
        format!("{GUESSES} guesses at once: looked at"),
        number(looked_at.into()),
        format!("at most {LOOKED_AT}"),
        looked_at <= LOOKED_AT,
    );
    let late = times.quantile(0.99);
    report.add_with_aim(
        format!("{GUESSES} guesses at once: p99 of health meanwhile"),
        time(late),
        "under 100 ms",
        late < SOON,
    );
    report.add(
        format!("{GUESSES} guesses at once: asked for health"),
        number(times.count()),
    );
}
