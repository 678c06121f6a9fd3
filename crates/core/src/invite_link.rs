//! Invite links: whoever has one can join with its role, until it ends. Making, listing and disabling them is here,
//! joining is in [`join`], joining without an account in [`sign_up`]. One that is for one Discord user is a card in a
//! channel and no page; it is an invitation in all but its form, and has a room of its own in [`person`].
//!
//! A link is an offer of whoever made it. It stands only while they may still offer its role, and while the policy has
//! links on; both are asked again at each use.

pub mod join;
mod list;
pub mod person;
pub mod sign_up;
mod stretch;

pub use list::{Row, get, list, resolve, search};
pub use stretch::stretch;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sqlx::types::Json;

use crate::activity::{self, Kind};
use crate::actor::Grant;
use crate::column::words;
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::{AccountId, DiscordUserId, InviteLinkId, TeamId};
use crate::invitation::{Status, check_role};
use crate::message;
use crate::policy::{Permission, Policy, Refusal, RoleKey};
use crate::team::Team;
use crate::text::Domain;
use crate::token::Derived;
use crate::tx::{Tx, sql};

/// How many live links a team has at most.
pub const MOST_LIVE: u32 = 20;
/// How many people one link lets in at most, where that is limited at all.
pub const MOST_USES: i64 = 10_000;
/// How many domains one link names at most: what one field of a card shows.
pub const MOST_DOMAINS: usize = 5;

words! {
    /// How long a link lasts.
    #[derive(Default)]
    Lifetime {
        /// An hour.
        Hour = "1h",
        /// A day.
        Day = "1d",
        /// Seven days.
        #[default]
        Week = "7d",
        /// Thirty days.
        Month = "30d",
        /// Until it is disabled.
        Never = "never",
    }
}

impl Lifetime {
    fn span(self) -> Option<TimeDelta> {
        match self {
            Self::Hour => Some(TimeDelta::hours(1)),
            Self::Day => Some(TimeDelta::days(1)),
            Self::Week => Some(TimeDelta::days(7)),
            Self::Month => Some(TimeDelta::days(30)),
            Self::Never => None,
        }
    }
}

/// Why a link lets nobody in any more, for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Somebody disabled it.
    Disabled,
    /// Its time ran out.
    Expired,
    /// It was used as often as it can be.
    Full,
}

/// A link to join with a role.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct InviteLink {
    /// Which.
    pub id: InviteLinkId,
    /// To which team.
    pub team_id: TeamId,
    /// The role that it gives.
    pub role: RoleKey,
    nonce: Vec<u8>,
    token_hash: Vec<u8>,
    /// Who made it, and answers for the role.
    pub created_by: AccountId,
    /// When.
    pub created_at: DateTime<Utc>,
    /// From when on it is expired, if ever.
    pub expires_at: Option<DateTime<Utc>>,
    /// How many people can join by it, if that is limited.
    pub max_uses: Option<i64>,
    /// How many have.
    pub uses: i64,
    /// The domains that verified addresses have to be of; none for any.
    pub domains: Json<Vec<Domain>>,
    /// Since when it is disabled.
    pub disabled_at: Option<DateTime<Utc>>,
    /// The one person it is for, if it is a card.
    pub discord_user_id: Option<DiscordUserId>,
    /// What they are called there.
    pub discord_name: Option<String>,
    ending: Option<person::Ending>,
}

impl InviteLink {
    /// A link of the grant's actor that never ends, for anybody, until more is said of it.
    fn new(env: &Env, grant: &Grant, role: RoleKey) -> Result<Self, Error> {
        let (id, nonce) = (env.new_id::<InviteLinkId>(), env.random::<16>().to_vec());
        let (_, hash) = Derived::Link.first(env, &id.to_string(), &nonce)?;
        Ok(Self {
            id,
            team_id: grant.team.id,
            role,
            nonce,
            token_hash: hash.to_vec(),
            created_by: grant.actor.account,
            created_at: env.now(),
            expires_at: None,
            max_uses: None,
            uses: 0,
            domains: Json(Vec::new()),
            disabled_at: None,
            discord_user_id: None,
            discord_name: None,
            ending: None,
        })
    }

