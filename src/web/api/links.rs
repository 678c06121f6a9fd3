//! `/api/invite-links`: links that let in whoever has them, while they last.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use muster_core::error::{Error, Rule};
use muster_core::ids::InviteLinkId;
use muster_core::invite_link::{self, End, InviteLink, Lifetime, NewLink};
use muster_core::message;
use muster_core::policy::Permission;
use muster_core::text::Domain;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::{Data, List, ok};
use super::body::{Json, Nothing};
use super::call::Call;
use super::cursor::{Listing, Reading, Stretch};
use super::problem::Problems;
use crate::web::error::Problem;
use crate::web::pages::{Part, part};
use crate::web::{Site, Web};

/// A link that lets people in.
#[derive(Serialize, ToSchema)]
pub struct Link {
    /// Which.
    id: String,
    /// Where it leads; null once it is over.
    url: Option<String>,
    /// `live`, `disabled`, `expired` or `full`.
    #[schema(example = "live")]
    state: &'static str,
    /// The role that it gives.
    role: String,
    /// How many people have joined by it.
    uses: i64,
    /// How many can; null for any number.
    max_uses: Option<i64>,
    /// The domains that verified addresses have to be of; empty for any.
    domains: Vec<String>,
    /// Who made it, by name.
    created_by: String,
    /// When.
    created_at: DateTime<Utc>,
    /// When it ends; null for one that lasts until it is disabled.
    expires_at: Option<DateTime<Utc>>,
}

impl Link {
    fn of(site: &Web, link: &InviteLink, creator: String) -> Self {
        let end = link.end(site.env.now());
        let home = site.public_url.as_str().trim_end_matches('/');
        let token = link.token(&site.env).filter(|_| end.is_none());
        Self {
            id: link.id.to_string(),
            url: token.map(|token| format!("{home}/join/{token}")),
            state: match end {
                None => "live",
                Some(End::Disabled) => "disabled",
                Some(End::Expired) => "expired",
                Some(End::Full) => "full",
            },
            role: link.role.to_string(),
            uses: link.uses,
            max_uses: link.max_uses,
            domains: link
                .domains
                .iter()
                .map(|domain| domain.as_str().to_owned())
                .collect(),
            created_by: creator,
            created_at: link.created_at,
            expires_at: link.expires_at,
        }
    }
}

/// The invite links of the team, newest first.
#[utoipa::path(
    get,
    path = "/api/invite-links",
    tag = "Invite links",
    operation_id = "list_invite_links",
    params(Stretch),
    responses((status = 200, description = "Some links", body = List<Link>), Problems)
)]
pub async fn list(
    State(site): State<Site>,
    Call { caller, query, .. }: Call<Nothing, Listing>,
) -> Result<Response, Problem> {
    let (mut tx, grant) = caller.look(&site, Permission::LinksManage).await?;
    let reading = Reading::new(grant.team.id, "links", &[], query.stretch)?;
    let stretch = invite_link::stretch(&mut tx, &grant, &reading.keyset(&site.env)?).await?;
    ok(&List::of(&site.env, &reading, stretch, |row| {
        Link::of(&site, &row.link, row.creator)
    }))
}

/// What a link is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInviteLink {
    /// The key of the role that it gives; the one that the team's rules name if it is left out.
    #[schema(example = "member")]
    role: Option<String>,
    /// How long it lasts; 7 days if it is left out.
    #[schema(value_type = Option<LinkLifetime>)]
    expires: Option<String>,
    /// How many people can join by it; any number if it is left out.
    #[schema(minimum = 1, maximum = 10_000)]
    max_uses: Option<i64>,
    /// The domains that verified addresses have to be of; any if it is left out.
    #[schema(max_items = 5)]
    #[serde(default)]
    domains: Vec<String>,
}

/// How long a link lasts.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only written down")]
pub enum LinkLifetime {
    /// An hour.
    #[schema(rename = "1h")]
    Hour,
    /// A day.
    #[schema(rename = "1d")]
    Day,
    /// Seven days.
    #[schema(rename = "7d")]
    Week,
    /// Thirty days.
    #[schema(rename = "30d")]
    Month,
    /// Until it is disabled.
    #[schema(rename = "never")]
    Never,
}

/// Makes a link that lets in whoever has it.
#[utoipa::path(
    post,
    path = "/api/invite-links",
    tag = "Invite links",
    operation_id = "create_invite_link",
    params(("Idempotency-Key" = Option<String>, Header, description = "A name for this request, so that it is done once however often it comes", max_length = 255, pattern = "^[!-~]+$")),
    request_body = NewInviteLink,
    responses((status = 201, description = "The link", body = Data<Link>), Problems)
)]
pub async fn create(
    State(site): State<Site>,
    Call { caller, body, .. }: Call<Json<NewInviteLink>>,
) -> Result<Response, Problem> {
    let Json(wanted) = body;
    let mut change = match caller.change(&site, Permission::LinksManage).await? {
        Ok(change) => change,
        Err(kept) => return Ok(kept),
    };
    let policy = &change.grant.team.policy;
    let role = wanted.role.as_deref().map(|role| policy.role_named(role));
    let lifetime = wanted.expires.as_deref().map(str::parse::<Lifetime>);
    let mut domains = Vec::new();
    for domain in &wanted.domains {
        let domain = Domain::parse(domain)?;
        if !domains.contains(&domain) {
            domains.push(domain);
        }
    }
    let new = NewLink {
        role: role.transpose()?,
        lifetime: lifetime
            .transpose()
            .map_err(|_| Rule::TextBad {
                what: "what-time",
                reason: message!("choose-offered"),
            })?
            .unwrap_or_default(),
        max_uses: wanted.max_uses,
        domains,
    };
    let link = invite_link::create(&mut change.tx, &site.env, &change.grant, new).await?;
    let row = invite_link::get(&mut change.tx, &change.grant, link.id).await?;
    let answer = Data::of(Link::of(&site, &row.link, row.creator));
    change.done(&site, StatusCode::CREATED, &answer).await
}

/// Disables a link: it lets nobody in from now on. Members who came by it stay.
#[utoipa::path(
    delete,
    path = "/api/invite-links/{id}",
    tag = "Invite links",
    operation_id = "disable_invite_link",
    params(("id" = String, Path, description = "The link")),
    responses((status = 200, description = "The link as it is now", body = Data<Link>), Problems)
)]
pub async fn disable(State(site): State<Site>, path: Part, call: Call) -> Result<Response, Problem> {
    let id: InviteLinkId = part(path)?.parse().map_err(|_| Error::NotFound("invite link"))?;
    let mut change = match call.caller.change(&site, Permission::LinksManage).await? {
        Ok(change) => change,
        Err(kept) => return Ok(kept),
    };
    let row = invite_link::disable(&mut change.tx, &site.env, &change.grant, id).await?;
    let answer = Data::of(Link::of(&site, &row.link, row.creator));
    change.done(&site, StatusCode::OK, &answer).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_down_about_lifetimes_is_what_is_read() {
        for word in ["1h", "1d", "7d", "30d", "never"] {
            assert!(word.parse::<Lifetime>().is_ok(), "{word}");
        }
        assert_eq!(Lifetime::ALL.len(), 5);
    }
}
