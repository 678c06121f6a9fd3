//! Making expiry durable: every reader already treats an invitation past its time as expired; the sweep writes it down
//! and logs it.

use serde_json::json;

use super::{Invitation, invitations_where};
use crate::activity::{self, Kind, NewEntry, Surface};
use crate::env::Env;
use crate::error::Error;
use crate::ids::TeamId;
use crate::team;
use crate::tx::{Tx, sql};

/// How many invitations one transaction of the sweep closes at most.
pub const BATCH: i64 = 1000;

/// Closes up to [`BATCH`] invitations of one team whose time is over; answers how many. Nought means that none is left
/// in any team.
pub async fn sweep(tx: &mut Tx, env: &Env) -> Result<usize, Error> {
    let now = env.now();
    let due = sql!(values TeamId, tx,
        "select team_id from invitations where status = 'pending' and expires_at <= $1 order by expires_at limit 1", now)?;
    let Some(&team_id) = due.first() else { return Ok(0) };
    team::lock(tx, team_id).await?;
    let lapsed = sql!(fetch_all Invitation, tx,
        invitations_where!("team_id = $1 and status = 'pending' and expires_at <= $2 order by expires_at, id limit $3"),
        team_id, now, BATCH)?;
    expire(tx, env, team_id, &lapsed).await?;
    // Another worker may have closed the ones that were seen before the lock; there may still be others.
    Ok(lapsed.len().max(1))
}

/// Closes invitations of one team, which is locked, as expired.
pub(super) async fn expire(tx: &mut Tx, env: &Env, team: TeamId, lapsed: &[Invitation]) -> Result<(), Error> {
    let mut entries = Vec::with_capacity(lapsed.len());
    for invitation in lapsed {
        super::send::close(tx, env, invitation, super::Status::Expired).await?;
        entries.push(NewEntry {
            kind: Kind::InvitationExpired,
            actor: None,
            surface: Surface::Job,
            subject: invitation.email.masked(),
            details: json!({ "invitation": invitation.id, "role": invitation.role }),
        });
    }
    activity::append_all(tx, env, team, entries).await?;
    Ok(())
}