    async fn insert(&self, tx: &mut Tx) -> Result<(), Error> {
        sql!(execute tx,
            "insert into invite_links (id, team_id, role, nonce, token_hash, created_by, created_at, expires_at, max_uses,
                                       domains, discord_user_id, discord_name)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            self.id, self.team_id, &self.role, &self.nonce, &self.token_hash, self.created_by, self.created_at,
            self.expires_at, self.max_uses, &self.domains, self.discord_user_id, &self.discord_name)?;
        Ok(())
    }

    /// Whether and why it is over.
    pub fn end(&self, now: DateTime<Utc>) -> Option<End> {
        if self.disabled_at.is_some() {
            Some(End::Disabled)
        } else if self.expires_at.is_some_and(|at| at <= now) {
            Some(End::Expired)
        } else if self.max_uses.is_some_and(|most| self.uses >= most) {
            Some(End::Full)
        } else {
            None
        }
    }

    /// The refusal to use it, if it is over.
    pub(crate) fn over(&self, now: DateTime<Utc>) -> Option<Rule> {
        match self.card_status(now) {
            Some(Status::Pending) => None,
            Some(status) => Some(Rule::CardOver(status)),
            None => self.end(now).map(Rule::LinkEnded),
        }
    }

    /// What people call it: the end of its id.
    pub fn reference(&self) -> String {
        reference(self.id)
    }

    /// Whom it is for, or what people call it.
    pub fn label(&self) -> String {
        self.discord_name.clone().unwrap_or_else(|| self.reference())
    }

    /// The secret of the link, derived again; none for a card, and none when the operator has taken away the key that it was made with, which
    /// does not keep it from working.
    pub fn token(&self, env: &Env) -> Option<String> {
        if self.discord_user_id.is_some() {
            return None;
        }
        Derived::Link.again(env, &self.id.to_string(), &self.nonce, &self.token_hash)
    }

    /// Its domains in one line; none when any will do.
    pub fn domain_list(&self) -> Option<String> {
        let domains: Vec<&str> = self.domains.iter().map(Domain::as_str).collect();
        (!domains.is_empty()).then(|| domains.join(", "))
    }
}

/// How many characters at the end of an id are a link's reference.
const REFERENCE: usize = 6;

fn reference(id: InviteLinkId) -> String {
    let id = id.to_string();
    id[id.len() - REFERENCE..].to_owned()
}

/// Selects whole [`InviteLink`]s by a condition on `invite_links k`.
macro_rules! links_where {
    ($condition:literal) => {
        concat!(
            "select ",
            $crate::invite_link::link_columns!(),
            " from invite_links k where ",
            $condition
        )
    };
}
use links_where;

/// The columns of [`InviteLink`], of `invite_links k`.
macro_rules! link_columns {
    () => {
        "k.id, k.team_id, k.role, k.nonce, k.token_hash, k.created_by, k.created_at, k.expires_at, k.max_uses, k.uses,
         k.domains, k.disabled_at, k.discord_user_id, k.discord_name, k.ending"
    };
}
use link_columns;

/// What somebody wants a link to be.
#[derive(Debug, Clone, Default)]
pub struct NewLink {
    /// The role that it gives; the policy's where none is named.
    pub role: Option<RoleKey>,
    /// How long it lasts.
    pub lifetime: Lifetime,
    /// How many people can join by it.
    pub max_uses: Option<i64>,
    /// The domains that verified addresses have to be of.
    pub domains: Vec<Domain>,
}

/// Reads domains as people type them: separated by commas or spaces, each of them once.
pub fn domains(text: &str) -> Result<Vec<Domain>, Error> {
    let mut domains = Vec::new();
    let parts = text.split(|c: char| c == ',' || c == ';' || c.is_whitespace());
    for part in parts.filter(|part| !part.is_empty()) {
        let domain = Domain::parse(part)?;
        if !domains.contains(&domain) {
            domains.push(domain);
        }
    }
    Ok(domains)
}

