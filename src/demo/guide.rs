//! "Try this": the way through the product in eight steps, each ticked off when it has really happened.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use muster_core::activity::{self, Kind};
use muster_core::error::Error;
use muster_core::ids::TeamId;
use muster_core::page::Slice;
use muster_core::{Tx, account, team};
use serde_json::{Value, json};

use super::console::Console;

/// One step.
struct Step {
    title: &'static str,
    hint: &'static str,
    /// What shows that it has happened.
    sign: Sign,
}

enum Sign {
    /// A team's log has an entry of one of these kinds.
    Logged(&'static [Kind]),
    /// A mail was opened in the mailbox.
    MailOpened,
}

const STEPS: [Step; 8] = [
    Step {
        title: "Create the team",
        hint: "Ada manages this server, so she may. She becomes the team’s first owner.",
        sign: Sign::Logged(&[Kind::TeamCreated]),
    },
    Step {
        title: "Invite Bo and Cy",
        hint: "Addresses go into a form, never into the channel. Look at the review, then send.",
        sign: Sign::Logged(&[Kind::InvitationSent]),
    },
    Step {
        title: "Open Bo’s mail",
        hint: "It came by real SMTP into this demonstration’s mailbox.",
        sign: Sign::MailOpened,
    },
    Step {
        title: "Accept as Bo",
        hint: "Follow the link in the mail, choose a name and a password, and accept.",
        sign: Sign::Logged(&[Kind::InvitationAccepted]),
    },
    Step {
        title: "Link Bo’s Discord",
        hint: "As Bo, get the link and open it. Where “Discord” asks who you are, choose Bo Lindqvist.",
        sign: Sign::Logged(&[Kind::DiscordLinked]),
    },
    Step {
        title: "Change Bo’s role",
        hint: "It holds at once, in Discord and on the pages. See it in /member list and /activity log.",
        sign: Sign::Logged(&[Kind::RoleChanged]),
    },
    Step {
        title: "Let 7 days pass",
        hint: "Cy has not answered. The invitation expires, its link says so, and the log records it.",
        sign: Sign::Logged(&[Kind::InvitationExpired]),
    },
    Step {
        title: "Resend to Cy",
        hint: "That opens the invitation again, with a new link for another 7 days.",
        sign: Sign::Logged(&[Kind::InvitationRevived, Kind::InvitationResent]),
    },
];

/// What the button of each step does: fill in a command, lead to a page, or let time pass. Nothing happens that the visitor
/// could not do by hand.
fn actions() -> [Value; STEPS.len()] {
    [
        json!({
            "label": "Fill in /team create", "who": "ada", "command": "team create",
            "values": { "name": "Aurora", "preset": "campaigns" },
        }),
        json!({
            "label": "Fill in /invite email", "who": "ada", "command": "invite email", "values": { "role": "member" },
            "form": { "emails": "bo@aurora.example\ncy@aurora.example", "note": "Welcome aboard!" },
        }),
        json!({ "label": "Open the mailbox", "page": "/mailbox" }),
        json!({ "label": "Open the mailbox", "page": "/mailbox" }),
        json!({ "label": "Fill in /link", "who": "bo", "command": "link", "values": {} }),
        json!({
            "label": "Fill in /member role", "who": "ada", "command": "member role",
            "values": { "member": "bo@aurora.example", "role": "viewer" },
        }),
        json!({ "label": "Let 7 days pass", "advance": "week" }),
        json!({
            "label": "Fill in /invite resend", "who": "ada", "command": "invite resend",
            "values": { "invitation": "cy@aurora.example" },
        }),
    ]
}

/// A step as the page shows it.
pub struct Shown {
    pub title: &'static str,
    pub hint: &'static str,
    pub label: String,
    /// Where the button leads, when it is a link.
    pub page: Option<String>,
    /// What the script does for it otherwise.
    pub action: String,
}

/// All steps, as the page shows them.
pub fn shown() -> Vec<Shown> {
    let text = |action: &Value, key: &str| action[key].as_str().map(str::to_owned);
    let steps = STEPS.iter().zip(actions());
    steps
        .map(|(step, action)| Shown {
            title: step.title,
            hint: step.hint,
            label: text(&action, "label").unwrap_or_default(),
            page: text(&action, "page"),
            action: action.to_string(),
        })
        .collect()
}

/// How far the visitor has come. What has happened stays done.
#[derive(Debug, Default)]
pub struct Guide {
    done: Mutex<[bool; STEPS.len()]>,
    mail_opened: AtomicBool,
}

impl Guide {
    /// A mail was opened.
    pub fn mail_opened(&self) {
        self.mail_opened.store(true, Ordering::Relaxed);
    }

    /// Which steps are done. Only for the others it asks the database.
    pub async fn done(&self, console: &Console) -> Result<[bool; STEPS.len()], Error> {
        let mut done = *self.done.lock().unwrap_or_else(PoisonError::into_inner);
        if done.contains(&false) {
            let mut tx = console.jobs.db.read().await?;
            let teams = teams(&mut tx, console).await?;
            for (step, done) in STEPS.iter().zip(&mut done).filter(|(_, done)| !**done) {
                *done = match step.sign {
                    Sign::MailOpened => self.mail_opened.load(Ordering::Relaxed),
                    Sign::Logged(kinds) => is_logged(&mut tx, &teams, kinds).await?,
                };
            }
            *self.done.lock().unwrap_or_else(PoisonError::into_inner) = done;
        }
        Ok(done)
    }
}

/// Every team that anybody here is in.
async fn teams(tx: &mut Tx, console: &Console) -> Result<Vec<TeamId>, Error> {
    let mut teams = Vec::new();
    for user in console.people.users() {
        if let Some(account) = account::by_discord_user(tx, user.id.into()).await? {
            teams.extend(
                team::of_account(tx, account.id)
                    .await?
                    .into_iter()
                    .map(|team| team.id),
            );
        }
    }
    teams.sort_unstable();
    teams.dedup();
    Ok(teams)
}

async fn is_logged(tx: &mut Tx, teams: &[TeamId], kinds: &[Kind]) -> Result<bool, Error> {
    for team in teams {
        for kind in kinds {
            if activity::list(tx, *team, Some(*kind), Slice::page(0, 1))
                .await?
                .total
                > 0
            {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
