//! What tests do with accounts: mailed links, sign-ins.

use super::World;
use crate::account::proof::{self, Purpose};
use crate::account::{Means, Proved, address, reset};
use crate::error::Error;
use crate::ids::{AccountId, ProofId};
use crate::limit::Client;
use crate::locale::Locale;
use crate::text::EmailAddress;
use crate::tx::sql;

/// Somewhere on the network.
pub fn somewhere() -> Client {
    Client::of(std::net::Ipv4Addr::new(192, 0, 2, 1).into())
}

impl World {
    /// Somebody who has typed the password that they have now.
    pub async fn proved(&self, account: AccountId) -> Proved {
        let mut tx = self.db.read().await.unwrap();
        let hash =
            sql!(value Option<String>, tx, "select password_hash from accounts where id = $1", account)
                .unwrap();
        Proved {
            account,
            by: Means::Password {
                hash: hash.expect("they have a password"),
            },
        }
    }

    /// Somebody types an address on the page for forgotten passwords.
    pub async fn forget(&self, address: &str, client: &Client) -> Result<(), Error> {
        let mut tx = self.db.write().await?;
        let email = EmailAddress::parse(address)?;
        reset::ask(&mut tx, &self.env, &email, client, Locale::EnUs).await?;
        tx.commit().await
    }

    /// Somebody chooses a password with a mailed link.
    pub async fn choose_password(&self, token: &str, hash: &str) -> Result<AccountId, Error> {
        let mut tx = self.db.write().await?;
        let account = reset::finish(&mut tx, &self.env, token, hash).await?;
        tx.commit().await?;
        Ok(account)
    }

    /// Somebody wants their account to have an address.
    pub async fn ask_for_address(&self, account: AccountId, address: &str) -> Result<(), Error> {
        let mut tx = self.db.write().await?;
        let account = crate::account::get(&mut tx, account).await?;
        let email = EmailAddress::parse(address)?;
        address::ask(&mut tx, &self.env, &account, &email, &somewhere()).await?;
        tx.commit().await
    }

    /// The secret for a new password that was asked for last with an address, whether or not it was mailed.
    pub async fn reset_token(&self, address: &str) -> String {
        self.proof_token(Purpose::Reset, address).await
    }

    /// The secret that proves an address, asked for last, whether or not it was mailed.
    pub async fn address_token(&self, address: &str) -> String {
        self.proof_token(Purpose::Verify, address).await
    }

    async fn proof_token(&self, purpose: Purpose, address: &str) -> String {
        let key = EmailAddress::parse(address).unwrap().key();
        let mut tx = self.db.read().await.unwrap();
        let ids = sql!(values ProofId, tx,
            "select id from address_proofs where email_key = $1 and purpose = $2 order by id desc", key, purpose)
        .unwrap();
        let proof = proof::of_mail(&mut tx, self.env.now(), ids[0]).await.unwrap();
        let proof = proof.expect("it is open");
        proof.token(&self.env).expect("its key is there")
    }

    /// How many sessions of an account there are.
    pub async fn sessions_of(&self, account: AccountId) -> i64 {
        let mut tx = self.db.read().await.unwrap();
        sql!(value i64, tx, "select count(*) from sessions where account_id = $1", account).unwrap()
    }
}
