//! What tests do to members, teams and their rules.

use sqlx::types::Json;

use super::World;
use crate::account;
use crate::activity::{self, Entry, Surface};
use crate::actor::Actor;
use crate::browser::{self, Browser};
use crate::error::Error;
use crate::ids::{AccountId, DiscordUserId, MemberId, TeamId};
use crate::locale::Locale;
use crate::member::{self, Member};
use crate::operator;
use crate::page::Slice;
use crate::policy::{Holders, Permission, Policy, RoleKey};
use crate::team;
use crate::text::EmailAddress;
use crate::tx::sql;

/// What somebody does to another's membership.
#[derive(Debug, Clone, Copy)]
pub enum End {
    /// Ends it.
    Remove,
    /// Suspends it.
    Deactivate,
    /// Brings it back.
    Reactivate,
    /// Makes it the top one.
    Transfer,
}

impl World {
    /// Somebody who is simply in, with a linked Discord user and a verified address, without an invitation.
    pub async fn seated(&self, team: TeamId, discord_user: i64, name: &str, role: &str) -> Actor {
        let mut tx = self.db.write().await.unwrap();
        let user = DiscordUserId(discord_user);
        let account =
            account::for_discord_user(&mut tx, &self.env, user, &name.to_lowercase(), name, Locale::EnUs)
                .await
                .unwrap();
        let (now, role) = (self.env.now(), RoleKey::parse(role).unwrap());
        let top = team::lock(&mut tx, team).await.unwrap().policy.is_top(&role);
        sql!(execute tx,
            "insert into members (id, team_id, account_id, role, top, status, joined_at, last_active_at)
             values ($1, $2, $3, $4, $5, 'active', $6, $6)",
            self.env.new_id::<MemberId>(), team, account.id, &role, top, now)
        .unwrap();
        tx.commit().await.unwrap();
        let address = format!("{}@example.org", name.to_lowercase().replace(' ', "."));
        self.verify(account.id, &address).await;
        Actor {
            account: account.id,
            surface: Surface::Discord,
        }
    }

    /// Puts somebody's membership back to how a test found it, past all rules.
    pub async fn reset(&self, team: TeamId, whose: AccountId, role: &str, status: member::Status) {
        let mut tx = self.db.write().await.unwrap();
        let role = RoleKey::parse(role).unwrap();
        let top = team::lock(&mut tx, team).await.unwrap().policy.is_top(&role);
        sql!(execute tx,
            "update members set role = $3, top = $4, status = $5 where team_id = $1 and account_id = $2",
            team, whose, &role, top, status)
        .unwrap();
        tx.commit().await.unwrap();
    }

    /// The same, unless the database refuses: it keeps the last owner.
    pub async fn try_reset(
        &self,
        team: TeamId,
        whose: AccountId,
        role: &str,
        status: member::Status,
    ) -> bool {
        let mut tx = self.db.write().await.unwrap();
        let role = RoleKey::parse(role).unwrap();
        let done = sql!(execute tx,
            "update members set role = $3, status = $4 where team_id = $1 and account_id = $2", team, whose, &role, status);
        let done = done.is_ok();
        if done {
            tx.commit().await.unwrap();
        }
        done
    }

    /// Another Discord user takes the place of one, with their account.
    pub async fn hand_to(&self, from: i64, to: i64) -> Actor {
        let mut tx = self.db.write().await.unwrap();
        sql!(execute tx, "update discord_links set discord_user_id = $2 where discord_user_id = $1", from, to).unwrap();
        let account = account::by_discord_user(&mut tx, DiscordUserId(to))
            .await
            .unwrap()
            .unwrap();
        tx.commit().await.unwrap();
        Actor {
            account: account.id,
            surface: Surface::Discord,
        }
    }

    /// The account of a Discord user.
    pub async fn account_of(&self, discord_user: i64) -> AccountId {
        let mut tx = self.db.read().await.unwrap();
        account::by_discord_user(&mut tx, DiscordUserId(discord_user))
            .await
            .unwrap()
            .unwrap()
            .id
    }

