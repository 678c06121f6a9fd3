//! What programs ask about members: all of them from end to end, and how one person stands.

use super::{Filter, Row, Status, rows_where};
use crate::actor::Grant;
use crate::error::Error;
use crate::ids::{AccountId, DiscordUserId};
use crate::page::{Keyset, Stretch};
use crate::policy::{Permission, RoleKey};
use crate::text::EmailAddress;
use crate::tx::{Tx, sql};

/// A stretch of a team's members, in the order in which they joined.
pub async fn stretch(
    tx: &mut Tx,
    grant: &Grant,
    filter: &Filter,
    keyset: &Keyset,
) -> Result<Stretch<Row>, Error> {
    grant.demand(tx, Permission::MembersView)?;
    let (role, status) = (filter.role.as_ref(), filter.status);
    let (at, id) = keyset.after();
    let rows = sql!(fetch_all Row, tx,
        rows_where!("m.team_id = $1 and (m.joined_at, m.id) > ($4, $5) and ($2 is null or m.role = $2)
             and (m.status = $3 or ($3 is null and m.status in ('active', 'deactivated')))
             order by m.joined_at, m.id limit $6"),
        grant.team.id, role, status, at, id, keyset.limit())?;
    Ok(keyset.cut(rows, |row| (row.joined_at, row.id.to_string())))
}

/// Who is asked about.
#[derive(Debug, Clone)]
pub enum Whose {
    /// The person with this account.
    Account(AccountId),
    /// The person who is this Discord user.
    Discord(DiscordUserId),
    /// The person whose verified address this is.
    Email(EmailAddress),
}

/// The role and status that a person has in the grant's team, if they ever were a member.
pub async fn standing_of(
    tx: &mut Tx,
    grant: &Grant,
    whose: &Whose,
) -> Result<Option<(RoleKey, Status)>, Error> {
    grant.demand(tx, Permission::MembersView)?;
    let team = grant.team.id;
    Ok(match whose {
        Whose::Account(id) => sql!(
            fetch_optional(RoleKey, Status),
            tx,
            "select role, status from members where team_id = $1 and account_id = $2",
            team,
            *id
        )?,
        Whose::Discord(user) => sql!(
            fetch_optional(RoleKey, Status),
            tx,
            "select m.role, m.status from discord_links l join members m on m.account_id = l.account_id
             where l.discord_user_id = $2 and m.team_id = $1",
            team,
            *user
        )?,
        Whose::Email(address) => sql!(
            fetch_optional(RoleKey, Status),
            tx,
            "select m.role, m.status from accounts a join members m on m.account_id = a.id
             where a.email_key = $2 and m.team_id = $1",
            team,
            address.key()
        )?,
    })
}
