//! Mails to members about their membership and their team: asked for in the transaction of what happened, and read again
//! when they are sent, so that nobody is told of what was taken back meanwhile.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::delivery::Claimed;
use super::{Kind, notice};
use crate::account;
use crate::alert;
use crate::env::Env;
use crate::error::Error;
use crate::ids::{AccountId, TeamId};
use crate::member::{self, Member, Status};
use crate::policy::RoleKey;
use crate::team::{self, Gone, Team};
use crate::tx::{Tx, sql};

/// A member's role was changed by somebody else.
#[derive(Debug, Clone)]
pub struct RoleChanged {
    /// In which team.
    pub team_id: TeamId,
    /// What it is called.
    pub team: String,
    /// The name of the role before.
    pub from: String,
    /// The name of the role now.
    pub to: String,
    /// Who changed it, by name.
    pub by: String,
}

/// Somebody else ended or suspended a membership.
#[derive(Debug, Clone)]
pub struct AccessEnded {
    /// What the team is called.
    pub team: String,
    /// Who did it, by name.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A team was deleted.
#[derive(Debug, Clone)]
pub struct TeamDeleted {
    /// What it was called.
    pub team: String,
    /// Who deleted it, by name.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Until when it can come back.
    pub until: DateTime<Utc>,
}

#[derive(Serialize, Deserialize)]
struct RoleDetails {
    from: RoleKey,
    to: RoleKey,
    by: AccountId,
}

#[derive(Serialize, Deserialize)]
struct ByDetails {
    by: AccountId,
}

/// Tells a member about another role. An earlier change that they have not heard of is left out: this one says where they
/// are.
pub(crate) async fn role_changed(
    tx: &mut Tx,
    env: &Env,
    team: TeamId,
    member: AccountId,
    (from, to): (&RoleKey, &RoleKey),
    by: AccountId,
) -> Result<(), Error> {
    sql!(execute tx,
        "update emails set status = 'cancelled'
         where account_id = $1 and team_id = $2 and kind = 'role_changed' and status = 'queued'", member, team)?;
    if !account::wishes(tx, member).await?.role_mails {
        return Ok(());
    }
    let details = RoleDetails {
        from: from.clone(),
        to: to.clone(),
        by,
    };
    let member = account::get(tx, member).await?;
    notice::tell(tx, env, Kind::RoleChanged, &member, Some(team), details).await
}

/// Tells somebody that their membership is `now` removed or deactivated.
pub(crate) async fn access_ended(
    tx: &mut Tx,
    env: &Env,
    team: TeamId,
    member: AccountId,
    now: Status,
    by: AccountId,
) -> Result<(), Error> {
    let kind = match now {
        Status::Removed => Kind::Removed,
        Status::Deactivated => Kind::Deactivated,
        Status::Active | Status::Left => return Ok(()),
    };
    let member = account::get(tx, member).await?;
    notice::tell(tx, env, kind, &member, Some(team), ByDetails { by }).await
}

/// Tells those who can bring a team back that it was deleted.
pub(crate) async fn team_deleted(tx: &mut Tx, env: &Env, team: TeamId, by: AccountId) -> Result<(), Error> {
    for owner in alert::top_of(tx, team).await? {
        let owner = account::get(tx, owner).await?;
        notice::tell(tx, env, Kind::TeamDeleted, &owner, Some(team), ByDetails { by }).await?;
    }
    Ok(())
}

/// The team of a mail with its reader's membership there, or none where either is gone.
async fn membership(tx: &mut Tx, mail: &Claimed) -> Result<Option<(Team, Member)>, Error> {
    let (Some(account), Some(team)) = (notice::recipient(tx, mail).await?, mail.team_id) else {
        return Ok(None);
    };
    let Some(member) = member::of_account(tx, team, account.id).await? else {
        return Ok(None);
    };
    match team::get(tx, team).await {
        Err(Error::NotFound(_)) => Ok(None),
        found => Ok(Some((found?, member))),
    }
}

/// The change, unless the member has yet another role by now or is no longer in the team.
pub(super) async fn read_role_changed(tx: &mut Tx, mail: &Claimed) -> Result<Option<RoleChanged>, Error> {
    let RoleDetails { from, to, by } = notice::details(mail)?;
    let found = membership(tx, mail).await?;
    let Some((team, _)) = found.filter(|(_, member)| member.status == Status::Active && member.role == to)
    else {
        return Ok(None);
    };
    Ok(Some(RoleChanged {
        team_id: team.id,
        from: team.policy.role_name(&from),
        to: team.policy.role_name(&to),
        team: team.name,
        by: account::get(tx, by).await?.display_name,
    }))
}

/// The end of a membership, while it is ended like that and its team exists.
pub(super) async fn read_access_ended(
    tx: &mut Tx,
    mail: &Claimed,
    status: Status,
) -> Result<Option<AccessEnded>, Error> {
    let found = membership(tx, mail).await?;
    let Some((team, _)) = found.filter(|(_, member)| member.status == status) else {
        return Ok(None);
    };
    let ByDetails { by } = notice::details(mail)?;
    Ok(Some(AccessEnded {
        team: team.name,
        by: account::get(tx, by).await?.display_name,
        at: mail.created_at,
    }))
}

/// The deletion of a team, while it can still come back.
pub(super) async fn read_team_deleted(
    tx: &mut Tx,
    now: DateTime<Utc>,
    mail: &Claimed,
) -> Result<Option<TeamDeleted>, Error> {
    let (Some(_), Some(team)) = (notice::recipient(tx, mail).await?, mail.team_id) else {
        return Ok(None);
    };
    let gone = sql!(fetch_optional Gone, tx,
        "select id, name, policy, deleted_at from teams where id = $1 and deleted_at is not null and not purging", team)?;
    let Some(gone) = gone.filter(|gone| gone.until() > now) else {
        return Ok(None);
    };
    let ByDetails { by } = notice::details(mail)?;
    Ok(Some(TeamDeleted {
        by: account::get(tx, by).await?.display_name,
        at: gone.deleted_at,
        until: gone.until(),
        team: gone.name,
    }))
}
