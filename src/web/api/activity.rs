//! `/team/activity` and `/api/activity`: what happened in the team.

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use muster_core::activity::{self, Entry, Filter, Format, Kind, Leaving};
use muster_core::member;
use muster_core::policy::Permission;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::answer::{List, ok};
use super::body::{Nothing, Params};
use super::call::{Call, Caller};
use super::cursor::{Listing, Reading, Stretch};
use super::problem::{Fault, Problems};
use crate::web::error::Problem;
use crate::web::export::{self, Taker};
use crate::web::{Site, Web};

/// An entry of the log.
#[derive(Serialize, ToSchema)]
pub struct Happened {
    /// Its number within the team, from 1, without gaps.
    seq: i64,
    /// When it was written.
    at: DateTime<Utc>,
    /// What happened.
    #[serde(rename = "type")]
    #[schema(example = "invitation.sent")]
    kind: &'static str,
    /// Who did it; null for Muster itself and for people without an account.
    actor: Option<By>,
    /// The API key that it was done with.
    api_key: Option<By>,
    /// Where: `discord`, `web`, `api`, `job` or `cli`.
    surface: &'static str,
    /// To whom or what, as people know it; never a whole address.
    subject: String,
    /// The rest; what there is depends on the type.
    #[schema(value_type = Object)]
    details: Value,
}

/// Who or what did something.
#[derive(Serialize, ToSchema)]
pub struct By {
    /// The account or the key.
    id: String,
    /// By the name it had then.
    name: String,
}

impl Happened {
    fn of(entry: Entry) -> Self {
        let mut details: Value = serde_json::from_str(&entry.details).unwrap_or_default();
        let api_key = details
            .as_object_mut()
            .and_then(|fields| fields.remove("api_key"));
        let text = |value: &Value, name: &str| value.get(name)?.as_str().map(str::to_owned);
        Self {
            seq: entry.seq,
            at: entry.at,
            kind: entry.kind.as_str(),
            actor: entry.actor_id.map(|id| By {
                id: id.to_string(),
                name: entry.actor_name,
            }),
            api_key: api_key.and_then(|key| {
                Some(By {
                    id: text(&key, "id")?,
                    name: text(&key, "name")?,
                })
            }),
            surface: entry.surface.as_str(),
            subject: entry.subject,
            details,
        }
    }
}

/// Which entries to read.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Only entries of this type.
    #[serde(rename = "type")]
    #[param(example = "member.role_changed")]
    kind: Option<String>,
    /// Only what this member did or what is about them: the id of a membership.
    member: Option<String>,
    /// Only from then on.
    #[param(value_type = Option<DateTime<Utc>>)]
    since: Option<String>,
    /// Only before then.
    #[param(value_type = Option<DateTime<Utc>>)]
    until: Option<String>,
}

fn moment(name: &str, text: Option<&str>) -> Result<Option<DateTime<Utc>>, Fault> {
    let Some(text) = text else { return Ok(None) };
    let read = DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc());
    // What databases can compare: the years from 1 to 9999, in microseconds.
    read.filter(|at| (1..=9999).contains(&chrono::Datelike::year(at)))
        .map(Some)
        .ok_or_else(|| Fault::Query(format!("{name} has to be a time like 2026-11-22T09:00:00Z")))
}

impl Wanted {
    fn filter(&self) -> Result<Filter, Fault> {
        let kind = self.kind.as_deref().map(str::parse::<Kind>).transpose();
        let member = self.member.as_deref().map(str::parse).transpose();
        Ok(Filter {
            kind: kind.map_err(|_| Fault::Query("type is none of those of the log".to_owned()))?,
            member: member.map_err(|_| Fault::Query("member has to be the id of a membership".to_owned()))?,
            since: moment("since", self.since.as_deref())?,
        })
    }
}

/// What happened in the team, newest first.
#[utoipa::path(
    get,
    path = "/team/activity",
    tag = "Activity",
    operation_id = "team_activity",
    params(Wanted, Stretch),
    responses((status = 200, description = "Some entries", body = List<Happened>), Problems)
)]
pub async fn team_activity(
    State(site): State<Site>,
    Call { caller, query, .. }: Call<Nothing, Listing<Wanted>>,
) -> Result<Response, Problem> {
    read(&site, caller, query).await
}

/// What happened in the team, newest first: the same as `/team/activity`.
#[utoipa::path(
    get,
    path = "/api/activity",
    tag = "Activity",
    operation_id = "list_activity",
    params(Wanted, Stretch),
    responses((status = 200, description = "Some entries", body = List<Happened>), Problems)
)]
pub async fn list(
    State(site): State<Site>,
    Call { caller, query, .. }: Call<Nothing, Listing<Wanted>>,
) -> Result<Response, Problem> {
    read(&site, caller, query).await
}

/// How a log is written.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "only written down")]
pub enum LogFormat {
    /// A table for spreadsheets.
    Csv,
    /// A document with the number and the signature of each entry.
    Json,
}

/// How to take the log away.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wish {
    /// How it is written.
    #[param(inline, value_type = LogFormat)]
    format: String,
}

/// The whole log as a file, newest first. That it was taken away is noted in it.
#[utoipa::path(
    get,
    path = "/api/activity/export",
    tag = "Activity",
    operation_id = "export_activity",
    params(Wish),
    responses(
        (status = 200, description = "The log, as long as it is; one that breaks off is not whole", content(
            (String = "text/csv"),
            (serde_json::Value = "application/json"),
        )),
        Problems
    )
)]
pub async fn export(
    State(site): State<Site>,
    Call { caller, query, .. }: Call<Nothing, Params<Wish>>,
) -> Result<Response, Problem> {
    let Params(Wish { format }) = query;
    let format: Format = format
        .parse()
        .map_err(|_| Fault::Query("format is csv or json".to_owned()))?;
    let taker = Taker::Program(caller.key());
    let mut change = match caller.change(&site, Permission::ActivityView).await? {
        Ok(change) => change,
        Err(kept) => return Ok(kept),
    };
    let (tx, grant) = (&mut change.tx, &change.grant);
    let log = Leaving::begin(tx, &site.env, grant, format).await?;
    let name = format.file(site.env.now());
    member::note_export(tx, &site.env, grant, &name, log.total()).await?;
    change.tx.commit().await?;
    Ok(export::answer(site, taker, log, format))
}

async fn read(site: &Web, caller: Caller, query: Listing<Wanted>) -> Result<Response, Problem> {
    let (mut tx, grant) = caller.look(site, Permission::ActivityView).await?;
    let Listing {
        filter: wanted,
        stretch,
    } = query;
    let (filter, until) = (wanted.filter()?, moment("until", wanted.until.as_deref())?);
    let said = [&wanted.kind, &wanted.member, &wanted.since, &wanted.until].map(|part| part.as_deref());
    let reading = Reading::new(grant.team.id, "activity", &said, stretch)?;
    let before = reading.place(&site.env)?.and_then(|place| place.parse().ok());
    let wanted = activity::Wanted {
        filter,
        until,
        before,
        limit: reading.limit,
    };
    let (entries, more) = activity::stretch(&mut tx, &grant, &wanted).await?;
    let last = entries.last().filter(|_| more).map(|entry| entry.seq);
    ok(&List {
        success: true,
        next_cursor: last.map(|seq| reading.cursor(&site.env, &seq.to_string())),
        data: entries.into_iter().map(Happened::of).collect(),
    })
}
