//! Erasing an account: nobody is behind it any more, and nothing leads to who that was. What they did stays in the logs
//! of their teams, under the name they had then: it is signed, and the teams' own.

use std::collections::BTreeSet;

use serde_json::json;

use super::get;
use crate::activity::{self, Kind, NewEntry};
use crate::actor::Actor;
use crate::api_key;
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::{AccountId, MemberId, TeamId};
use crate::member::Status;
use crate::message;
use crate::message::Arg;
use crate::policy::RoleKey;
use crate::team;
use crate::tx::{Tx, sql};

/// What stands in the place of the address in mails and invitations that are over.
const NO_ADDRESS: &str = "erased@erased.invalid";
/// What an erased account is called.
const NO_NAME: &str = "Erased account";

/// What would go.
#[derive(Debug, Clone)]
pub struct Goes {
    /// The name to type.
    pub name: String,
    /// How many memberships end.
    pub memberships: usize,
}

#[derive(sqlx::FromRow)]
struct Membership {
    id: MemberId,
    team_id: TeamId,
    team: String,
    role: RoleKey,
    status: Status,
    top: bool,
    owner_count: Option<i64>,
}

impl Membership {
    fn is_last_owner(&self) -> bool {
        self.top && self.status == Status::Active && self.owner_count == Some(1)
    }
}

/// Whether the account can be erased now, and what goes with it; refused for the last owner of a team.
pub async fn check_erase(tx: &mut Tx, id: AccountId) -> Result<Goes, Error> {
    let memberships = memberships(tx, id).await?;
    let alone: Vec<&Membership> = memberships.iter().filter(|m| m.is_last_owner()).collect();
    if let Some(first) = alone.first() {
        let names = alone.iter().map(|membership| membership.team.clone()).collect();
        return Err(Rule::LastOwner {
            sentence: message!("erase-last-owner", teams = Arg::All(names)),
            team: first.team_id,
        }
        .into());
    }
    Ok(Goes {
        name: get(tx, id).await?.display_name,
        memberships: memberships.len(),
    })
}

/// Those in teams that exist: a deleted one takes its memberships with it.
async fn memberships(tx: &mut Tx, id: AccountId) -> Result<Vec<Membership>, Error> {
    Ok(sql!(fetch_all Membership, tx,
        "select m.id, m.team_id, t.name as team, m.role, m.status, m.top, t.owner_count
         from members m join teams t on t.id = m.team_id
         where m.account_id = $1 and m.status in ('active', 'deactivated') and t.deleted_at is null
         order by m.team_id", id)?)
}

/// Erases the actor's own account, whose name they have typed.
pub async fn erase(tx: &mut Tx, env: &Env, actor: Actor, typed: &str) -> Result<(), Error> {
    let id = actor.account;
    let teams: BTreeSet<TeamId> = memberships(tx, id)
        .await?
        .into_iter()
        .map(|m| m.team_id)
        .collect();
    // Locked first, and read again by the check: until then, others could change who owns them.
    team::lock_all(tx, &teams).await?;
    let goes = check_erase(tx, id).await?;
    if typed.trim().to_lowercase() != goes.name.to_lowercase() {
        return Err(Rule::OwnNameMismatch { name: goes.name }.into());
    }
    for membership in memberships(tx, id).await? {
        sql!(execute tx,
            "update members set status = 'left' where team_id = $1 and id = $2", membership.team_id, membership.id)?;
        api_key::end_of(tx, env, membership.team_id, id).await?;
        let entry = NewEntry {
            kind: Kind::MemberLeft,
            actor: Some(id),
            surface: actor.surface,
            subject: goes.name.clone(),
            details: json!({ "member": membership.id, "role": membership.role, "erased": true }),
        };
        activity::append(tx, env, membership.team_id, entry).await?;
    }
    forget_address(tx, id).await?;
    forget_discord(tx, id).await?;
    for text in [
        "delete from sessions where account_id = $1",
        "delete from known_browsers where account_id = $1",
        "delete from drafts where account_id = $1",
        "delete from guild_recent_teams where account_id = $1",
    ] {
        sql!(execute tx, text, id)?;
    }
    sql!(execute tx,
        "update accounts set display_name = $2, name_key = lower($2), email = null, email_key = null, email_verified_at = null,
                             password_hash = null, active_team_id = null, erased_at = $3
         where id = $1", id, NO_NAME, env.now())?;
    Ok(())
}

/// What is over forgets the address. Invitations to it that are open are the teams' own and lead to a mailbox, not to the
/// account; they stay.
async fn forget_address(tx: &mut Tx, id: AccountId) -> Result<(), Error> {
    sql!(execute tx,
        "delete from address_proofs
         where account_id = $1 or email_key = (select email_key from accounts where id = $1)", id)?;
    sql!(execute tx, "delete from invite_link_sign_ups where email_key = (select email_key from accounts where id = $1)", id)?;
    sql!(execute tx,
        "update emails set to_address = $2, to_key = $2, details = '{}',
                           status = case when status in ('queued', 'sending') then 'cancelled' else status end
         where account_id = $1 or invitation_id in (select id from invitations where accepted_by = $1)", id, NO_ADDRESS)?;
    sql!(execute tx,
        "update invitations set email = $2, email_key = $2, details = '{}', note = null where accepted_by = $1", id, NO_ADDRESS)?;
    Ok(())
}

/// The Discord user leads nowhere any more, and what led to the account forgets who that was.
async fn forget_discord(tx: &mut Tx, id: AccountId) -> Result<(), Error> {
    sql!(execute tx,
        "delete from link_attempts
         where started_by = (select discord_user_id from discord_links where account_id = $1)
            or found_user_id = (select discord_user_id from discord_links where account_id = $1)", id)?;
    sql!(execute tx,
        "update invite_links set discord_user_id = 0, discord_name = $2
         where discord_user_id = (select discord_user_id from discord_links where account_id = $1)
           and (disabled_at is not null or uses > 0)", id, NO_NAME)?;
    sql!(execute tx, "delete from discord_links where account_id = $1", id)?;
    Ok(())
}
