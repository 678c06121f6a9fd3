//! The engine with real databases and a real SMTP server.

mod engine;
mod mail;
mod recovery;
mod support;
mod table;
