//! Mails as the operator of the queue meets them: behind a job that died.

use chrono::{DateTime, Utc};

use super::delivery::{self, MOST_ATTEMPTS};
use super::{Delivery, Status, content};
use crate::error::Error;
use crate::ids::{EmailId, TeamId};
use crate::team;
use crate::text::without_addresses;
use crate::tx::{Tx, sql};

/// One mail and its delivery, without saying whose it is: addresses in what the mail server said are masked.
pub async fn get(tx: &mut Tx, id: EmailId) -> Result<Option<Delivery>, Error> {
    let mail = sql!(fetch_optional Delivery, tx,
        "select id, kind, status, attempts, next_attempt_at, last_code, last_text, created_at, sent_at
         from emails where id = $1", id)?;
    Ok(mail.map(|mail| Delivery {
        last_text: mail.last_text.as_deref().map(without_addresses),
        ..mail
    }))
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
        team::lock_row(tx, team).await?;
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
