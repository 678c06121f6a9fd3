//! The code that proves an invited address. Whoever has the link that a program got reads the invited mailbox only if they
//! can say what was mailed there: six digits, for ten minutes, with five tries, all of it counted in the database.
//!
//! The code is derived from its row and stored nowhere. Only the newest one of an invitation counts.

use chrono::{DateTime, TimeDelta, Utc};

use super::accept::{Known, by_token, closed, reload};
use super::{Invitation, invitations_where};
use crate::email::delivery::Claimed;
use crate::email::{self, NewMail};
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::InvitationId;
use crate::message;
use crate::message::Message;
use crate::suppression;
use crate::team;
use crate::tx::{Tx, sql};

/// How long a code counts.
pub const LIFETIME: TimeDelta = TimeDelta::minutes(10);
/// How often one can be tried.
pub const TRIES: i64 = 5;
/// The pause between two codes of one invitation.
const PAUSE: TimeDelta = TimeDelta::seconds(60);
/// How many codes one invitation causes in an hour.
const AN_HOUR: i64 = 5;
const HOUR: TimeDelta = TimeDelta::hours(1);

/// Why a code was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// It is another.
    Wrong {
        /// How often one can still try.
        left: i64,
    },
    /// It is too old, was tried too often, or there is none.
    Over,
}

impl Trouble {
    /// The stable name of it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Wrong { .. } => "CODE-WRONG",
            Self::Over => "CODE-OVER",
        }
    }

    /// What happened and what to do.
    pub fn message(self) -> Message {
        match self {
            Self::Wrong { left } => message!("code-wrong", left = left),
            Self::Over => message!("code-over"),
        }
    }
}

/// That somebody said the code which was mailed to an invited address.
#[derive(Debug, Clone, Copy)]
pub struct Proof {
    invitation: InvitationId,
    generation: i64,
}

