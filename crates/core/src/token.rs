//! Secrets that travel in links, and what the database keeps of them.
//!
//! The tokens of invitations and invite links are derived from the key and the row, so they can be mailed and shown again
//! without being stored; every other secret is random. Rows hold SHA-256 only.

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

/// What a token is derived for whose row keeps the one hash that it is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Derived {
    /// To join by an invite link.
    Link,
    /// To make an account and join.
    SignUp,
    /// To choose a new password.
    Reset,
    /// To prove the address of an account.
    Verify,
}

impl Derived {
    fn purpose(self) -> &'static str {
        match self {
            Self::Link => "invite link",
            Self::SignUp => "sign-up by invite link",
            Self::Reset => "new password",
            Self::Verify => "address of an account",
        }
    }

    /// A new token, derived with the key of today, and its hash.
    pub(crate) fn first(self, env: &Env, id: &str, nonce: &[u8]) -> Result<(String, [u8; 32]), Error> {
        let mac = env.keys().sign(self.purpose(), &[id.as_bytes(), nonce]);
        let token = BASE64_URL_SAFE_NO_PAD.encode(mac);
        let hash = hash(&token).ok_or_else(|| Error::internal("a derived token has the wrong form"))?;
        Ok((token, hash))
    }

    /// The token that a row knows by its hash, derived again; none when the key it was made with has been taken away.
    pub(crate) fn again(self, env: &Env, id: &str, nonce: &[u8], known: &[u8]) -> Option<String> {
        env.keys()
            .sign_with_each(self.purpose(), &[id.as_bytes(), nonce])
            .map(|mac| BASE64_URL_SAFE_NO_PAD.encode(mac))
            .find(|token| hash(token).is_some_and(|hash| hash == known))
    }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_text_panics_and_only_tokens_are_hashed(text in any::<String>(), letters in "[A-Za-z0-9_-]{40,46}") {
            prop_assert!(hash(&text).is_none_or(|_| text.len() == 43));
            prop_assert!(hash(&letters).is_none_or(|_| letters.len() == 43));
        }
    }
}
