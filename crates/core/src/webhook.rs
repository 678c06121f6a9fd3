//! Webhooks: URLs of a team's own programs, to which its log is sent, entry by entry. Who has which is here.
//!
//! The log is the outbox. Each webhook has a mark in it (`fan_out`), what stands behind the mark becomes a message for each
//! webhook that wants it ([`delivery`]), and each message is sent by a job of its own until somebody has taken it. A webhook
//! belongs to the team and not to whoever made it.

pub mod delivery;
mod fan_out;
mod payload;
pub mod reach;
mod secret;
mod trouble;

pub use fan_out::{behind, fan_out, without_job};
pub use payload::TEST;
pub use reach::Reach;
pub use trouble::Trouble;

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use sqlx::types::Json;
use url::Url;

use crate::activity::{self, Kind};
use crate::actor::Grant;
use crate::column::words;
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::{AccountId, TeamId, WebhookId};
use crate::message;
use crate::policy::Permission;
use crate::text;
use crate::tx::{Tx, sql};

/// How many a team has at most.
pub const MOST: i64 = 10;
/// How long messages are signed with the secret before too, once there is another.
pub const OVERLAP: TimeDelta = TimeDelta::hours(24);
/// The things whose entries are sent: what becomes of a team's people, offers and rules.
const THINGS: [&str; 5] = ["member", "invitation", "ownership", "team", "policy"];

/// The kinds of entries that can be sent.
pub fn offered() -> impl Iterator<Item = Kind> {
    Kind::ALL.iter().copied().filter(|kind| is_offered(*kind))
}

/// Whether entries of a kind can be sent.
pub(crate) fn is_offered(kind: Kind) -> bool {
    kind.as_str()
        .split_once('.')
        .is_some_and(|(thing, _)| THINGS.contains(&thing))
}

words! {
    /// Why nothing is sent to a webhook.
    Why {
        /// Somebody turned it off.
        Person = "person",
        /// It said that it is gone for good.
        Gone = "gone",
        /// It took nothing for days.
        Failing = "failing",
    }
}

/// Where a team's log is sent.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Webhook {
    /// Which.
    pub id: WebhookId,
    /// Of which team.
    pub team_id: TeamId,
    /// Where messages go.
    pub url: String,
    /// What people call it; may be empty.
    pub description: String,
    kinds: Option<Json<Vec<String>>>,
    /// Until when messages are signed with the secret before too.
    pub old_until: Option<DateTime<Utc>>,
    /// Who made it.
    pub created_by: AccountId,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Since when every try has failed.
    pub failing_since: Option<DateTime<Utc>>,
    /// Since when nothing is sent.
    pub off_at: Option<DateTime<Utc>>,
    /// Why nothing is sent.
    pub off_why: Option<Why>,
}

impl Webhook {
    /// Whether entries of a kind are sent.
    pub fn wants(&self, kind: Kind) -> bool {
        wants(self.kinds.as_ref(), kind)
    }

    /// Whether all kinds are sent, those of later versions too.
    pub fn wants_all(&self) -> bool {
        self.kinds.is_none()
    }

    /// The host that messages go to: what may be told of the URL, whose path can hold a secret of the receiver's.
    pub fn host(&self) -> String {
        host(&self.url)
    }
}

fn host(url: &str) -> String {
    let url = Url::parse(url).ok();
    url.as_ref()
        .and_then(Url::host_str)
        .unwrap_or_default()
        .to_owned()
}

fn wants(kinds: Option<&Json<Vec<String>>>, kind: Kind) -> bool {
    is_offered(kind) && kinds.is_none_or(|kinds| kinds.iter().any(|one| one == kind.as_str()))
}

/// Selects whole [`Webhook`]s by a condition on `webhooks`.
macro_rules! webhooks_where {
    ($condition:literal) => {
        concat!(
            "select id, team_id, url, description, kinds, old_until, created_by, created_at, failing_since, off_at, off_why
             from webhooks where ",
            $condition
        )
    };
}

