//! Inviting many people at once, from a file: what would become of each line, and putting them all on their way.
//!
//! Whoever fits into the team's hour is invited at once; the others are scheduled ([`super::scheduled`]). Nobody is
//! dropped, and nothing is written before somebody asks for it.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::types::Json;

use super::preview::{Standing, preview};
use super::send::{NewInvitation, check_fields, check_role};
use super::sheet::Line;
use crate::activity::{self, Kind};
use crate::actor::Grant;
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::{BatchId, ScheduledId};
use crate::message;
use crate::policy::{Permission, RoleKey};
use crate::rate_limit;
use crate::seat;
use crate::text::{self, EmailAddress};
use crate::tx::{MANY, Tx, sql, sql_many};

/// A line of a file, and what would become of it.
#[derive(Debug)]
pub struct Looked {
    /// Its number in the file.
    pub number: u32,
    /// The address as it was typed.
    pub typed: String,
    /// What would become of it.
    pub verdict: Verdict,
}

/// What would become of a line.
#[derive(Debug)]
pub enum Verdict {
    /// It can be read, and so it stands with its address.
    Address(Box<NewInvitation>, Standing),
    /// Its address waits for its hour already.
    Scheduled,
    /// The line with this number has the same address, and counts instead.
    Duplicate(u32),
    /// It cannot be read.
    Invalid(Error),
    /// Its role is not one that the caller may offer.
    Role(Error),
    /// Something that the team asks for is not in it.
    Missing(Error),
}

impl Looked {
    /// Whether sending would invite this one.
    pub fn is_sendable(&self) -> bool {
        matches!(&self.verdict, Verdict::Address(_, standing) if standing.is_sendable())
    }
}

/// Looks at the lines of a file; those that name no role offer `role`. However many there are, it takes the same few
/// queries.
pub async fn look(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    lines: &[Line],
    role: &RoleKey,
) -> Result<Vec<Looked>, Error> {
    grant.demand(tx, Permission::MembersInvite)?;
    let mut first_with = HashMap::new();
    let read: Vec<Result<NewInvitation, Verdict>> = lines
        .iter()
        .map(|line| {
            let email = EmailAddress::parse(&line.email).map_err(Verdict::Invalid)?;
            let first = *first_with.entry(email.key()).or_insert(line.number);
            if first != line.number {
                return Err(Verdict::Duplicate(first));
            }
            offer(grant, line, email, role)
        })
        .collect();
    let emails: Vec<EmailAddress> = read
        .iter()
        .filter_map(|read| read.as_ref().ok().map(|new| new.email.clone()))
        .collect();
    let mut standings = preview(tx, env, grant, &emails).await?.into_iter();
    let waiting = waiting_among(tx, grant, &emails).await?;
    let verdict = |read: Result<NewInvitation, Verdict>| match read {
        Err(verdict) => verdict,
        Ok(new) => {
            // There is one for each address that could be read.
            let standing = standings.next().unwrap_or(Standing::Pending);
            if standing.is_sendable() && waiting.contains(&new.email.key()) {
                Verdict::Scheduled
            } else {
                Verdict::Address(Box::new(new), standing)
            }
        }
    };
    let verdicts = read.into_iter().map(verdict);
    Ok(lines
        .iter()
        .zip(verdicts)
        .map(|(line, verdict)| Looked {
            number: line.number,
            typed: line.email.clone(),
            verdict,
        })
        .collect())
}

/// What a line offers, as far as that can be said without the database.
fn offer(grant: &Grant, line: &Line, email: EmailAddress, role: &RoleKey) -> Result<NewInvitation, Verdict> {
    if line.surplus {
        let surplus = Rule::TextBad {
            what: "what-line",
            reason: message!("line-surplus"),
        };
        return Err(Verdict::Invalid(surplus.into()));
    }
    let policy = &grant.team.policy;
    let role = match &line.role {
        None => role.clone(),
        Some(named) => policy.role_named(named).map_err(Verdict::Role)?,
    };
    check_role(grant, &role).map_err(Verdict::Role)?;
    let details = check_fields(&policy.invitation().fields, &line.details).map_err(|error| match error {
        Error::Rule(Rule::FieldMissing { .. }) => Verdict::Missing(error),
        error => Verdict::Invalid(error),
    })?;
    let note = text::note(&line.note).map_err(Verdict::Invalid)?;
    Ok(NewInvitation {
        email,
        role,
        details,
        note,
    })
}

