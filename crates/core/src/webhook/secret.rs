//! What messages are signed with, as Standard Webhooks asks: `whsec_` and 32 bytes in base64, shown once, at rest sealed.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::env::Env;
use crate::error::Error;
use crate::ids::WebhookId;
use crate::seal;

const BEGINS: &str = "whsec_";
const PURPOSE: &str = "secret of a webhook";

/// A new secret: as it is shown, and as it is kept.
pub(super) fn fresh(env: &Env, id: WebhookId) -> Result<(String, Vec<u8>), Error> {
    let secret = env.random::<32>();
    let sealed = seal::seal(env, PURPOSE, &[id.to_string().as_bytes()], &secret)?;
    Ok((format!("{BEGINS}{}", BASE64_STANDARD.encode(secret)), sealed))
}

/// The bytes of a kept secret; none when it was kept under a secret key that we no longer have.
pub(super) fn open(env: &Env, id: WebhookId, sealed: &[u8]) -> Option<Vec<u8>> {
    seal::open(env, PURPOSE, &[id.to_string().as_bytes()], sealed)
}

/// The header `webhook-signature` of a message: one signature by each secret.
pub(super) fn signatures(secrets: &[Vec<u8>], id: &str, at: DateTime<Utc>, body: &str) -> String {
    let signed = secrets.iter().map(|secret| {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of any length");
        mac.update(format!("{id}.{}.{body}", at.timestamp()).as_bytes());
        format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()))
    });
    signed.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_of_the_standard() {
        // The example in the standard's own libraries.
        let secret = BASE64_STANDARD
            .decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
            .unwrap();
        let at = DateTime::from_timestamp(1_614_265_330, 0).unwrap();
        let signed = signatures(
            std::slice::from_ref(&secret),
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            at,
            "{\"test\": 2432232314}",
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let two = signatures(
            &[secret.clone(), secret],
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            at,
            "{\"test\": 2432232314}",
        );
        assert_eq!(two, format!("{signed} {signed}"));
    }
}
