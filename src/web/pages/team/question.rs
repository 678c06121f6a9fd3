//! A page that asks before something is done: what follows from a yes, and the way back.

use askama::Template;
use muster_core::Tx;
use muster_core::actor::Grant;
use muster_core::ids::TeamId;
use muster_core::policy::Permission;
use muster_core::text;

use super::{Caller, Head, Tab};
use crate::web::error::Problem;
use crate::web::pages::Params;
use crate::web::session::Visitor;
use crate::web::{Shell, Site};

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

/// The question, what follows from a yes, and the yes.
pub type Words = (String, Vec<String>, String);

impl Question {
    /// Asks before something is lost, with nothing beside the words; `action` is where a yes is sent.
    pub fn new(
        shell: Shell,
        head: Head,
        (title, lines, button): Words,
        action: String,
        back: String,
    ) -> Self {
        Self {
            shell,
            head,
            title,
            lines,
            action,
            hidden: Vec::new(),
            button,
            danger: true,
            asked: None,
            instead: None,
            back,
        }
    }
}

/// What every question begins with: who asks, that they may, and what stands above it.
pub struct Opened {
    /// Who asks.
    pub caller: Caller,
    /// That they may.
    pub grant: Grant,
    shell: Shell,
    head: Head,
}

impl Opened {
    /// On a tab of a team; `path` is where signing in leads back to.
    pub async fn on(
        tx: &mut Tx,
        site: &Site,
        (visitor, params): (&Visitor, &Params),
        (id, tab): (TeamId, Tab),
        path: &str,
        permission: Permission,
    ) -> Result<Self, Problem> {
        let (caller, grant) = Caller::with(tx, visitor, id, path, permission).await?;
        let head = Head::new(tx, &caller, tab, params, site.env.now()).await?;
        Ok(Self {
            caller,
            grant,
            shell: visitor.shell(site),
            head,
        })
    }

    /// The question; see [`Question::new`].
    pub fn asks(self, words: Words, action: String, back: String) -> Question {
        Question::new(self.shell, self.head, words, action, back)
    }
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