/// Those of several addresses that wait for their hour in the grant's team, by their keys.
async fn waiting_among(
    tx: &mut Tx,
    grant: &Grant,
    emails: &[EmailAddress],
) -> Result<HashSet<String>, Error> {
    let mut waiting = HashSet::new();
    for some in emails.chunks(MANY) {
        let found = sql_many!(
            fetch_all(String,),
            tx,
            some,
            "select s.email_key from (",
            |row, email| {
                row.push_bind(grant.team.id).push_bind(email.key());
            },
            ") v join scheduled_invitations s on s.team_id = v.column1 and s.email_key = v.column2
                 and s.status = 'scheduled'"
        )?;
        waiting.extend(found.into_iter().map(|(key,)| key));
    }
    Ok(waiting)
}

/// How inviting so many would go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forecast {
    /// How many leave at once.
    pub now: usize,
    /// How many wait for their hour.
    pub later: usize,
    /// How many leave in an hour.
    pub an_hour: usize,
    /// When the last one leaves, if nobody else invites meanwhile.
    pub done: DateTime<Utc>,
    /// How many seats are left, where the team's plan has a cap.
    pub seats: Option<u64>,
}

/// How inviting so many would go. Those that wait already go first.
pub async fn forecast(tx: &mut Tx, env: &Env, grant: &Grant, many: usize) -> Result<Forecast, Error> {
    let team = &grant.team;
    let pace = rate_limit::pace(tx, env, team).await?;
    let waiting = sql!(value i64, tx,
        "select count(*) from scheduled_invitations where team_id = $1 and status = 'scheduled'", team.id)?;
    let waiting = u64::try_from(waiting).unwrap_or_default();
    let free = pace
        .free()
        .saturating_sub(usize::try_from(waiting).unwrap_or(usize::MAX));
    let seats = seat::count(tx, env, team).await?;
    Ok(Forecast {
        now: many.min(free),
        later: many.saturating_sub(free),
        an_hour: pace.an_hour(),
        done: pace.after((waiting + many as u64).saturating_sub(1)),
        seats: seats.cap.map(|cap| {
            let left = i64::from(cap) - seats.members - seats.pending;
            u64::try_from(left).unwrap_or_default()
        }),
    })
}

/// A file on its way.
#[derive(Debug, Clone, Copy)]
pub struct Begun {
    /// Which.
    pub batch: BatchId,
    /// How it will go.
    pub forecast: Forecast,
}

/// Puts the lines of a file, at most `MANY`, on their way: all of them wait, and [`super::scheduled::send_part`] takes
/// those that can leave now. So whatever interrupts that loses nobody.
pub async fn begin(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    lines: Vec<(u32, NewInvitation)>,
) -> Result<Begun, Error> {
    grant.demand(tx, Permission::MembersInvite)?;
    seat::check_plan(&grant.team)?;
    for (_, new) in &lines {
        check_role(grant, &new.role)?;
    }
    let forecast = forecast(tx, env, grant, lines.len()).await?;
    let (batch, now) = (env.new_id::<BatchId>(), env.now());
    if !lines.is_empty() {
        sql_many!(execute tx, &lines,
            "insert into scheduled_invitations (id, team_id, batch, line, email, email_key, role, details, note, invited_by,
                                                created_at, status)",
            |row, line| {
                let (number, new) = line;
                row.push_bind(env.new_id::<ScheduledId>()).push_bind(grant.team.id).push_bind(batch)
                    .push_bind(i64::from(*number)).push_bind(&new.email).push_bind(new.email.key())
                    .push_bind(&new.role).push_bind(Json(&new.details)).push_bind(&new.note)
                    .push_bind(grant.actor.account).push_bind(now).push_bind("scheduled");
            }, "")?;
    }
    if forecast.later > 0 {
        let details = json!({ "batch": batch, "number": forecast.later });
        let entry = grant.entry(Kind::InvitationScheduled, forecast.later.to_string(), details);
        activity::append(tx, env, grant.team.id, entry).await?;
    }
    Ok(Begun { batch, forecast })
}
