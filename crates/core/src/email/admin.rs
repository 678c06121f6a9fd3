//! Mails as the operator of the queue meets them: behind a job that died.

use chrono::{DateTime, Utc};

use super::delivery::{self, MOST_ATTEMPTS};
use super::{Kind, Status, content};
use crate::error::Error;
use crate::ids::{EmailId, TeamId};
use crate::team;
use crate::text::EmailAddress;
use crate::tx::{Tx, sql};

/// A mail and its delivery, without saying whose it is.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Mail {
    /// Which.
    pub id: EmailId,
    /// What it is about.
    pub kind: Kind,
    /// How far it has come.
    pub status: Status,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next, if it waits.
    pub next_attempt_at: DateTime<Utc>,
    /// The mail server's latest reply code.
    pub last_code: Option<i64>,
    /// The mail server's latest reply, or why it could not be reached. Addresses in it are masked.
    pub last_text: Option<String>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When the mail server took it.
    pub sent_at: Option<DateTime<Utc>>,
}

/// One mail.
pub async fn get(tx: &mut Tx, id: EmailId) -> Result<Option<Mail>, Error> {
    let mail = sql!(fetch_optional Mail, tx,
        "select id, kind, status, attempts, next_attempt_at, last_code, last_text, created_at, sent_at
         from emails where id = $1", id)?;
    Ok(mail.map(|mail| Mail {
        last_text: mail.last_text.as_deref().map(without_addresses),
        ..mail
    }))
}

/// Masks whatever looks like an address: mail servers like to repeat it.
pub(super) fn without_addresses(text: &str) -> String {
    let part_of_one = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.@".contains(c);
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(part_of_one) {
        let word = &rest[start..];
        let end = word.find(|c| !part_of_one(c)).unwrap_or(word.len());
        let (word, after) = word.split_at(end);
        clean.push_str(&rest[..start]);
        if word.contains('@') {
            let masked = EmailAddress::parse(word.trim_end_matches('.')).map(|address| address.masked());
            clean.push_str(masked.as_deref().unwrap_or("…@…"));
        } else {
            clean.push_str(word);
        }
        rest = after;
    }
    clean + rest
}

/// Why a mail is not to be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unwanted {
    /// Its row is gone.
    Gone,
    /// The mail server has it.
    Sent,
    /// It was cancelled.
    Cancelled,
    /// What it is about is over: its link leads nowhere.
    Over,
}

/// Whether a mail could still leave, or why not. Locks it, its team first.
pub(crate) async fn may_leave(
    tx: &mut Tx,
    now: DateTime<Utc>,
    id: EmailId,
) -> Result<Result<(), Unwanted>, Error> {
    let team = sql!(values Option<TeamId>, tx, "select team_id from emails where id = $1", id)?;
    if let Some(Some(team)) = team.into_iter().next() {
        team::lock(tx, team).await?;
    }
    let Some((mail, status)) = delivery::get(tx, id).await? else {
        return Ok(Err(Unwanted::Gone));
    };
    Ok(match status {
        Status::Sent => Err(Unwanted::Sent),
        Status::Cancelled => Err(Unwanted::Cancelled),
        // The job finds out for itself.
        Status::Queued | Status::Sending => Ok(()),
        Status::Failed if content::still_wanted(tx, now, &mail).await? => Ok(()),
        Status::Failed => Err(Unwanted::Over),
    })
}

/// Lets a mail that had failed wait again, and be tried now. Its tries go on counting, which tells them apart, unless
/// there were as many as there may be.
pub(crate) async fn requeue(tx: &mut Tx, now: DateTime<Utc>, id: EmailId) -> Result<(), Error> {
    sql!(execute tx,
        "update emails set status = 'queued', next_attempt_at = $2,
                attempts = case when attempts >= $3 then 0 else attempts end
         where id = $1 and status = 'failed'", id, now, MOST_ATTEMPTS)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_loses_its_addresses_and_nothing_else() {
        for (said, shown) in [
            ("no such user", "no such user"),
            ("<bo@example.org>: unknown", "<b…@e….org>: unknown"),
            ("unknown: Bo+x@example.org.", "unknown: B…@e….org"),
            ("'bo@intranet' a@b@c, é@é", "…@… …@…, …@…"),
            ("5.1.1 https://example.org/x?y", "5.1.1 https://example.org/x?y"),
            ("@", "…@…"),
            ("", ""),
        ] {
            assert_eq!(without_addresses(said), shown);
        }
    }
}
