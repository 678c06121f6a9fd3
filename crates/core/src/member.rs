//! Members: accounts in teams. Who they are and how they are found is here; what becomes of a membership is in the
//! modules below.
//!
//! An account has at most one row for a team. Whoever was removed or left and comes back gets the same row, so that what
//! the log says about it stays about the same person.

mod end;
mod export;
mod join;
mod leave;
mod role;
mod stretch;
mod transfer;

pub use end::{Ended, deactivate, reactivate, remove};
pub use export::{export, note_export};
pub(crate) use join::join;
pub use leave::leave;
pub use role::{RoleChange, UNDO, change_role, undo_role};
pub use stretch::{Whose, standing_of, stretch};
pub use transfer::{Transferred, transfer};

use chrono::{DateTime, TimeDelta, Utc};

use crate::actor::Grant;
use crate::column::words;
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::{AccountId, DiscordUserId, MemberId, TeamId};
use crate::page::{Paged, Slice};
use crate::policy::{Holders, Permission, Policy, Refusal, RoleKey};
use crate::team::Team;
use crate::text::EmailAddress;
use crate::tx::{Tx, sql};

words! {
    /// Whether a membership gives access.
    Status {
        /// It does.
        Active = "active",
        /// It is suspended.
        Deactivated = "deactivated",
        /// Somebody ended it.
        Removed = "removed",
        /// The member ended it.
        Left = "left",
    }
}

impl Status {
    /// Whether somebody with this status is listed as a member: suspended ones are.
    pub fn is_current(self) -> bool {
        match self {
            Self::Active | Self::Deactivated => true,
            Self::Removed | Self::Left => false,
        }
    }
}

/// A membership, as far as authority is concerned.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Member {
    /// Which membership.
    pub id: MemberId,
    /// Whose.
    pub account_id: AccountId,
    /// With which role.
    pub role: RoleKey,
    /// Whether it gives access.
    pub status: Status,
    /// When they last did something here.
    pub last_active_at: DateTime<Utc>,
}

/// Being active is written down at most this often, so that looking does not always write.
pub const ACTIVE_EVERY: TimeDelta = TimeDelta::minutes(10);

/// Notes that a member did something now.
pub async fn touch(tx: &mut Tx, env: &Env, team: TeamId, account: AccountId) -> Result<(), Error> {
    sql!(execute tx,
        "update members set last_active_at = $3 where team_id = $1 and account_id = $2", team, account, env.now())?;
    Ok(())
}

/// A member as lists show them.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    /// Which membership.
    pub id: MemberId,
    /// Whose.
    pub account_id: AccountId,
    /// What others call them.
    pub display_name: String,
    /// Their verified address, for those who may see it.
    pub email: Option<EmailAddress>,
    /// Their role.
    pub role: RoleKey,
    /// Whether they have access.
    pub status: Status,
    /// Since when.
    pub joined_at: DateTime<Utc>,
    /// When they were invited, if they came by an invitation.
    pub invited_at: Option<DateTime<Utc>>,
    /// Who invited them, by name; nobody invited a founder.
    pub invited_by: Option<String>,
    /// When they last did something here.
    pub last_active_at: DateTime<Utc>,
    /// Their Discord user, when linked.
    pub discord_user_id: Option<DiscordUserId>,
}

/// After this long without doing anything, a member is shown as inactive.
const INACTIVE_AFTER: TimeDelta = TimeDelta::days(30);

impl Row {
    /// Whether they have access and have not used it for a month.
    pub fn is_inactive(&self, now: DateTime<Utc>) -> bool {
        self.status == Status::Active && now - self.last_active_at > INACTIVE_AFTER
    }
}

/// The columns of [`Row`], for the members that a condition picks.
macro_rules! rows_where {
    ($condition:literal) => {
        concat!(
            "select m.id, m.account_id, a.display_name, a.email, m.role, m.status, m.joined_at,
                    (select max(o.created_at) from invitations o
                     where o.team_id = m.team_id and o.accepted_by = m.account_id) as invited_at,
                    i.display_name as invited_by, m.last_active_at, l.discord_user_id
             from members m join accounts a on a.id = m.account_id
             left join accounts i on i.id = m.invited_by
             left join discord_links l on l.account_id = m.account_id
             where ",
            $condition
        )
    };
}

use rows_where;

/// The membership of an account in a team, whatever its status.
pub async fn of_account(tx: &mut Tx, team: TeamId, account: AccountId) -> Result<Option<Member>, Error> {
    Ok(sql!(fetch_optional Member, tx,
        "select id, account_id, role, status, last_active_at from members where team_id = $1 and account_id = $2", team, account)?)
}

/// Which members a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those with a role, or all.
    pub role: Option<RoleKey>,
    /// Those of one status, or everybody who is in: active and suspended ones.
    pub status: Option<Status>,
}

