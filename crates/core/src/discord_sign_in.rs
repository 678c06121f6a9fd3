//! Signing in at Discord, for whoever's account is linked to a Discord user. It makes and links nothing.

use chrono::TimeDelta;

use crate::account::{self, Means, Proved};
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::DiscordUserId;
use crate::limit::Client;
use crate::token;
use crate::tx::{Tx, sql};

/// How long a browser may take at Discord.
pub const LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// A browser goes to Discord: answers the state to bring back. `browser` is the secret that it has with us.
pub async fn start(tx: &mut Tx, env: &Env, browser: &str, client: &Client) -> Result<String, Error> {
    client.may_sign_in(tx, env).await?;
    let state = token::random(env);
    sql!(execute tx,
        "insert into discord_sign_ins (state_hash, browser_hash, expires_at) values ($1, $2, $3)",
        &hash(&state)?[..], &hash(browser)?[..], env.now() + LIFETIME)?;
    Ok(state)
}

/// Whether a state that comes back from Discord is one to sign in with. It is used up, so that it works once; brought by
/// another browser, or too late, it is refused.
pub async fn come_back(tx: &mut Tx, env: &Env, browser: &str, state: &str) -> Result<bool, Error> {
    let Some(state) = token::hash(state) else {
        return Ok(false);
    };
    let ours = sql!(execute tx,
        "delete from discord_sign_ins where state_hash = $1 and browser_hash = $2 and expires_at > $3",
        &state[..], &hash(browser)?[..], env.now())?;
    if ours == 1 {
        return Ok(true);
    }
    let known =
        sql!(value i64, tx, "select count(*) from discord_sign_ins where state_hash = $1", &state[..])?;
    if known == 0 {
        Ok(false)
    } else {
        Err(Rule::DiscordSignInOver.into())
    }
}

/// The account of whoever signed in at Discord, if there is one.
pub async fn find(tx: &mut Tx, user: DiscordUserId) -> Result<Option<Proved>, Error> {
    let account = account::by_discord_user(tx, user).await?;
    Ok(account.map(|account| Proved {
        account: account.id,
        by: Means::Discord { user },
    }))
}

fn hash(secret: &str) -> Result<[u8; 32], Error> {
    token::hash(secret).ok_or_else(|| Rule::DiscordSignInOver.into())
}
