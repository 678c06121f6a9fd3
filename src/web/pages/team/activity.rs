//! `/teams/{id}/activity`: what happened, by kind, member and time.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use muster_core::Tx;
use muster_core::activity::{self, Entry, Filter, Format, Kind, Leaving};
use muster_core::actor::Grant;
use muster_core::error::{Error, Rule};
use muster_core::ids::MemberId;
use muster_core::locale::Locale;
use muster_core::member;
use muster_core::message;
use muster_core::policy::{Permission, Policy};
use serde::Deserialize;

use super::choice::Choice;
use super::list::{Address, List, param, slice};
use super::{Caller, Head, Tab, actor, say, team_id};
use crate::discord::words::activity::{self as spoken, Ink};
use crate::web::error::Problem;
use crate::web::export::{self, Taker};
use crate::web::form::Form;
use crate::web::pages::{Params, Part, part};
use crate::web::session::Visitor;
use crate::web::words::{self, Moment};
use crate::web::{Shell, Site};

/// How many names the field for a member suggests.
const SUGGESTED: i64 = 100;

#[derive(Template)]
#[template(path = "team/activity.html")]
struct Page {
    shell: Shell,
    head: Head,
    list: List<EntryRow>,
    kinds: Vec<Choice>,
    /// The member that the list is cut down to: what was typed, or their name.
    member: String,
    since: String,
    names: Vec<String>,
    filtered: bool,
    kind_error: Option<String>,
    member_error: Option<String>,
    since_error: Option<String>,
}

/// An entry of the log as lists show it.
pub struct EntryRow {
    /// Its number.
    pub seq: i64,
    /// When.
    pub at: Moment,
    /// The sentence.
    pub text: String,
    /// Where it was done.
    pub surface: &'static str,
}

impl EntryRow {
    /// An entry under a team's rules, seen from `now`.
    pub fn new(policy: &Policy, entry: &Entry, now: DateTime<Utc>) -> Self {
        let ink = Ink {
            name: &str::to_owned,
            text: &str::to_owned,
            code: &|text| format!("“{text}”"),
        };
        Self {
            seq: entry.seq,
            at: Moment::new(entry.at, now),
            text: spoken::sentence(Locale::EnUs, policy, entry, ink),
            surface: match entry.surface {
                activity::Surface::Discord => "Discord",
                activity::Surface::Web => "Web",
                activity::Surface::Api => "API",
                activity::Surface::Job => "Muster",
                activity::Surface::Cli => "Command line",
            },
        }
    }
}

/// `GET /teams/{id}/activity`
pub async fn show(
    State(site): State<Site>,
    id: Part,
    params: Params,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let id = team_id(&part(id)?)?;
    let now = site.env.now();
    let mut tx = site.db.read().await?;
    let here = format!("/teams/{id}/activity");
    let caller = Caller::enter(&mut tx, &visitor, id, &here).await?;
    let grant = caller.actor.may(&mut tx, id, Permission::ActivityView).await?;
    let asked = Asked::read(&mut tx, &grant, &params, now).await?;
    let wrong = [&asked.kind_error, &asked.member_error, &asked.since_error];
    let status = if wrong.iter().any(|error| error.is_some()) {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let paged = activity::list(&mut tx, id, asked.filter, slice(&params, "page")).await?;
    let address = Address::new(here, &params, &["type", "member", "since"], "");
    let list = List::new(paged, &address, ("page", "Pages of the log"), |entry| {
        EntryRow::new(&grant.team.policy, &entry, now)
    });
    let names = if caller.may(Permission::MembersView) {
        let some = member::search(&mut tx, &grant, "", SUGGESTED).await?;
        some.into_iter().map(|row| row.display_name).collect()
    } else {
        Vec::new()
    };
    let everything = Choice::new("", say("log-everything", &[]), asked.filter.kind.is_none());
    let kinds = Kind::ALL.iter().map(|kind| {
        let label = spoken::label(Locale::EnUs, *kind);
        Choice::new(kind.as_str(), label, asked.filter.kind == Some(*kind))
    });
    let page = Page {
        shell: visitor.shell(&site),
        head: Head::new(&mut tx, &caller, Tab::Activity, &params, now).await?,
        list,
        kinds: std::iter::once(everything).chain(kinds).collect(),
        member: asked.member,
        since: param(&params, "since").unwrap_or_default().to_owned(),
        names,
        filtered: asked.filter != Filter::default(),
        kind_error: asked.kind_error,
        member_error: asked.member_error,
        since_error: asked.since_error,
    };
    visitor.form_page(&site, status, &page)
}

/// What the form of the log as a file says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    format: String,
}

