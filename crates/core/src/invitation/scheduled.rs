//! Invitations that wait for their hour: what a file brought beyond the team's hourly limit.
//!
//! They hold no seat and promise nothing to anybody; each is judged anew when its turn comes ([`send_part`]), with the
//! authority that whoever scheduled it has then. Until then each can be cancelled.

mod send;
mod told;

pub use send::{PART, Part, next_team, send_part};
pub use told::{Unsent, unsent};

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sqlx::types::Json;

use super::send::check_role;
use crate::activity::{self, Kind};
use crate::actor::Grant;
use crate::column::words;
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::{AccountId, BatchId, InvitationId, ScheduledId, TeamId};
use crate::page::{Paged, Slice};
use crate::policy::{InvitationField, Permission, RoleKey};
use crate::text::EmailAddress;
use crate::tx::{Tx, sql};

/// How long it is kept what became of them.
pub const KEPT: TimeDelta = TimeDelta::days(30);

words! {
    /// How far one has come.
    Status {
        /// It waits for its hour.
        Scheduled = "scheduled",
        /// An invitation came of it.
        Sent = "sent",
        /// It could not be sent when its turn came.
        Refused = "refused",
        /// Somebody cancelled it before.
        Cancelled = "cancelled",
    }
}

words! {
    /// Why one could not be sent when its turn came.
    Reason {
        /// Whoever scheduled it may no longer offer this role.
        Authority = "authority",
        /// The team has no such role any more.
        Role = "role",
        /// The address is a member's by now.
        Member = "member",
        /// Somebody invited the address meanwhile.
        Invited = "invited",
        /// It has an account, and the team's rules refuse those.
        Account = "account",
        /// It wants no invitations.
        Suppressed = "suppressed",
        /// No seat was left.
        Seats = "seats",
        /// The team's plan is not enough.
        Plan = "plan",
        /// The team asks for something by now that was not given.
        Fields = "fields",
        /// Another rule stood against it.
        Rules = "rules",
    }
}

impl Reason {
    /// What a refusal comes down to.
    fn of(error: &Error) -> Self {
        match error {
            Error::Denied(_) | Error::NotFound(_) => Self::Authority,
            Error::Internal(_) => Self::Rules,
            Error::Rule(rule) => match rule {
                Rule::RoleUnknown { .. } => Self::Role,
                Rule::AlreadyMember => Self::Member,
                Rule::AlreadyInvited => Self::Invited,
                Rule::ExistingAccount { .. } => Self::Account,
                Rule::Suppressed => Self::Suppressed,
                Rule::Seats { .. } => Self::Seats,
                Rule::Plan { .. } => Self::Plan,
                Rule::FieldMissing { .. } | Rule::TextBad { .. } => Self::Fields,
                _ => Self::Rules,
            },
        }
    }
}

/// An invitation that waits for its hour, or did.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Scheduled {
    /// Which.
    pub id: ScheduledId,
    /// Of which team.
    pub team_id: TeamId,
    /// With which others it came.
    pub batch: BatchId,
    /// The number of its line in their file.
    pub line: i64,
    /// To whom.
    pub email: EmailAddress,
    /// The role to offer.
    pub role: RoleKey,
    /// What else the team asked for.
    pub details: Json<BTreeMap<InvitationField, String>>,
    /// A few words to the invited person.
    pub note: Option<String>,
    /// Who scheduled it.
    pub invited_by: AccountId,
    /// When.
    pub created_at: DateTime<Utc>,
    /// How far it has come.
    pub status: Status,
    /// Why it could not be sent.
    pub reason: Option<Reason>,
    /// The invitation that came of it.
    pub invitation_id: Option<InvitationId>,
    /// When it was decided.
    pub settled_at: Option<DateTime<Utc>>,
}

/// One as lists show it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    /// It.
    #[sqlx(flatten)]
    pub scheduled: Scheduled,
    /// Who scheduled it, by name.
    pub inviter: String,
}

/// Selects by a condition on `scheduled_invitations s`.
macro_rules! scheduled_where {
    ($more:literal, $condition:literal) => {
        concat!(
            "select s.id, s.team_id, s.batch, s.line, s.email, s.role, s.details, s.note, s.invited_by, s.created_at,
                    s.status, s.reason, s.invitation_id, s.settled_at",
            $more,
            " where ",
            $condition
        )
    };
}
use scheduled_where;

