//! Everything the domain takes from its surroundings, as values: the clock, randomness, the secret keys, the presets, and
//! where webhooks may lead.
//!
//! No other place reads the time or draws random bytes (`clippy.toml` forbids it), so tests decide what time it is and
//! the demo can let a week pass.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use ulid::Ulid;

use crate::password::Passwords;
use crate::policy::Presets;
use crate::webhook::Reach;

/// The surroundings of the domain. Cheap to clone; clones share clock, keys and the guard of the password hasher.
#[derive(Clone)]
pub struct Env {
    clock: Clock,
    keys: Arc<Keys>,
    passwords: Passwords,
    mail_domain: Arc<str>,
    last_id: Arc<Mutex<Ulid>>,
    presets: Presets,
    reach: Arc<Reach>,
}

impl Env {
    /// Surroundings made of a clock, keys, the cost of a password, and the domain that mails come from.
    pub fn new(clock: Clock, keys: Keys, passwords: Passwords, mail_domain: &str) -> Self {
        Self {
            clock,
            keys: Arc::new(keys),
            passwords,
            mail_domain: mail_domain.into(),
            last_id: Arc::new(Mutex::new(Ulid::nil())),
            presets: Presets::shipped().clone(),
            reach: Arc::default(),
        }
    }

    /// The same with other presets than those that ship with Muster.
    pub fn with_presets(self, presets: Presets) -> Self {
        Self { presets, ..self }
    }

    /// The same with webhooks that may lead elsewhere than to the public internet.
    pub fn with_reach(self, reach: Reach) -> Self {
        Self {
            reach: Arc::new(reach),
            ..self
        }
    }

    /// The time now, in whole microseconds: what both databases can store.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The clock, for whoever may move it.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The keys that tokens, forms and the activity log are signed with.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// How passwords are hashed and checked.
    pub fn passwords(&self) -> &Passwords {
        &self.passwords
    }

    /// The domain that the ids of mails end with.
    pub fn mail_domain(&self) -> &str {
        &self.mail_domain
    }

    /// Where webhooks may lead.
    pub fn reach(&self) -> &Reach {
        &self.reach
    }

    /// The policies that new teams start from.
    pub fn presets(&self) -> &Presets {
        &self.presets
    }

    /// `N` random bytes from the operating system.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        random()
    }

    /// A new identifier; later ones of the same process sort after earlier ones.
    pub fn new_id<T: From<Ulid>>(&self) -> T {
        let millis = u64::try_from(self.now().timestamp_millis()).unwrap_or_default();
        let fresh = Ulid::from_parts(millis, u128::from_le_bytes(random()));
        let mut last = self
            .last_id
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        *last = match last.increment() {
            Ok(next) if last.timestamp_ms() >= millis => next,
            _ => fresh,
        };
        T::from(*last)
    }
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that draws randomness"
    )]
    // Without randomness no token would be secret: there is nothing sensible left to do.
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// Tells the time.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock plus an offset in microseconds, nought unless somebody moves it (the demo does).
    System(Arc<AtomicI64>),
    /// A clock that stands still until it is moved: microseconds since 1970. Tests use it.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self::System(Arc::default())
    }

    /// A clock that stands at `start`.
    pub fn manual(start: DateTime<Utc>) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(start.timestamp_micros())))
    }

    /// The time now.
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            Self::System(offset) => {
                #[expect(
                    clippy::disallowed_methods,
                    reason = "this is the one place that reads the clock"
                )]
                let now: DateTime<Utc> = SystemTime::now().into();
                (now + TimeDelta::microseconds(offset.load(Ordering::Relaxed))).trunc_subsecs(6)
            }
            Self::Manual(micros) => {
                DateTime::from_timestamp_micros(micros.load(Ordering::Relaxed)).unwrap_or_default()
            }
        }
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        let (Self::System(micros) | Self::Manual(micros)) = self;
        micros.fetch_add(
            i64::try_from(by.as_micros()).unwrap_or(i64::MAX),
            Ordering::Relaxed,
        );
    }
}

