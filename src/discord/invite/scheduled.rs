//! Looking after invitations that wait for their hour: the list, one of them, cancelling.

use muster_core::error::{Error, Rule};
use muster_core::ids::{ScheduledId, TeamId};
use muster_core::invitation::scheduled::{self, Status};
use muster_core::page::Slice;
use muster_core::policy::Permission;
use muster_core::rate_limit;

use crate::discord::caller::Caller;
use crate::discord::card::Card;
use crate::discord::custom_id::Bulk;
use crate::discord::error::unknown_action;
use crate::discord::router::chosen_id;
use crate::discord::which::Which;
use crate::discord::{Desk, words};

impl Desk {
    /// Somebody pressed a button about people from a file.
    pub(in crate::discord) async fn press_bulk(
        &self,
        caller: &Caller,
        pressed: Bulk,
        chosen: Option<&str>,
    ) -> Result<Card, Error> {
        match pressed {
            Bulk::Role { draft } => {
                let role = chosen.ok_or(Error::Rule(Rule::Stale))?;
                self.bulk_with_role(caller, draft, role).await
            }
            Bulk::Scheduled { team, status, page } => self.scheduled(caller, team.into(), status, page).await,
            Bulk::Open { team } => self.scheduled_one(caller, team, chosen_id(chosen)?).await,
            Bulk::Show { team, id } => self.scheduled_one(caller, team, id).await,
            Bulk::Cancel { team, id } => self.unschedule(caller, team, id).await,
            Bulk::AskCancelAll { team } => self.ask_unschedule(caller, team).await,
            Bulk::CancelAll { team } => self.unschedule_all(caller, team).await,
            // It is answered in parts, by the router.
            Bulk::Send { .. } => Ok(unknown_action(caller.locale)),
        }
    }

    /// A page of those that wait, or of those that could not be sent.
    pub async fn scheduled(
        &self,
        caller: &Caller,
        team: Which<'_>,
        status: Status,
        page: u32,
    ) -> Result<Card, Error> {
        let (mut tx, grant) = self.look(caller, team, Permission::MembersInvite).await?;
        let rows = scheduled::list(&mut tx, &grant, status, Slice::page(page, words::PAGE)).await?;
        let places = rate_limit::pace(&mut tx, &self.env, &grant.team).await?;
        Ok(words::scheduled::list(
            caller.locale,
            &grant,
            &rows,
            status,
            &places,
        ))
    }

    /// One of them.
    pub async fn scheduled_one(&self, caller: &Caller, team: TeamId, id: ScheduledId) -> Result<Card, Error> {
        let (mut tx, grant) = self.look(caller, team, Permission::InvitationsManage).await?;
        let row = scheduled::get(&mut tx, &grant, id).await?;
        let turn = if row.scheduled.status == Status::Scheduled {
            let before = scheduled::before(&mut tx, &row.scheduled).await?;
            let pace = rate_limit::pace(&mut tx, &self.env, &grant.team).await?;
            Some((before, pace.after(before)))
        } else {
            None
        };
        Ok(words::scheduled::show(caller.locale, &grant, &row, turn))
    }

    /// Cancels one of them: nothing was sent, so nobody loses anything, and it is done at once.
    pub async fn unschedule(&self, caller: &Caller, team: TeamId, id: ScheduledId) -> Result<Card, Error> {
        let (mut tx, grant) = self.change(caller, team, Permission::InvitationsManage).await?;
        let one = scheduled::cancel(&mut tx, &self.env, &grant, id).await?;
        tx.commit().await?;
        Ok(words::scheduled::cancelled(caller.locale, &grant, &one))
    }

    /// Asks whether to cancel all of them that the caller may cancel.
    pub async fn ask_unschedule(&self, caller: &Caller, team: TeamId) -> Result<Card, Error> {
        let (mut tx, grant) = self.look(caller, team, Permission::InvitationsManage).await?;
        match scheduled::cancellable(&mut tx, &grant).await? {
            0 => Err(Rule::Stale.into()),
            number => Ok(words::scheduled::ask_all(caller.locale, &grant, number)),
        }
    }

    /// Cancels all of them, after the question.
    pub async fn unschedule_all(&self, caller: &Caller, team: TeamId) -> Result<Card, Error> {
        let (mut tx, grant) = self.change(caller, team, Permission::InvitationsManage).await?;
        let number = scheduled::cancel_all(&mut tx, &self.env, &grant).await?;
        tx.commit().await?;
        Ok(words::scheduled::cancelled_all(caller.locale, &grant, number))
    }
}
