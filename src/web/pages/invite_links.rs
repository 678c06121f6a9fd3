//! The invite links of a team, on its page: for those who may manage them.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use muster_core::Tx;
use muster_core::activity::Surface;
use muster_core::actor::{Actor, Grant};
use muster_core::error::{Error, Rule};
use muster_core::ids::{InviteLinkId, TeamId};
use muster_core::invite_link::{self, End, Lifetime, NewLink};
use muster_core::message;
use muster_core::policy::{Permission, RoleKey};
use serde::Deserialize;

use super::account::Button;
use super::team::{List, slice};
use super::{Params, Part, part};
use crate::web::error::Problem;
use crate::web::form::Form;
use crate::web::session::Visitor;
use crate::web::words::Moment;
use crate::web::{Site, see_other};

/// What the page of a team shows of its links.
pub struct Section {
    /// The roles that a new link can give: key, name, and whether it is the usual one. None while links are off.
    pub roles: Vec<(String, String, bool)>,
    /// The links, newest first.
    pub list: List<Row>,
}

/// A link in the list.
pub struct Row {
    /// Which.
    pub id: InviteLinkId,
    /// What people call it.
    pub reference: String,
    /// Where it leads, while it is live and can be shown.
    pub url: Option<String>,
    /// How it stands, in a word.
    pub state: &'static str,
    /// Whether it still lets people in.
    pub live: bool,
    /// The role that it gives.
    pub role: String,
    /// How often it was used.
    pub uses: String,
    /// When it ends, if ever.
    pub ends: Option<Moment>,
    /// The domains that addresses have to be of.
    pub domains: Option<String>,
    /// Who made it.
    pub creator: String,
}

/// The links for whoever may manage them; nothing where they are off and there are none.
pub async fn section(
    tx: &mut Tx,
    site: &Site,
    grant: &Grant,
    params: &Params,
) -> Result<Option<Section>, Error> {
    let (policy, now) = (&grant.team.policy, site.env.now());
    let usual = policy.link_role();
    let roles = policy.invitable_by(&grant.role).into_iter();
    let roles: Vec<_> = roles
        .filter(|role| usual.is_some() && !policy.is_top(&role.key))
        .map(|role| (role.key.to_string(), role.name.clone(), usual == Some(&role.key)))
        .collect();
    let links = invite_link::list(tx, grant, slice(params, "links")).await?;
    if roles.is_empty() && links.total == 0 {
        return Ok(None);
    }
    let home = site.public_url.as_str().trim_end_matches('/');
    let list = List::new(links, |row| {
        let link = row.link;
        let end = link.end(now);
        let token = link.token(&site.env).filter(|_| end.is_none());
        Row {
            id: link.id,
            reference: link.reference(),
            url: token.map(|token| format!("{home}/join/{token}")),
            state: match end {
                None => "Live",
                Some(End::Disabled) => "Disabled",
                Some(End::Expired) => "Expired",
                Some(End::Full) => "Used up",
            },
            live: end.is_none(),
            role: policy.role_name(&link.role),
            uses: link.max_uses.map_or_else(
                || link.uses.to_string(),
                |most| format!("{} of {most}", link.uses),
            ),
            ends: link.expires_at.map(|at| Moment::new(at, now)),
            domains: link.domain_list(),
            creator: row.creator,
        }
    });
    Ok(Some(Section { roles, list }))
}

/// What the form of a new link sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    role: String,
    expires: String,
    max_uses: String,
    domains: String,
}

impl Wanted {
    fn read(&self) -> Result<NewLink, Error> {
        let bad = |what, reason| Rule::TextBad { what, reason };
        let role = RoleKey::parse(&self.role).map_err(|_| Rule::RoleUnknown {
            role: self.role.chars().take(40).collect(),
        })?;
        let max_uses = Some(self.max_uses.trim()).filter(|typed| !typed.is_empty());
        Ok(NewLink {
            role: Some(role),
            lifetime: self
                .expires
                .parse::<Lifetime>()
                .map_err(|_| bad("what-time", message!("choose-offered")))?,
            max_uses: max_uses
                .map(str::parse)
                .transpose()
                .map_err(|_| bad("what-uses", message!("not-a-number")))?,
            domains: invite_link::domains(&self.domains)?,
        })
    }
}

/// `POST /teams/{id}/links`: makes a link.
pub async fn create(
    State(site): State<Site>,
    id: Part,
    Form { visitor, fields }: Form<Wanted>,
) -> Result<Response, Problem> {
    let id = team_id(&part(id)?)?;
    let mut tx = site.db.write().await?;
    let grant = manager(&visitor, &mut tx, id).await?;
    invite_link::create(&mut tx, &site.env, &grant, fields.read()?).await?;
    tx.commit().await?;
    back(id)
}

/// `POST /teams/{id}/links/{link}/disable`: ends a link.
pub async fn disable(
    State(site): State<Site>,
    path: Result<Path<(String, String)>, PathRejection>,
    Form { visitor, .. }: Form<Button>,
) -> Result<Response, Problem> {
    let Path((id, link)) = path.map_err(|_| Error::NotFound("page"))?;
    let id = team_id(&id)?;
    let link: InviteLinkId = link.parse().map_err(|_| Error::NotFound("invite link"))?;
    let mut tx = site.db.write().await?;
    let grant = manager(&visitor, &mut tx, id).await?;
    match invite_link::disable(&mut tx, &site.env, &grant, link).await {
        Ok(_) => tx.commit().await?,
        // The list says how it ended.
        Err(Error::Rule(Rule::LinkEnded(_))) => drop(tx),
        Err(error) => return Err(error.into()),
    }
    back(id)
}

fn team_id(text: &str) -> Result<TeamId, Error> {
    text.parse().map_err(|_| Error::NotFound("team"))
}

async fn manager(visitor: &Visitor, tx: &mut Tx, id: TeamId) -> Result<Grant, Problem> {
    let actor = Actor {
        account: visitor.signed_in(&format!("/teams/{id}"))?.account.id,
        surface: Surface::Web,
    };
    Ok(actor.may(tx, id, Permission::LinksManage).await?)
}

fn back(id: TeamId) -> Result<Response, Problem> {
    see_other(&format!("/teams/{id}#links"))
}