/// The secret keys: the first signs, all of them verify, so that a key can be changed without breaking what is out.
pub struct Keys(Vec<Hmac<Sha256>>);

/// A text that is not a list of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a secret key is 32 bytes in base64 (44 characters); several are separated by commas")]
pub struct BadKey;

impl Keys {
    /// Reads one or more keys of 32 bytes in base64, separated by commas; the first is the current one.
    pub fn parse(text: &str) -> Result<Self, BadKey> {
        use base64::Engine;
        let keys: Vec<[u8; 32]> = text
            .split(',')
            .map(|key| {
                base64::prelude::BASE64_STANDARD
                    .decode(key.trim())
                    .ok()?
                    .try_into()
                    .ok()
            })
            .collect::<Option<_>>()
            .ok_or(BadKey)?;
        if keys.is_empty() {
            Err(BadKey)
        } else {
            // Taking the key in is half of the work of a short signature: it is done once.
            let prepared = |key: [u8; 32]| Hmac::new_from_slice(&key).expect("HMAC takes keys of any length");
            Ok(Self(keys.into_iter().map(prepared).collect()))
        }
    }

    /// A new random key, in the form that [`Keys::parse`] reads.
    pub fn generate() -> String {
        use base64::Engine;
        base64::prelude::BASE64_STANDARD.encode(random::<32>())
    }

    /// HMAC-SHA256 with the current key. `purpose` keeps signatures of different things apart; every part is preceded by
    /// its length, so that no two lists of parts are signed alike.
    pub fn sign(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        mac(self.0[0].clone(), purpose, parts)
            .finalize()
            .into_bytes()
            .into()
    }

    /// What [`Keys::sign`] answers with each of the keys in turn, the current one first: for what was derived before a
    /// change of keys.
    pub fn sign_with_each(&self, purpose: &str, parts: &[&[u8]]) -> impl Iterator<Item = [u8; 32]> {
        self.0
            .iter()
            .map(move |key| mac(key.clone(), purpose, parts).finalize().into_bytes().into())
    }

    /// Whether `signature` was made by [`Keys::sign`] with any of the keys, compared in constant time.
    pub fn verify(&self, purpose: &str, parts: &[&[u8]], signature: &[u8]) -> bool {
        self.0
            .iter()
            .any(|key| mac(key.clone(), purpose, parts).verify_slice(signature).is_ok())
    }
}

fn mac(mut mac: Hmac<Sha256>, purpose: &str, parts: &[&[u8]]) -> Hmac<Sha256> {
    for part in std::iter::once(&purpose.as_bytes()).chain(parts) {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac
}

/// SHA-256: what the database keeps of a secret that somebody else holds.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_creation_even_within_one_millisecond() {
        let env = Env::new(
            Clock::manual(DateTime::from_timestamp(1_790_000_000, 0).unwrap()),
            Keys::parse(&Keys::generate()).unwrap(),
            Passwords::quick(),
            "example.org",
        );
        let ids: Vec<Ulid> = (0..1000).map(|_| env.new_id()).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn a_rotated_key_still_verifies_and_no_longer_signs() {
        let (old, new) = (Keys::generate(), Keys::generate());
        let signature = Keys::parse(&old).unwrap().sign("test", &[b"a"]);
        let both = Keys::parse(&format!("{new}, {old}")).unwrap();
        assert!(both.verify("test", &[b"a"], &signature));
        assert_ne!(both.sign("test", &[b"a"]), signature);
        assert!(!Keys::parse(&new).unwrap().verify("test", &[b"a"], &signature));
    }

    #[test]
    fn no_two_lists_of_parts_are_signed_alike() {
        let keys = Keys::parse(&Keys::generate()).unwrap();
        assert_ne!(keys.sign("t", &[b"ab", b"c"]), keys.sign("t", &[b"a", b"bc"]));
        assert_ne!(keys.sign("t", &[b"a"]), keys.sign("ta", &[]));
    }

    #[test]
    fn a_key_of_another_length_is_refused() {
        assert!(Keys::parse("c2hvcnQ=").is_err());
        assert!(Keys::parse("").is_err());
    }
}
