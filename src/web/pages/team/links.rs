//! `/teams/{id}/links`: the invite links of a team, for those who may manage them.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use muster_core::Tx;
use muster_core::actor::Grant;
use muster_core::error::{Error, Rule};
use muster_core::ids::{InviteLinkId, TeamId};
use muster_core::invite_link::{self, End, Lifetime, NewLink};
use muster_core::message;
use muster_core::policy::{Permission, RoleKey};
use serde::Deserialize;

use super::choice::Choice;
use super::list::{Address, List, slice};
use super::{Alert, Caller, Head, Refused, Tab, TwoParts, actor, team_id, two, with_status};
use crate::web::error::Problem;
use crate::web::form::Form;
use crate::web::pages::account::Button;
use crate::web::pages::{Params, Part, part};
use crate::web::session::Visitor;
use crate::web::words::{self, Moment};
use crate::web::{Shell, Site, html, see_other};

#[derive(Template)]
#[template(path = "team/links.html")]
struct Page {
    shell: Shell,
    head: Head,
    /// The form of a new link; none while links are off.
    form: Option<LinkForm>,
    /// Why there is no form.
    off: Option<String>,
    list: List<Row>,
}

/// The form of a new link.
struct LinkForm {
    roles: Vec<Choice>,
    lifetimes: Vec<Choice>,
    max_uses: String,
    domains: String,
    role_error: Option<String>,
    expires_error: Option<String>,
    max_uses_error: Option<String>,
    domains_error: Option<String>,
    alert: Option<Alert>,
}

impl LinkForm {
    fn has_error(&self) -> bool {
        let errors = [
            &self.role_error,
            &self.expires_error,
            &self.max_uses_error,
            &self.domains_error,
        ];
        errors.into_iter().any(Option::is_some) || self.alert.is_some()
    }

    /// Says at its field, or above all of them, why no link was made.
    fn blame(&mut self, refused: &Refused, alert: Alert) {
        let field = match refused {
            Refused::Beyond(_) | Refused::Rule(Rule::RoleUnknown { .. }) => &mut self.role_error,
            Refused::Rule(Rule::TextBad { what, .. }) => match *what {
                "what-time" => &mut self.expires_error,
                "what-uses" => &mut self.max_uses_error,
                "what-domain" | "what-domains" => &mut self.domains_error,
                "what-role" => &mut self.role_error,
                _ => {
                    self.alert = Some(alert);
                    return;
                }
            },
            Refused::Rule(_) => {
                self.alert = Some(alert);
                return;
            }
        };
        *field = Some(alert.sentence);
    }
}

/// A link in the list.
pub struct Row {
    /// Which.
    pub id: InviteLinkId,
    /// What people call it.
    pub reference: String,
    /// Where it leads, while it is live and can be shown.
    pub url: Option<String>,
    /// How it stands, in a word, and the class that goes with it.
    pub state: (&'static str, &'static str),
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

/// What a lifetime is called.
fn lifetime(one: Lifetime) -> &'static str {
    match one {
        Lifetime::Hour => "In 1 hour",
        Lifetime::Day => "In 1 day",
        Lifetime::Week => "In 7 days",
        Lifetime::Month => "In 30 days",
        Lifetime::Never => "Never",
    }
}

/// The form with what was typed; none where nobody can make a link that gives a role of the caller's reach.
fn form(caller: &Caller, typed: &Wanted) -> Option<LinkForm> {
    let policy = &caller.standing.team.policy;
    let usual = policy.link_role()?;
    let by = caller.role_for(Permission::LinksManage)?;
    let chosen = RoleKey::parse(&typed.role).unwrap_or_else(|_| usual.clone());
    let offered = policy.invitable_by(by).into_iter();
    let roles: Vec<_> = offered
        .filter(|role| !policy.is_top(&role.key))
        .map(|role| Choice::role(role, Some(&chosen)))
        .collect();
    let expires = typed.expires.parse::<Lifetime>().unwrap_or_default();
    let lifetimes = Lifetime::ALL.iter();
    (!roles.is_empty()).then(|| LinkForm {
        roles,
        lifetimes: lifetimes
            .map(|one| Choice::new(one.as_str(), lifetime(*one), *one == expires))
            .collect(),
        max_uses: typed.max_uses.clone(),
        domains: typed.domains.clone(),
        role_error: None,
        expires_error: None,
        max_uses_error: None,
        domains_error: None,
        alert: None,
    })
}

