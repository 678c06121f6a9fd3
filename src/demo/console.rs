//! The console: what it knows, and where its pages and requests are.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::header;
use axum::middleware::from_fn_with_state;
use axum::response::{Html, IntoResponse};
use axum::routing::{get, post};
use discord_sim::Sim;
use smtp_sink::SmtpSink;

use super::error::Problem;
use super::guard::{self, Names};
use super::guide::{self, Guide};
use super::people::{CHANNEL, CHARACTERS, Character, People, SERVER};
use super::play::OpenForm;
use super::{mailbox, play, screen, time};

/// The largest request: a form's five texts of 4,000 characters fit.
const LARGEST_REQUEST: usize = 128 * 1024;

/// What the console plays with.
pub struct Console {
    /// The stand-in for Discord.
    pub sim: Sim,
    /// Where mails arrive.
    pub sink: SmtpSink,
    /// Database, clock and jobs of the program.
    pub jobs: muster_jobs::Context,
    /// Who a visitor can be.
    pub people: People,
    /// Forms that were opened and not yet sent, oldest first.
    pub forms: Mutex<VecDeque<OpenForm>>,
    /// How far the visitor has come.
    pub guide: Guide,
}

/// What handlers share.
pub type Desk = Arc<Console>;

impl Console {
    /// A console for these, with everybody arrived.
    pub fn new(sim: Sim, sink: SmtpSink, jobs: muster_jobs::Context) -> Self {
        let people = People::arrive(&sim);
        Self {
            sim,
            sink,
            jobs,
            people,
            forms: Mutex::default(),
            guide: Guide::default(),
        }
    }
}

/// The console's pages and requests, guarded.
pub fn router(console: Console, port: u16) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/mailbox", get(mailbox::page))
        .route("/mailbox/{number}", get(mailbox::html))
        .route("/assets/{name}", get(asset))
        .route("/api/screen", get(screen::show))
        .route("/api/commands", get(screen::commands))
        .route("/api/mails", get(mailbox::list))
        .route("/api/complete", post(play::complete))
        .route("/api/run", post(play::run))
        .route("/api/click", post(play::click))
        .route("/api/select", post(play::select))
        .route("/api/submit", post(play::submit))
        .route("/api/advance", post(time::advance))
        .fallback(|| async { Problem::missing("There is no such page in the demonstration.") })
        .layer(DefaultBodyLimit::max(LARGEST_REQUEST))
        .layer(from_fn_with_state(
            Arc::new(Names::on(port)),
            guard::own_pages_only,
        ))
        .with_state(Arc::new(console))
}

/// What the pages load: its name, its kind and itself.
const ASSETS: [(&str, &str, &str); 7] = [
    ("demo.css", "text/css", include_str!("templates/demo.css")),
    ("discord.css", "text/css", discord_sim::render::CSS),
    (
        "console.js",
        "text/javascript",
        include_str!("templates/console.js"),
    ),
    (
        "mailbox.js",
        "text/javascript",
        include_str!("templates/mailbox.js"),
    ),
    (
        "shared.js",
        "text/javascript",
        include_str!("templates/shared.js"),
    ),
    (
        "suggest.js",
        "text/javascript",
        include_str!("templates/suggest.js"),
    ),
    ("icon.svg", "image/svg+xml", include_str!("templates/icon.svg")),
];

/// `GET /assets/{name}`.
async fn asset(Path(wanted): Path<String>) -> Result<impl IntoResponse, Problem> {
    let found = ASSETS.iter().find(|(name, ..)| *name == wanted);
    let (_, kind, content) = found.ok_or_else(|| Problem::missing("There is no such file."))?;
    Ok((
        [(header::CONTENT_TYPE, format!("{kind}; charset=utf-8"))],
        *content,
    ))
}

#[derive(Template)]
#[template(path = "console.html")]
struct Page {
    server: &'static str,
    channel: &'static str,
    people: [Character; 4],
    steps: Vec<guide::Shown>,
    pages: String,
}

/// `GET /`.
async fn page(State(desk): State<Desk>) -> Result<Html<String>, Problem> {
    let page = Page {
        server: SERVER,
        channel: CHANNEL,
        people: CHARACTERS,
        steps: guide::shown(),
        pages: desk.jobs.public_url.to_string(),
    };
    Ok(Html(page.render()?))
}
