//! The demonstration: the whole product in one process, with a stand-in for Discord and a mailbox, for a visitor with a
//! browser and nothing else.
//!
//! What runs is the real program: the bot over its gateway, the pages, the jobs, SQLite in a temporary folder, mail over
//! SMTP. Only the other ends are stand-ins: `discord-sim` and `smtp-sink`. The console plays a person in Discord.

mod console;
mod error;
mod guard;
mod guide;
mod mailbox;
mod people;
mod play;
mod screen;
#[cfg(test)]
mod tests;
mod time;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, anyhow};
use discord_sim::Sim;
use muster_core::env::Clock;
use muster_core::password::Passwords;
use muster_core::policy::Presets;
use muster_core::webhook::Reach;
use smtp_sink::SmtpSink;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::app::App;
use crate::config::{Config, Role};
use crate::web::Limits;
use console::Console;

/// How long open requests of the console may take to end.
const GOODBYE: Duration = Duration::from_secs(2);

/// Runs the demonstration on this port of 127.0.0.1 until `stop`.
pub async fn run(port: u16, stop: CancellationToken) -> anyhow::Result<()> {
    let Some(demo) = start(port, &stop).await? else {
        return Ok(());
    };
    println!("{}", welcome(demo.console));
    demo.end(stop).await
}

/// What a visitor reads in the terminal.
fn welcome(console: SocketAddr) -> String {
    format!(
        "\n  Muster, as a demonstration: the real bot, pages, jobs and mail, with a stand-in for Discord.\n  \
         Nothing leaves this computer, and nothing is kept when it ends.\n\n  \
         Open  http://{console}/\n\n  Ctrl-C ends it.\n"
    )
}

/// A demonstration that runs.
struct Demo {
    /// Where the console is.
    console: SocketAddr,
    program: JoinHandle<anyhow::Result<()>>,
    serving: JoinHandle<std::io::Result<()>>,
    // In this order they end: nobody talks to Discord or sends mail any more when those go, and files go last.
    _sim: Sim,
    folder: TempDir,
}

/// Starts everything and answers when commands can be used; nothing if it was stopped before that.
async fn start(port: u16, stop: &CancellationToken) -> anyhow::Result<Option<Demo>> {
    let console = listen(port)
        .await
        .with_context(|| format!("port {port} cannot be used, choose another with --port"))?;
    let pages = listen(0).await?;
    let folder = tempfile::Builder::new()
        .prefix("muster-demo-")
        .tempdir()
        .context("no temporary folder can be made")?;
    let (sim, sink) = (Sim::start().await, SmtpSink::start().await);
    let (console_at, pages_at) = (console.local_addr()?, pages.local_addr()?);
    let public_url: Url = format!("http://{pages_at}/").parse()?;
    sim.allow_redirect(&format!("{public_url}oauth/discord/callback"));
    let config = Config {
        database_url: format!("sqlite:{}", folder.path().join("muster.db").display()),
        listen_addr: pages_at,
        metrics_addr: None,
        public_url,
        secret_key: None,
        discord_token: Some(sim.bot_token()),
        discord_oauth: Some((sim.client_id(), sim.client_secret())),
        discord_api_url: Some(sim.api_url().parse()?),
        smtp_url: Some(sink.url()),
        mail_from: "Muster <muster@demo.example>".to_owned(),
        super_admins: Vec::new(),
        trusted_proxies: Vec::new(),
        api_limits: Limits::default(),
        presets: Presets::shipped().clone(),
        reach: Reach::default(),
    };
    let app = App::open(config, Clock::system(), Passwords::strong(), true).await?;
    let console_state = Console::new(sim.clone(), sink, app.job_context()?);
    let running = app.start(&Role::ALL, Some(pages), stop.clone()).await?;
    let mut program = tokio::spawn(running.ended());
    let late = tokio::select! {
        ready = sim.wait_commands() => ready.err(),
        ended = &mut program => {
            // Without an error, it was told to stop.
            ended??;
            return Ok(None);
        }
    };
    if let Some(late) = late {
        stop.cancel();
        // Why the program could not run explains more than that the bot did not come.
        program.await??;
        return Err(late.into());
    }
    let router = console::router(console_state, console_at.port());
    let serving = axum::serve(console, router).with_graceful_shutdown(stop.clone().cancelled_owned());
    let serving = tokio::spawn(serving.into_future());
    Ok(Some(Demo {
        console: console_at,
        program,
        serving,
        _sim: sim,
        folder,
    }))
}

async fn listen(port: u16) -> std::io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await
}

impl Demo {
    /// Runs until `stop`, or until the program cannot go on; then ends all of it.
    async fn end(mut self, stop: CancellationToken) -> anyhow::Result<()> {
        let program = tokio::select! {
            ended = &mut self.program => ended,
            () = stop.cancelled() => (&mut self.program).await,
        };
        let ended_by_itself = !stop.is_cancelled();
        stop.cancel();
        if tokio::time::timeout(GOODBYE, &mut self.serving).await.is_err() {
            self.serving.abort();
        }
        self.folder
            .close()
            .context("the temporary folder cannot be removed")?;
        program??;
        if ended_by_itself {
            Err(anyhow!("the program ended by itself"))
        } else {
            Ok(())
        }
    }
}
