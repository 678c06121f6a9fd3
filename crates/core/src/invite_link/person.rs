//! Inviting one Discord user: a card in a channel that only they can open. Nobody types an address, and nothing is
//! mailed; Discord says who presses the button.
//!
//! It is stored as a link for one use, because it is found, listed and disabled as one. Everything else about it is an
//! invitation's: the policy's rules about those hold, whether links are on or not, and the log tells of it in their words.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::join::{Joined, UNKNOWN, check_person, enter};
use super::{InviteLink, links_where};
use crate::account;
use crate::activity::{self, Kind, NewEntry, Surface};
use crate::actor::Grant;
use crate::column::words;
use crate::discord_link::DiscordUser;
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::{AccountId, DiscordUserId, InviteLinkId, TeamId};
use crate::invitation::accept::check_offer_by;
use crate::invitation::{Status, check_account, check_role};
use crate::locale::Locale;
use crate::message;
use crate::policy::{Permission, Reinvite, RoleKey};
use crate::seat;
use crate::team::{self, Team};
use crate::text;
use crate::tx::{Tx, sql};

words! {
    /// How an invitation of one person ended that nobody cancelled.
    Ending {
        /// They said no.
        Declined = "declined",
        /// A newer one took its place, or they came in by another way.
        Replaced = "replaced",
        /// Its time was over when a newer one was made.
        Expired = "expired",
    }
}

/// Who is invited, or opens what they were invited by: as Discord names them.
#[derive(Debug, Clone, Copy)]
pub struct Person<'a> {
    /// Their Discord user.
    pub user: &'a DiscordUser,
    /// The name that Discord shows.
    pub name: &'a str,
}

impl Person<'_> {
    /// What they are called here. Discord allows names that we would refuse from a form; the username is always plain.
    fn name(self) -> Result<String, Error> {
        text::name("what-name", self.name).or_else(|_| text::name("what-name", &self.user.username))
    }
}

/// An invitation as its card shows it to the person. Looking changes nothing.
#[derive(Debug)]
pub struct Offered {
    /// The invitation.
    pub link: InviteLink,
    /// The team.
    pub team: Team,
    /// The name of the role that it gives.
    pub role_name: String,
    /// Who invited, by name.
    pub inviter: String,
}

impl InviteLink {
    /// What has become of the invitation, if this is one person's.
    pub fn card_status(&self, now: DateTime<Utc>) -> Option<Status> {
        self.discord_user_id?;
        Some(match (self.ending, self.disabled_at) {
            (Some(Ending::Declined), _) => Status::Declined,
            (Some(Ending::Replaced), _) => Status::Replaced,
            (Some(Ending::Expired), _) => Status::Expired,
            (None, Some(_)) => Status::Revoked,
            (None, None) if self.uses > 0 => Status::Accepted,
            (None, None) if self.expires_at.is_some_and(|at| at <= now) => Status::Expired,
            (None, None) => Status::Pending,
        })
    }
}

/// Invites a Discord user, in place of an earlier invitation that they have not answered.
pub async fn invite(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    who: Person<'_>,
    role: Option<RoleKey>,
) -> Result<InviteLink, Error> {
    grant.demand(tx, Permission::MembersInvite)?;
    let (team, policy) = (&grant.team, &grant.team.policy);
    let role = role
        .or_else(|| policy.default_role_for(&grant.role).cloned())
        .unwrap_or_else(|| policy.default_role().clone());
    check_role(grant, &role)?;
    // What the policy asks for beside the address cannot be said of somebody who is only known to Discord.
    if policy
        .invitation()
        .fields
        .iter()
        .any(|field| !field.is_of_every_policy())
    {
        return Err(Rule::CardFields.into());
    }
    if let Some(account) = account::by_discord_user(tx, who.user.id).await? {
        check_account(tx, grant, account.id).await?;
    }
    check_hour(tx, env, team).await?;
    let replaced = close_open(tx, env, grant, who.user.id).await?;
    seat::check_one_more(tx, env, team, None).await?;
    let lifetime = TimeDelta::days(policy.invitation().lifetime_days.into());
    let link = InviteLink {
        expires_at: Some(env.now() + lifetime),
        max_uses: Some(1),
        discord_user_id: Some(who.user.id),
        discord_name: Some(who.name()?),
        ..InviteLink::new(env, grant, role)?
    };
    link.insert(tx).await?;
    let details = json!({ "link": link.id, "role": link.role, "replaced": replaced });
    let entry = grant.entry(Kind::InvitationSent, link.label(), details);
    activity::append(tx, env, team.id, entry).await?;
    Ok(link)
}

/// Each card pings somebody, so a team may make as many in an hour as it may mail invitations.
async fn check_hour(tx: &mut Tx, env: &Env, team: &Team) -> Result<(), Error> {
    let (now, hour) = (env.now(), TimeDelta::hours(1));
    let limit = team.policy.invitation().hourly_limit;
    let made = sql!(values DateTime<Utc>, tx,
        "select created_at from invite_links
         where team_id = $1 and discord_user_id is not null and created_at > $2 and created_at <= $3
         order by created_at desc limit $4",
        team.id, now - hour, now, i64::from(limit))?;
    match made.last() {
        Some(oldest) if made.len() >= limit as usize => Err(Rule::HourlyLimit {
            limit,
            until: *oldest + hour,
        }
        .into()),
        _ => Ok(()),
    }
}

