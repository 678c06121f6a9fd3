//! Linking a Discord user to an account: started by `/link` or on a page, carried through Discord's sign-in, ended by
//! the person's own confirmation on a page that shows both names.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use crate::account;
use crate::activity::{self, Kind, NewEntry, Surface};
use crate::actor::Actor;
use crate::email::notice;
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::{AccountId, DiscordUserId, TeamId};
use crate::message;
use crate::message::Message;
use crate::seal;
use crate::session::Session;
use crate::team;
use crate::token;
use crate::tx::{Tx, sql};

/// How long an attempt to link stays open.
pub const LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// A Discord user, as Discord names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscordUser {
    /// Who.
    pub id: DiscordUserId,
    /// Their user name.
    pub username: String,
    /// The hash that names their picture, if they have one.
    pub avatar: Option<String>,
}

/// An attempt to link.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Attempt {
    /// The Discord user who ran `/link`, if it began there.
    pub started_by: Option<DiscordUserId>,
    /// Their user name.
    pub started_name: Option<String>,
    session_hash: Option<Vec<u8>>,
    /// The Discord user who signed in at Discord.
    found_user_id: Option<DiscordUserId>,
    found_username: Option<String>,
    found_avatar: Option<String>,
    expires_at: DateTime<Utc>,
    used_at: Option<DateTime<Utc>>,
}

impl Attempt {
    /// Who signed in at Discord, once somebody has.
    pub fn found(&self) -> Option<DiscordUser> {
        Some(DiscordUser {
            id: self.found_user_id?,
            username: self.found_username.clone()?,
            avatar: self.found_avatar.clone(),
        })
    }
}

/// Starts an attempt; answers the secret of its page. `by` is the Discord user who ran `/link`.
pub async fn start(tx: &mut Tx, env: &Env, by: Option<&DiscordUser>) -> Result<String, Error> {
    let nonce = token::random(env);
    let now = env.now();
    sql!(execute tx,
        "insert into link_attempts (nonce_hash, started_by, started_name, created_at, expires_at)
         values ($1, $2, $3, $4, $5)",
        &hash(&nonce)?[..], by.map(|user| user.id), by.map(|user| user.username.clone()), now, now + LIFETIME)?;
    Ok(nonce)
}