/// What somebody wants a webhook to be.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Where messages go.
    pub url: String,
    /// What people call it; may be empty.
    pub description: String,
    /// The kinds of entries that are sent; none for all there are.
    pub kinds: Option<BTreeSet<&'static str>>,
}

/// A URL, a description, and kinds.
type Checked = (String, String, Option<Json<Vec<&'static str>>>);

impl Wanted {
    /// The URL, the description and the kinds, if all of them are good.
    fn read(&self, env: &Env) -> Result<Checked, Error> {
        let url = env.reach().check(&self.url)?.to_string();
        let description = match self.description.trim() {
            "" => String::new(),
            typed => text::name("what-webhook-description", typed)?,
        };
        let known = |kind: &str| kind.parse().is_ok_and(is_offered);
        let kinds = match &self.kinds {
            None => None,
            Some(kinds) if !kinds.is_empty() && kinds.iter().all(|kind| known(kind)) => {
                Some(Json(kinds.iter().copied().collect()))
            }
            Some(_) => {
                let (what, reason) = ("what-webhook-kinds", message!("webhook-kinds-none"));
                return Err(Rule::TextBad { what, reason }.into());
            }
        };
        Ok((url, description, kinds))
    }
}

/// Makes a webhook. It is sent what happens from now on. Answers its secret too, for the only time.
pub async fn create(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    wanted: &Wanted,
) -> Result<(Webhook, String), Error> {
    grant.demand(tx, Permission::ApiKeysManage)?;
    let team = grant.team.id;
    let (url, description, kinds) = wanted.read(env)?;
    let there = sql!(value i64, tx, "select count(*) from webhooks where team_id = $1", team)?;
    if there >= MOST {
        return Err(Trouble::Most { most: MOST }.into());
    }
    let id: WebhookId = env.new_id();
    let (shown, sealed) = secret::fresh(env, id)?;
    let seq = log(
        tx,
        env,
        grant,
        Kind::WebhookCreated,
        (id, &url),
        json!({ "kinds": &kinds }),
    )
    .await?;
    sql!(execute tx,
        "insert into webhooks (id, team_id, url, description, kinds, secret, created_by, created_at, seen_seq)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        id, team, &url, &description, &kinds, &sealed, grant.actor.account, env.now(), seq)?;
    count(tx, team).await?;
    Ok((get(tx, grant, id).await?, shown))
}

/// Gives a webhook another URL, description or other kinds. Messages that wait go to the new URL.
pub async fn change(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    id: WebhookId,
    wanted: &Wanted,
) -> Result<Webhook, Error> {
    let before = get(tx, grant, id).await?;
    let (url, description, kinds) = wanted.read(env)?;
    let same = match (&before.kinds, &kinds) {
        (None, None) => true,
        (Some(before), Some(kinds)) => before.iter().eq(kinds.iter()),
        _ => false,
    };
    if same && before.url == url && before.description == description {
        return Err(Rule::Unchanged.into());
    }
    sql!(execute tx,
        "update webhooks set url = $3, description = $4, kinds = $5 where team_id = $1 and id = $2",
        grant.team.id, id, &url, &description, &kinds)?;
    let details = json!({ "kinds": &kinds, "moved": before.url != url });
    log(tx, env, grant, Kind::WebhookChanged, (id, &url), details).await?;
    get(tx, grant, id).await
}

/// Turns a webhook on, for what happens from then on, or off; what waits then is not sent.
pub async fn turn(tx: &mut Tx, env: &Env, grant: &Grant, id: WebhookId, on: bool) -> Result<Webhook, Error> {
    let before = get(tx, grant, id).await?;
    let team = grant.team.id;
    if before.off_at.is_none() == on {
        return Ok(before);
    }
    if on {
        // The operator may have changed their mind about the host.
        env.reach().check(&before.url)?;
        let seq = log(tx, env, grant, Kind::WebhookEnabled, (id, &before.url), json!({})).await?;
        sql!(execute tx,
            "update webhooks set off_at = null, off_why = null, failing_since = null, seen_seq = $3
             where team_id = $1 and id = $2", team, id, seq)?;
        count(tx, team).await?;
    } else {
        put_out(tx, env, team, id, Why::Person).await?;
        log(
            tx,
            env,
            grant,
            Kind::WebhookDisabled,
            (id, &before.url),
            json!({}),
        )
        .await?;
    }
    get(tx, grant, id).await
}

/// Gives a webhook another secret, and answers it for the only time. For a day messages are signed with the one before too.
pub async fn rotate(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    id: WebhookId,
) -> Result<(Webhook, String), Error> {
    let before = get(tx, grant, id).await?;
    let (shown, sealed) = secret::fresh(env, id)?;
    sql!(execute tx,
        "update webhooks set old_secret = secret, old_until = $4, secret = $3 where team_id = $1 and id = $2",
        grant.team.id, id, &sealed, env.now() + OVERLAP)?;
    log(tx, env, grant, Kind::WebhookRotated, (id, &before.url), json!({})).await?;
    Ok((get(tx, grant, id).await?, shown))
}

/// Deletes a webhook with all that is known of its messages.
pub async fn delete(tx: &mut Tx, env: &Env, grant: &Grant, id: WebhookId) -> Result<Webhook, Error> {
    let before = get(tx, grant, id).await?;
    sql!(execute tx, "delete from webhooks where team_id = $1 and id = $2", grant.team.id, id)?;
    count(tx, grant.team.id).await?;
    log(tx, env, grant, Kind::WebhookDeleted, (id, &before.url), json!({})).await?;
    Ok(before)
}

/// A webhook in the list.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    /// The webhook itself.
    #[sqlx(flatten)]
    pub webhook: Webhook,
    /// Who made it, by name.
    pub maker: String,
    /// How many messages wait.
    pub waiting: i64,
}

/// The webhooks of the grant's team, oldest first: there are [`MOST`] of them.
pub async fn list(tx: &mut Tx, grant: &Grant) -> Result<Vec<Row>, Error> {
    grant.demand(tx, Permission::ApiKeysManage)?;
    Ok(sql!(fetch_all Row, tx,
        "select w.id, w.team_id, w.url, w.description, w.kinds, w.old_until, w.created_by, w.created_at, w.failing_since,
                w.off_at, w.off_why, a.display_name as maker,
                (select count(*) from webhook_deliveries d where d.webhook_id = w.id and d.status = 'waiting') as waiting
         from webhooks w join accounts a on a.id = w.created_by
         where w.team_id = $1 order by w.created_at, w.id limit $2", grant.team.id, MOST)?)
}

/// One webhook of the grant's team.
pub async fn get(tx: &mut Tx, grant: &Grant, id: WebhookId) -> Result<Webhook, Error> {
    grant.demand(tx, Permission::ApiKeysManage)?;
    sql!(fetch_optional Webhook, tx, webhooks_where!("team_id = $1 and id = $2"), grant.team.id, id)?
        .ok_or(Error::NotFound("webhook"))
}

/// Nothing is sent to a webhook any more, and what waits is not sent.
async fn put_out(tx: &mut Tx, env: &Env, team: TeamId, id: WebhookId, why: Why) -> Result<(), Error> {
    let now = env.now();
    sql!(execute tx,
        "update webhooks set off_at = $3, off_why = $4 where team_id = $1 and id = $2", team, id, now, why)?;
    sql!(execute tx,
        "update webhook_deliveries set status = 'cancelled', due_at = $3
         where team_id = $1 and webhook_id = $2 and status = 'waiting'", team, id, now)?;
    count(tx, team).await
}

/// Notes on the team's row how many of its webhooks are on.
async fn count(tx: &mut Tx, team: TeamId) -> Result<(), Error> {
    sql!(execute tx,
        "update teams set webhooks = (select count(*) from webhooks where team_id = $1 and off_at is null) where id = $1", team)?;
    Ok(())
}

async fn log(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    kind: Kind,
    (id, url): (WebhookId, &str),
    mut details: Value,
) -> Result<i64, Error> {
    details["webhook"] = json!(id);
    let entry = grant.entry(kind, host(url), details);
    activity::append(tx, env, grant.team.id, entry).await
}