/// Ends the invitation that the person has not answered; answers which, unless its time was over anyway.
async fn close_open(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    who: DiscordUserId,
) -> Result<Option<InviteLinkId>, Error> {
    let open = sql!(fetch_optional InviteLink, tx,
        links_where!("k.team_id = $1 and k.discord_user_id = $2 and k.disabled_at is null and k.uses = 0"),
        grant.team.id, who)?;
    let Some(open) = open else { return Ok(None) };
    if open.end(env.now()).is_some() {
        close(tx, env, &open, Ending::Expired).await?;
        return Ok(None);
    }
    if grant.team.policy.invitation().reinvite == Reinvite::Refused {
        return Err(Rule::AlreadyInvited.into());
    }
    close(tx, env, &open, Ending::Replaced).await?;
    Ok(Some(open.id))
}

async fn close(tx: &mut Tx, env: &Env, link: &InviteLink, ending: Ending) -> Result<(), Error> {
    let closed = sql!(execute tx,
        "update invite_links set disabled_at = $3, ending = $4
         where team_id = $1 and id = $2 and disabled_at is null and uses = 0", link.team_id, link.id, env.now(), ending)?;
    if closed == 1 {
        Ok(())
    } else {
        Err(Rule::Stale.into())
    }
}

/// Closes the invitation of somebody who has come in by another way, and so needs it no longer.
pub(crate) async fn close_joined(
    tx: &mut Tx,
    env: &Env,
    team: TeamId,
    account: AccountId,
) -> Result<(), Error> {
    sql!(execute tx,
        "update invite_links set disabled_at = $3, ending = 'replaced'
         where team_id = $1 and disabled_at is null and uses = 0
           and discord_user_id = (select discord_user_id from discord_links where account_id = $2)",
        team, account, env.now())?;
    Ok(())
}

/// What an invitation shows to whoever presses its button: only the person it is for gets to see it.
pub async fn look(tx: &mut Tx, env: &Env, id: InviteLinkId, who: Person<'_>) -> Result<Offered, Error> {
    let (link, team) = open(tx, id, who).await?;
    check(tx, env, &team, &link).await?;
    Ok(Offered {
        role_name: team.policy.role_name(&link.role),
        inviter: account::get(tx, link.created_by).await?.display_name,
        link,
        team,
    })
}

/// The person comes in, with their account or a new one: their Discord identity is the login.
pub async fn accept(
    tx: &mut Tx,
    env: &Env,
    id: InviteLinkId,
    who: Person<'_>,
    locale: Locale,
) -> Result<Joined, Error> {
    let (link, team) = open(tx, id, who).await?;
    check(tx, env, &team, &link).await?;
    seat::check_joining(tx, env, &team).await?;
    let (user, name) = (who.user, who.name);
    let account = account::for_discord_user(tx, env, user.id, &user.username, name, locale).await?;
    enter(tx, env, team, &link, account).await
}

/// The person says no.
pub async fn decline(tx: &mut Tx, env: &Env, id: InviteLinkId, who: Person<'_>) -> Result<Team, Error> {
    let (link, team) = open(tx, id, who).await?;
    if let Some(over) = link.over(env.now()) {
        return Err(over.into());
    }
    close(tx, env, &link, Ending::Declined).await?;
    let entry = NewEntry {
        kind: Kind::InvitationDeclined,
        actor: None,
        surface: Surface::Discord,
        subject: link.label(),
        details: json!({ "link": link.id, "role": link.role }),
    };
    activity::append(tx, env, team.id, entry).await?;
    Ok(team)
}

/// An invitation and its team, which is locked first when the transaction writes; only for the person it is for.
async fn open(tx: &mut Tx, id: InviteLinkId, who: Person<'_>) -> Result<(InviteLink, Team), Error> {
    let found = sql!(fetch_optional InviteLink, tx,
        links_where!("k.id = $1 and k.discord_user_id is not null"), id)?
    .ok_or(UNKNOWN)?;
    if found.discord_user_id != Some(who.user.id) {
        return Err(Error::Denied(message!("card-not-yours")));
    }
    let team = team::of_link(tx, found.team_id, "invite link").await?;
    // Read again: until the lock was ours, somebody else could change it.
    let link = sql!(fetch_one InviteLink, tx,
        links_where!("k.team_id = $1 and k.id = $2"), team.id, id)?;
    Ok((link, team))
}

/// Whether the invitation stands at this moment, and whether the person can come in by it.
async fn check(tx: &mut Tx, env: &Env, team: &Team, link: &InviteLink) -> Result<(), Error> {
    if let Some(over) = link.over(env.now()) {
        return Err(over.into());
    }
    check_offer_by(tx, team, link.created_by, &link.role).await?;
    if let Some(user) = link.discord_user_id
        && let Some(account) = account::by_discord_user(tx, user).await?
    {
        check_person(tx, team, link, &account).await?;
    }
    Ok(())
}
