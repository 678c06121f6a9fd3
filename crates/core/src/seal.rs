//! What has to be read again and must not lie open in the database: sealed with AES-256-GCM by a key that is derived from
//! the secret key, for one purpose and one thing, and kept nowhere.

use openssl::symm::{Cipher, decrypt_aead, encrypt_aead};

use crate::env::Env;
use crate::error::Error;

const NONCE: usize = 12;
const TAG: usize = 16;

/// Seals a body. `purpose` and `parts` say what it is: it opens for the same ones only.
pub(crate) fn seal(env: &Env, purpose: &str, parts: &[&[u8]], body: &[u8]) -> Result<Vec<u8>, Error> {
    let key = env.keys().sign(purpose, parts);
    let (nonce, mut tag) = (env.random::<NONCE>(), [0; TAG]);
    let sealed = encrypt_aead(Cipher::aes_256_gcm(), &key, Some(&nonce), &[], body, &mut tag)
        .map_err(Error::internal)?;
    Ok([&nonce[..], &tag, &sealed].concat())
}

/// The body, if it was sealed with a key that we still have and nobody touched it.
pub(crate) fn open(env: &Env, purpose: &str, parts: &[&[u8]], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, rest) = sealed.split_at_checked(NONCE)?;
    let (tag, body) = rest.split_at_checked(TAG)?;
    env.keys()
        .sign_with_each(purpose, parts)
        .find_map(|key| decrypt_aead(Cipher::aes_256_gcm(), &key, Some(nonce), &[], body, tag).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::{Clock, Keys};
    use crate::password::Passwords;

    fn env(keys: &str) -> Env {
        Env::new(
            Clock::system(),
            Keys::parse(keys).unwrap(),
            Passwords::quick(),
            "example.org",
        )
    }

    #[test]
    fn what_is_sealed_opens_with_the_same_key_for_the_same_thing_only() {
        let keys = Keys::generate();
        let mut sealed = seal(&env(&keys), "test", &[b"a"], b"secret").unwrap();
        assert!(!sealed.windows(6).any(|part| part == b"secret"));
        assert_eq!(
            open(&env(&keys), "test", &[b"a"], &sealed).as_deref(),
            Some(&b"secret"[..])
        );
        let newer = format!("{},{keys}", Keys::generate());
        assert!(open(&env(&newer), "test", &[b"a"], &sealed).is_some());
        assert_eq!(open(&env(&Keys::generate()), "test", &[b"a"], &sealed), None);
        assert_eq!(open(&env(&keys), "test", &[b"b"], &sealed), None);
        assert_eq!(open(&env(&keys), "other", &[b"a"], &sealed), None);
        assert_eq!(open(&env(&keys), "test", &[b"a"], &sealed[..20]), None);
        *sealed.last_mut().unwrap() ^= 1;
        assert_eq!(open(&env(&keys), "test", &[b"a"], &sealed), None);
    }
}
