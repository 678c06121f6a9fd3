//! What tests do with invite links.

use super::World;
use crate::account;
use crate::actor::Actor;
use crate::error::Error;
use crate::ids::{AccountId, InviteLinkId, SignUpId, TeamId};
use crate::invite_link::join::{self, Joined};
use crate::invite_link::{self, InviteLink, NewLink, sign_up};
use crate::locale::Locale;
use crate::policy::Permission;
use crate::text::EmailAddress;
use crate::tx::sql;

impl World {
    /// `actor` makes a link.
    pub async fn link(&self, actor: Actor, team: TeamId, new: NewLink) -> Result<InviteLink, Error> {
        let mut tx = self.db.write().await?;
        let grant = actor.may(&mut tx, team, Permission::LinksManage).await?;
        let link = invite_link::create(&mut tx, &self.env, &grant, new).await?;
        tx.commit().await?;
        Ok(link)
    }

    /// `actor` disables a link.
    pub async fn disable_link(&self, actor: Actor, team: TeamId, id: InviteLinkId) -> Result<(), Error> {
        let mut tx = self.db.write().await?;
        let grant = actor.may(&mut tx, team, Permission::LinksManage).await?;
        invite_link::disable(&mut tx, &self.env, &grant, id).await?;
        tx.commit().await
    }

    /// The secret of a link.
    pub fn link_token(&self, link: &InviteLink) -> String {
        link.token(&self.env).expect("its key is there")
    }

    /// Somebody with an account joins by a link.
    pub async fn join(&self, token: &str, who: AccountId) -> Result<Joined, Error> {
        let mut tx = self.db.write().await?;
        let joined = join::join(&mut tx, &self.env, token, who).await?;
        tx.commit().await?;
        Ok(joined)
    }

    /// Somebody types an address on the page of a link.
    pub async fn ask_to_sign_up(&self, token: &str, address: &str) -> Result<(), Error> {
        let email = EmailAddress::parse(address)?;
        let mut tx = self.db.write().await?;
        sign_up::ask(&mut tx, &self.env, token, &email, Locale::EnUs).await?;
        tx.commit().await
    }

    /// The secret that was mailed to the address last.
    pub async fn sign_up_token(&self, address: &str) -> String {
        let key = EmailAddress::parse(address).unwrap().key();
        let mut tx = self.db.read().await.unwrap();
        let ids = sql!(values SignUpId, tx,
            "select id from invite_link_sign_ups where email_key = $1 order by created_at desc, id desc", key)
        .unwrap();
        let (sign_up, ..) = sign_up::wanted(&mut tx, self.env.now(), ids[0])
            .await
            .unwrap()
            .expect("it is open");
        sign_up.token(&self.env).expect("its key is there")
    }

    /// Whoever reads the mail makes an account with the password `password of` their name.
    pub async fn sign_up(&self, token: &str, name: &str) -> Result<Joined, Error> {
        let hash = self.env.passwords().hash(&format!("password of {name}")).await?;
        let mut tx = self.db.write().await?;
        let joined = sign_up::finish(&mut tx, &self.env, token, (name, &hash), Locale::EnUs).await?;
        tx.commit().await?;
        Ok(joined)
    }

    /// How often a link was used, and by how many different members.
    pub async fn uses_of(&self, link: &InviteLink) -> (i64, i64) {
        let mut tx = self.db.read().await.unwrap();
        let uses = sql!(value i64, tx, "select uses from invite_links where id = $1", link.id).unwrap();
        let people = sql!(value i64, tx,
            "select count(distinct account_id) from invite_link_uses where link_id = $1", link.id)
        .unwrap();
        (uses, people)
    }

    /// Somebody who has an account without an address, and is in no team.
    pub async fn nobody_in_particular(&self, discord_user: i64, name: &str) -> AccountId {
        let mut tx = self.db.write().await.unwrap();
        let user = crate::ids::DiscordUserId(discord_user);
        let account = account::for_discord_user(&mut tx, &self.env, user, name, name, Locale::EnUs)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        account.id
    }
}
