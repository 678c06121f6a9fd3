//! What somebody wants to hear of. What concerns their access or their sign-in is told in any case.

use crate::error::Error;
use crate::ids::AccountId;
use crate::tx::{Tx, sql};

/// What can be wished for or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// That an invitation of theirs was not delivered: by mail, and by a direct message of the bot's.
    Undelivered,
    /// That they got another role, by mail, where the team's rules have such mails.
    RoleMails,
    /// That channels in which a team announces tell what concerns them.
    Announced,
}

/// What somebody wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Wishes {
    /// See [`Wish::Undelivered`].
    #[sqlx(rename = "wants_undelivered")]
    pub undelivered: bool,
    /// See [`Wish::RoleMails`].
    #[sqlx(rename = "wants_role_mails")]
    pub role_mails: bool,
    /// See [`Wish::Announced`].
    #[sqlx(rename = "wants_announced")]
    pub announced: bool,
}

/// What somebody wants.
pub async fn wishes(tx: &mut Tx, account: AccountId) -> Result<Wishes, Error> {
    sql!(fetch_optional Wishes, tx, "select wants_undelivered, wants_role_mails, wants_announced from accounts where id = $1", account)?
        .ok_or(Error::NotFound("account"))
}

/// Changes what somebody wants.
pub async fn wish(tx: &mut Tx, account: AccountId, what: Wish, wanted: bool) -> Result<Wishes, Error> {
    let text = match what {
        Wish::Undelivered => "update accounts set wants_undelivered = $2 where id = $1",
        Wish::RoleMails => "update accounts set wants_role_mails = $2 where id = $1",
        Wish::Announced => "update accounts set wants_announced = $2 where id = $1",
    };
    sql!(execute tx, text, account, wanted)?;
    wishes(tx, account).await
}