    /// Gives somebody a password, and knows the browser of the tests as theirs.
    pub async fn set_password(&self, account: AccountId, password: &str) {
        let hash = self.env.passwords().hash(password).await.unwrap();
        let mut tx = self.db.write().await.unwrap();
        sql!(execute tx, "update accounts set password_hash = $2 where id = $1", account, &hash).unwrap();
        browser::note(&mut tx, &self.env, account, &Browser::of(""))
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    /// Somebody's membership as it is.
    pub async fn member(&self, team: TeamId, whose: AccountId) -> Member {
        let mut tx = self.db.read().await.unwrap();
        member::of_account(&mut tx, team, whose).await.unwrap().unwrap()
    }

    /// A team's policy as it is.
    pub async fn policy(&self, team: TeamId) -> Policy {
        let mut tx = self.db.read().await.unwrap();
        team::lock(&mut tx, team).await.unwrap().policy.0
    }

    /// Replaces a text in a team's policy, which has to be there.
    pub async fn edit_policy(&self, team: TeamId, old: &str, new: &str) {
        let text = self.policy(team).await.to_toml();
        assert!(text.contains(old), "`{old}` is not in\n{text}");
        self.put_policy(team, &text.replacen(old, new, 1)).await;
    }

    /// Gives a team this policy.
    pub async fn put_policy(&self, team: TeamId, text: &str) {
        let policy = Policy::from_toml(text).unwrap();
        let max = (policy.holders() == Holders::ExactlyOne).then_some(1_i64);
        let mut tx = self.db.write().await.unwrap();
        sql!(execute tx, "update teams set policy = $2, max_owners = $3 where id = $1", team, Json(&policy), max).unwrap();
        tx.commit().await.unwrap();
    }

    /// Somebody who has an account with this verified address, and is in no team.
    pub async fn guest(&self, address: &str) -> AccountId {
        let mut tx = self.db.write().await.unwrap();
        let (id, name) = (self.env.new_id::<AccountId>(), address.split('@').next().unwrap());
        sql!(execute tx,
            "insert into accounts (id, display_name, name_key, created_at) values ($1, $2, $2, $3)",
            id, name, self.env.now())
        .unwrap();
        tx.commit().await.unwrap();
        self.verify(id, address).await;
        id
    }

    /// Somebody's address, verified.
    pub async fn verify(&self, account: AccountId, address: &str) {
        let email = EmailAddress::parse(address).unwrap();
        let mut tx = self.db.write().await.unwrap();
        sql!(execute tx,
            "update accounts set email = $2, email_key = $3, email_verified_at = $4 where id = $1",
            account, &email, email.key(), self.env.now())
        .unwrap();
        tx.commit().await.unwrap();
    }

    /// Gives a team a plan, past super-admins.
    pub async fn set_plan(&self, team: TeamId, plan: &str) {
        let mut tx = self.db.write().await.unwrap();
        sql!(execute tx, "update teams set plan = $2 where id = $1", team, plan).unwrap();
        tx.commit().await.unwrap();
    }

    /// Makes these addresses the super-admins'.
    pub async fn appoint(&self, addresses: &[&str]) {
        let addresses: Vec<_> = addresses
            .iter()
            .map(|address| EmailAddress::parse(address).unwrap())
            .collect();
        let mut tx = self.db.write().await.unwrap();
        operator::appoint(&mut tx, &addresses).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// `actor` does something to a membership, with the permission for it.
    pub async fn end(&self, actor: Actor, team: TeamId, whose: AccountId, how: End) -> Result<(), Error> {
        let mut tx = self.db.write().await?;
        let permission = match how {
            End::Remove => Permission::MembersRemove,
            End::Deactivate | End::Reactivate => Permission::MembersDeactivate,
            End::Transfer => Permission::OwnershipTransfer,
        };
        let grant = actor.may(&mut tx, team, permission).await?;
        let member = member::of_account(&mut tx, team, whose).await?;
        let id = member.ok_or(Error::NotFound("member"))?.id;
        match how {
            End::Remove => drop(member::remove(&mut tx, &self.env, &grant, id, None).await?),
            End::Deactivate => drop(member::deactivate(&mut tx, &self.env, &grant, id, None).await?),
            End::Reactivate => drop(member::reactivate(&mut tx, &self.env, &grant, id, None).await?),
            End::Transfer => drop(member::transfer(&mut tx, &self.env, &grant, id).await?),
        }
        tx.commit().await
    }

    /// `actor` leaves.
    pub async fn leave(&self, actor: Actor, team: TeamId) -> Result<(), Error> {
        let mut tx = self.db.write().await?;
        member::leave(&mut tx, &self.env, actor, team).await?;
        tx.commit().await
    }

    /// `actor` deletes a team.
    pub async fn delete_team(&self, actor: Actor, team: TeamId) -> Result<(), Error> {
        let mut tx = self.db.write().await?;
        let grant = actor.may(&mut tx, team, Permission::TeamDelete).await?;
        team::delete(&mut tx, &self.env, &grant).await?;
        tx.commit().await
    }

    /// `actor` brings a team back.
    pub async fn restore_team(&self, actor: Actor, team: TeamId) -> Result<(), Error> {
        let mut tx = self.db.write().await?;
        team::restore(&mut tx, &self.env, actor, team).await?;
        tx.commit().await
    }

    /// A team's log, newest first, and whether it is whole.
    pub async fn log(&self, team: TeamId) -> Vec<Entry> {
        let mut tx = self.db.read().await.unwrap();
        assert_eq!(activity::verify(&mut tx, &self.env, team).await.unwrap(), None);
        activity::list(&mut tx, team, None, Slice::page(0, 200))
            .await
            .unwrap()
            .rows
    }
}
