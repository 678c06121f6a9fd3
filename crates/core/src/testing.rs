//! What the tests of every crate share. Behind the feature `testing`, so none of it is in the program.
//!
//! `both_dbs!` turns one test into two, `…::sqlite` and `…::postgres`, each on a fresh database of its own.

#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a fixture that cannot be made fails its test"
)]

pub mod accounts;
pub mod keys;
pub mod links;
pub mod members;
mod people;
pub mod postgres;

pub use members::End;

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use crate::account;
use crate::activity::Surface;
use crate::actor::Actor;
use crate::db::Db;
use crate::email::content::Offer;
use crate::env::{Clock, Env, Keys};
use crate::error::Error;
use crate::ids::{AccountId, DiscordUserId, InvitationId, TeamId};
use crate::invitation::accept::{self, Accepted, Accepter};
use crate::invitation::{self, Invitation, NewInvitation};
use crate::locale::Locale;
use crate::member::{self, RoleChange};
use crate::password::Passwords;
use crate::policy::{Permission, Policy, RoleKey};
use crate::team;
use crate::text::EmailAddress;
use crate::token::{self, Purpose};
use crate::tx::sql;

/// A fresh, migrated database of one kind, and surroundings with a clock that stands still until it is moved.
pub struct World {
    /// The database.
    pub db: Db,
    /// The surroundings.
    pub env: Env,
    /// Where the database can be connected to.
    pub url: String,
    /// The key that the surroundings sign with, for another process on the same database.
    pub secret_key: String,
    _folder: Option<tempfile::TempDir>,
    _database: Option<postgres::TestDatabase>,
}

/// When every test begins.
pub fn beginning() -> DateTime<Utc> {
    "2026-11-22T09:00:00Z".parse().unwrap()
}

/// Surroundings for a test: a clock that stands still unless it is the machine's, and cheap passwords.
pub fn env(clock: Clock, secret_key: &str) -> Env {
    Env::new(
        clock,
        Keys::parse(secret_key).unwrap(),
        Passwords::quick(),
        "muster.test",
    )
}

/// A database file with all tables and no rows: migrating one for each test took longer than most tests.
static EMPTY: tokio::sync::OnceCell<Vec<u8>> = tokio::sync::OnceCell::const_new();

async fn migrated_file() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("muster.db");
    let db = Db::connect(&format!("sqlite:{}", file.display())).await.unwrap();
    db.migrate().await.unwrap();
    // Closing writes what is in the log into the file.
    db.close().await;
    tokio::fs::read(&file).await.unwrap()
}