/// A slice of a team's scheduled invitations of one status: those that wait in their turn, the others latest first.
pub async fn list(tx: &mut Tx, grant: &Grant, status: Status, slice: Slice) -> Result<Paged<Row>, Error> {
    grant.demand(tx, Permission::MembersInvite)?;
    let team = grant.team.id;
    let total = sql!(value i64, tx,
        "select count(*) from scheduled_invitations where team_id = $1 and status = $2", team, status)?;
    let slice = slice.within(total);
    let rows = match status {
        Status::Scheduled => sql!(fetch_all Row, tx,
            scheduled_where!(", a.display_name as inviter from scheduled_invitations s join accounts a on a.id = s.invited_by",
                "s.team_id = $1 and s.status = 'scheduled' order by s.id limit $2 offset $3"),
            team, slice.limit(), slice.offset())?,
        Status::Sent | Status::Refused | Status::Cancelled => sql!(fetch_all Row, tx,
            scheduled_where!(", a.display_name as inviter from scheduled_invitations s join accounts a on a.id = s.invited_by",
                "s.team_id = $1 and s.status = $2 order by s.settled_at desc, s.id desc limit $3 offset $4"),
            team, status, slice.limit(), slice.offset())?,
    };
    Ok(Paged::new(rows, total, slice))
}

/// One of the grant's team.
pub async fn get(tx: &mut Tx, grant: &Grant, id: ScheduledId) -> Result<Row, Error> {
    grant.demand(tx, Permission::InvitationsManage)?;
    sql!(fetch_optional Row, tx,
        scheduled_where!(", a.display_name as inviter from scheduled_invitations s join accounts a on a.id = s.invited_by",
            "s.team_id = $1 and s.id = $2"),
        grant.team.id, id)?
    .ok_or(Error::NotFound("scheduled invitation"))
}

/// How many of the team go before one that waits.
pub async fn before(tx: &mut Tx, one: &Scheduled) -> Result<u64, Error> {
    let before = sql!(value i64, tx,
        "select count(*) from scheduled_invitations where team_id = $1 and status = 'scheduled' and id < $2",
        one.team_id, one.id)?;
    Ok(u64::try_from(before).unwrap_or_default())
}

/// Cancels one that waits.
pub async fn cancel(tx: &mut Tx, env: &Env, grant: &Grant, id: ScheduledId) -> Result<Scheduled, Error> {
    let one = get(tx, grant, id).await?.scheduled;
    if one.status != Status::Scheduled {
        return Err(Rule::Stale.into());
    }
    check_role(grant, &one.role)?;
    let cancelled = sql!(execute tx,
        "update scheduled_invitations set status = 'cancelled', settled_at = $3
         where team_id = $1 and id = $2 and status = 'scheduled'", grant.team.id, id, env.now())?;
    if cancelled != 1 {
        return Err(Rule::Stale.into());
    }
    let details = json!({ "batch": one.batch, "number": 1 });
    let entry = grant.entry(Kind::InvitationUnscheduled, one.email.masked(), details);
    activity::append(tx, env, grant.team.id, entry).await?;
    told::when_over(tx, env, &BTreeSet::from([one.batch])).await?;
    Ok(one)
}

/// How many wait that the caller may cancel: those whose role they may offer, as with invitations.
pub async fn cancellable(tx: &mut Tx, grant: &Grant) -> Result<u64, Error> {
    grant.demand(tx, Permission::InvitationsManage)?;
    let by_role = sql!(
        fetch_all(RoleKey, i64),
        tx,
        "select role, count(*) from scheduled_invitations where team_id = $1 and status = 'scheduled' group by role",
        grant.team.id
    )?;
    let policy = &grant.team.policy;
    let theirs = by_role
        .iter()
        .filter(|(role, _)| policy.may_invite(&grant.role, role));
    Ok(u64::try_from(theirs.map(|(_, number)| number).sum::<i64>()).unwrap_or_default())
}

/// Cancels all that wait and that the caller may cancel; answers how many those were.
pub async fn cancel_all(tx: &mut Tx, env: &Env, grant: &Grant) -> Result<u64, Error> {
    grant.demand(tx, Permission::InvitationsManage)?;
    let team = grant.team.id;
    let batches = sql!(values BatchId, tx,
        "select distinct batch from scheduled_invitations where team_id = $1 and status = 'scheduled'", team)?;
    let mut cancelled = 0;
    for role in grant.team.policy.invitable_by(&grant.role) {
        cancelled += sql!(execute tx,
            "update scheduled_invitations set status = 'cancelled', settled_at = $3
             where team_id = $1 and status = 'scheduled' and role = $2", team, &role.key, env.now())?;
    }
    if cancelled == 0 {
        return Err(Rule::Stale.into());
    }
    let details = json!({ "number": cancelled });
    let entry = grant.entry(Kind::InvitationUnscheduled, cancelled.to_string(), details);
    activity::append(tx, env, team, entry).await?;
    told::when_over(tx, env, &batches.into_iter().collect()).await?;
    Ok(cancelled)
}