/// A slice of a team's members, in the order in which they joined.
pub async fn list(tx: &mut Tx, grant: &Grant, filter: &Filter, slice: Slice) -> Result<Paged<Row>, Error> {
    grant.demand(tx, Permission::MembersView)?;
    let team = grant.team.id;
    let (role, status) = (filter.role.as_ref(), filter.status);
    let total = sql!(value i64, tx,
        "select count(*) from members where team_id = $1 and ($2 is null or role = $2)
         and (status = $3 or ($3 is null and status in ('active', 'deactivated')))",
        team, role, status)?;
    let slice = slice.within(total);
    let rows = sql!(fetch_all Row, tx,
        rows_where!("m.team_id = $1 and ($2 is null or m.role = $2)
             and (m.status = $3 or ($3 is null and m.status in ('active', 'deactivated')))
             order by m.joined_at, m.id limit $4 offset $5"),
        team, role, status, slice.limit(), slice.offset())?;
    Ok(Paged::new(rows, total, slice))
}

/// One member of the grant's team, active or suspended.
pub async fn get(tx: &mut Tx, grant: &Grant, id: MemberId) -> Result<Row, Error> {
    sql!(fetch_optional Row, tx,
        rows_where!("m.team_id = $1 and m.id = $2 and m.status in ('active', 'deactivated')"), grant.team.id, id)?
        .ok_or(Error::NotFound("member"))
}

/// What a member of the grant's team is called, whatever their status.
pub async fn name_of(tx: &mut Tx, grant: &Grant, id: MemberId) -> Result<String, Error> {
    grant.demand(tx, Permission::ActivityView)?;
    let found = sql!(values String, tx,
        "select a.display_name from members m join accounts a on a.id = m.account_id where m.team_id = $1 and m.id = $2",
        grant.team.id, id)?;
    found.into_iter().next().ok_or(Error::NotFound("member"))
}

/// How many open invitations somebody has sent: they stop working when their sender loses the right to make them.
pub async fn open_invitations_of(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    account: AccountId,
) -> Result<i64, Error> {
    Ok(sql!(value i64, tx,
        "select count(*) from invitations where team_id = $1 and invited_by = $2 and status = 'pending' and expires_at > $3",
        grant.team.id, account, env.now())?)
}

/// The members whose name begins with a text, for completion; all of them when it is empty. Addresses are looked at too,
/// but only for those who may see them.
pub async fn search(tx: &mut Tx, grant: &Grant, text: &str, limit: i64) -> Result<Vec<Row>, Error> {
    Ok(sql!(fetch_all Row, tx,
        rows_where!("m.team_id = $1 and m.status in ('active', 'deactivated')
             and (a.name_key like $2 escape '\\' or ($3 and a.email_key like $2 escape '\\'))
             order by a.display_name, m.id limit $4"),
        grant.team.id, like_prefix(text), grant.sees_addresses(), limit)?)
}

/// The member of the grant's team, active or suspended, that a Discord user is.
pub async fn of_discord_user(tx: &mut Tx, grant: &Grant, user: DiscordUserId) -> Result<Option<Row>, Error> {
    Ok(sql!(fetch_optional Row, tx,
        rows_where!("m.team_id = $1 and l.discord_user_id = $2 and m.status in ('active', 'deactivated')"),
        grant.team.id, user)?)
}

/// The one member that a text means: an id, a mention, a whole name, or the beginning of only one name.
pub async fn resolve(tx: &mut Tx, grant: &Grant, text: &str) -> Result<Row, Error> {
    let text = text.trim();
    let mention = text
        .strip_prefix("<@")
        .and_then(|rest| rest.strip_suffix('>'))
        .map(|id| id.trim_start_matches('!'));
    if let Some(user) = mention.and_then(|id| id.parse().ok()).map(DiscordUserId) {
        return of_discord_user(tx, grant, user)
            .await?
            .ok_or(Error::NotFound("member"));
    }
    if let Ok(id) = text.parse() {
        return get(tx, grant, id).await;
    }
    let mut found = search(tx, grant, text, 26).await?;
    let whole = |row: &Row| {
        row.display_name.to_lowercase() == text.to_lowercase()
            || (grant.sees_addresses() && row.email.as_ref().is_some_and(|e| e.key() == text.to_lowercase()))
    };
    if found.iter().filter(|row| whole(row)).count() == 1 {
        found.retain(whole);
    }
    match found.len() {
        1 => Ok(found.remove(0)),
        _ => Err(Error::NotFound("member")),
    }
}

/// A pattern for `like … escape '\'` that matches what begins with `text`, whatever its case.
pub(crate) fn like_prefix(text: &str) -> String {
    // PostgreSQL takes no NUL, and nothing stored here has a control character.
    let mut pattern = text
        .replace(char::is_control, "")
        .trim()
        .to_lowercase()
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    pattern.push('%');
    pattern
}

/// The refusal when the top role has one holder for good.
fn check_not_fixed(policy: &Policy, refusal: Refusal) -> Result<(), Error> {
    match policy.holders() {
        Holders::AtLeastOne => Ok(()),
        Holders::ExactlyOne => Err(Rule::OwnerFixed {
            sentence: policy.refusal(refusal),
        }
        .into()),
    }
}

/// What a change of a membership came to. The counter in the team's row lets no statement take the last owner.
fn keeps_an_owner(team: &Team, changed: Result<u64, sqlx::Error>) -> Result<(), Error> {
    match changed {
        Ok(1) => Ok(()),
        Ok(_) => Err(Rule::Stale.into()),
        Err(sqlx::Error::Database(error)) if error.is_check_violation() => Err(Rule::LastOwner {
            sentence: team.policy.refusal(Refusal::LastTop),
            team: team.id,
        }
        .into()),
        Err(error) => Err(error.into()),
    }
}
