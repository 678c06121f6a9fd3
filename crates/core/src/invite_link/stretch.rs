//! Links as programs read them: from end to end.

use super::{Row, link_columns};
use crate::actor::Grant;
use crate::error::Error;
use crate::page::{Keyset, Stretch};
use crate::policy::Permission;
use crate::tx::{Tx, sql};

/// A stretch of a team's links, newest first; cards are none of them.
pub async fn stretch(tx: &mut Tx, grant: &Grant, keyset: &Keyset) -> Result<Stretch<Row>, Error> {
    grant.demand(tx, Permission::LinksManage)?;
    let (at, id) = keyset.before();
    let rows = sql!(fetch_all Row, tx,
        concat!("select ", link_columns!(), ", a.display_name as creator
         from invite_links k join accounts a on a.id = k.created_by
         where k.team_id = $1 and k.discord_user_id is null and (k.created_at, k.id) < ($2, $3)
         order by k.created_at desc, k.id desc limit $4"),
        grant.team.id, at, id, keyset.limit())?;
    Ok(keyset.cut(rows, |row| (row.link.created_at, row.link.id.to_string())))
}
