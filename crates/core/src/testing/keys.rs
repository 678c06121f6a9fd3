//! API keys, as tests make them and as programs use them; and the codes that invited people are mailed.

use super::World;
use crate::actor::{Actor, Grant};
use crate::api_key::{self, ApiKey, NewKey, Presented};
use crate::email;
use crate::email::content::{Content, content};
use crate::email::delivery::{self, Claim};
use crate::error::Error;
use crate::ids::{ApiKeyId, EmailId, TeamId};
use crate::policy::Permission;
use crate::text::EmailAddress;
use crate::tx::{Tx, sql};

impl World {
    /// A key with these permissions and no end, and its secret.
    pub async fn api_key(
        &self,
        actor: Actor,
        team: TeamId,
        permissions: &[Permission],
    ) -> Result<(ApiKey, String), Error> {
        let new = NewKey {
            name: "Importer".to_owned(),
            permissions: permissions.iter().copied().collect(),
            expires_at: None,
        };
        self.api_key_of(actor, team, new).await
    }

    /// A key, and its secret.
    pub async fn api_key_of(
        &self,
        actor: Actor,
        team: TeamId,
        new: NewKey,
    ) -> Result<(ApiKey, String), Error> {
        let mut tx = self.db.write().await?;
        let grant = actor.may(&mut tx, team, Permission::ApiKeysManage).await?;
        let key = api_key::create(&mut tx, &self.env, &grant, new).await?;
        let shown = api_key::show(&mut tx, &self.env, &grant, key.id).await?;
        tx.commit().await?;
        Ok(shown)
    }

    /// A key with every permission that `actor` can give it.
    pub async fn whole_key(&self, actor: Actor, team: TeamId) -> String {
        let mut tx = self.db.read().await.unwrap();
        let grant = actor.may(&mut tx, team, Permission::ApiKeysManage).await.unwrap();
        let permissions = api_key::permissions_of(&grant);
        drop(tx);
        self.api_key(actor, team, &permissions).await.unwrap().1
    }

    /// `actor` gives a key another secret.
    pub async fn rotate_key(&self, actor: Actor, team: TeamId, key: ApiKeyId) -> Result<String, Error> {
        let mut tx = self.db.write().await?;
        let grant = actor.may(&mut tx, team, Permission::ApiKeysManage).await?;
        let (_, secret) = api_key::rotate(&mut tx, &self.env, &grant, key).await?;
        tx.commit().await?;
        Ok(secret)
    }

    /// `actor` revokes a key.
    pub async fn revoke_key(&self, actor: Actor, team: TeamId, key: ApiKeyId) -> Result<(), Error> {
        let mut tx = self.db.write().await?;
        let grant = actor.may(&mut tx, team, Permission::ApiKeysManage).await?;
        api_key::revoke(&mut tx, &self.env, &grant, key).await?;
        tx.commit().await
    }

    /// A program comes in with a secret and asks for a permission, in a transaction that writes.
    pub async fn program(&self, secret: &str, permission: Permission) -> Result<(Tx, Grant), Error> {
        let mut tx = self.db.write().await?;
        let entered = Presented::parse(secret)?.enter(&mut tx, &self.env).await?;
        let grant = entered.may(&tx, permission)?;
        Ok((tx, grant))
    }

    /// The code in the latest mail with one, as the worker reads it; none if that mail is no longer wanted.
    pub async fn mailed_code(&self) -> Option<String> {
        match self.says(email::Kind::InvitationCode).await.pop() {
            Some((_, Some(Content::InvitationCode(mailed)))) => Some(mailed.code),
            _ => None,
        }
    }

    /// What the mail with this Message-ID, angle brackets included, is about.
    pub async fn mail_kind(&self, message_id: &str) -> email::Kind {
        let mut tx = self.db.read().await.unwrap();
        sql!(value email::Kind, tx, "select kind from emails where message_id = $1", message_id).unwrap()
    }

    /// To whom mails of a kind wait to be sent, oldest first, and what the worker reads in each; nothing in one that is
    /// no longer wanted.
    pub async fn says(&self, kind: email::Kind) -> Vec<(EmailAddress, Option<Content>)> {
        let mut tx = self.db.write().await.unwrap();
        let ids =
            sql!(values EmailId, tx, "select id from emails where kind = $1 order by created_at, id", kind)
                .unwrap();
        let mut said = Vec::new();
        for id in ids {
            if let Claim::Ours(mail) = delivery::claim(&mut tx, &self.env, id).await.unwrap() {
                let content = content(&mut tx, &self.env, &mail).await.unwrap();
                said.push((mail.to_address, content));
            }
        }
        said
    }
}
