//! Leaving a team by oneself.

use serde_json::json;

use super::keeps_an_owner;
use crate::account;
use crate::activity::{self, Kind, NewEntry};
use crate::actor::{Actor, Standing};
use crate::api_key;
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::TeamId;
use crate::policy::Refusal;
use crate::team::Team;
use crate::tx::{Tx, sql};

/// The actor leaves a team, where the policy lets their role do so. It is nobody's permission to give: each member has it
/// or has it not.
pub async fn leave(tx: &mut Tx, env: &Env, actor: Actor, team: TeamId) -> Result<Team, Error> {
    let Standing { team, member, .. } = actor.enter(tx, team).await?;
    // A super-admin who is not a member has nothing to leave.
    let member = member.ok_or(Rule::NotActive)?;
    if !team.policy.may_leave(&member.role) {
        return Err(Rule::NoLeave {
            sentence: team.policy.refusal(Refusal::Leave),
        }
        .into());
    }
    let changed = sql!(execute tx,
        "update members set status = 'left' where team_id = $1 and id = $2 and status = 'active'", team.id, member.id);
    keeps_an_owner(&team, changed)?;
    api_key::end_of(tx, env, team.id, actor.account).await?;
    let entry = NewEntry {
        kind: Kind::MemberLeft,
        actor: Some(actor.account),
        surface: actor.surface,
        subject: account::get(tx, actor.account).await?.display_name,
        details: json!({ "member": member.id, "role": member.role }),
    };
    activity::append(tx, env, team.id, entry).await?;
    Ok(team)
}
