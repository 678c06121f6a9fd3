//! Passwords: which are good enough, and how they are hashed and checked without stalling anybody else.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::error::{Error, Rule};
use crate::message;

/// The shortest password, in characters.
pub const MIN_LENGTH: usize = 12;
/// The longest password, in characters: hashing more would let a form keep a core busy.
pub const MAX_LENGTH: usize = 128;

/// Hashes and checks passwords: Argon2id, at most one a core at a time, never on the threads that serve requests.
#[derive(Clone)]
pub struct Passwords {
    argon2: Arc<Argon2<'static>>,
    turns: Arc<Semaphore>,
    /// The hash of nothing in particular: checking against it costs what checking a real one costs.
    dummy: Arc<str>,
}

impl Passwords {
    /// 19 MiB, two passes, one lane: the second of the equivalent settings that OWASP recommends for Argon2id.
    pub fn strong() -> Self {
        Self::with(19 * 1024, 2)
    }

    /// The cheapest hash that Argon2 allows, for tests that sign many people in.
    #[cfg(any(test, feature = "testing"))]
    pub fn quick() -> Self {
        Self::with(Params::MIN_M_COST, 1)
    }

    fn with(memory_kib: u32, passes: u32) -> Self {
        let params =
            Params::new(memory_kib, passes, 1, None).expect("the parameters are within Argon2's limits");
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let dummy = argon2
            .hash_password(b"")
            .expect("Argon2 hashes any bytes")
            .to_string();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            argon2: Arc::new(argon2),
            turns: Arc::new(Semaphore::new(cores)),
            dummy: dummy.into(),
        }
    }

    /// Refuses a password that is too short, too long or easy to guess; `known` are words the person is known by.
    pub fn check_strength(password: &str, known: &[&str]) -> Result<(), Error> {
        let length = password.chars().count();
        let reason = if length < MIN_LENGTH {
            message!("password-short", least = MIN_LENGTH)
        } else if length > MAX_LENGTH {
            message!("password-long", most = MAX_LENGTH)
        } else if zxcvbn::zxcvbn(password, known).score() < zxcvbn::Score::Three {
            message!("password-guessable")
        } else {
            return Ok(());
        };
        Err(Rule::PasswordWeak { reason }.into())
    }

    /// The hash to store, in PHC string form.
    pub async fn hash(&self, password: &str) -> Result<String, Error> {
        let (argon2, password) = (self.argon2.clone(), password.to_owned());
        self.in_turn(move || {
            argon2
                .hash_password(password.as_bytes())
                .map(|hash| hash.to_string())
        })
        .await?
        .map_err(Error::internal)
    }

    /// Whether `password` is the one that was hashed. Without a stored hash the answer is no, after the same work.
    pub async fn verify(&self, password: &str, stored: Option<&str>) -> Result<bool, Error> {
        let argon2 = self.argon2.clone();
        let hash = stored.unwrap_or(&self.dummy).to_owned();
        // Longer than any password that could have been set: not worth hashing.
        let password = password.chars().take(MAX_LENGTH + 1).collect::<String>();
        let matches = self
            .in_turn(move || {
                PasswordHash::new(&hash)
                    .is_ok_and(|hash| argon2.verify_password(password.as_bytes(), &hash).is_ok())
            })
            .await?;
        Ok(matches && stored.is_some())
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let turn = self
            .turns
            .clone()
            .acquire_owned()
            .await
            .map_err(Error::internal)?;
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        })
        .await
        // Not what it said: the password was in its hands.
        .map_err(|_panic| Error::internal("hashing a password panicked"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_right_password_is_told_from_a_wrong_one_and_from_none() {
        let passwords = Passwords::quick();
        let hash = passwords.hash("correct horse battery").await.unwrap();
        assert!(
            passwords
                .verify("correct horse battery", Some(&hash))
                .await
                .unwrap()
        );
        assert!(!passwords.verify("correct horse", Some(&hash)).await.unwrap());
        assert!(!passwords.verify("", None).await.unwrap());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn no_more_are_hashed_at_once_than_there_are_cores() {
        use std::sync::atomic::{AtomicUsize, Ordering};
        let passwords = Passwords::quick();
        let cores = passwords.turns.available_permits();
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let hashes = (0..64).map(|_| {
            let (passwords, now, most) = (passwords.clone(), now.clone(), most.clone());
            async move {
                let argon2 = passwords.argon2.clone();
                let hash = passwords.in_turn(move || {
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    let hash = argon2.hash_password(b"some password").is_ok();
                    now.fetch_sub(1, Ordering::SeqCst);
                    hash
                });
                hash.await.unwrap()
            }
        });
        assert!(
            futures::future::join_all(hashes)
                .await
                .into_iter()
                .all(|hashed| hashed)
        );
        assert!(most.load(Ordering::SeqCst) <= cores);
    }

    #[test]
    fn weak_passwords_are_refused_with_what_to_do() {
        for weak in ["short", "aaaaaaaaaaaaaaaa", "passwordpassword", &"x7".repeat(100)] {
            assert!(Passwords::check_strength(weak, &[]).is_err(), "{weak}");
        }
        assert!(Passwords::check_strength("violet ladder quorum", &[]).is_ok());
    }

    #[test]
    fn the_cost_is_what_the_promise_says() {
        assert!(
            Passwords::strong()
                .dummy
                .starts_with("$argon2id$v=19$m=19456,t=2,p=1$")
        );
    }
}
