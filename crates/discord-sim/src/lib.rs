//! A small Discord in one process: REST v10, gateway v10 and OAuth2 for an unmodified bot library, and what a
//! person can do in the client for tests and demonstrations. It listens on loopback and talks to nobody.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use discord_sim::{Permissions, Sim};
//!
//! let sim = Sim::start().await;
//! // start a bot with `sim.bot_token()` whose HTTP client's proxy is `sim.api_url()`
//! let guild = sim.guild("Aurora HQ");
//! let ada = sim.user("ada");
//! guild.join(&ada, Permissions::MANAGE_GUILD);
//! sim.wait_commands().await?;
//! let reply = sim.client(&ada, &guild, "general").slash("/help").await?;
//! assert!(sim.complaints().is_empty(), "{reply:?}");
//! # Ok(())
//! # }
//! ```

mod client;
mod commands;
mod error;
mod faults;
mod gateway;
mod guild;
mod handles;
mod interaction;
mod message;
mod model;
mod multipart;
mod oauth;
mod openapi;
mod payload;
mod permissions;
pub mod render;
mod rest;
mod server;
mod shared;
mod sim;
mod world;

pub use client::{
    Attachment, Button, ButtonStyle, CommandKind, CommandSpec, Component, Embed, Field, Message, Modal,
    OptionKind, OptionSpec, Person, Refused, Reply, Select, SelectKind, SelectOption, TextInput, Upload,
};
pub use faults::{Fault, Faults};
pub use handles::{Channel, Guild, Role, User};
pub use interaction::Choice;
pub use permissions::Permissions;
pub use sim::{Sim, TimedOut};
pub use world::RequestRecord;