/// The attempt of a page, as long as it is open: not used, not too old, and, once a browser has gone to Discord with it,
/// that browser's only.
pub async fn look(tx: &mut Tx, env: &Env, session: Option<&Session>, nonce: &str) -> Result<Attempt, Error> {
    let attempt = sql!(lock Attempt, tx,
        "select started_by, started_name, session_hash, found_user_id, found_username, found_avatar, expires_at, used_at
         from link_attempts where nonce_hash = $1", &hash(nonce)?[..])?;
    let open = attempt.filter(|attempt| {
        let whose = attempt.session_hash.as_deref();
        attempt.used_at.is_none()
            && attempt.expires_at > env.now()
            && whose.is_none_or(|whose| session.is_some_and(|session| session.id_hash == whose))
    });
    open.ok_or_else(|| Rule::LinkDead.into())
}

/// The signed-in person goes to Discord: binds the attempt to their browser and answers the state to bring back.
pub async fn leave_for_discord(
    tx: &mut Tx,
    env: &Env,
    session: &Session,
    nonce: &str,
) -> Result<String, Error> {
    look(tx, env, Some(session), nonce).await?;
    let state = token::random(env);
    sql!(execute tx,
        "update link_attempts set session_hash = $2, state_hash = $3, found_user_id = null, found_username = null,
                                  found_avatar = null
         where nonce_hash = $1",
        &hash(nonce)?[..], &session.id_hash[..], &hash(&state)?[..])?;
    Ok(state)
}

/// The PKCE secret that belongs to a state: derived, so that it need not be stored.
pub fn pkce_verifier(env: &Env, state: &str) -> String {
    use base64::Engine;
    base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(env.keys().sign("pkce", &[state.as_bytes()]))
}

/// Somebody comes back from Discord with a state: uses the state up, so that it works once and in one browser.
pub async fn come_back(tx: &mut Tx, env: &Env, session: &Session, state: &str) -> Result<Returned, Error> {
    let state_hash = hash(state)?;
    let attempt = sql!(lock Attempt, tx,
        "select started_by, started_name, session_hash, found_user_id, found_username, found_avatar, expires_at, used_at
         from link_attempts where state_hash = $1", &state_hash[..])?;
    let ours = attempt.is_some_and(|attempt| {
        attempt.used_at.is_none()
            && attempt.expires_at > env.now()
            && attempt.session_hash.as_deref() == Some(&session.id_hash)
    });
    if !ours {
        return Err(Rule::LinkDead.into());
    }
    let nonce_hash = sql!(value Vec<u8>, tx,
        "update link_attempts set state_hash = null where state_hash = $1 returning nonce_hash", &state_hash[..])?;
    Ok(Returned { nonce_hash })
}

/// An attempt whose state was used up, waiting to hear who signed in.
#[derive(Debug)]
pub struct Returned {
    nonce_hash: Vec<u8>,
}

/// Discord has said who signed in. The page is known by a fresh secret from here on, which is answered: the old one
/// stood in a link.
pub async fn found(tx: &mut Tx, env: &Env, returned: &Returned, user: &DiscordUser) -> Result<String, Error> {
    came_back(tx, env, returned, Some(user)).await
}

/// Discord has not said who signed in: the page is known by a fresh secret, and from there it can be tried again.
pub async fn not_found(tx: &mut Tx, env: &Env, returned: &Returned) -> Result<String, Error> {
    came_back(tx, env, returned, None).await
}

async fn came_back(
    tx: &mut Tx,
    env: &Env,
    returned: &Returned,
    user: Option<&DiscordUser>,
) -> Result<String, Error> {
    let nonce = token::random(env);
    let (id, username) = (user.map(|user| user.id), user.map(|user| user.username.clone()));
    let avatar = user.and_then(|user| user.avatar.clone());
    let noted = sql!(execute tx,
        "update link_attempts set nonce_hash = $2, found_user_id = $3, found_username = $4, found_avatar = $5
         where nonce_hash = $1 and used_at is null and expires_at > $6",
        &returned.nonce_hash, &hash(&nonce)?[..], id, username, avatar, env.now())?;
    if noted == 1 {
        Ok(nonce)
    } else {
        Err(Rule::LinkDead.into())
    }
}

/// Seals the token by which Discord lets us add somebody to a server, for their browser to keep until they have confirmed on
/// the page with this secret. We keep it nowhere.
pub fn seal_token(env: &Env, nonce: &str, token: &str) -> Result<Vec<u8>, Error> {
    seal::seal(env, "server", &[nonce.as_bytes()], token.as_bytes())
}

/// The token that was sealed for this page.
pub fn open_token(env: &Env, nonce: &str, sealed: &[u8]) -> Option<String> {
    let token = seal::open(env, "server", &[nonce.as_bytes()], sealed)?;
    String::from_utf8(token).ok()
}

/// The person confirms, having seen both names: from now on that Discord user acts as this account.
pub async fn confirm(tx: &mut Tx, env: &Env, session: &Session, nonce: &str) -> Result<DiscordUser, Error> {
    let attempt = look(tx, env, Some(session), nonce).await?;
    let user = attempt.found().ok_or(Rule::LinkDead)?;
    // Whoever ran `/link` and whoever signed in at Discord have to be the same: nobody finishes what another began.
    if let Some(started) = attempt.started_by.filter(|started| *started != user.id) {
        let started = attempt.started_name.unwrap_or_else(|| started.to_string());
        return Err(Rule::LinkOther {
            started,
            found: user.username,
        }
        .into());
    }
    let (account, now) = (session.account.id, env.now());
    sql!(execute tx, "update link_attempts set used_at = $2 where nonce_hash = $1", &hash(nonce)?[..], now)?;
    let taken = |sentence: Message| Err(Rule::LinkTaken { sentence }.into());
    match of_discord_user(tx, user.id).await? {
        Some(owner) if owner == account => return Ok(user),
        Some(_) => {
            return taken(message!("discord-user-taken", username = user.username));
        }
        None => {}
    }
    if of_account(tx, account).await?.is_some() {
        return taken(message!("discord-account-taken"));
    }
    let linked = sql!(execute tx,
        "insert into discord_links (discord_user_id, account_id, username, linked_at) values ($1, $2, $3, $4)
         on conflict do nothing",
        user.id, account, &user.username, now)?;
    if linked != 1 {
        return Err(Rule::Stale.into());
    }
    for team in team::of_account(tx, account).await? {
        let entry = NewEntry {
            kind: Kind::DiscordLinked,
            actor: Some(account),
            surface: Surface::Web,
            subject: session.account.display_name.clone(),
            details: serde_json::json!({ "username": user.username }),
        };
        activity::append(tx, env, team.id, entry).await?;
    }
    notice::discord_linked(tx, env, &session.account, &user.username).await?;
    Ok(user)
}

/// Whether the account can do without Discord, and the name of the Discord user it is linked to.
pub async fn check_unlink(tx: &mut Tx, id: AccountId) -> Result<String, Error> {
    let username = of_account(tx, id).await?.ok_or(Rule::NotLinked)?;
    if account::get(tx, id).await?.email.is_none() {
        return Err(Rule::OnlyLogin.into());
    }
    Ok(username)
}

/// The Discord user no longer acts as the actor's account, from the next interaction on.
pub async fn unlink(tx: &mut Tx, env: &Env, actor: Actor) -> Result<String, Error> {
    let account = actor.account;
    let username = check_unlink(tx, account).await?;
    let owner = account::get(tx, account).await?;
    let teams: BTreeSet<TeamId> = team::of_account(tx, account)
        .await?
        .iter()
        .map(|team| team.id)
        .collect();
    team::lock_all(tx, &teams).await?;
    sql!(execute tx, "delete from discord_links where account_id = $1", account)?;
    for team in teams {
        let entry = NewEntry {
            kind: Kind::DiscordUnlinked,
            actor: Some(account),
            surface: actor.surface,
            subject: owner.display_name.clone(),
            details: serde_json::json!({ "username": username }),
        };
        activity::append(tx, env, team, entry).await?;
    }
    notice::discord_unlinked(tx, env, &owner, &username).await?;
    Ok(username)
}

/// The Discord user an account is linked to, by name.
pub async fn of_account(tx: &mut Tx, account: AccountId) -> Result<Option<String>, Error> {
    let found = sql!(values String, tx, "select username from discord_links where account_id = $1", account)?;
    Ok(found.into_iter().next())
}

async fn of_discord_user(tx: &mut Tx, user: DiscordUserId) -> Result<Option<AccountId>, Error> {
    let found =
        sql!(values AccountId, tx, "select account_id from discord_links where discord_user_id = $1", user)?;
    Ok(found.into_iter().next())
}

fn hash(secret: &str) -> Result<[u8; 32], Error> {
    token::hash(secret).ok_or_else(|| Rule::LinkDead.into())
}
