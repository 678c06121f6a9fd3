//! Members: accounts in teams, and their roles.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::activity::{self, Kind, NewEntry};
use crate::actor::Grant;
use crate::column::words;
use crate::email::notice;
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::{AccountId, DiscordUserId, MemberId, TeamId};
use crate::page::{Paged, Slice};
use crate::policy::{Permission, Refusal, RoleKey};
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
    /// Who invited them, by name; nobody invited a founder.
    pub invited_by: Option<String>,
    /// When they last did something here.
    pub last_active_at: DateTime<Utc>,
    /// Their Discord user, when linked.
    pub discord_user_id: Option<DiscordUserId>,
}

/// The columns of [`Row`], for the members that a condition picks.
macro_rules! rows_where {
    ($condition:literal) => {
        concat!(
            "select m.id, m.account_id, a.display_name, a.email, m.role, m.status, m.joined_at, i.display_name as invited_by,
                    m.last_active_at, l.discord_user_id
             from members m join accounts a on a.id = m.account_id
             left join accounts i on i.id = m.invited_by
             left join discord_links l on l.account_id = m.account_id
             where ",
            $condition
        )
    };
}

/// The membership of an account in a team, whatever its status.
pub async fn of_account(tx: &mut Tx, team: TeamId, account: AccountId) -> Result<Option<Member>, Error> {
    Ok(sql!(fetch_optional Member, tx,
        "select id, account_id, role, status, last_active_at from members where team_id = $1 and account_id = $2", team, account)?)
}

/// Which members a list shows: those with a role, or all.
pub async fn list(
    tx: &mut Tx,
    grant: &Grant,
    role: Option<&RoleKey>,
    slice: Slice,
) -> Result<Paged<Row>, Error> {
    grant.demand(tx, Permission::MembersView)?;
    let team = grant.team.id;
    let total = sql!(value i64, tx,
        "select count(*) from members where team_id = $1 and status in ('active', 'deactivated') and ($2 is null or role = $2)",
        team, role)?;
    let slice = slice.within(total);
    let rows = sql!(fetch_all Row, tx,
        rows_where!("m.team_id = $1 and m.status in ('active', 'deactivated') and ($2 is null or m.role = $2)
             order by m.joined_at, m.id limit $3 offset $4"),
        team, role, slice.limit(), slice.offset())?;
    Ok(Paged::new(rows, total, slice))
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

/// The one member that a text means: an id, a mention, a whole name, or the beginning of only one name.
pub async fn resolve(tx: &mut Tx, grant: &Grant, text: &str) -> Result<Row, Error> {
    let text = text.trim();
    let mention = text
        .strip_prefix("<@")
        .and_then(|rest| rest.strip_suffix('>'))
        .map(|id| id.trim_start_matches('!'));
    let user = mention.and_then(|id| id.parse().ok()).map(DiscordUserId);
    let id = text.parse::<MemberId>().ok();
    if user.is_some() || id.is_some() {
        return sql!(fetch_optional Row, tx,
            rows_where!("m.team_id = $1 and m.status in ('active', 'deactivated') and (m.id = $2 or l.discord_user_id = $3)"),
            grant.team.id, id, user)?
            .ok_or(Error::NotFound("member"));
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

/// A change of role that was made.
#[derive(Debug, Clone)]
pub struct RoleChange {
    /// Whose.
    pub member: Row,
    /// The role before.
    pub from: RoleKey,
    /// The role now.
    pub to: RoleKey,
    /// The number of the change in the team's log.
    pub seq: i64,
}

/// How long a change of role can be taken back by whoever made it.
pub const UNDO: TimeDelta = TimeDelta::minutes(10);

/// Gives a member another role, from the next request on.
pub async fn change_role(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    id: MemberId,
    to: &RoleKey,
    reason: Option<&str>,
) -> Result<RoleChange, Error> {
    grant.demand(tx, Permission::RolesChange)?;
    let (team, policy) = (&grant.team, &grant.team.policy);
    let mut member = resolve(tx, grant, &id.to_string()).await?;
    let from = member.role.clone();
    let role = policy
        .role(to)
        .ok_or_else(|| Rule::RoleUnknown { role: to.to_string() })?;
    if member.account_id == grant.actor.account {
        return Err(Rule::OwnRole {
            sentence: policy.refusal(Refusal::OwnRole),
        }
        .into());
    }
    if member.status != Status::Active {
        return Err(Rule::NotActive.into());
    }
    if from == *to {
        return Err(Rule::SameRole {
            role: role.name.clone(),
        }
        .into());
    }
    if !policy.may_change_role(&grant.member.role, &from, to) {
        return Err(Error::Denied(format!(
            "As {} you can't change somebody from {} to {}.",
            grant.role_name(),
            policy.role_name(&from),
            role.name
        )));
    }
    let changed = sql!(execute tx,
        "update members set role = $3, top = $4 where team_id = $1 and id = $2", team.id, id, to, policy.is_top(to));
    match changed {
        // The owner counter of the team's row: the database refuses to let the last one go.
        Err(sqlx::Error::Database(error)) if error.is_check_violation() => {
            return Err(Rule::LastOwner {
                sentence: policy.refusal(Refusal::LastTop),
            }
            .into());
        }
        other => other?,
    };
    let entry = NewEntry {
        kind: Kind::RoleChanged,
        actor: Some(grant.actor.account),
        surface: grant.actor.surface,
        subject: member.display_name.clone(),
        details: json!({ "member": id, "from": from, "to": to, "reason": reason }),
    };
    let seq = activity::append(tx, env, team.id, entry).await?;
    if policy.mails().role_change {
        notice::role_changed(
            tx,
            env,
            team.id,
            member.account_id,
            (&from, to),
            grant.actor.account,
        )
        .await?;
    }
    member.role = to.clone();
    Ok(RoleChange {
        member,
        from,
        to: to.clone(),
        seq,
    })
}

/// Takes back the actor's own change of role with this number in the log, unless it is older than [`UNDO`] or the role
/// has changed since.
pub async fn undo_role(tx: &mut Tx, env: &Env, grant: &Grant, seq: i64) -> Result<RoleChange, Error> {
    grant.demand(tx, Permission::RolesChange)?;
    let entry = activity::get(tx, grant.team.id, seq).await?;
    let detail = |name| entry.detail(name).ok_or(Rule::Stale);
    let mine = entry.kind == Kind::RoleChanged && entry.actor_id == Some(grant.actor.account);
    if !mine || env.now() - entry.at > UNDO {
        return Err(Rule::Stale.into());
    }
    let id = detail("member")?.parse().map_err(Error::internal)?;
    let (from, to) = (detail("from")?, detail("to")?);
    let member = resolve(tx, grant, &detail("member")?).await?;
    if member.role.as_str() != to {
        return Err(Rule::Stale.into());
    }
    let from = RoleKey::parse(&from).map_err(Error::internal)?;
    change_role(tx, env, grant, id, &from, None).await
}
