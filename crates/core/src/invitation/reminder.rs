//! Reminding people of invitations that end soon, once each.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use ulid::Ulid;

use super::accept::check_offer;
use super::{Invitation, invitations_where};
use crate::activity::{self, Kind, NewEntry, Surface};
use crate::email::{self, NewMail};
use crate::env::Env;
use crate::error::Error;
use crate::ids::{InvitationId, TeamId};
use crate::suppression;
use crate::team::{self, Team};
use crate::tx::{Tx, sql};

/// How long before its end an invitation is reminded of, at the earliest.
const AHEAD: TimeDelta = TimeDelta::days(2);
/// Nobody is reminded of what was mailed so short a time ago.
const AFTER_MAIL: TimeDelta = TimeDelta::days(1);
/// Invitations that live shorter than this many days are not reminded of.
const SHORTEST_LIFE: u32 = 3;
/// How many invitations a part of a round has at most, and so one transaction, during which a team is locked.
pub const BATCH: i64 = 100;

/// How far a round of reminders has come: by the end of the invitations.
#[derive(Debug, Clone, Copy)]
pub struct Reached {
    expires_at: DateTime<Utc>,
    id: InvitationId,
}

impl Reached {
    /// The beginning of a round.
    pub fn beginning(env: &Env) -> Self {
        Self {
            expires_at: env.now(),
            id: Ulid::nil().into(),
        }
    }
}

/// A part of a round.
#[derive(Debug)]
pub struct Part {
    /// Invitations that seem to be due, by team: each team is reminded in a transaction of its own, so that no two teams
    /// are ever locked together.
    pub of_teams: Vec<(TeamId, Vec<Invitation>)>,
    /// How far this part goes; nothing when the round is over.
    pub reached: Option<Reached>,
}

/// The next [`BATCH`] invitations of a round. Looking changes nothing and locks nobody.
pub async fn due(tx: &mut Tx, env: &Env, after: Reached) -> Result<Part, Error> {
    let now = env.now();
    let due = sql!(fetch_all Invitation, tx,
        invitations_where!("status = 'pending' and reminded_at is null and expires_at >= $1 and (expires_at, id) > ($1, $2)
             and expires_at > $3 and expires_at <= $4 and last_sent_at <= $5
             order by expires_at, id limit $6"),
        after.expires_at, after.id, now, now + AHEAD, now - AFTER_MAIL, BATCH)?;
    let reached = due.last().map(|last| Reached {
        expires_at: last.expires_at,
        id: last.id,
    });
    let mut of_teams: BTreeMap<TeamId, Vec<Invitation>> = BTreeMap::new();
    for invitation in due {
        of_teams.entry(invitation.team_id).or_default().push(invitation);
    }
    Ok(Part {
        of_teams: of_teams.into_iter().collect(),
        reached,
    })
}

/// Reminds of those invitations of a team that are still on offer to somebody who wants mails; answers of how many.
pub async fn remind(tx: &mut Tx, env: &Env, team: TeamId, due: &[Invitation]) -> Result<usize, Error> {
    let team = team::lock(tx, team).await?;
    if team.policy.invitation().lifetime_days < SHORTEST_LIFE {
        return Ok(0);
    }
    let mut entries = Vec::new();
    for invitation in due {
        if remind_of(tx, env, &team, invitation).await? {
            entries.push((team.id, entry(invitation)));
        }
    }
    let reminded = entries.len();
    activity::append_all(tx, env, entries).await?;
    Ok(reminded)
}

/// Reminds of one invitation of a team that is locked; whether it did.
async fn remind_of(tx: &mut Tx, env: &Env, team: &Team, invitation: &Invitation) -> Result<bool, Error> {
    if suppression::is_suppressed(tx, &invitation.email).await? {
        return Ok(false);
    }
    match check_offer(tx, team, invitation).await {
        Err(Error::Rule(_)) => return Ok(false),
        other => other?,
    }
    // Until the lock was ours, somebody could accept it, mail it again, or remind of it.
    let (now, after_mail) = (env.now(), env.now() - AFTER_MAIL);
    let ours = sql!(execute tx,
        "update invitations set reminded_at = $4
         where team_id = $1 and id = $2 and generation = $3 and status = 'pending' and reminded_at is null
           and expires_at > $4 and last_sent_at <= $5",
        team.id, invitation.id, invitation.generation, now, after_mail)?;
    if ours == 1 {
        email::queue(tx, env, NewMail::of_invitation(email::Kind::Reminder, invitation)).await?;
    }
    Ok(ours == 1)
}

fn entry(invitation: &Invitation) -> NewEntry {
    NewEntry {
        kind: Kind::InvitationReminded,
        actor: None,
        surface: Surface::Job,
        subject: invitation.email.masked(),
        details: json!({ "invitation": invitation.id, "role": invitation.role }),
    }
}
