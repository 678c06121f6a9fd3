//! `Sim`: starting and stopping the small Discord, and everything about it that is not one person's doing.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::client::Person;
use crate::faults::Faults;
use crate::handles::{Guild, User};
use crate::server;
use crate::shared::{Shared, lock};
use crate::world::{RequestRecord, World};

/// How long `wait_ready` and `wait_commands` wait.
const BOT_STARTS_WITHIN: Duration = Duration::from_secs(30);

/// The bot did not do in time what was waited for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("waited {} s for {what}", BOT_STARTS_WITHIN.as_secs())]
pub struct TimedOut {
    what: &'static str,
}

#[derive(Debug)]
struct Server(JoinHandle<()>);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// A running Discord. Clones are the same one; it stops when the last is dropped.
#[derive(Clone, Debug)]
pub struct Sim {
    pub(crate) shared: Arc<Shared>,
    _server: Arc<Server>,
}

impl Sim {
    /// Starts on a free loopback port.
    pub async fn start() -> Self {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self::start_on(any)
            .await
            .expect("loopback always has a free port")
    }

    /// Starts on this address.
    pub async fn start_on(address: impl Into<SocketAddr>) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address.into()).await?;
        let shared = Arc::new(Shared::new(format!("http://{}", listener.local_addr()?)));
        let server = tokio::spawn(server::serve(listener, Arc::clone(&shared)));
        Ok(Self {
            shared,
            _server: Arc::new(Server(server)),
        })
    }

    /// Where REST, the gateway look-up and OAuth2 are, without a slash at the end.
    pub fn api_url(&self) -> String {
        self.shared.read(|world| world.url.clone())
    }

    /// The token the bot signs in with.
    pub fn bot_token(&self) -> String {
        self.shared.read(|world| world.app.bot_token.clone())
    }

    /// The application's id, which is also the OAuth2 client id.
    pub fn client_id(&self) -> String {
        self.shared.read(|world| world.app.id.to_string())
    }

    /// The OAuth2 client secret.
    pub fn client_secret(&self) -> String {
        self.shared.read(|world| world.app.secret.clone())
    }

    /// Registers an address OAuth2 may send people back to.
    pub fn allow_redirect(&self, url: &str) {
        self.shared.write(|world| {
            if !world.app.redirects.iter().any(|r| r == url) {
                world.app.redirects.push(url.to_owned());
            }
        });
    }

    /// Switches privileged intents on, as in the developer portal.
    pub fn enable_intents(&self, bits: u64) {
        self.shared.write(|world| world.app.privileged_intents |= bits);
    }

    /// The server of this name with #general, the bot in it; made when there is none yet.
    pub fn guild(&self, name: &str) -> Guild {
        let guild = self.shared.write(|world| {
            let found = world.guilds.values().find(|g| g.name == name).map(|g| g.id);
            found.unwrap_or_else(|| {
                let guild = world.add_guild(name);
                let event = world.guild_create_json(&world.guilds[&guild], false);
                world.dispatch(1, "GUILD_CREATE", &event);
                guild
            })
        });
        Guild {
            id: guild,
            name: name.to_owned(),
            shared: Arc::clone(&self.shared),
        }
    }

    /// The person with this username; made when there is none yet.
    pub fn user(&self, name: &str) -> User {
        self.person(name, None)
    }

    /// The same, with the name other people see.
    pub fn user_with_display(&self, name: &str, display: &str) -> User {
        self.person(name, Some(display))
    }

    fn person(&self, name: &str, display: Option<&str>) -> User {
        let user = self.shared.write(|world| {
            let found = world.users.values_mut().find(|u| u.name == name && !u.bot);
            match found {
                Some(account) => {
                    if let Some(display) = display {
                        account.display = Some(display.to_owned());
                    }
                    account.id
                }
                None => world.add_user(name, display),
            }
        });
        User {
            id: user,
            name: name.to_owned(),
            shared: Arc::clone(&self.shared),
        }
    }

    /// A person in a channel of a server; the channel is made when there is none yet.
    pub fn client(&self, user: &User, guild: &Guild, channel: &str) -> Person {
        Person::new(&self.shared, user, guild.channel(channel).id)
    }

    /// A person in their direct messages with the bot.
    pub fn direct(&self, user: &User) -> Person {
        let channel = self.shared.write(|world| world.direct_channel(user.id));
        Person::new(&self.shared, user, channel)
    }

    /// The time in this Discord.
    pub fn now(&self) -> DateTime<Utc> {
        self.shared.read(World::now)
    }

    /// Lets time pass: deadlines of interactions, codes and tokens come closer.
    pub fn advance(&self, by: Duration) {
        let by = TimeDelta::from_std(by).unwrap_or(TimeDelta::MAX);
        self.shared.write(|world| world.advance(by));
    }

    /// Stops the clock: from now on only `advance` moves it, so that a slow machine misses no deadline. A person
    /// whose bot stays silent then gives up when their patience ends.
    pub fn hold_clock(&self) {
        self.shared.write(World::hold_clock);
    }

    /// How long, in real time, a person waits for an answer the bot deferred. 20 s at first.
    pub fn set_patience(&self, patience: Duration) {
        *lock(&self.shared.patience) = patience;
    }

    /// Plans trouble.
    pub fn faults(&self) -> Faults {
        Faults::new(&self.shared)
    }

    /// What the bot did that Discord would have refused, or that would have pinged somebody by accident.
    pub fn complaints(&self) -> Vec<String> {
        self.shared.read(|world| world.complaints.clone())
    }

    /// The complaints so far, which are then forgotten: for tests that provoke some.
    pub fn take_complaints(&self) -> Vec<String> {
        self.shared.write(|world| std::mem::take(&mut world.complaints))
    }

    /// Every request so far.
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.shared.read(|world| world.requests.clone())
    }

    /// How many bulk overwrites of commands were accepted.
    pub fn command_registrations(&self) -> usize {
        self.shared.read(|world| world.registrations)
    }

    /// How many times a bot has identified.
    pub fn identifications(&self) -> usize {
        self.shared.read(|world| world.sessions.identified)
    }

    /// How many sessions were resumed.
    pub fn resumptions(&self) -> usize {
        self.shared.read(|world| world.sessions.resumed)
    }

    /// Waits until a bot is connected and has identified.
    pub async fn wait_ready(&self) -> Result<(), TimedOut> {
        self.until("a bot to connect", |world| world.sessions.is_online())
            .await
    }

    /// Waits until commands are registered and the bot is connected.
    pub async fn wait_commands(&self) -> Result<(), TimedOut> {
        self.until("commands to be registered", |world| {
            !world.commands.is_empty() && world.sessions.is_online()
        })
        .await
    }

    /// Waits until no bot is connected.
    pub async fn wait_offline(&self) -> Result<(), TimedOut> {
        self.until("the bot to disconnect", |world| !world.sessions.is_online())
            .await
    }

    /// Waits until a bot has identified this many times in all.
    pub async fn wait_identifications(&self, count: usize) -> Result<(), TimedOut> {
        self.until("a bot to identify", |world| world.sessions.identified >= count)
            .await
    }

    /// Waits until a bot has resumed this many sessions in all.
    pub async fn wait_resumptions(&self, count: usize) -> Result<(), TimedOut> {
        self.until("a session to be resumed", |world| world.sessions.resumed >= count)
            .await
    }

    async fn until(&self, what: &'static str, is_so: impl Fn(&World) -> bool) -> Result<(), TimedOut> {
        let found = self
            .shared
            .wait(BOT_STARTS_WITHIN, |world| is_so(world).then_some(()))
            .await;
        found.ok_or(TimedOut { what })
    }
}
