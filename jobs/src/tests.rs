//! The engine with real databases and a real SMTP server.

mod engine;
mod mail;
mod nightly;
mod recovery;
mod support;
mod table;
mod turns;
