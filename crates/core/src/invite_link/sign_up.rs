//! Joining by a link without an account: an address is typed, a mail goes there, and who reads it makes the account.
//!
//! What is done and answered is the same whether or not the address has an account: one mail is asked for. What that mail
//! says is decided when it is sent, and read by nobody but the owner of the address.

use chrono::{DateTime, TimeDelta, Utc};

use super::join::{Joined, UNKNOWN, check_domain, check_open, enter, of_locked_team, open, refusal};
use super::{InviteLink, link_columns, links_where};
use crate::account;
use crate::email::join as mail;
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::{InviteLinkId, SignUpId, TeamId};
use crate::locale::Locale;
use crate::team::{self, Team};
use crate::text::EmailAddress;
use crate::token::{self, Derived};
use crate::tx::{Tx, sql};

/// How long the link in the mail works.
pub const LIFETIME: TimeDelta = TimeDelta::hours(24);
/// How many mails one invite link causes in an hour at most.
pub const HOURLY_LIMIT: i64 = 20;
/// How long an address is left in peace after such a mail, whatever link it came by.
pub const PAUSE: TimeDelta = TimeDelta::seconds(60);

const HOUR: TimeDelta = TimeDelta::hours(1);

/// A wish to join, until its address is proved.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SignUp {
    /// Which.
    pub id: SignUpId,
    /// To which team.
    pub team_id: TeamId,
    /// By which link.
    pub link_id: InviteLinkId,
    /// Whose address is to be proved.
    pub email: EmailAddress,
    nonce: Vec<u8>,
    token_hash: Vec<u8>,
    /// From when on the mailed link is dead.
    pub expires_at: DateTime<Utc>,
    used_at: Option<DateTime<Utc>>,
}

impl SignUp {
    /// Whether the link in its mail still works.
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.used_at.is_none() && self.expires_at > now
    }

    /// The secret of that link; none when the key it was made with has been taken away.
    pub(crate) fn token(&self, env: &Env) -> Option<String> {
        Derived::SignUp.again(env, &self.id.to_string(), &self.nonce, &self.token_hash)
    }
}

/// Selects whole [`SignUp`]s by a condition.
macro_rules! sign_ups_where {
    ($condition:literal) => {
        concat!(
            "select id, team_id, link_id, email, nonce, token_hash, expires_at, used_at from invite_link_sign_ups where ",
            $condition
        )
    };
}