/// Refuses what needs invite links where the policy has them off.
pub fn check_on(policy: &Policy) -> Result<(), Error> {
    if policy.link_role().is_some() {
        return Ok(());
    }
    let sentence = policy.refusal(Refusal::LinkOff);
    Err(Rule::LinksOff { sentence }.into())
}

/// Makes a link.
pub async fn create(tx: &mut Tx, env: &Env, grant: &Grant, new: NewLink) -> Result<InviteLink, Error> {
    grant.demand(tx, Permission::LinksManage)?;
    let team = &grant.team;
    check_on(&team.policy)?;
    let role = new
        .role
        .or_else(|| team.policy.link_role().cloned())
        .ok_or_else(|| Error::internal("links are on without a role"))?;
    check_may_give(grant, &role)?;
    check_limits(&new.domains, new.max_uses)?;
    check_live(tx, env, team).await?;
    let link = InviteLink {
        expires_at: new.lifetime.span().map(|span| env.now() + span),
        max_uses: new.max_uses,
        domains: Json(new.domains),
        ..InviteLink::new(env, grant, role)?
    };
    link.insert(tx).await?;
    log(tx, env, grant, Kind::LinkCreated, &link).await?;
    Ok(link)
}

/// Whoever makes a link gives its role away: they have to be able to offer it, and nobody gives away the top role so.
fn check_may_give(grant: &Grant, role: &RoleKey) -> Result<(), Error> {
    check_role(grant, role)?;
    if !grant.team.policy.is_top(role) {
        return Ok(());
    }
    let name = grant.team.policy.role_name(role);
    Err(grant.denied(message!("link-not-top", role = name)))
}

fn check_limits(domains: &[Domain], max_uses: Option<i64>) -> Result<(), Error> {
    if max_uses.is_some_and(|most| !(1..=MOST_USES).contains(&most)) {
        return Err(Rule::TextBad {
            what: "what-uses",
            reason: message!("number-range", least = 1_i64, most = MOST_USES),
        }
        .into());
    }
    if domains.len() > MOST_DOMAINS {
        return Err(Rule::TextBad {
            what: "what-domains",
            reason: message!("list-long", length = domains.len(), most = MOST_DOMAINS),
        }
        .into());
    }
    Ok(())
}

async fn check_live(tx: &mut Tx, env: &Env, team: &Team) -> Result<(), Error> {
    let live = sql!(value i64, tx,
        "select count(*) from invite_links
         where team_id = $1 and discord_user_id is null and disabled_at is null
           and (expires_at is null or expires_at > $2) and (max_uses is null or uses < max_uses)", team.id, env.now())?;
    if live < i64::from(MOST_LIVE) {
        return Ok(());
    }
    Err(Rule::LinkLimit { most: MOST_LIVE }.into())
}

/// Disables a link: it lets nobody in from now on. Members who came by it stay.
pub async fn disable(tx: &mut Tx, env: &Env, grant: &Grant, id: InviteLinkId) -> Result<Row, Error> {
    let mut row = get(tx, grant, id).await?;
    let now = env.now();
    if let Some(over) = row.link.over(now) {
        return Err(over.into());
    }
    check_role(grant, &row.link.role)?;
    let disabled = sql!(execute tx,
        "update invite_links set disabled_at = $3 where team_id = $1 and id = $2 and disabled_at is null",
        grant.team.id, id, now)?;
    if disabled != 1 {
        return Err(Rule::Stale.into());
    }
    row.link.disabled_at = Some(now);
    let kind = match row.link.discord_user_id {
        Some(_) => Kind::InvitationRevoked,
        None => Kind::LinkDisabled,
    };
    log(tx, env, grant, kind, &row.link).await?;
    Ok(row)
}

async fn log(tx: &mut Tx, env: &Env, grant: &Grant, kind: Kind, link: &InviteLink) -> Result<(), Error> {
    let details = json!({ "link": link.id, "role": link.role });
    let entry = grant.entry(kind, link.label(), details);
    activity::append(tx, env, grant.team.id, entry).await?;
    Ok(())
}
