//! What was just done, said at the top of the page that follows. The address carries one word of a closed set and the number
//! of the entry in the log; a name is taken from that entry, and only from one of the reader's own of a moment ago.

use chrono::{DateTime, Utc};
use muster_core::Tx;
use muster_core::activity::{self, Entry, Kind};
use muster_core::error::Error;
use muster_core::member::UNDO;
use muster_core::policy::RoleKey;

use super::{Caller, Params, say};
use crate::web::words::Moment;

/// What a page says was done.
pub struct Flash {
    /// What.
    pub title: String,
    /// What follows from it.
    pub text: String,
    /// The entry of the log that can be taken back.
    pub undo: Option<i64>,
}

/// What the address says was done.
pub async fn flash(
    tx: &mut Tx,
    caller: &Caller,
    params: &Params,
    now: DateTime<Utc>,
) -> Result<Option<Flash>, Error> {
    let Some(word) = params.get("done") else {
        return Ok(None);
    };
    let entry = own_entry(tx, caller, params, now).await?;
    let name = entry
        .as_ref()
        .map_or_else(|| "That person".to_owned(), |entry| entry.subject.clone());
    let about = |title: &str, text: &str| {
        let name = || ("name", name.as_str().into());
        (say(title, &[name()]), say(text, &[name()]))
    };
    let plain = |title: &str, text: &str| (title.to_owned(), text.to_owned());
    let mut undo = None;
    let (title, text) = match word.as_str() {
        "invited" => plain(
            "The invitation is on its way.",
            "You see below how its mail fares.",
        ),
        "replaced" => plain(
            "The invitation is on its way.",
            "It took the place of the earlier one, whose link no longer works.",
        ),
        "resent" => plain("The invitation was sent again.", "Its link is the same."),
        "revived" => plain("The invitation is open again.", "It was mailed with a new link."),
        "revoked" => plain("The invitation is revoked.", "Its link no longer works."),
        "link-made" => plain("The link is ready.", "Copy it from the list below."),
        "link-disabled" => plain("The link is disabled.", "It lets nobody in any more."),
        "restored" => plain("The team is back.", "Everything is as it was."),
        "hook-saved" => plain("The webhook is changed.", ""),
        "hook-on" => plain("The webhook is on.", "It is sent what happens from now on."),
        "hook-off" => plain("The webhook is off.", "Nothing is sent until you turn it on."),
        "hook-test" => plain("A test is on its way.", "You see below what is answered."),
        "hook-again" => plain("The message is on its way again.", ""),
        "hook-deleted" => plain("The webhook is deleted.", "Nothing is sent to it any more."),
        "key-revoked" => plain("The key is revoked.", "Programs that use it are refused."),
        "gone" => plain(
            "There was nothing left to do.",
            "That person is no longer in the team.",
        ),
        "removed" => about("removed-title", "removed-text"),
        "deactivated" => about("deactivated-title", "deactivated-text"),
        "reactivated" => (
            say("reactivated-title", &[("name", name.as_str().into())]),
            "They have the role that they had before.".to_owned(),
        ),
        "transferred" => match &entry {
            Some(entry) => (role_done(caller, entry, "role"), after_transfer(caller, entry)),
            None => plain("The team has changed hands.", ""),
        },
        "role" => match &entry {
            Some(entry) => {
                undo = reversible(caller, entry).then_some(entry.seq);
                (role_done(caller, entry, "to"), before(caller, entry, undo, now))
            }
            None => plain("The role is changed.", "It counts from their next click on."),
        },
        _ => return Ok(None),
    };
    Ok(Some(Flash { title, text, undo }))
}

/// The entry that the address names, if the reader has just caused it.
async fn own_entry(
    tx: &mut Tx,
    caller: &Caller,
    params: &Params,
    now: DateTime<Utc>,
) -> Result<Option<Entry>, Error> {
    let Some(seq) = params.get("entry").and_then(|seq| seq.parse().ok()) else {
        return Ok(None);
    };
    match activity::get(tx, caller.standing.team.id, seq).await {
        Ok(entry) => {
            let own = entry.actor_id == Some(caller.actor.account) && now - entry.at <= UNDO;
            Ok(own.then_some(entry))
        }
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

fn role(caller: &Caller, entry: &Entry, detail: &str) -> String {
    let key = entry.detail(detail).and_then(|key| RoleKey::parse(&key).ok());
    key.map_or_else(
        || "?".to_owned(),
        |key| caller.standing.team.policy.role_name(&key),
    )
}

fn role_done(caller: &Caller, entry: &Entry, detail: &str) -> String {
    let role = role(caller, entry, detail);
    let name = entry.subject.as_str();
    say("role-done-title", &[("name", name.into()), ("role", role.into())])
}

fn after_transfer(caller: &Caller, entry: &Entry) -> String {
    format!(
        "Whoever had that role is {} now.",
        role(caller, entry, "left_with")
    )
}

fn before(caller: &Caller, entry: &Entry, undo: Option<i64>, now: DateTime<Utc>) -> String {
    let from = ("from", role(caller, entry, "from").into());
    match undo {
        Some(_) => {
            let until = Moment::new(entry.at + UNDO, now).away;
            say("role-done-undo", &[from, ("until", until.into())])
        }
        None => say("role-done", &[from]),
    }
}

/// Whether a change of role can be taken back with one press: not one to or from the top role, which is asked about first.
fn reversible(caller: &Caller, entry: &Entry) -> bool {
    let top = caller.standing.team.policy.top_role().as_str();
    entry.kind == Kind::RoleChanged
        && ["from", "to"]
            .into_iter()
            .all(|detail| entry.detail(detail).is_some_and(|key| key != top))
}