/// Somebody without an account types an address on the page of a link: asks for the mail that goes there, in the language
/// of their browser.
pub async fn ask(
    tx: &mut Tx,
    env: &Env,
    token: &str,
    email: &EmailAddress,
    locale: Locale,
) -> Result<(), Error> {
    // Before the team is entered: from then on the wishes for other teams are out of sight.
    let paused = pause(tx, env, email).await?;
    let (link, team) = open(tx, token).await?;
    // An invitation of the address does not count for it here: nothing is proved yet, and a full team's answer would tell.
    check_open(tx, env, &team, &link, None).await?;
    check_domain(&link, Some(email))?;
    if let Some(until) = paused {
        return Err(Rule::Cooldown { until }.into());
    }
    check_rate(tx, env, &link).await?;
    let (id, now) = (env.new_id::<SignUpId>(), env.now());
    let nonce = env.random::<16>().to_vec();
    let (_, hash) = Derived::SignUp.first(env, &id.to_string(), &nonce)?;
    sql!(execute tx,
        "insert into invite_link_sign_ups (id, team_id, link_id, email, email_key, nonce, token_hash, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        id, team.id, link.id, email, email.key(), &nonce, &hash[..], now, now + LIFETIME)?;
    mail::ask(tx, env, team.id, id, email, locale).await
}

/// Until when an address is left in peace, counted from the wishes themselves, so that restarts and replicas change
/// nothing. They can be of several teams, whose locks do not keep them apart.
async fn pause(tx: &mut Tx, env: &Env, email: &EmailAddress) -> Result<Option<DateTime<Utc>>, Error> {
    let (key, now) = (email.key(), env.now());
    tx.hold(&format!("sign-up {key}")).await?;
    let last = sql!(value Option<DateTime<Utc>>, tx,
        "select max(created_at) from invite_link_sign_ups where email_key = $1 and created_at > $2 and created_at <= $3",
        &key, now - PAUSE, now)?;
    Ok(last.map(|last| last + PAUSE))
}

/// How many mails a link has caused, counted in the same way, under its team's lock.
async fn check_rate(tx: &mut Tx, env: &Env, link: &InviteLink) -> Result<(), Error> {
    let now = env.now();
    let recent = sql!(values DateTime<Utc>, tx,
        "select created_at from invite_link_sign_ups
         where team_id = $1 and link_id = $2 and created_at > $3 and created_at <= $4
         order by created_at desc limit $5",
        link.team_id, link.id, now - HOUR, now, HOURLY_LIMIT)?;
    match recent.last() {
        Some(oldest) if recent.len() as u64 >= HOURLY_LIMIT.unsigned_abs() => {
            let until = *oldest + HOUR;
            Err(Rule::SignUpLimit { until }.into())
        }
        _ => Ok(()),
    }
}

/// What the link in the mail shows.
#[derive(Debug)]
pub struct Shown {
    /// The proved address.
    pub email: EmailAddress,
    /// The team.
    pub team: Team,
    /// The name of the role that the invite link gives.
    pub role_name: String,
    /// Whether the address has an account by now.
    pub account_exists: bool,
    /// The secret of the invite link, to join by it as somebody signed in.
    pub link_token: Option<String>,
    /// Why it no longer works, if it does not.
    pub closed: Option<Error>,
}

/// What the link in the mail shows. Looking changes nothing.
pub async fn look(tx: &mut Tx, env: &Env, token: &str) -> Result<Shown, Error> {
    let sign_up = by_token(tx, token).await?;
    let (link, team) = link_of(tx, &sign_up).await?;
    let checked = if sign_up.is_open(env.now()) {
        check_open(tx, env, &team, &link, Some(&sign_up.email)).await
    } else {
        Err(Rule::SignUpOver.into())
    };
    Ok(Shown {
        role_name: team.policy.role_name(&link.role),
        account_exists: account::by_email(tx, &sign_up.email).await?.is_some(),
        link_token: link.token(env),
        email: sign_up.email,
        team,
        closed: refusal(checked)?,
    })
}

/// Who read the mail makes an account with its address, and is in. Once.
pub async fn finish(
    tx: &mut Tx,
    env: &Env,
    token: &str,
    (name, password_hash): (&str, &str),
    locale: Locale,
) -> Result<Joined, Error> {
    let sign_up = by_token(tx, token).await?;
    let (link, team) = link_of(tx, &sign_up).await?;
    let now = env.now();
    let used = sql!(execute tx,
        "update invite_link_sign_ups set used_at = $2 where id = $1 and used_at is null and expires_at > $2", sign_up.id, now)?;
    if used != 1 {
        return Err(Rule::SignUpOver.into());
    }
    check_open(tx, env, &team, &link, Some(&sign_up.email)).await?;
    let account = account::create(tx, env, name, &sign_up.email, password_hash, locale).await?;
    enter(tx, env, team, &link, account).await
}

async fn by_token(tx: &mut Tx, token: &str) -> Result<SignUp, Error> {
    let hash = token::hash(token).ok_or(UNKNOWN)?;
    sql!(fetch_optional SignUp, tx, sign_ups_where!("token_hash = $1"), &hash[..])?.ok_or(UNKNOWN)
}

async fn link_of(tx: &mut Tx, sign_up: &SignUp) -> Result<(InviteLink, Team), Error> {
    let link = sql!(fetch_one InviteLink, tx,
        links_where!("k.team_id = $1 and k.id = $2"), sign_up.team_id, sign_up.link_id)?;
    of_locked_team(tx, link).await
}

/// A wish with its link and team, as its mail is written from it.
pub(crate) async fn wanted(
    tx: &mut Tx,
    now: DateTime<Utc>,
    id: SignUpId,
) -> Result<Option<(SignUp, InviteLink, Team)>, Error> {
    let found = sql!(fetch_optional SignUp, tx, sign_ups_where!("id = $1"), id)?;
    let Some(sign_up) = found.filter(|sign_up| sign_up.is_open(now)) else {
        return Ok(None);
    };
    let link = sql!(fetch_optional InviteLink, tx,
        concat!("select ", link_columns!(), " from invite_links k join teams t on t.id = k.team_id
         where k.team_id = $1 and k.id = $2 and t.deleted_at is null"), sign_up.team_id, sign_up.link_id)?;
    let Some(link) = link.filter(|link| link.end(now).is_none()) else {
        return Ok(None);
    };
    let team = team::get(tx, link.team_id).await?;
    Ok(Some((sign_up, link, team)))
}
