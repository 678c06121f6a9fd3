//! Handing over the top role: two members change at once, and at no moment is the team without its holder.

use serde_json::json;

use super::{Row, Status, get, keeps_an_owner};
use crate::activity::{self, Kind};
use crate::actor::Grant;
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::MemberId;
use crate::message;
use crate::message::Message;
use crate::policy::{Permission, Refusal, RoleKey, Transfer};
use crate::tx::{Tx, sql};

/// A top role that was handed over.
#[derive(Debug, Clone)]
pub struct Transferred {
    /// Who holds it now.
    pub to: Row,
    /// Who held it.
    pub from: Row,
    /// The role that they have now.
    pub left_with: RoleKey,
    /// The number of the change in the team's log.
    pub seq: i64,
}

/// Gives the actor's top role to another member; the actor gets the role below it. A super-admin who does not hold it
/// hands over for the one member who does.
pub async fn transfer(tx: &mut Tx, env: &Env, grant: &Grant, to: MemberId) -> Result<Transferred, Error> {
    grant.demand(tx, Permission::OwnershipTransfer)?;
    let (team, policy) = (&grant.team, &grant.team.policy);
    let no_transfer = |sentence: Message| Error::from(Rule::NoTransfer { sentence });
    match policy.transfer() {
        Transfer::Yes => {}
        Transfer::Never | Transfer::ByRoleChange => {
            return Err(no_transfer(policy.refusal(Refusal::OwnershipTransfer)));
        }
    }
    let top = policy.top_role();
    let mut from = holder(tx, grant).await?;
    let mut to = get(tx, grant, to).await?;
    if to.id == from.id || to.role == *top {
        return Err(Rule::SameRole {
            role: policy.role_name(top),
        }
        .into());
    }
    if to.status != Status::Active {
        return Err(Rule::NotActive.into());
    }
    let below = policy.roles().get(1).map(|role| role.key.clone());
    let below = below.ok_or_else(|| no_transfer(message!("no-other-role")))?;
    // Where one holder is all there can be, there are two for a moment; nobody sees it.
    sql!(execute tx, "update teams set max_owners = max_owners + 1 where id = $1", team.id)?;
    for (id, role) in [(to.id, top), (from.id, &below)] {
        let changed = sql!(execute tx,
            "update members set role = $3, top = $4 where team_id = $1 and id = $2", team.id, id, role, policy.is_top(role));
        keeps_an_owner(team, changed)?;
    }
    sql!(execute tx, "update teams set max_owners = max_owners - 1 where id = $1", team.id)?;
    let details =
        json!({ "member": to.id, "from": from.id, "role": top, "had": to.role, "left_with": below });
    let seq = activity::append(
        tx,
        env,
        team.id,
        grant.entry(Kind::OwnershipTransferred, &to.display_name, details),
    )
    .await?;
    to.role = top.clone();
    from.role = below.clone();
    Ok(Transferred {
        to,
        from,
        left_with: below,
        seq,
    })
}

/// Whose top role is handed over.
async fn holder(tx: &mut Tx, grant: &Grant) -> Result<Row, Error> {
    let (team, policy) = (&grant.team, &grant.team.policy);
    let own = grant.member.as_ref().filter(|member| policy.is_top(&member.role));
    if let Some(own) = own {
        return get(tx, grant, own.id).await;
    }
    let holders = sql!(values MemberId, tx,
        "select id from members where team_id = $1 and top and status = 'active' order by joined_at, id limit 2", team.id)?;
    match holders.as_slice() {
        [only] => get(tx, grant, *only).await,
        _ => Err(Rule::NoTransfer {
            sentence: message!("several-holders", role = policy.role_name(policy.top_role())),
        }
        .into()),
    }
}
