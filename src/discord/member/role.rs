//! Changing roles: at once, but to and from the top role only after a question.

use muster_core::error::Error;
use muster_core::ids::{DraftId, MemberId, TeamId};
use muster_core::member::{self, UNDO};
use muster_core::policy::{Permission, Policy, RoleKey};
use serde::{Deserialize, Serialize};

use crate::discord::caller::Caller;
use crate::discord::card::Card;
use crate::discord::which::{One, Which};
use crate::discord::{Desk, words};

/// A change of role that waits for an answer.
#[derive(Debug, Serialize, Deserialize)]
struct WantedRole {
    member: MemberId,
    role: RoleKey,
    reason: Option<String>,
}

impl Desk {
    /// Changes a role at once; to or from the top role only after a question.
    pub async fn change_role(
        &self,
        caller: &Caller,
        team: Which<'_>,
        whose: One<'_, MemberId>,
        role: &str,
        reason: Option<&str>,
    ) -> Result<Card, Error> {
        let (mut tx, grant) = self.change(caller, team, Permission::RolesChange).await?;
        let policy = &grant.team.policy;
        let to = role_meant(policy, role)?;
        let whose = whose.find(&mut tx, &grant).await?;
        let change = member::change_role(&mut tx, &self.env, &grant, whose.id, &to, reason).await?;
        if policy.is_top(&change.from) || policy.is_top(&to) {
            // Everything was checked; the question comes before it is made true.
            drop(tx);
            let wanted = WantedRole {
                member: whose.id,
                role: to.clone(),
                reason: reason.map(str::to_owned),
            };
            let draft = self.ask_about(&grant, &wanted).await?;
            return Ok(words::member::ask_role(caller.locale, &grant, &whose, &to, draft));
        }
        tx.commit().await?;
        Ok(words::member::role_changed(
            caller.locale,
            &grant,
            &change,
            Some(self.env.now() + UNDO),
        ))
    }

    /// Changes a role after the question.
    pub async fn set_role(&self, caller: &Caller, id: DraftId) -> Result<Card, Error> {
        let (mut tx, grant, wanted) = self.answered(caller, id, Permission::RolesChange).await?;
        let WantedRole { member, role, reason } = wanted;
        let change =
            member::change_role(&mut tx, &self.env, &grant, member, &role, reason.as_deref()).await?;
        tx.commit().await?;
        Ok(words::member::role_changed(caller.locale, &grant, &change, None))
    }

    /// Takes a change of role back.
    pub async fn undo_role(&self, caller: &Caller, team: TeamId, seq: i64) -> Result<Card, Error> {
        let (mut tx, grant) = self.change(caller, team, Permission::RolesChange).await?;
        let change = member::undo_role(&mut tx, &self.env, &grant, seq).await?;
        tx.commit().await?;
        Ok(words::member::role_changed(caller.locale, &grant, &change, None))
    }
}

/// The role that a text means: its key or its name, in any case.
pub(in crate::discord) fn role_meant(policy: &Policy, text: &str) -> Result<RoleKey, Error> {
    policy.role_named(text)
}
