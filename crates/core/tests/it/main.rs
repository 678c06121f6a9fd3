//! The rules of the domain, each on both databases.

mod accounts;
mod alarms;
mod api_keys;
mod bulk;
mod codes;
mod homes;
mod insights;
mod invitations;
mod isolation;
mod life;
mod links;
mod log;
mod members;
mod membership_mails;
mod policy;
mod races;
mod reminders;
mod retention;
mod roles;
mod rules;
mod sign_ups;
mod suppression;
mod told;
mod webhooks;

use muster_core::error::Error;
use muster_core::locale::Locale;
use muster_core::message::Message;
use muster_phrases::{Style, tell};

/// What people read, in English.
fn said(message: &Message) -> String {
    let style = Style {
        time: &|at| at.format("at %H:%M").to_string(),
        text: &str::to_owned,
    };
    tell(Locale::EnUs, message, style)
}

/// What people read about a refusal, in English.
fn sentence(error: &Error) -> String {
    said(&error.message())
}
