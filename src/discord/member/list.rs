//! The members as a list, and one of them.

use muster_core::activity;
use muster_core::error::Error;
use muster_core::ids::MemberId;
use muster_core::member::{self, Filter};
use muster_core::page::Slice;
use muster_core::policy::Permission;

use super::role_meant;
use crate::discord::caller::Caller;
use crate::discord::card::Card;
use crate::discord::error::not_offered;
use crate::discord::which::{One, Only, Which};
use crate::discord::{Desk, words};

/// How many entries of somebody's history are shown.
const HISTORY: i64 = 6;

impl Desk {
    /// A page of the members: whoever is in, or those of a role or status.
    pub async fn members(
        &self,
        caller: &Caller,
        team: Which<'_>,
        only: Only<[Option<&str>; 2], Filter>,
        page: u32,
    ) -> Result<Card, Error> {
        let (mut tx, grant) = self.look(caller, team, Permission::MembersView).await?;
        let filter = match only {
            Only::Known(filter) => filter,
            Only::Named([role, status]) => {
                let role = role.map(|text| role_meant(&grant.team.policy, text));
                let status = status.map(str::parse).transpose();
                Filter {
                    role: role.transpose()?,
                    status: status.map_err(|_| not_offered("what-status"))?,
                }
            }
        };
        let members = member::list(&mut tx, &grant, &filter, Slice::page(page, words::PAGE)).await?;
        Ok(words::member::list(
            caller.locale,
            &grant,
            &members,
            &filter,
            self.env.now(),
        ))
    }

    /// One member, with their history for those who may read the log.
    pub async fn member(
        &self,
        caller: &Caller,
        team: Which<'_>,
        whom: One<'_, MemberId>,
    ) -> Result<Card, Error> {
        let (mut tx, grant) = self.look(caller, team, Permission::MembersView).await?;
        let member = whom.find(&mut tx, &grant).await?;
        let history = if grant.team.policy.allows(&grant.role, Permission::ActivityView) {
            activity::of_member(&mut tx, grant.team.id, member.id, member.account_id, HISTORY).await?
        } else {
            Vec::new()
        };
        Ok(words::member::show(
            caller.locale,
            &grant,
            &member,
            &history,
            self.env.now(),
        ))
    }

    /// Everybody who is or was in, as a file. That somebody took it away is noted in the log.
    pub async fn export_members(&self, caller: &Caller, team: Which<'_>) -> Result<Card, Error> {
        let (mut tx, grant) = self.look(caller, team, Permission::MembersRemove).await?;
        let export = member::export(&mut tx, &grant).await?;
        drop(tx);
        let (mut tx, grant) = self
            .change(caller, grant.team.id, Permission::MembersRemove)
            .await?;
        let name = format!("members-{}.csv", self.env.now().format("%Y-%m-%d"));
        member::note_export(&mut tx, &self.env, &grant, &name, export.rows).await?;
        tx.commit().await?;
        Ok(words::member::exported(caller.locale, &grant, export, &name))
    }
}
