//! Invitations as programs read them: from end to end, one with its latest mail, and the token that they get.

use super::{Filter, Invitation, Joined, Row, joined_where};
use crate::actor::Grant;
use crate::env::Env;
use crate::error::Error;
use crate::ids::InvitationId;
use crate::page::{Keyset, Stretch};
use crate::policy::Permission;
use crate::token::Purpose;
use crate::tx::{Tx, sql};

/// A stretch of a team's invitations, newest first.
pub async fn stretch(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    filter: Filter,
    keyset: &Keyset,
) -> Result<Stretch<Row>, Error> {
    grant.demand(tx, Permission::MembersInvite)?;
    let (wanted, or, live, lapsed) = filter.stored();
    let (at, id) = keyset.before();
    let rows = sql!(fetch_all Joined, tx,
        joined_where!("i.team_id = $1 and (i.created_at, i.id) < ($7, $8) and ($2 is null or i.status = $2 or i.status = $3)
           and (i.status <> 'pending' or ($4 and i.expires_at > $6) or ($5 and i.expires_at <= $6))
         order by i.created_at desc, i.id desc limit $9"),
        grant.team.id, wanted, or, live, lapsed, env.now(), at, id, keyset.limit())?;
    let rows = rows.into_iter().map(Row::from).collect();
    Ok(keyset.cut(rows, |row: &Row| {
        (row.invitation.created_at, row.invitation.id.to_string())
    }))
}

/// One invitation of the grant's team, with its latest mail.
pub async fn one(tx: &mut Tx, grant: &Grant, id: InvitationId) -> Result<Row, Error> {
    grant.demand(tx, Permission::InvitationsManage)?;
    let found =
        sql!(fetch_optional Joined, tx, joined_where!("i.team_id = $1 and i.id = $2"), grant.team.id, id)?;
    found.map(Row::from).ok_or(Error::NotFound("invitation"))
}

/// The token that a program gets of an invitation: it leads to the offer, and proves nothing about the mailbox.
pub fn api_token(env: &Env, invitation: &Invitation) -> Result<String, Error> {
    super::derived(env, invitation, Purpose::Api).map(|(token, _)| token)
}
