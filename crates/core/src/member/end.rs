//! Ending and suspending the membership of others, and bringing suspended members back.

use serde_json::json;

use super::{Row, Status, check_not_fixed, get, keeps_an_owner, open_invitations_of};
use crate::activity::{self, Kind};
use crate::actor::Grant;
use crate::alert;
use crate::api_key;
use crate::email::membership;
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::MemberId;
use crate::message;
use crate::message::Arg;
use crate::policy::{Permission, Refusal, SelfRemoval};
use crate::seat;
use crate::tx::{Tx, sql};

/// A membership that has just changed its status.
#[derive(Debug, Clone)]
pub struct Ended {
    /// Whose, as it is now.
    pub member: Row,
    /// How many open invitations of theirs stop working, or work again.
    pub invitations: i64,
    /// The number of the change in the team's log.
    pub seq: i64,
}

/// What is done to somebody's membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Remove,
    Deactivate,
    Reactivate,
}

/// Ends a membership, from the next request on. What the member did stays in the log under their name, and their account
/// stays theirs.
pub async fn remove(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    id: MemberId,
    reason: Option<&str>,
) -> Result<Ended, Error> {
    Act::Remove.done(tx, env, grant, id, reason).await
}

/// Suspends a membership, from the next request on, until somebody reactivates it.
pub async fn deactivate(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    id: MemberId,
    reason: Option<&str>,
) -> Result<Ended, Error> {
    Act::Deactivate.done(tx, env, grant, id, reason).await
}

/// Brings a suspended member back with the role they had. They take a seat again.
pub async fn reactivate(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    id: MemberId,
    reason: Option<&str>,
) -> Result<Ended, Error> {
    Act::Reactivate.done(tx, env, grant, id, reason).await
}

impl Act {
    fn permission(self) -> Permission {
        match self {
            Self::Remove => Permission::MembersRemove,
            Self::Deactivate | Self::Reactivate => Permission::MembersDeactivate,
        }
    }

    fn leads_to(self) -> (Status, Kind) {
        match self {
            Self::Remove => (Status::Removed, Kind::MemberRemoved),
            Self::Deactivate => (Status::Deactivated, Kind::MemberDeactivated),
            Self::Reactivate => (Status::Active, Kind::MemberReactivated),
        }
    }

    /// Whether it can be done to this member, by the rules and by what has become of them.
    fn check(self, grant: &Grant, member: &Row) -> Result<(), Error> {
        let policy = &grant.team.policy;
        let oneself = member.account_id == grant.actor.account;
        match self {
            Self::Remove if oneself => {
                return Err(Rule::SelfRemove {
                    sentence: policy.refusal(Refusal::SelfRemoval),
                    team: grant.team.id,
                    leave: policy.self_removal() == SelfRemoval::UseLeave,
                }
                .into());
            }
            Self::Deactivate if oneself => {
                let sentence = policy.refusal(Refusal::SelfDeactivation);
                return Err(Rule::SelfDeactivate { sentence }.into());
            }
            Self::Deactivate if member.status != Status::Active => return Err(Rule::NotActive.into()),
            Self::Reactivate if member.status == Status::Active => return Err(Rule::AlreadyActive.into()),
            Self::Remove | Self::Deactivate | Self::Reactivate => {}
        }
        if self != Self::Reactivate && policy.is_top(&member.role) {
            check_not_fixed(policy, Refusal::TopRemoval)?;
        }
        let (reaches, word) = match self {
            Self::Remove => (policy.may_remove(&grant.role, &member.role), "remove"),
            Self::Deactivate => (policy.may_deactivate(&grant.role, &member.role), "deactivate"),
            Self::Reactivate => (policy.may_deactivate(&grant.role, &member.role), "reactivate"),
        };
        if reaches {
            return Ok(());
        }
        Err(out_of_reach(grant, member, word))
    }

    async fn done(
        self,
        tx: &mut Tx,
        env: &Env,
        grant: &Grant,
        id: MemberId,
        reason: Option<&str>,
    ) -> Result<Ended, Error> {
        grant.demand(tx, self.permission())?;
        let mut member = get(tx, grant, id).await?;
        self.check(grant, &member)?;
        if self == Self::Reactivate {
            seat::check_returning(tx, env, &grant.team).await?;
        }
        let (team, (to, kind)) = (grant.team.id, self.leads_to());
        let changed = sql!(execute tx,
            "update members set status = $3 where team_id = $1 and id = $2 and status = $4",
            team, member.id, to, member.status);
        keeps_an_owner(&grant.team, changed)?;
        if self == Self::Remove {
            api_key::end_of(tx, env, team, member.account_id).await?;
        }
        let details = json!({ "member": member.id, "role": member.role, "reason": reason });
        let entry = grant.entry(kind, &member.display_name, details);
        let seq = activity::append(tx, env, team, entry).await?;
        if self == Self::Remove {
            alert::watch_removals(tx, env, grant).await?;
        }
        let by = grant.actor.account;
        membership::access_ended(tx, env, team, member.account_id, to, by).await?;
        member.status = to;
        Ok(Ended {
            invitations: open_invitations_of(tx, env, grant, member.account_id).await?,
            member,
            seq,
        })
    }
}

/// The refusal to do something to somebody of a role; `act` chooses the words.
fn out_of_reach(grant: &Grant, member: &Row, act: &'static str) -> Error {
    grant.denied(message!(
        "beyond-reach",
        role = grant.role_name(),
        act = Arg::word(act),
        whose = grant.team.policy.role_name(&member.role),
    ))
}
