//! The domain of Muster and its SQL.
//!
//! A use case is one function here: it takes the open transaction, the surroundings ([`env::Env`]) and, when it changes
//! a team, the proof that somebody may ([`actor::Grant`]). Surfaces (Discord, the web, jobs) open a transaction with
//! [`db::Db::write`], call one or several of these functions, and commit; this crate never commits and never waits for
//! anything but the database while a transaction is open.
//!
//! Every change in a team locks the team's row first ([`team::lock`]). A change, its entry in the activity log and the
//! jobs it asks for are written in the same transaction, so they happen together or not at all.

pub mod account;
pub mod activity;
pub mod actor;
pub mod alert;
pub mod announcement;
pub mod api_key;
pub mod browser;
mod checkpoint;
mod column;
pub mod csv;
pub mod db;
pub mod denial;
pub mod discord_link;
pub mod discord_sign_in;
pub mod draft;
pub mod email;
pub mod env;
pub mod error;
pub mod event;
pub mod export;
pub mod guild;
pub mod ids;
pub mod insights;
pub mod invitation;
pub mod invite_link;
pub mod job;
pub mod limit;
pub mod locale;
pub mod member;
pub mod message;
pub mod operator;
pub mod page;
pub mod password;
pub mod policy;
pub mod prune;
pub mod queue;
pub mod rate_limit;
mod seal;
pub mod seat;
pub mod session;
pub mod suppression;
pub mod team;
pub mod text;
pub mod token;
mod tx;
pub mod webhook;

#[cfg(feature = "testing")]
pub mod testing;

pub use tx::Tx;
