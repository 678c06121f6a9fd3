//! The engine with real databases and a real SMTP server.

mod engine;
mod kinds;
mod letters;
mod mail;
mod recovery;
mod support;
mod table;
