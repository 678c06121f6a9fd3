//! Joining by a link: what it shows, and who it lets in.

use serde_json::json;

use super::{InviteLink, check_on, link_columns};
use crate::account::{self, Account};
use crate::activity::{self, Kind, NewEntry, Surface};
use crate::actor::deactivated;
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::AccountId;
use crate::invitation;
use crate::invitation::accept::check_offer_by;
use crate::member::{self, Status};
use crate::policy::{ExistingAccounts, Refusal};
use crate::seat;
use crate::team::{self, Team};
use crate::text::EmailAddress;
use crate::token;
use crate::tx::{Tx, sql};

/// What a link shows to somebody. Looking changes nothing.
#[derive(Debug)]
pub struct Shown {
    /// The link.
    pub link: InviteLink,
    /// The team.
    pub team: Team,
    /// The name of the role that it gives.
    pub role_name: String,
    /// Who made it, by name.
    pub creator: String,
    /// Why it lets nobody in, if it does not.
    pub closed: Option<Error>,
    /// Why it does not let in whoever is looking, if they are known and it does not.
    pub refused: Option<Error>,
}

/// A membership that a link led to.
#[derive(Debug, Clone)]
pub struct Joined {
    /// Whose.
    pub account: Account,
    /// In which team.
    pub team: Team,
}

/// A link as it is found with what else is shown of it.
#[derive(sqlx::FromRow)]
struct Found {
    #[sqlx(flatten)]
    link: InviteLink,
    creator: String,
}

