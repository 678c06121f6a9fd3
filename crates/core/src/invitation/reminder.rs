//! Reminding people of invitations that end soon, once each.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use ulid::Ulid;

use super::accept::check_offer;
use super::{Invitation, invitations_where};
use crate::activity::{self, Kind, NewEntry, Surface};
use crate::email::{self, NewMail};
use crate::env::Env;
use crate::error::Error;
use crate::ids::InvitationId;
use crate::suppression;
use crate::team::{self, Team};
use crate::tx::{Tx, sql};

/// How long before its end an invitation is reminded of, at the earliest.
const AHEAD: TimeDelta = TimeDelta::days(2);
/// Nobody is reminded of what was mailed so short a time ago.
const AFTER_MAIL: TimeDelta = TimeDelta::days(1);
/// Invitations that live shorter than this many days are not reminded of.
const SHORTEST_LIFE: u32 = 3;
/// How many invitations one transaction looks at: their teams are locked until its end.
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

/// Looks at the next [`BATCH`] invitations that end soon, and reminds of those that are still on offer to somebody who
/// wants mails. Answers how far it came, or nothing when the round is over.
pub async fn remind(tx: &mut Tx, env: &Env, after: Reached) -> Result<Option<Reached>, Error> {
    let now = env.now();
    let mut due = sql!(fetch_all Invitation, tx,
        invitations_where!("status = 'pending' and reminded_at is null and expires_at >= $1 and (expires_at, id) > ($1, $2)
             and expires_at > $3 and expires_at <= $4 and last_sent_at <= $5
             order by expires_at, id limit $6"),
        after.expires_at, after.id, now, now + AHEAD, now - AFTER_MAIL, BATCH)?;
    let reached = due.last().map(|last| Reached {
        expires_at: last.expires_at,
        id: last.id,
    });
    // Every transaction that locks several teams locks them in this order, so that none waits for another in a ring.
    due.sort_by_key(|invitation| (invitation.team_id, invitation.expires_at, invitation.id));
    for of_one_team in due.chunk_by(|a, b| a.team_id == b.team_id) {
        let Some(first) = of_one_team.first() else {
            continue;
        };
        let team = team::lock(tx, first.team_id).await?;
        if team.policy.invitation().lifetime_days < SHORTEST_LIFE {
            continue;
        }
        let mut entries = Vec::new();
        for invitation in of_one_team {
            if remind_of(tx, env, &team, invitation).await? {
                entries.push(entry(invitation));
            }
        }
        if !entries.is_empty() {
            activity::append_all(tx, env, team.id, entries).await?;
        }
    }
    Ok(reached)
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
