//! What the five documents ask for, row by row, each through a front door.

mod business;
mod campaigns;
mod company;
mod permissions;
mod project;
mod workspace;

use discord_sim::{Message, Person};

use crate::app::{Card, said};

/// What somebody is told.
async fn told(person: &Person, command: &str) -> String {
    said(person.slash(command).await).text()
}

/// `person` presses a button and is told what came of it.
async fn pressed(person: &Person, message: &Message, button: &str) -> Card {
    said(person.click(message, button).await)
}

/// Says what is missing when a text lacks something.
#[track_caller]
fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in\n{text}");
    }
}