/// The link that a token belongs to, whatever has become of it. Unknown tokens all look the same.
async fn by_token(tx: &mut Tx, token: &str) -> Result<Found, Error> {
    let hash = token::hash(token).ok_or(UNKNOWN)?;
    sql!(fetch_optional Found, tx,
        concat!("select ", link_columns!(), ", a.display_name as creator
         from invite_links k join accounts a on a.id = k.created_by
         where k.token_hash = $1 and k.discord_user_id is null"), &hash[..])?
    .ok_or(UNKNOWN)
}

pub(super) const UNKNOWN: Error = Error::NotFound("invite link");

/// The link of a token and its team, which is locked first when the transaction writes.
pub(super) async fn open(tx: &mut Tx, token: &str) -> Result<(InviteLink, Team), Error> {
    let found = by_token(tx, token).await?;
    of_locked_team(tx, found.link).await
}

/// A link as it is once its team is locked: until then, somebody else could change it.
pub(super) async fn of_locked_team(tx: &mut Tx, link: InviteLink) -> Result<(InviteLink, Team), Error> {
    let team = team::of_link(tx, link.team_id, "invite link").await?;
    let link = sql!(fetch_one InviteLink, tx,
        super::links_where!("k.team_id = $1 and k.id = $2"), link.team_id, link.id)?;
    Ok((link, team))
}

/// What a link shows to somebody, who may be unknown.
pub async fn look(tx: &mut Tx, env: &Env, token: &str, who: Option<&Account>) -> Result<Shown, Error> {
    let Found { link, creator } = by_token(tx, token).await?;
    let team = team::of_link(tx, link.team_id, "invite link").await?;
    let email = who.and_then(|account| account.email.as_ref());
    let closed = refusal(check_open(tx, env, &team, &link, email).await)?;
    let refused = match who {
        Some(account) => refusal(check_person(tx, &team, &link, account).await)?,
        None => None,
    };
    Ok(Shown {
        role_name: team.policy.role_name(&link.role),
        link,
        team,
        creator,
        closed,
        refused,
    })
}

/// Tells a refusal, which is shown, from a fault, which ends everything.
pub(super) fn refusal(checked: Result<(), Error>) -> Result<Option<Error>, Error> {
    match checked {
        Ok(()) => Ok(None),
        Err(refusal @ (Error::Rule(_) | Error::Denied(_))) => Ok(Some(refusal)),
        Err(error) => Err(error),
    }
}

/// Whether a link lets anybody in at this moment. `email` is that of whoever asks, whose own invitation holds no seat
/// against them.
pub(super) async fn check_open(
    tx: &mut Tx,
    env: &Env,
    team: &Team,
    link: &InviteLink,
    email: Option<&EmailAddress>,
) -> Result<(), Error> {
    if let Some(end) = link.end(env.now()) {
        return Err(Rule::LinkEnded(end).into());
    }
    check_on(&team.policy)?;
    // The policy may have changed since: nobody gets the top role by a link.
    if team.policy.is_top(&link.role) {
        return Err(Rule::OfferLapsed.into());
    }
    check_offer_by(tx, team, link.created_by, &link.role).await?;
    seat::check_one_more(tx, env, team, email).await
}

/// Whether a link is for somebody.
pub(super) async fn check_person(
    tx: &mut Tx,
    team: &Team,
    link: &InviteLink,
    who: &Account,
) -> Result<(), Error> {
    let member = member::of_account(tx, team.id, who.id).await?;
    match member.map(|member| member.status) {
        Some(Status::Active) => return Err(Rule::AlreadyMember.into()),
        Some(Status::Deactivated) => return Err(deactivated(team)),
        Some(Status::Removed | Status::Left) | None => {}
    }
    if team.policy.invitation().existing_accounts == ExistingAccounts::Refuse {
        let sentence = team.policy.refusal(Refusal::ExistingAccount);
        return Err(Rule::ExistingAccount { sentence }.into());
    }
    check_domain(link, who.email.as_ref())
}

/// Whether an address that its owner has proved to read is of one of the link's domains.
pub(super) fn check_domain(link: &InviteLink, email: Option<&EmailAddress>) -> Result<(), Error> {
    let Some(domains) = link.domain_list() else {
        return Ok(());
    };
    let fits = email.is_some_and(|email| link.domains.iter().any(|domain| domain.is_of(email)));
    if fits {
        Ok(())
    } else {
        Err(Rule::LinkDomain { domains }.into())
    }
}

/// Makes somebody who is signed in a member.
pub async fn join(tx: &mut Tx, env: &Env, token: &str, who: AccountId) -> Result<Joined, Error> {
    let (link, team) = open(tx, token).await?;
    let account = account::get(tx, who).await?;
    check_person(tx, &team, &link, &account).await?;
    check_open(tx, env, &team, &link, account.email.as_ref()).await?;
    enter(tx, env, team, &link, account).await
}

/// Writes the membership, uses the link up by one, and tells the log. The team is locked, and everything was checked.
pub(super) async fn enter(
    tx: &mut Tx,
    env: &Env,
    team: Team,
    link: &InviteLink,
    account: Account,
) -> Result<Joined, Error> {
    let now = env.now();
    let used = sql!(values i64, tx,
        "update invite_links set uses = uses + 1
         where team_id = $1 and id = $2 and disabled_at is null and (expires_at is null or expires_at > $3)
           and (max_uses is null or uses < max_uses)
         returning uses", team.id, link.id, now)?;
    let number = used.into_iter().next().ok_or(Rule::Stale)?;
    member::join(tx, env, &team, account.id, &link.role, link.created_by).await?;
    sql!(execute tx,
        "insert into invite_link_uses (link_id, number, team_id, account_id, at) values ($1, $2, $3, $4, $5)",
        link.id, number, team.id, account.id, now)?;
    let invitation = match &account.email {
        Some(email) => invitation::close_joined(tx, env, team.id, email).await?,
        None => None,
    };
    let (kind, surface) = match link.discord_user_id {
        Some(_) => (Kind::InvitationAccepted, Surface::Discord),
        None => (Kind::MemberJoinedByLink, Surface::Web),
    };
    let entry = NewEntry {
        kind,
        actor: Some(account.id),
        surface,
        subject: account.display_name.clone(),
        details: json!({ "link": link.id, "role": link.role, "replaced": invitation }),
    };
    activity::append(tx, env, team.id, entry).await?;
    Ok(Joined { account, team })
}
