//! The engine with real databases and a real SMTP server.

mod engine;
mod joins;
mod kinds;
mod letters;
mod mail;
mod names;
mod nightly;
mod outage;
mod receiver;
mod recovery;
mod scheduled;
mod ssrf;
mod support;
mod table;
mod tls;
mod turns;
mod webhooks;
mod wishes;
