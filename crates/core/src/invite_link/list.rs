//! Finding links: as lists show them, and the one that somebody means.

use super::{InviteLink, link_columns, links_where};
use crate::actor::Grant;
use crate::env::Env;
use crate::error::Error;
use crate::ids::InviteLinkId;
use crate::member::like_prefix;
use crate::page::{Paged, Slice};
use crate::policy::Permission;
use crate::tx::{Tx, sql};

/// A link as lists show it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    /// The link itself.
    #[sqlx(flatten)]
    pub link: InviteLink,
    /// Who made it, by name.
    pub creator: String,
}

/// [`Row`]s, by a condition.
macro_rules! rows_where {
    ($condition:literal) => {
        concat!(
            "select ",
            link_columns!(),
            ", a.display_name as creator from invite_links k join accounts a on a.id = k.created_by where ",
            $condition
        )
    };
}

/// A slice of a team's links, newest first.
pub async fn list(tx: &mut Tx, grant: &Grant, slice: Slice) -> Result<Paged<Row>, Error> {
    grant.demand(tx, Permission::LinksManage)?;
    let team = grant.team.id;
    let total = sql!(value i64, tx, "select count(*) from invite_links where team_id = $1", team)?;
    let slice = slice.within(total);
    let rows = sql!(fetch_all Row, tx,
        rows_where!("k.team_id = $1 order by k.created_at desc, k.id desc limit $2 offset $3"),
        team, slice.limit(), slice.offset())?;
    Ok(Paged::new(rows, total, slice))
}

/// One link of the grant's team.
pub async fn get(tx: &mut Tx, grant: &Grant, id: InviteLinkId) -> Result<Row, Error> {
    grant.demand(tx, Permission::LinksManage)?;
    sql!(fetch_optional Row, tx,
        rows_where!("k.team_id = $1 and k.id = $2"), grant.team.id, id)?
    .ok_or(Error::NotFound("invite link"))
}

/// The live links whose reference or person begins with a text, newest first, for completion; all of them when it is empty.
pub async fn search(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    text: &str,
    limit: i64,
) -> Result<Vec<InviteLink>, Error> {
    grant.demand(tx, Permission::LinksManage)?;
    Ok(sql!(fetch_all InviteLink, tx,
        links_where!("k.team_id = $1 and k.disabled_at is null and (k.expires_at is null or k.expires_at > $2)
             and (k.max_uses is null or k.uses < k.max_uses)
             and (lower(substr(k.id, 21)) like $3 escape '\\' or lower(k.discord_name) like $3 escape '\\')
             order by k.created_at desc, k.id desc limit $4"),
        grant.team.id, env.now(), like_prefix(text), limit)?)
}

/// The one link that a text means: an id or a whole reference.
pub async fn resolve(tx: &mut Tx, grant: &Grant, text: &str) -> Result<Row, Error> {
    if let Ok(id) = text.trim().parse() {
        return get(tx, grant, id).await;
    }
    grant.demand(tx, Permission::LinksManage)?;
    let found = sql!(values InviteLinkId, tx,
        "select id from invite_links where team_id = $1 and lower(substr(id, 21)) = $2 limit 2",
        grant.team.id, text.replace(char::is_control, "").trim().to_lowercase())?;
    match found.as_slice() {
        [only] => get(tx, grant, *only).await,
        _ => Err(Error::NotFound("invite link")),
    }
}
