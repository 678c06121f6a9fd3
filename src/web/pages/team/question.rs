//! A page that asks before something is done: what follows from a yes, and the way back.

use askama::Template;
use muster_core::text;

use super::Head;
use crate::web::Shell;

/// A page that asks before something is done.
#[derive(Template)]
#[template(path = "team/question.html")]
pub struct Question {
    /// What every page has.
    pub shell: Shell,
    /// What stands above every page of a team.
    pub head: Head,
    /// The question.
    pub title: String,
    /// What follows from a yes.
    pub lines: Vec<String>,
    /// Where a yes is sent.
    pub action: String,
    /// What is sent with it.
    pub hidden: Vec<(&'static str, String)>,
    /// The yes, in words.
    pub button: String,
    /// Whether access or a team is lost by it.
    pub danger: bool,
    /// What else is asked for.
    pub asked: Option<Asked>,
    /// Another way, and where it leads.
    pub instead: Option<(&'static str, String)>,
    /// Where a no leads.
    pub back: String,
}

/// A field of a question.
pub struct Asked {
    /// What it is sent as.
    pub name: &'static str,
    /// What people read beside it.
    pub label: String,
    /// What else there is to know.
    pub hint: &'static str,
    /// How long it may be.
    pub most: usize,
    /// Whether a yes needs it.
    pub required: bool,
    /// What is in it.
    pub value: String,
    /// What is wrong with it.
    pub error: Option<String>,
}

impl Asked {
    /// Why it is done, for the log.
    pub fn reason(value: &str) -> Self {
        Self {
            name: "reason",
            label: "Reason".to_owned(),
            hint: "If you like: it stands in the team’s log.",
            most: text::REASON_LENGTH,
            required: false,
            value: value.to_owned(),
            error: None,
        }
    }
}
