//! Making expiry durable: every reader already treats an invitation past its time as expired; the sweep writes it down
//! and logs it.

use std::collections::{BTreeSet, HashSet};

use serde_json::json;

use crate::activity::{self, Kind, NewEntry, Surface};
use crate::env::Env;
use crate::error::Error;
use crate::ids::{InvitationId, TeamId};
use crate::policy::RoleKey;
use crate::team;
use crate::text::EmailAddress;
use crate::tx::{MANY, Tx, sql, sql_many};

/// How many invitations one transaction of the sweep closes at most.
pub const MOST: usize = MANY / 2;

/// An invitation whose time is over.
#[derive(sqlx::FromRow)]
pub(super) struct Lapsed {
    pub(super) id: InvitationId,
    pub(super) team_id: TeamId,
    pub(super) email: EmailAddress,
    pub(super) role: RoleKey,
}

/// Closes up to `rows` invitations whose time is over, [`MOST`] at most, whichever teams they are of; answers how many it
/// saw. Nought means that none is left.
pub async fn sweep(tx: &mut Tx, env: &Env, rows: usize) -> Result<usize, Error> {
    let most = i64::try_from(rows.min(MOST)).map_err(Error::internal)?;
    let mut lapsed = sql!(fetch_all Lapsed, tx,
        "select id, team_id, email, role from invitations where status = 'pending' and expires_at <= $1
         order by expires_at, team_id limit $2", env.now(), most)?;
    // Where very many wait, one team's are closed together: each team that a transaction touches costs it the pages of that
    // team and of its log.
    let teams: BTreeSet<TeamId> = lapsed.iter().map(|invitation| invitation.team_id).collect();
    if lapsed.len() == rows.min(MOST) && teams.len() * 2 > lapsed.len() {
        let of_one = sql!(fetch_all Lapsed, tx,
            "select id, team_id, email, role from invitations
             where team_id = $1 and status = 'pending' and expires_at <= $2 limit $3", lapsed[0].team_id, env.now(), most)?;
        if of_one.len() * 2 >= lapsed.len() {
            lapsed = of_one;
        }
    }
    if !lapsed.is_empty() {
        let teams: BTreeSet<TeamId> = lapsed.iter().map(|invitation| invitation.team_id).collect();
        team::lock_all(tx, &teams).await?;
        expire(tx, env, &lapsed).await?;
    }
    Ok(lapsed.len())
}

/// Closes invitations of teams that are locked, as expired. Those that somebody has closed meanwhile are left alone.
pub(super) async fn expire(tx: &mut Tx, env: &Env, lapsed: &[Lapsed]) -> Result<(), Error> {
    let closed = sql_many!(
        fetch_all(InvitationId,),
        tx,
        lapsed,
        "update invitations set status = 'expired', closed_at = v.column2 from (",
        |row, invitation| {
            row.push_bind(invitation.id).push_bind(env.now());
        },
        ") v where invitations.id = v.column1 and invitations.status = 'pending' returning invitations.id"
    )?;
    let closed: HashSet<InvitationId> = closed.into_iter().map(|(id,)| id).collect();
    if closed.is_empty() {
        return Ok(());
    }
    sql_many!(execute tx, &closed,
        "update emails set status = 'cancelled' where status = 'queued' and invitation_id in (",
        |row, id| { row.push_bind(*id); }, ")")?;
    let entries = lapsed
        .iter()
        .filter(|invitation| closed.contains(&invitation.id))
        .map(|invitation| {
            let entry = NewEntry {
                kind: Kind::InvitationExpired,
                actor: None,
                surface: Surface::Job,
                subject: invitation.email.masked(),
                details: json!({ "invitation": invitation.id, "role": invitation.role }),
            };
            (invitation.team_id, entry)
        });
    activity::append_all(tx, env, entries.collect()).await
}
