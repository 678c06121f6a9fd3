//! The secrets of API keys: `mstr_ID_SECRET`, shown once and then known by their hash alone.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};

use super::{ApiKey, Trouble, get, log};
use crate::activity::Kind;
use crate::actor::Grant;
use crate::env::{Env, sha256};
use crate::error::{Error, Rule};
use crate::ids::ApiKeyId;
use crate::message;
use crate::policy::Permission;
use crate::tx::{Tx, sql};

/// How long a secret still works after it was changed.
pub const OVERLAP: TimeDelta = TimeDelta::hours(24);

const BEGINS: &str = "mstr_";

/// What every secret of a key begins with.
pub(super) fn prefix(id: ApiKeyId) -> String {
    format!("{BEGINS}{id}_")
}

/// The id in a text that has the form of a key.
pub(super) fn id_in(text: &str) -> Option<ApiKeyId> {
    let (id, secret) = text.strip_prefix(BEGINS)?.split_once('_')?;
    // As we write them, and no other spelling of the same bytes.
    let id = (id.len() == 26).then(|| id.parse::<ApiKeyId>().ok()).flatten()?;
    let bytes = (secret.len() == 43)
        .then(|| BASE64_URL_SAFE_NO_PAD.decode(secret).ok())
        .flatten()?;
    (bytes.len() == 32 && text.starts_with(&prefix(id))).then_some(id)
}

/// How a presented text stands to the secrets of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fits {
    /// It is the secret of today, or the one before while that still works.
    Yes,
    /// It was the secret before, and its time is over.
    Before,
    /// It is none of them.
    No,
}

/// Whether a text is a secret of this key.
pub(super) fn fits(key: &ApiKey, presented: &str, now: DateTime<Utc>) -> Fits {
    let hash = sha256(presented.as_bytes());
    let is = |known: &Option<Vec<u8>>| known.as_deref() == Some(&hash[..]);
    if is(&key.secret_hash) {
        Fits::Yes
    } else if is(&key.old_hash) {
        match key.old_until {
            Some(until) if now < until => Fits::Yes,
            _ => Fits::Before,
        }
    } else {
        Fits::No
    }
}

/// Shows the secret of a key, for the first and only time: until now it had none.
pub async fn show(tx: &mut Tx, env: &Env, grant: &Grant, id: ApiKeyId) -> Result<(ApiKey, String), Error> {
    let (mut key, text) = fresh(tx, env, grant, id).await?;
    let hash = sha256(text.as_bytes()).to_vec();
    let shown = sql!(execute tx,
        "update api_keys set secret_hash = $3 where team_id = $1 and id = $2 and secret_hash is null", grant.team.id, id, &hash)?;
    if shown != 1 {
        return Err(Trouble::Shown.into());
    }
    key.secret_hash = Some(hash);
    Ok((key, text))
}

/// Gives a key another secret and shows it. The one before works for another day; one before that ends at once.
pub async fn rotate(tx: &mut Tx, env: &Env, grant: &Grant, id: ApiKeyId) -> Result<(ApiKey, String), Error> {
    let (mut key, text) = fresh(tx, env, grant, id).await?;
    if !key.is_shown() {
        return show(tx, env, grant, id).await;
    }
    let (hash, until) = (sha256(text.as_bytes()).to_vec(), env.now() + OVERLAP);
    let rotated = sql!(execute tx,
        "update api_keys set old_hash = secret_hash, old_until = $4, secret_hash = $3 where team_id = $1 and id = $2",
        grant.team.id, id, &hash, until)?;
    if rotated != 1 {
        return Err(Rule::Stale.into());
    }
    key.old_hash = key.secret_hash.replace(hash);
    key.old_until = Some(until);
    log(tx, env, grant, Kind::ApiKeyRotated, &key).await?;
    Ok((key, text))
}

/// A new secret for a key that is not over, for whoever made it: it acts in their name, so nobody else gets to see one.
async fn fresh(tx: &mut Tx, env: &Env, grant: &Grant, id: ApiKeyId) -> Result<(ApiKey, String), Error> {
    let row = own(tx, env, grant, id).await?;
    let secret = BASE64_URL_SAFE_NO_PAD.encode(env.random::<32>());
    Ok((row, format!("{}{secret}", prefix(id))))
}

/// Refuses everybody but whoever made a key to see a secret of it.
pub async fn own(tx: &mut Tx, env: &Env, grant: &Grant, id: ApiKeyId) -> Result<ApiKey, Error> {
    grant.demand(tx, Permission::ApiKeysManage)?;
    let row = get(tx, grant, id).await?;
    if row.key.created_by != grant.actor.account {
        return Err(Error::Denied(message!("api-key-not-yours", name = row.maker)));
    }
    match row.key.end(env.now()) {
        Some(end) => Err(Trouble::Over(end).into()),
        None => Ok(row.key),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ulid::Ulid;

    use super::*;

    const SECRET: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    #[test]
    fn only_what_we_could_have_made_is_a_key() {
        let id = ApiKeyId::from(Ulid(7));
        let good = format!("{}{SECRET}", prefix(id));
        assert_eq!(id_in(&good), Some(id));
        for bad in [
            String::new(),
            "mstr_".to_owned(),
            SECRET.to_owned(),
            good.to_lowercase(),
            good.replace("mstr", "MSTR"),
            format!(" {good}"),
            format!("{good}="),
            format!("{}A", &good[..good.len() - 1].replace('A', "+")),
            good[..good.len() - 1].to_owned(),
            format!("mstr_{id}_"),
            format!("mstr__{SECRET}"),
        ] {
            assert_eq!(id_in(&bad), None, "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in any::<String>(), tail in "[A-Za-z0-9_-]{0,80}") {
            let _ = id_in(&text);
            let _ = id_in(&format!("mstr_{tail}"));
            let _ = id_in(&format!("mstr_{}_{tail}", Ulid(u128::from(text.len() as u64))));
        }
    }
}
