//! The bot's connection to Discord: built before it starts, watched while it runs, and ended within a bound.

use std::sync::Arc;
use std::time::Duration;

use muster_jobs::discord::Connection;
use serenity::all::{
    ClientBuilder, Context as Serenity, Event, FullEvent, GatewayIntents, Http, Interaction, RawEventHandler,
    ShardManager,
};
use serenity::async_trait;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::error::{Fault, unknown_action};
use super::registration::{self, NotRegistered};
use super::{Desk, answer, card, router};

/// How long ending the connection may take.
const GOODBYE: Duration = Duration::from_secs(5);
/// The longest pause between two attempts to connect.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// Why the bot cannot run, whatever it tries.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Discord does not know the token.
    #[error("Discord refuses the token: check DISCORD_TOKEN")]
    Token,
    /// A stand-in that would have led the bot to the real Discord.
    #[error("the stand-in at DISCORD_API_URL names a gateway on another machine")]
    Gateway,
    /// Discord closed the connection for good.
    #[error("Discord does not let the bot connect: {0}")]
    Closed(String),
}

/// Runs the bot until `stop`, connecting again after anything that can pass. Answers only when it never can.
pub async fn run(desk: Desk, connection: Connection, stop: CancellationToken) -> Result<(), Refused> {
    let mut pause = Duration::from_secs(1);
    loop {
        match connect(&desk, &connection, &stop).await {
            Ok(()) if stop.is_cancelled() => return Ok(()),
            Ok(()) => pause = Duration::from_secs(1),
            Err(Trouble::Final(refused)) => return Err(refused),
            Err(Trouble::Passing(error)) => {
                tracing::warn!(retry_in = ?pause, "the bot is not connected: {error}");
            }
        }
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            () = tokio::time::sleep(pause) => pause = (pause * 2).min(LONGEST_PAUSE),
        }
    }
}

enum Trouble {
    Passing(String),
    Final(Refused),
}

impl From<serenity::Error> for Trouble {
    fn from(error: serenity::Error) -> Self {
        use serenity::all::{GatewayError, HttpError};
        match error {
            serenity::Error::Http(HttpError::UnsuccessfulRequest(response))
                if response.status_code.as_u16() == 401 =>
            {
                Self::Final(Refused::Token)
            }
            serenity::Error::Gateway(GatewayError::InvalidAuthentication) => Self::Final(Refused::Token),
            serenity::Error::Gateway(
                error @ (GatewayError::DisallowedGatewayIntents | GatewayError::InvalidGatewayIntents),
            ) => Self::Final(Refused::Closed(error.to_string())),
            other => Self::Passing(other.to_string()),
        }
    }
}

impl From<NotRegistered> for Trouble {
    fn from(error: NotRegistered) -> Self {
        match error {
            NotRegistered::Discord(error) => error.into(),
            NotRegistered::Database(error) => Self::Passing(error.to_string()),
        }
    }
}

async fn connect(desk: &Desk, connection: &Connection, stop: &CancellationToken) -> Result<(), Trouble> {
    let http = connection
        .http()
        .map_err(|error| Trouble::Passing(error.to_string()))?;
    // All that can fail is done before the client is built: one whose set-up failed stays connected and deaf.
    let application = http.get_current_application_info().await?.id;
    http.set_application_id(application);
    check_gateway(&http, connection).await?;
    if registration::register(desk, &http, application.get()).await? {
        tracing::info!("registered the commands");
    }
    let mut client = ClientBuilder::new_with_http(http, GatewayIntents::GUILDS)
        .framework(framework(desk.clone()))
        .raw_event_handler(Alarm)
        .await?;
    let watcher = tokio::spawn(goodbye(client.shard_manager.clone(), stop.clone()));
    let ended = tokio::select! {
        ended = client.start_autosharded() => ended,
        // serenity can spin after some ways of losing the connection: the end is bounded from outside.
        () = async { stop.cancelled().await; tokio::time::sleep(GOODBYE).await } => Ok(()),
    };
    watcher.abort();
    Ok(ended?)
}

async fn goodbye(shards: Arc<ShardManager>, stop: CancellationToken) {
    stop.cancelled().await;
    shards.shutdown_all().await;
}

/// A stand-in on this machine must name a gateway on this machine: serenity would otherwise go to the real one.
async fn check_gateway(http: &Http, connection: &Connection) -> Result<(), Trouble> {
    let Some(api_url) = &connection.api_url else {
        return Ok(());
    };
    let gateway = http.get_gateway().await?.url;
    let same = Url::parse(&gateway).is_ok_and(|gateway| gateway.host() == api_url.host());
    if same {
        Ok(())
    } else {
        Err(Trouble::Final(Refused::Gateway))
    }
}

fn framework(desk: Desk) -> poise::Framework<Desk, Fault> {
    let options = poise::FrameworkOptions {
        commands: registration::commands(),
        allowed_mentions: Some(card::no_mentions()),
        event_handler: |framework, event| {
            Box::pin(on_event(framework.serenity_context, event, framework.user_data))
        },
        on_error: |error| Box::pin(on_error(error)),
        initialize_owners: false,
        ..Default::default()
    };
    poise::Framework::builder()
        .options(options)
        .setup(|_, ready, _| {
            Box::pin(async move {
                tracing::info!(
                    guilds = ready.guilds.len(),
                    "the bot is connected as `{}`",
                    ready.user.name
                );
                Ok(desk)
            })
        })
        .build()
}

async fn on_event(ctx: &Serenity, event: &FullEvent, desk: &Desk) -> Result<(), Fault> {
    let FullEvent::InteractionCreate { interaction } = event else {
        return Ok(());
    };
    match interaction {
        Interaction::Component(it) => router::component(ctx, desk, it).await,
        Interaction::Modal(it) => router::form(ctx, desk, it).await,
        // Commands and their completion are poise's.
        _ => Ok(()),
    }
}

async fn on_error(error: poise::FrameworkError<'_, Desk, Fault>) {
    use poise::FrameworkError as E;
    match error {
        E::Command { error, ctx, .. } => {
            tracing::warn!(command = %ctx.command().qualified_name, "Discord did not take an answer: {error}");
        }
        E::EventHandler { error, .. } => tracing::warn!("Discord did not take an answer: {error}"),
        // What it said may hold what was typed; the line before tells where it was.
        E::CommandPanic { ctx, .. } => {
            tracing::error!(command = %ctx.command().qualified_name, "a command panicked");
            let error = muster_core::error::Error::internal("panic");
            if let Err(error) = answer::refuse_command(ctx, &error).await {
                tracing::warn!("Discord did not take an answer: {error}");
            }
        }
        E::ArgumentParse { ctx, .. } => stale_command(ctx).await,
        E::CommandStructureMismatch { ctx, .. } => stale_command(ctx.into()).await,
        other => tracing::error!("poise: {other}"),
    }
}

/// A command as an earlier version registered it.
async fn stale_command(ctx: super::Context<'_>) {
    let locale = answer::caller(ctx).locale;
    if let Err(error) = answer::command(ctx, async { Ok(unknown_action(locale)) }).await {
        tracing::warn!("Discord did not take an answer: {error}");
    }
}

/// Says so when Discord sends an interaction in a form that serenity cannot read: it would otherwise vanish.
struct Alarm;

#[async_trait]
impl RawEventHandler for Alarm {
    async fn raw_event(&self, _: Serenity, event: Event) {
        if let Event::Unknown(event) = event
            && event.kind == "INTERACTION_CREATE"
        {
            tracing::error!("Discord sent an interaction that this version cannot read");
        }
    }
}