/// `GET /teams/{id}/links`
pub async fn show(
    State(site): State<Site>,
    id: Part,
    params: Params,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let id = team_id(&part(id)?)?;
    html(
        StatusCode::OK,
        &page(&site, &visitor, id, &params, &Wanted::default(), None).await?,
    )
}

/// The page, with what was typed and why no link was made.
async fn page(
    site: &Site,
    visitor: &Visitor,
    id: TeamId,
    params: &Params,
    typed: &Wanted,
    wrong: Option<(Refused, Alert)>,
) -> Result<Page, Problem> {
    let (here, now) = (format!("/teams/{id}/links"), site.env.now());
    let mut tx = site.db.read().await?;
    let caller = Caller::enter(&mut tx, visitor, id, &here).await?;
    let grant = caller.actor.may(&mut tx, id, Permission::LinksManage).await?;
    let mut form = form(&caller, typed);
    let off = invite_link::check_on(&grant.team.policy).err();
    let mut head = Head::new(&mut tx, &caller, Tab::Links, params, now).await?;
    match (wrong, &mut form) {
        (Some((refused, alert)), Some(form)) => form.blame(&refused, alert),
        (Some((_, alert)), None) => head.alert = Some(alert),
        (None, _) => {}
    }
    Ok(Page {
        shell: visitor.shell(site),
        head,
        form,
        off: off.map(|refused| words::told(&refused.message(), now)),
        list: list(&mut tx, site, &grant, params, here).await?,
    })
}

async fn list(
    tx: &mut Tx,
    site: &Site,
    grant: &Grant,
    params: &Params,
    here: String,
) -> Result<List<Row>, Error> {
    let (policy, now) = (&grant.team.policy, site.env.now());
    let links = invite_link::list(tx, grant, slice(params, "page")).await?;
    let home = site.public_url.as_str().trim_end_matches('/');
    let address = Address::new(here, params, &[], "");
    Ok(List::new(
        links,
        &address,
        ("page", "Pages of invite links"),
        |row| {
            let link = row.link;
            let end = link.end(now);
            let token = link.token(&site.env).filter(|_| end.is_none());
            Row {
                id: link.id,
                reference: link.reference(),
                url: token.map(|token| format!("{home}/join/{token}")),
                state: match end {
                    None => ("Live", "good"),
                    Some(End::Disabled) => ("Disabled", "idle"),
                    Some(End::Expired) => ("Expired", "warn"),
                    Some(End::Full) => ("Used up", "idle"),
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
        },
    ))
}

/// What the form of a new link sends.
#[derive(Default, Deserialize)]
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
    let made = match fields.read() {
        Ok(new) => invite_link::create(&mut tx, &site.env, &grant, new).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(_) => {
            tx.commit().await?;
            see_other(&format!("/teams/{id}/links?done=link-made"))
        }
        Err(error) => {
            drop(tx);
            let refused = Refused::of(error)?;
            let (alert, problem) = refused.clone().alert(site.env.now());
            let nothing = axum::extract::Query(std::collections::HashMap::new());
            let page = page(&site, &visitor, id, &nothing, &fields, Some((refused, alert))).await?;
            Ok(with_status(html(StatusCode::OK, &page)?, &problem, &site))
        }
    }
}

/// `POST /teams/{id}/links/{link}/disable`: ends a link.
pub async fn disable(
    State(site): State<Site>,
    path: TwoParts,
    Form { visitor, .. }: Form<Button>,
) -> Result<Response, Problem> {
    let (id, link): (_, InviteLinkId) = two(path, "invite link")?;
    let mut tx = site.db.write().await?;
    let grant = manager(&visitor, &mut tx, id).await?;
    match invite_link::disable(&mut tx, &site.env, &grant, link).await {
        Ok(_) => tx.commit().await?,
        // The list says how it ended.
        Err(Error::Rule(Rule::LinkEnded(_))) => drop(tx),
        Err(error) => return Err(error.into()),
    }
    see_other(&format!("/teams/{id}/links?done=link-disabled"))
}

async fn manager(visitor: &Visitor, tx: &mut Tx, id: TeamId) -> Result<Grant, Problem> {
    let actor = actor(visitor, &format!("/teams/{id}/links"))?;
    Ok(actor.may(tx, id, Permission::LinksManage).await?)
}
