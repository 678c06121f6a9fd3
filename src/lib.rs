//! Muster: a team's membership desk inside Discord.
//!
//! The domain and its SQL are in `muster-core`, the background jobs in `muster-jobs`. This crate holds the front doors
//! ([`discord`], [`web`]), the program around them ([`app`], [`config`]) and the demonstration.

pub mod app;
pub mod chart;
pub mod cli;
pub mod config;
#[cfg(feature = "demo")]
pub mod demo;
pub mod discord;
pub mod insights;
pub mod metrics;
pub mod presets;
mod refused;
pub mod telemetry;
pub mod web;