impl World {
    /// On a fresh SQLite file.
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("muster.db");
        let empty = EMPTY.get_or_init(migrated_file).await;
        tokio::fs::write(&file, empty).await.unwrap();
        let url = format!("sqlite:{}", file.display());
        let db = Db::connect(&url).await.unwrap();
        Self::on(db, url, Some(folder), None)
    }

    /// On a fresh PostgreSQL database.
    pub async fn postgres() -> Self {
        let database = postgres::fresh_database_from("muster", |url| async move {
            let db = Db::connect(&url).await.unwrap();
            db.migrate().await.unwrap();
            db.close().await;
        })
        .await;
        let db = Db::connect(&database.url).await.unwrap();
        Self::on(db, database.url.clone(), None, Some(database))
    }

    /// In the database of a PostgreSQL cluster that is the test's own, for tests that stop it.
    pub async fn on_cluster(cluster: &postgres::Cluster) -> Self {
        let db = Db::connect(cluster.url()).await.unwrap();
        db.migrate().await.unwrap();
        Self::on(db, cluster.url().to_owned(), None, None)
    }

    /// On the database of another process's world, with its key and the machine's clock.
    pub async fn of_another_process(url: String, secret_key: String) -> Self {
        let db = Db::connect(&url).await.unwrap();
        Self {
            db,
            env: env(Clock::system(), &secret_key),
            url,
            secret_key,
            _folder: None,
            _database: None,
        }
    }

    fn on(
        db: Db,
        url: String,
        folder: Option<tempfile::TempDir>,
        database: Option<postgres::TestDatabase>,
    ) -> Self {
        let secret_key = Keys::generate();
        let env = env(Clock::manual(beginning()), &secret_key);
        Self {
            db,
            env,
            url,
            secret_key,
            _folder: folder,
            _database: database,
        }
    }

    /// The same with the machine's clock, for tests that share the database with another process.
    pub fn in_real_time(mut self) -> Self {
        self.env = env(Clock::system(), &self.secret_key);
        self
    }

    /// Somebody who founded a team from Discord, as the user with this number.
    pub async fn founder(&self, discord_user: i64, name: &str, team: &str, preset: &str) -> (Actor, TeamId) {
        let mut tx = self.db.write().await.unwrap();
        let user = DiscordUserId(discord_user);
        let account =
            account::for_discord_user(&mut tx, &self.env, user, &name.to_lowercase(), name, Locale::EnUs)
                .await
                .unwrap();
        let team = team::create(
            &mut tx,
            &self.env,
            account.id,
            Surface::Discord,
            team,
            preset,
            Locale::EnUs,
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        (
            Actor {
                account: account.id,
                surface: Surface::Discord,
            },
            team.id,
        )
    }

    /// From now on changes of role in a team are mailed to whom they are about, which the presets of today leave out.
    pub async fn mail_role_changes(&self, team: TeamId) {
        let mut tx = self.db.write().await.unwrap();
        let policy = team::lock(&mut tx, team).await.unwrap().policy.to_toml();
        let policy = policy.replace("role_change = false", "role_change = true");
        let policy = Json(Policy::from_toml(&policy).unwrap());
        sql!(execute tx, "update teams set policy = $2 where id = $1", team, &policy).unwrap();
        tx.commit().await.unwrap();
    }

    /// From now on a team's mails to people it does not know yet are in this language.
    pub async fn speak(&self, team: TeamId, locale: Locale) {
        let mut tx = self.db.write().await.unwrap();
        sql!(execute tx, "update teams set locale = $2 where id = $1", team, locale).unwrap();
        tx.commit().await.unwrap();
    }

    /// `actor` invites an address.
    pub async fn invite(
        &self,
        actor: Actor,
        team: TeamId,
        email: &str,
        role: &str,
    ) -> Result<Invitation, Error> {
        let mut tx = self.db.write().await?;
        let grant = actor.may(&mut tx, team, Permission::MembersInvite).await?;
        let new = NewInvitation {
            email: EmailAddress::parse(email)?,
            role: RoleKey::parse(role).unwrap(),
            // Names and numbers where the policy asks for them.
            details: grant
                .team
                .policy
                .invitation()
                .fields
                .iter()
                .map(|field| (*field, "Ada 1".to_owned()))
                .collect(),
            note: None,
        };
        let sent = invitation::send(&mut tx, &self.env, &grant, new).await?;
        tx.commit().await?;
        Ok(sent.invitation)
    }

    /// `actor` has an invitation mailed again.
    pub async fn resend(&self, actor: Actor, team: TeamId, id: InvitationId) -> Result<Invitation, Error> {
        let mut tx = self.db.write().await?;
        let grant = actor.may(&mut tx, team, Permission::InvitationsManage).await?;
        let invitation = invitation::resend(&mut tx, &self.env, &grant, id).await?;
        tx.commit().await?;
        Ok(invitation)
    }

    /// `actor` cancels an invitation.
    pub async fn revoke(&self, actor: Actor, team: TeamId, id: InvitationId) -> Result<Invitation, Error> {
        let mut tx = self.db.write().await?;
        let grant = actor.may(&mut tx, team, Permission::InvitationsManage).await?;
        let invitation = invitation::revoke(&mut tx, &self.env, &grant, id).await?;
        tx.commit().await?;
        Ok(invitation)
    }

    /// The token that was mailed for an invitation's present generation.
    pub fn mailed_token(&self, invitation: &Invitation) -> String {
        token::of_invitation(
            &self.env,
            Purpose::Mail,
            invitation.id,
            invitation.generation,
            &invitation.nonce,
        )
    }

    /// The token that a program got for it.
    pub fn api_token(&self, invitation: &Invitation) -> String {
        token::of_invitation(
            &self.env,
            Purpose::Api,
            invitation.id,
            invitation.generation,
            &invitation.nonce,
        )
    }

    /// Somebody accepts with a token.
    pub async fn accept(&self, token: &str, who: Accepter<'_>) -> Result<Accepted, Error> {
        let mut tx = self.db.write().await?;
        let accepted = accept::accept(&mut tx, &self.env, token, who).await?;
        tx.commit().await?;
        Ok(accepted)
    }

    /// Somebody new is invited and accepts.
    pub async fn joined(&self, actor: Actor, team: TeamId, email: &str, name: &str, role: &str) -> Actor {
        let invitation = self.invite(actor, team, email, role).await.unwrap();
        let hash = self
            .env
            .passwords()
            .hash(&format!("password of {name}"))
            .await
            .unwrap();
        let who = Accepter::New {
            name,
            password_hash: &hash,
            locale: Locale::EnUs,
        };
        let accepted = self.accept(&self.mailed_token(&invitation), who).await.unwrap();
        Actor {
            account: accepted.account.id,
            surface: Surface::Discord,
        }
    }

    /// `actor` gives somebody another role.
    pub async fn change_role(
        &self,
        actor: Actor,
        team: TeamId,
        whose: AccountId,
        to: &str,
    ) -> Result<RoleChange, Error> {
        let mut tx = self.db.write().await?;
        let grant = actor.may(&mut tx, team, Permission::RolesChange).await?;
        let member = member::of_account(&mut tx, team, whose)
            .await?
            .ok_or(Error::NotFound("member"))?;
        let to = RoleKey::parse(to).unwrap();
        let change = member::change_role(&mut tx, &self.env, &grant, member.id, &to, None).await?;
        tx.commit().await?;
        Ok(change)
    }
}

/// An offer, as a mail of it is given it.
pub fn offer(token: &str, note: Option<&str>, expires_at: DateTime<Utc>) -> Offer {
    Offer {
        team: "Aurora".to_owned(),
        inviter: "Ada Park".to_owned(),
        reply_to: None,
        role: "Member".to_owned(),
        note: note.map(str::to_owned),
        token: token.to_owned(),
        known: true,
        expires_at,
    }
}

/// Writes each async test once and runs it twice: `name::sqlite` and `name::postgres`.
///
/// ```text
/// both_dbs! {
///     async fn a_link_works_once(world: World) { … }
/// }
/// ```
#[macro_export]
macro_rules! both_dbs {
    ($($(#[$meta:meta])* async fn $name:ident($world:ident: World) $body:block)*) => {
        $(
            $(#[$meta])*
            mod $name {
                #[allow(unused_imports, reason = "not every test needs what its file imports")]
                use super::*;

                async fn test($world: $crate::testing::World) $body

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn sqlite() {
                    test($crate::testing::World::sqlite().await).await;
                }

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn postgres() {
                    test($crate::testing::World::postgres().await).await;
                }
            }
        )*
    };
}
