//! Everybody who is or was in a team, as a table.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::Row;
use crate::activity::{self, Kind};
use crate::actor::Grant;
use crate::env::Env;
use crate::error::Error;
use crate::export::{Export, PAGE, Sheet};
use crate::ids::MemberId;
use crate::policy::Permission;
use crate::tx::{Tx, sql};

/// Writes the members of the grant's team, whatever their status, in the order in which they joined.
pub async fn export(tx: &mut Tx, grant: &Grant) -> Result<Export, Error> {
    grant.demand(tx, Permission::MembersRemove)?;
    let headings = [
        "email",
        "name",
        "role",
        "status",
        "joined",
        "invited_by",
        "last_active",
        "discord_id",
    ];
    let mut sheet = Sheet::new(&headings);
    let (policy, mut after) = (&grant.team.policy, None);
    loop {
        let page = page(tx, grant, after).await?;
        let Some(last) = page.last() else { break };
        after = Some((last.joined_at, last.id));
        for row in page {
            let email = row.email.map(|email| {
                if grant.sees_addresses() {
                    email.to_string()
                } else {
                    email.masked()
                }
            });
            let cells = [
                email.unwrap_or_default(),
                row.display_name,
                policy.role_name(&row.role),
                row.status.to_string(),
                row.joined_at.to_rfc3339(),
                row.invited_by.unwrap_or_default(),
                row.last_active_at.to_rfc3339(),
                row.discord_user_id
                    .map(|user| user.to_string())
                    .unwrap_or_default(),
            ];
            if !sheet.add(&cells) {
                return Ok(sheet.end(false));
            }
        }
    }
    Ok(sheet.end(true))
}

async fn page(
    tx: &mut Tx,
    grant: &Grant,
    after: Option<(DateTime<Utc>, MemberId)>,
) -> Result<Vec<Row>, Error> {
    let team = grant.team.id;
    Ok(match after {
        None => sql!(fetch_all Row, tx,
            super::rows_where!("m.team_id = $1 order by m.joined_at, m.id limit $2"), team, PAGE)?,
        Some((joined, id)) => sql!(fetch_all Row, tx,
            super::rows_where!("m.team_id = $1 and (m.joined_at, m.id) > ($2, $3) order by m.joined_at, m.id limit $4"),
            team, joined, id, PAGE)?,
    })
}

/// Notes that somebody took data of the team away; `what` is the name of the file.
pub async fn note_export(tx: &mut Tx, env: &Env, grant: &Grant, what: &str, rows: u64) -> Result<(), Error> {
    let details = json!({ "file": what, "rows": rows });
    let entry = grant.entry(Kind::Exported, what, details);
    activity::append(tx, env, grant.team.id, entry).await?;
    Ok(())
}