/// `POST /teams/{id}/activity/export`: the whole log as a file. That it was taken away is noted in it.
pub async fn export(
    State(site): State<Site>,
    id: Part,
    Form { visitor, fields }: Form<Wish>,
) -> Result<Response, Problem> {
    let id = team_id(&part(id)?)?;
    let format: Format = fields
        .format
        .parse()
        .map_err(|_| Problem::Field("`format` is csv or json".to_owned()))?;
    let actor = actor(&visitor, &format!("/teams/{id}/activity"))?;
    let mut tx = site.db.write().await?;
    let grant = actor.may(&mut tx, id, Permission::ActivityView).await?;
    let log = Leaving::begin(&mut tx, &site.env, &grant, format).await?;
    let name = format.file(site.env.now());
    member::note_export(&mut tx, &site.env, &grant, &name, log.total()).await?;
    tx.commit().await?;
    Ok(export::answer(site, Taker::Person(actor, id), log, format))
}

/// What the address asks for, and what is wrong with it.
struct Asked {
    filter: Filter,
    member: String,
    kind_error: Option<String>,
    member_error: Option<String>,
    since_error: Option<String>,
}

impl Asked {
    async fn read(tx: &mut Tx, grant: &Grant, params: &Params, now: DateTime<Utc>) -> Result<Self, Error> {
        let said = |error: Error| words::told(&error.message(), now);
        let kind = param(params, "type").map(|word| {
            word.parse::<Kind>().map_err(|_| Rule::TextBad {
                what: "what-kind",
                reason: message!("choose-offered"),
            })
        });
        let (kind, kind_error) = split(kind.map(|read| read.map_err(|rule| said(rule.into()))));
        let since =
            param(params, "since").map(|text| activity::since(text, now).map_err(|rule| said(rule.into())));
        let (since, since_error) = split(since);
        let typed = param(params, "member");
        let found = match typed {
            Some(text) => Some(
                find(tx, grant, text)
                    .await?
                    .ok_or_else(|| said(Error::NotFound("member"))),
            ),
            None => None,
        };
        let (found, member_error) = split(found);
        let (member, name) = found.unzip();
        Ok(Self {
            filter: Filter { kind, member, since },
            member: name.or(typed.map(str::to_owned)).unwrap_or_default(),
            kind_error,
            member_error,
            since_error,
        })
    }
}

fn split<T>(read: Option<Result<T, String>>) -> (Option<T>, Option<String>) {
    match read {
        None => (None, None),
        Some(Ok(value)) => (Some(value), None),
        Some(Err(error)) => (None, Some(error)),
    }
}

/// The member that a text means, and their name: an id, also of somebody who is gone, or who is in by name or address.
async fn find(tx: &mut Tx, grant: &Grant, text: &str) -> Result<Option<(MemberId, String)>, Error> {
    let found = match text.parse::<MemberId>() {
        Ok(id) => member::name_of(tx, grant, id).await.map(|name| (id, name)),
        Err(_) => member::resolve(tx, grant, text)
            .await
            .map(|row| (row.id, row.display_name)),
    };
    match found {
        Ok(found) => Ok(Some(found)),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
