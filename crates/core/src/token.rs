//! Secrets that travel in links, and what the database keeps of them.
//!
//! An invitation's token is derived from the key, the invitation and its generation, so it can be mailed again without
//! being stored; every other secret is random. Rows hold SHA-256 only.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::column::words;
use crate::env::{Env, sha256};
use crate::error::Error;
use crate::ids::InvitationId;
use crate::tx::{Tx, sql};

words! {
    /// What a token of an invitation proves.
    Purpose {
        /// It was mailed to the invited address: who has it reads that mailbox.
        Mail = "mail",
        /// It was given to a program: it proves nothing about the mailbox.
        Api = "api",
    }
}

/// The token of an invitation: 43 characters that are safe in a path.
pub fn of_invitation(env: &Env, purpose: Purpose, id: InvitationId, generation: i64, nonce: &[u8]) -> String {
    let purpose = match purpose {
        Purpose::Mail => "invitation by mail",
        Purpose::Api => "invitation by api",
    };
    let mac = env.keys().sign(
        purpose,
        &[id.to_string().as_bytes(), &generation.to_be_bytes(), nonce],
    );
    BASE64_URL_SAFE_NO_PAD.encode(mac)
}

/// A new random token of 256 bits.
pub fn random(env: &Env) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(env.random::<32>())
}

/// What the database keeps of a token. Of a text that cannot be a token it answers nothing, without hashing it.
pub fn hash(token: &str) -> Option<[u8; 32]> {
    (token.len() == 43 && BASE64_URL_SAFE_NO_PAD.decode(token).is_ok()).then(|| sha256(token.as_bytes()))
}

/// Whether a link is known by this hash.
pub(crate) async fn is_noted(tx: &mut Tx, hash: &[u8; 32]) -> Result<bool, Error> {
    let noted =
        sql!(value i64, tx, "select count(*) from invitation_tokens where token_hash = $1", &hash[..])?;
    Ok(noted > 0)
}
