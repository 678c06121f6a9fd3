//! Becoming a member.

use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::{AccountId, MemberId};
use crate::invite_link::person;
use crate::policy::RoleKey;
use crate::team::Team;
use crate::tx::{Tx, sql};

/// Writes the membership; whoever was a member before becomes one again.
pub(crate) async fn join(
    tx: &mut Tx,
    env: &Env,
    team: &Team,
    account: AccountId,
    role: &RoleKey,
    invited_by: AccountId,
) -> Result<(), Error> {
    let joined = sql!(execute tx,
        "insert into members (id, team_id, account_id, role, top, status, invited_by, joined_at, last_active_at)
         values ($1, $2, $3, $4, $5, 'active', $6, $7, $7)
         on conflict (team_id, account_id) do update
         set role = excluded.role, top = excluded.top, status = 'active', invited_by = excluded.invited_by,
             joined_at = excluded.joined_at, last_active_at = excluded.last_active_at
         where members.status in ('removed', 'left')",
        env.new_id::<MemberId>(), team.id, account, role, team.policy.is_top(role), invited_by, env.now())?;
    if joined != 1 {
        return Err(Rule::AlreadyMember.into());
    }
    person::close_joined(tx, env, team.id, account).await
}
