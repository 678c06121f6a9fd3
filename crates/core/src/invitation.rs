//! Invitations: offers of a role to an email address. Making, resending, cancelling and listing them; accepting is in
//! [`accept`].

pub mod accept;
mod again;
pub mod bulk;
pub mod code;
pub mod expiry;
pub mod preview;
pub mod reminder;
pub mod scheduled;
mod send;
pub mod sheet;
mod stretch;

pub use again::{Again, again};
pub(crate) use send::check_account;
pub(crate) use send::close_joined;
pub use send::{NewInvitation, Sent, check_role, resend, revoke, send};
pub use stretch::{api_token, one, stretch};

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use crate::actor::Grant;
use crate::column::words;
use crate::email::{self, Delivery};
use crate::env::Env;
use crate::error::Error;
use crate::ids::{AccountId, EmailId, InvitationId, TeamId};
use crate::member::like_prefix;
use crate::page::{Paged, Slice};
use crate::policy::{InvitationField, Permission, RoleKey};
use crate::text::EmailAddress;
use crate::token::{self, Purpose};
use crate::tx::{Tx, sql, sql_many};

words! {
    /// How far an invitation has come.
    Status {
        /// It waits for an answer.
        Pending = "pending",
        /// Somebody became a member by it.
        Accepted = "accepted",
        /// Its time ran out.
        Expired = "expired",
        /// It was cancelled.
        Revoked = "revoked",
        /// A newer one for the same address took its place.
        Replaced = "replaced",
        /// The invited person said no.
        Declined = "declined",
    }
}

/// An offer of a role to one email address.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Invitation {
    /// Which.
    pub id: InvitationId,
    /// To which team.
    pub team_id: TeamId,
    /// To whom.
    pub email: EmailAddress,
    /// The role offered.
    pub role: RoleKey,
    #[sqlx(rename = "status")]
    stored: Status,
    /// The life its link is in, from 1; reviving starts the next.
    pub generation: i64,
    pub(crate) nonce: Vec<u8>,
    /// What else the team asked for: first name, last name, phone.
    pub details: Json<BTreeMap<InvitationField, String>>,
    /// A few words from the inviter.
    pub note: Option<String>,
    /// Who invited.
    pub invited_by: AccountId,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When its latest mail was asked for.
    pub last_sent_at: DateTime<Utc>,
    /// From when on it is expired.
    pub expires_at: DateTime<Utc>,
}

impl Invitation {
    /// How far it has come: one whose time has run out is expired at once, whether or not the sweep has been by.
    pub fn status(&self, now: DateTime<Utc>) -> Status {
        match self.stored {
            Status::Pending if self.expires_at <= now => Status::Expired,
            stored => stored,
        }
    }
}

/// The columns of [`Invitation`], of `invitations i`.
macro_rules! invitation_columns {
    () => {
        "i.id, i.team_id, i.email, i.role, i.status, i.generation, i.nonce, i.details, i.note, i.invited_by,
         i.created_at, i.last_sent_at, i.expires_at"
    };
}
pub(crate) use invitation_columns;

/// Selects whole [`Invitation`]s by a condition on `invitations i`.
macro_rules! invitations_where {
    ($condition:literal) => {
        concat!(
            "select ",
            $crate::invitation::invitation_columns!(),
            " from invitations i where ",
            $condition
        )
    };
}
pub(crate) use invitations_where;

/// An invitation as lists show it.
#[derive(Debug, Clone)]
pub struct Row {
    /// The invitation itself.
    pub invitation: Invitation,
    /// Who invited, by name.
    pub inviter: String,
    /// Its latest mail.
    pub mail: Option<Delivery>,
}

/// The same as it comes from the database, which knows no row without a row.
#[derive(sqlx::FromRow)]
struct Joined {
    #[sqlx(flatten)]
    invitation: Invitation,
    inviter: String,
    mail_id: Option<EmailId>,
    mail_kind: Option<email::Kind>,
    mail_status: Option<email::Status>,
    mail_attempts: Option<i64>,
    mail_next: Option<DateTime<Utc>>,
    mail_code: Option<i64>,
    mail_text: Option<String>,
    mail_created: Option<DateTime<Utc>>,
    mail_sent: Option<DateTime<Utc>>,
}

impl From<Joined> for Row {
    fn from(joined: Joined) -> Self {
        let mail = || {
            Some(Delivery {
                id: joined.mail_id?,
                kind: joined.mail_kind?,
                status: joined.mail_status?,
                attempts: joined.mail_attempts?,
                next_attempt_at: joined.mail_next?,
                last_code: joined.mail_code,
                last_text: joined.mail_text,
                created_at: joined.mail_created?,
                sent_at: joined.mail_sent,
            })
        };
        Self {
            mail: mail(),
            invitation: joined.invitation,
            inviter: joined.inviter,
        }
    }
}

/// Selects whole rows of lists by a condition on `invitations i`.
macro_rules! joined_where {
    ($condition:literal) => {
        concat!(
            "select ",
            $crate::invitation::invitation_columns!(),
            ", a.display_name as inviter,
             e.id as mail_id, e.kind as mail_kind, e.status as mail_status, e.attempts as mail_attempts,
             e.next_attempt_at as mail_next, e.last_code as mail_code, e.last_text as mail_text,
             e.created_at as mail_created, e.sent_at as mail_sent
             from invitations i join accounts a on a.id = i.invited_by
             left join emails e on e.id = (
                 select l.id from emails l where l.invitation_id = i.id and l.kind in ('invitation', 'reminder')
                 order by l.created_at desc, l.id desc limit 1)
             where ",
            $condition
        )
    };
}
use joined_where;

