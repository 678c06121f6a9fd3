//! `/api/api-keys`: the keys themselves. A key makes others with at most what it carries, and they end no later than it.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use muster_core::api_key::{self, ApiKey, End, NewKey};
use muster_core::env::Env;
use muster_core::error::Error;
use muster_core::ids::ApiKeyId;
use muster_core::policy::Permission;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::{Data, List, ok};
use super::body::{Json, Nothing};
use super::call::Call;
use super::cursor::{Listing, Reading, Stretch};
use super::problem::{Fault, Problems};
use crate::web::Site;
use crate::web::error::Problem;
use crate::web::pages::{Part, part};

/// A key, without its secret.
#[derive(Serialize, ToSchema)]
pub struct Key {
    /// Which.
    id: String,
    /// What people call it.
    name: String,
    /// What it begins with: enough to recognise it, and not secret.
    prefix: String,
    /// `live`, `waiting` until its secret was shown, `expired` or `revoked`.
    #[schema(example = "live")]
    state: &'static str,
    /// The permissions that it carries.
    permissions: Vec<&'static str>,
    /// Who made it, by name: it acts with their authority.
    created_by: String,
    /// When.
    created_at: DateTime<Utc>,
    /// When it ends; null for one that lasts until it is revoked.
    expires_at: Option<DateTime<Utc>>,
    /// When it was used last, to some minutes.
    last_used_at: Option<DateTime<Utc>>,
}

impl Key {
    fn of(env: &Env, key: &ApiKey, maker: String) -> Self {
        Self {
            id: key.id.to_string(),
            prefix: key.prefix(),
            state: match key.end(env.now()) {
                Some(End::Revoked) => "revoked",
                Some(End::Expired) => "expired",
                None if key.is_shown() => "live",
                None => "waiting",
            },
            permissions: key.permissions.iter().map(|one| one.as_str()).collect(),
            created_by: maker,
            created_at: key.created_at,
            expires_at: key.expires_at,
            last_used_at: key.last_used_at,
            name: key.name.clone(),
        }
    }
}

/// A key that was just made.
#[derive(Serialize, ToSchema)]
pub struct Made {
    /// All of it, secret included: send it as `X-API-Key`. It is never shown again.
    key: String,
    /// What is known about it.
    #[serde(flatten)]
    about: Key,
}

/// The API keys of the team, newest first.
#[utoipa::path(
    get,
    path = "/api/api-keys",
    tag = "API keys",
    operation_id = "list_api_keys",
    params(Stretch),
    responses((status = 200, description = "Some keys", body = List<Key>), Problems)
)]
pub async fn list(
    State(site): State<Site>,
    Call { caller, query, .. }: Call<Nothing, Listing>,
) -> Result<Response, Problem> {
    let (mut tx, grant) = caller.look(&site, Permission::ApiKeysManage).await?;
    let reading = Reading::new(grant.team.id, "keys", &[], query.stretch)?;
    let stretch = api_key::stretch(&mut tx, &grant, &reading.keyset(&site.env)?).await?;
    ok(&List::of(&site.env, &reading, stretch, |row| {
        Key::of(&site.env, &row.key, row.maker)
    }))
}

/// What a key is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewApiKey {
    /// What people call it.
    #[schema(min_length = 1, max_length = 64)]
    name: String,
    /// The permissions that it carries: some of those of the key that asks.
    #[schema(example = json!(["members.view", "members.invite"]), min_items = 1, max_items = 13)]
    permissions: Vec<String>,
    /// When it ends; with the key that asks, if it is left out.
    expires_at: Option<DateTime<Utc>>,
}

/// Makes a key. Its secret is in this answer and nowhere else.
#[utoipa::path(
    post,
    path = "/api/api-keys",
    tag = "API keys",
    operation_id = "create_api_key",
    params(("Idempotency-Key" = Option<String>, Header, description = "A name for this request, so that it is done once however often it comes", max_length = 255, pattern = "^[!-~]+$")),
    request_body = NewApiKey,
    responses((status = 201, description = "The key, with its secret", body = Data<Made>), Problems)
)]
pub async fn create(
    State(site): State<Site>,
    Call { caller, body, .. }: Call<Json<NewApiKey>>,
) -> Result<Response, Problem> {
    let Json(wanted) = body;
    let mut permissions = BTreeSet::new();
    for name in &wanted.permissions {
        let permission = Permission::parse(name).map_err(|error| Fault::Body(error.to_string()))?;
        permissions.insert(permission);
    }
    let mut change = match caller.change(&site, Permission::ApiKeysManage).await? {
        Ok(change) => change,
        Err(kept) => return Ok(kept),
    };
    let new = NewKey {
        name: wanted.name,
        permissions,
        expires_at: wanted.expires_at,
    };
    let (tx, env, grant) = (&mut change.tx, &site.env, &change.grant);
    let made = api_key::create(tx, env, grant, new).await?;
    let (_, secret) = api_key::show(tx, env, grant, made.id).await?;
    let row = api_key::get(tx, grant, made.id).await?;
    let answer = Data::of(Made {
        key: secret,
        about: Key::of(env, &row.key, row.maker),
    });
    change.done(&site, StatusCode::CREATED, &answer).await
}

/// Revokes a key: from the next request on it opens nothing. A key may revoke itself.
#[utoipa::path(
    delete,
    path = "/api/api-keys/{id}",
    tag = "API keys",
    operation_id = "revoke_api_key",
    params(("id" = String, Path, description = "The key")),
    responses((status = 200, description = "The key as it is now", body = Data<Key>), Problems)
)]
pub async fn revoke(State(site): State<Site>, path: Part, call: Call) -> Result<Response, Problem> {
    let id: ApiKeyId = part(path)?.parse().map_err(|_| Error::NotFound("API key"))?;
    let mut change = match call.caller.change(&site, Permission::ApiKeysManage).await? {
        Ok(change) => change,
        Err(kept) => return Ok(kept),
    };
    let row = api_key::revoke(&mut change.tx, &site.env, &change.grant, id).await?;
    let answer = Data::of(Key::of(&site.env, &row.key, row.maker));
    change.done(&site, StatusCode::OK, &answer).await
}