impl Proof {
    pub(super) fn is_of(self, invitation: &Invitation) -> bool {
        (self.invitation, self.generation) == (invitation.id, invitation.generation)
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    nonce: Vec<u8>,
    tries: i64,
    hour: DateTime<Utc>,
    mailed: i64,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

async fn row(tx: &mut Tx, invitation: InvitationId) -> Result<Option<Row>, Error> {
    Ok(sql!(fetch_optional Row, tx,
        "select nonce, tries, hour, mailed, created_at, expires_at from invitation_codes where invitation_id = $1", invitation)?)
}

/// The six digits of a signature.
fn digits(signature: [u8; 32]) -> String {
    let number = signature
        .first_chunk()
        .map_or(0, |first| u64::from_be_bytes(*first));
    format!("{:06}", number % 1_000_000)
}

const PURPOSE: &str = "code of an invitation";

/// Mails a code to the invited address of an open invitation.
pub async fn ask(tx: &mut Tx, env: &Env, token: &str) -> Result<Invitation, Error> {
    let (invitation, now) = (open(tx, env, token).await?, env.now());
    suppression::check(tx, &invitation.email).await?;
    let before = row(tx, invitation.id).await?.filter(|row| row.created_at <= now);
    if let Some(before) = &before
        && now < before.created_at + PAUSE
    {
        return Err(Rule::Cooldown {
            until: before.created_at + PAUSE,
        }
        .into());
    }
    let (hour, mailed) = match &before {
        Some(before) if now < before.hour + HOUR => (before.hour, before.mailed),
        _ => (now, 0),
    };
    if mailed >= AN_HOUR {
        return Err(Rule::SignUpLimit { until: hour + HOUR }.into());
    }
    let nonce = env.random::<16>();
    sql!(execute tx,
        "insert into invitation_codes (invitation_id, team_id, nonce, tries, hour, mailed, created_at, expires_at)
         values ($1, $2, $3, 0, $4, $5, $6, $7)
         on conflict (invitation_id) do update
         set nonce = excluded.nonce, tries = 0, hour = excluded.hour, mailed = excluded.mailed,
             created_at = excluded.created_at, expires_at = excluded.expires_at",
        invitation.id, invitation.team_id, &nonce[..], hour, mailed + 1, now, now + LIFETIME)?;
    let mail = NewMail::of_invitation(email::Kind::InvitationCode, &invitation);
    email::queue(tx, env, mail).await?;
    Ok(invitation)
}

/// Tries a code. The try counts whatever comes of it, so the caller commits in any case.
pub async fn attempt(
    tx: &mut Tx,
    env: &Env,
    token: &str,
    said: &str,
) -> Result<Result<Proof, Trouble>, Error> {
    let invitation = open(tx, env, token).await?;
    let now = env.now();
    let live = |row: &Row| row.tries < TRIES && row.created_at <= now && now < row.expires_at;
    let Some(row) = row(tx, invitation.id).await?.filter(live) else {
        return Ok(Err(Trouble::Over));
    };
    sql!(execute tx, "update invitation_codes set tries = tries + 1 where invitation_id = $1", invitation.id)?;
    let said: String = said.chars().filter(|c| !c.is_whitespace()).collect();
    let id = invitation.id.to_string();
    let right = env
        .keys()
        .sign_with_each(PURPOSE, &[id.as_bytes(), &row.nonce])
        .any(|signature| digits(signature) == said);
    if right {
        return Ok(Ok(Proof {
            invitation: invitation.id,
            generation: invitation.generation,
        }));
    }
    Ok(Err(match TRIES - row.tries - 1 {
        0 => Trouble::Over,
        left => Trouble::Wrong { left },
    }))
}

/// The invitation of a token, if it is open, with its team locked.
async fn open(tx: &mut Tx, env: &Env, token: &str) -> Result<Invitation, Error> {
    let Known {
        invitation,
        token_generation,
        ..
    } = by_token(tx, token).await?;
    let team = team::of_link(tx, invitation.team_id, "invitation").await?;
    let invitation = reload(tx, &invitation).await?;
    super::accept::check_offer(tx, &team, &invitation).await?;
    match closed(&invitation, token_generation, env.now()) {
        Some(rule) => Err(rule.into()),
        None => Ok(invitation),
    }
}

/// A code as its mail tells it.
#[derive(Debug, Clone)]
pub struct Mailed {
    /// The six digits.
    pub code: String,
    /// The team's name.
    pub team: String,
    /// From when on it counts no more.
    pub expires_at: DateTime<Utc>,
}

/// The code that a mail is about, if it still counts and the invitation is open.
pub(crate) async fn read(tx: &mut Tx, env: &Env, mail: &Claimed) -> Result<Option<Mailed>, Error> {
    let Some((invitation, row)) = live(tx, env.now(), mail).await? else {
        return Ok(None);
    };
    let team = team::get(tx, invitation.team_id).await?;
    let id = invitation.id.to_string();
    Ok(Some(Mailed {
        code: digits(env.keys().sign(PURPOSE, &[id.as_bytes(), &row.nonce])),
        team: team.name,
        expires_at: row.expires_at,
    }))
}

/// Whether the code of a mail still leads anywhere.
pub(crate) async fn counts(tx: &mut Tx, now: DateTime<Utc>, mail: &Claimed) -> Result<bool, Error> {
    Ok(live(tx, now, mail).await?.is_some())
}

async fn live(tx: &mut Tx, now: DateTime<Utc>, mail: &Claimed) -> Result<Option<(Invitation, Row)>, Error> {
    let found = sql!(fetch_optional Invitation, tx,
        invitations_where!("i.id = $1 and not exists (select 1 from suppressions where address_hash = $2)
            and exists (select 1 from teams t where t.id = i.team_id and t.deleted_at is null)"),
        mail.invitation_id, suppression::hash(&mail.to_address))?;
    let Some(invitation) = found.filter(|found| closed(found, mail.generation, now).is_none()) else {
        return Ok(None);
    };
    let row = row(tx, invitation.id).await?;
    // A later mail has the code that counts.
    let row = row.filter(|row| now < row.expires_at && row.created_at <= mail.created_at);
    Ok(row.map(|row| (invitation, row)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_six_digits() {
        assert_eq!(digits([0; 32]), "000000");
        let mut signature = [0; 32];
        signature[7] = 42;
        assert_eq!(digits(signature), "000042");
        assert_eq!(digits([255; 32]).len(), 6);
    }
}
