//! The API keys of a team: the list, and making one.

pub mod one;

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use muster_core::Tx;
use muster_core::actor::Grant;
use muster_core::api_key::{self, ApiKey, End, Lifetime, NewKey, Row};
use muster_core::error::{Error, Rule};
use muster_core::ids::{ApiKeyId, TeamId};
use muster_core::message;
use muster_core::policy::Permission;

use super::list::{Address, List, slice};
use super::{Caller, Head, Tab, team_id};
use crate::web::error::{Problem, sentence, status};
use crate::web::form::Form;
use crate::web::pages::{Params, Part, part};
use crate::web::session::Visitor;
use crate::web::words::Moment;
use crate::web::{Shell, Site, see_other};

/// A key as the pages show it.
struct Card {
    id: ApiKeyId,
    name: String,
    /// What it begins with.
    prefix: String,
    state: (&'static str, &'static str),
    live: bool,
    /// Whether its secret has been shown.
    shown: bool,
    permissions: Vec<&'static str>,
    maker: String,
    /// Whether whoever looks made it.
    mine: bool,
    made: Moment,
    ends: Option<Moment>,
    used: Option<Moment>,
    /// Until when the secret before still works.
    overlap: Option<Moment>,
}

impl Card {
    fn of(site: &Site, grant: &Grant, row: Row) -> Self {
        let (Row { key, maker }, now) = (row, site.env.now());
        let end = key.end(now);
        Self {
            id: key.id,
            prefix: key.prefix(),
            state: match end {
                Some(End::Revoked) => ("Revoked", "bad"),
                Some(End::Expired) => ("Expired", "idle"),
                None if key.is_shown() => ("Live", "good"),
                None => ("Secret not shown yet", "info"),
            },
            live: end.is_none(),
            shown: key.is_shown(),
            permissions: key.permissions.iter().map(|one| one.as_str()).collect(),
            mine: key.created_by == grant.actor.account,
            maker,
            made: Moment::new(key.created_at, now),
            ends: key.expires_at.map(|at| Moment::new(at, now)),
            used: key.last_used_at.map(|at| Moment::new(at, now)),
            overlap: overlap(&key, now),
            name: key.name,
        }
    }
}

fn overlap(key: &ApiKey, now: chrono::DateTime<chrono::Utc>) -> Option<Moment> {
    let until = key.old_until.filter(|until| now < *until)?;
    Some(Moment::new(until, now))
}

#[derive(Template)]
#[template(path = "team/keys.html")]
struct ListPage {
    shell: Shell,
    head: Head,
    list: List<Card>,
    form: NewForm,
}

/// The form of a new key, with what was typed.
struct NewForm {
    name: String,
    ends: String,
    /// What can be chosen, and whether it is.
    permissions: Vec<(&'static str, bool)>,
    error: Option<String>,
}

impl NewForm {
    fn of(grant: &Grant, typed: &BTreeMap<String, String>, error: Option<String>) -> Self {
        let mine = api_key::permissions_of(grant).into_iter();
        let typed_or = |name: &str, usual: &str| typed.get(name).map_or(usual, String::as_str).to_owned();
        Self {
            name: typed_or("name", ""),
            ends: typed_or("ends", Lifetime::default().as_str()),
            permissions: mine
                .map(|one| (one.as_str(), typed.contains_key(one.as_str())))
                .collect(),
            error,
        }
    }
}

/// `GET /teams/{id}/keys`
pub async fn list(
    State(site): State<Site>,
    id: Part,
    params: Params,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let id = team_id(&part(id)?)?;
    let mut tx = site.db.read().await?;
    let (caller, grant) = manager(&visitor, &mut tx, id).await?;
    let form = NewForm::of(&grant, &BTreeMap::new(), None);
    let keys = Keys {
        site: &site,
        visitor: &visitor,
        caller: &caller,
        grant: &grant,
        params: &params,
    };
    keys.page(&mut tx, form, StatusCode::OK).await
}

/// The list with the form of a new key.
struct Keys<'a> {
    site: &'a Site,
    visitor: &'a Visitor,
    caller: &'a Caller,
    grant: &'a Grant,
    params: &'a Params,
}

impl Keys<'_> {
    async fn page(&self, tx: &mut Tx, form: NewForm, status: StatusCode) -> Result<Response, Problem> {
        let Self {
            site,
            visitor,
            caller,
            grant,
            params,
        } = *self;
        let keys = api_key::list(tx, grant, slice(params, "page")).await?;
        let here = Address::new(format!("/teams/{}/keys", grant.team.id), params, &[], "");
        let page = ListPage {
            shell: visitor.shell(site),
            head: Head::new(tx, caller, Tab::Keys, params, site.env.now()).await?,
            list: List::new(keys, &here, ("page", "Pages of API keys"), |row| {
                Card::of(site, grant, row)
            }),
            form,
        };
        visitor.form_page(site, status, &page)
    }
}

/// `POST /teams/{id}/keys`: makes a key; its page shows its secret.
pub async fn create(
    State(site): State<Site>,
    id: Part,
    params: Params,
    Form { visitor, fields }: Form<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let id = team_id(&part(id)?)?;
    let mut tx = site.db.write().await?;
    let (caller, grant) = manager(&visitor, &mut tx, id).await?;
    let made = match wanted(&site, &fields)? {
        Ok(new) => api_key::create(&mut tx, &site.env, &grant, new).await,
        Err(rule) => Err(rule.into()),
    };
    match made {
        Ok(key) => {
            tx.commit().await?;
            see_other(&format!("/teams/{id}/keys/{}", key.id))
        }
        Err(error @ (Error::Rule(_) | Error::Denied(_))) => {
            let problem = Problem::from(error);
            let form = NewForm::of(&grant, &fields, Some(sentence(&problem, &site.env)));
            let status = status(&problem);
            let keys = Keys {
                site: &site,
                visitor: &visitor,
                caller: &caller,
                grant: &grant,
                params: &params,
            };
            keys.page(&mut tx, form, status).await
        }
        Err(error) => Err(error.into()),
    }
}

/// What the form asks for; the outer error is for forms that our page does not have.
fn wanted(site: &Site, fields: &BTreeMap<String, String>) -> Result<Result<NewKey, Rule>, Problem> {
    let mut permissions = BTreeSet::new();
    for name in fields
        .keys()
        .filter(|name| !matches!(name.as_str(), "name" | "ends"))
    {
        let permission = Permission::parse(name).map_err(|error| Problem::Field(error.to_string()))?;
        permissions.insert(permission);
    }
    let Ok(lifetime) = fields.get("ends").map_or("", String::as_str).parse::<Lifetime>() else {
        return Ok(Err(Rule::TextBad {
            what: "what-time",
            reason: message!("choose-offered"),
        }));
    };
    Ok(Ok(NewKey {
        name: fields.get("name").cloned().unwrap_or_default(),
        permissions,
        expires_at: lifetime.end(site.env.now()),
    }))
}

async fn manager(visitor: &Visitor, tx: &mut Tx, id: TeamId) -> Result<(Caller, Grant), Problem> {
    let path = format!("/teams/{id}/keys");
    Caller::with(tx, visitor, id, &path, Permission::ApiKeysManage).await
}