/// Which invitations a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// Pending ones and those that have expired: what can still be resent.
    Open,
    /// Those of one status.
    Only(Status),
    /// Every one.
    All,
}

impl Filter {
    /// What is stored for those that are wanted: one status or another, and whether those of the pending ones are wanted
    /// that are live or whose time is over. What is stored as pending is expired once its time is over, so both are told
    /// apart by the clock.
    fn stored(self) -> (Option<Status>, Option<Status>, bool, bool) {
        match self {
            Self::Open => (Some(Status::Pending), Some(Status::Expired), true, true),
            Self::Only(Status::Pending) => (Some(Status::Pending), None, true, false),
            Self::Only(Status::Expired) => (Some(Status::Pending), Some(Status::Expired), false, true),
            Self::Only(status) => (Some(status), None, true, true),
            Self::All => (None, None, true, true),
        }
    }
}

/// Notes the tokens of an invitation's present generation, derived with the key of today, so that links with them are known.
pub(crate) async fn note_tokens(
    tx: &mut Tx,
    env: &Env,
    invitation: &Invitation,
    purposes: &[Purpose],
) -> Result<(), Error> {
    let mut hashes = Vec::with_capacity(purposes.len());
    for purpose in purposes {
        hashes.push((*purpose, derived(env, invitation, *purpose)?.1));
    }
    sql_many!(execute tx, &hashes,
        "insert into invitation_tokens (token_hash, team_id, invitation_id, generation, purpose)",
        |row, token| {
            let (purpose, hash) = token;
            row.push_bind(&hash[..]).push_bind(invitation.team_id).push_bind(invitation.id)
                .push_bind(invitation.generation).push_bind(*purpose);
        },
        " on conflict (token_hash) do nothing")?;
    Ok(())
}

/// The token of an invitation's present generation, derived with the key of today, and its hash.
pub(crate) fn derived(
    env: &Env,
    invitation: &Invitation,
    purpose: Purpose,
) -> Result<(String, [u8; 32]), Error> {
    let token = token::of_invitation(
        env,
        purpose,
        invitation.id,
        invitation.generation,
        &invitation.nonce,
    );
    let hash = token::hash(&token).ok_or_else(|| Error::internal("a derived token has the wrong form"))?;
    Ok((token, hash))
}

/// A slice of a team's invitations, newest first.
pub async fn list(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    filter: Filter,
    slice: Slice,
) -> Result<Paged<Row>, Error> {
    grant.demand(tx, Permission::MembersInvite)?;
    let (team, now) = (grant.team.id, env.now());
    let (wanted, or, live, lapsed) = filter.stored();
    let total = sql!(value i64, tx,
        "select count(*) from invitations i
         where i.team_id = $1 and ($2 is null or i.status = $2 or i.status = $3)
           and (i.status <> 'pending' or ($4 and i.expires_at > $6) or ($5 and i.expires_at <= $6))",
        team, wanted, or, live, lapsed, now)?;
    let slice = slice.within(total);
    let rows = sql!(fetch_all Joined, tx,
        joined_where!("i.team_id = $1 and ($2 is null or i.status = $2 or i.status = $3)
           and (i.status <> 'pending' or ($4 and i.expires_at > $6) or ($5 and i.expires_at <= $6))
         order by i.created_at desc, i.id desc limit $7 offset $8"),
        team, wanted, or, live, lapsed, now, slice.limit(), slice.offset())?;
    let rows = rows.into_iter().map(Row::from).collect();
    Ok(Paged::new(rows, total, slice))
}

/// One invitation of the grant's team.
pub async fn get(tx: &mut Tx, grant: &Grant, id: InvitationId) -> Result<Invitation, Error> {
    grant.demand(tx, Permission::InvitationsManage)?;
    sql!(lock Invitation, tx,
        invitations_where!("team_id = $1 and id = $2"), grant.team.id, id)?
    .ok_or(Error::NotFound("invitation"))
}

/// The open invitations whose address begins with a text, newest first, for completion; all of them when it is empty.
pub async fn search(tx: &mut Tx, grant: &Grant, text: &str, limit: i64) -> Result<Vec<Invitation>, Error> {
    grant.demand(tx, Permission::InvitationsManage)?;
    Ok(sql!(fetch_all Invitation, tx,
        invitations_where!("team_id = $1 and status in ('pending', 'expired') and email_key like $2 escape '\\'
             order by created_at desc, id desc limit $3"),
        grant.team.id, like_prefix(text), limit)?)
}

/// The one invitation that a text means: an id, a whole address, or the beginning of only one address.
pub async fn resolve(tx: &mut Tx, grant: &Grant, text: &str) -> Result<Invitation, Error> {
    if let Ok(id) = text.trim().parse() {
        return get(tx, grant, id).await;
    }
    let mut found = search(tx, grant, text, 26).await?;
    let key = text.trim().to_lowercase();
    // An address may have several that expired; the newest one is meant.
    if let Some(first) = found.iter().position(|invitation| invitation.email.key() == key) {
        return Ok(found.swap_remove(first));
    }
    match found.len() {
        1 => Ok(found.remove(0)),
        _ => Err(Error::NotFound("invitation")),
    }
}
