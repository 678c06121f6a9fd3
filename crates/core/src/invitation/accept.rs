//! What the invited person sees and does: looking at the link, accepting, declining.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::code::Proof;
use super::{Invitation, Status, invitation_columns, invitations_where};
use crate::account::{self, Account};
use crate::activity::{self, Kind, NewEntry, Surface};
use crate::email;
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::AccountId;
use crate::locale::Locale;
use crate::member;
use crate::operator;
use crate::policy::RoleKey;
use crate::seat;
use crate::team::{self, Team};
use crate::text::EmailAddress;
use crate::token::{self, Purpose};
use crate::tx::{Tx, sql};

/// What a link shows. Looking changes nothing.
#[derive(Debug, Clone)]
pub struct Offer {
    /// The invitation.
    pub invitation: Invitation,
    /// The team.
    pub team: Team,
    /// The name of the role offered.
    pub role_name: String,
    /// Who invited, by name.
    pub inviter: String,
    /// Whether the invited address belongs to an account already.
    pub account_exists: bool,
    /// Whether the link proves that its holder reads the invited mailbox.
    pub proves: bool,
    /// Why the link no longer works, if it does not.
    pub closed: Option<Rule>,
}

/// Who accepts.
#[derive(Debug, Clone, Copy)]
pub enum Accepter<'a> {
    /// Somebody signed in.
    SignedIn(AccountId),
    /// Somebody new, with the name they chose and the hash of their password.
    New {
        /// What others will call them.
        name: &'a str,
        /// As [`crate::password::Passwords::hash`] made it.
        password_hash: &'a str,
        /// The language that their browser asks for.
        locale: Locale,
    },
    /// Somebody new, who came by a link that proves nothing and said the code that was mailed to them.
    Coded {
        /// What others will call them.
        name: &'a str,
        /// As [`crate::password::Passwords::hash`] made it.
        password_hash: &'a str,
        /// The language that their browser asks for.
        locale: Locale,
        /// That they read the invited mailbox.
        proof: Proof,
    },
}

/// A membership that an invitation led to.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// Whose.
    pub account: Account,
    /// In which team.
    pub team: Team,
}

/// What a token leads to.
#[derive(sqlx::FromRow)]
pub(crate) struct Known {
    #[sqlx(flatten)]
    pub(crate) invitation: Invitation,
    pub(super) token_generation: i64,
    pub(crate) purpose: Purpose,
}

/// The invitation that a token belongs to, whatever has become of it. Unknown tokens all look the same.
pub(crate) async fn by_token(tx: &mut Tx, token: &str) -> Result<Known, Error> {
    let hash = token::hash(token).ok_or(Error::NotFound("invitation"))?;
    sql!(fetch_optional Known, tx,
        concat!("select ", invitation_columns!(), ", t.generation as token_generation, t.purpose
         from invitation_tokens t join invitations i on i.id = t.invitation_id
         where t.token_hash = $1"), &hash[..])?
    .ok_or(Error::NotFound("invitation"))
}

/// Why an invitation cannot be accepted by a token of some generation, if it cannot.
pub(super) fn closed(invitation: &Invitation, generation: i64, now: DateTime<Utc>) -> Option<Rule> {
    match invitation.status(now) {
        Status::Pending if invitation.generation == generation => None,
        Status::Pending => Some(Rule::OldLink),
        status => Some(Rule::Closed(status)),
    }
}

/// What a link shows.
pub async fn look(tx: &mut Tx, env: &Env, token: &str) -> Result<Offer, Error> {
    let Known {
        invitation,
        token_generation,
        purpose,
    } = by_token(tx, token).await?;
    let team = team::of_link(tx, invitation.team_id, "invitation").await?;
    let inviter = account::get(tx, invitation.invited_by).await?.display_name;
    let role_name = team.policy.role_name(&invitation.role);
    let account_exists = account::by_email(tx, &invitation.email).await?.is_some();
    let closed = match closed(&invitation, token_generation, env.now()) {
        None => match check_offer(tx, &team, &invitation).await {
            Err(Error::Rule(rule)) => Some(rule),
            other => other.map(|()| None)?,
        },
        some => some,
    };
    Ok(Offer {
        invitation,
        team,
        role_name,
        inviter,
        account_exists,
        proves: purpose == Purpose::Mail,
        closed,
    })
}

/// Makes the invited person a member, at most once for each invitation.
pub async fn accept(tx: &mut Tx, env: &Env, token: &str, who: Accepter<'_>) -> Result<Accepted, Error> {
    let Known {
        invitation,
        token_generation,
        purpose,
    } = by_token(tx, token).await?;
    let team = team::of_link(tx, invitation.team_id, "invitation").await?;
    // Read again: until the lock was ours, somebody else could change it.
    let invitation = reload(tx, &invitation).await?;
    let now = env.now();
    if let Some(rule) = closed(&invitation, token_generation, now) {
        return Err(rule.into());
    }
    check_offer(tx, &team, &invitation).await?;
    seat::check_joining(tx, env, &team).await?;
    let account = match who {
        Accepter::SignedIn(id) => {
            let account = invited(tx, &invitation, id).await?;
            // The address has just been proved again: what somebody else may have opened before ends.
            account::sign_out_everywhere(tx, env, &account).await?;
            account
        }
        Accepter::New {
            name,
            password_hash,
            locale,
        } => {
            check_proof(purpose)?;
            account::create(tx, env, name, &invitation.email, password_hash, locale).await?
        }
        Accepter::Coded {
            name,
            password_hash,
            locale,
            proof,
        } => {
            if !proof.is_of(&invitation) {
                return Err(Rule::AddressUnproven.into());
            }
            account::create(tx, env, name, &invitation.email, password_hash, locale).await?
        }
    };
    let (role, by) = (&invitation.role, invitation.invited_by);
    member::join(tx, env, &team, account.id, role, by).await?;
    let accepted = sql!(execute tx,
        "update invitations set status = 'accepted', closed_at = $3, accepted_by = $4
         where id = $1 and status = 'pending' and generation = $2 and expires_at > $3",
        invitation.id, invitation.generation, now, account.id)?;
    if accepted != 1 {
        return Err(Rule::Stale.into());
    }
    email::cancel_for_invitation(tx, invitation.id).await?;
    let entry = NewEntry {
        kind: Kind::InvitationAccepted,
        actor: Some(account.id),
        surface: Surface::Web,
        subject: account.display_name.clone(),
        details: json!({ "invitation": invitation.id, "role": invitation.role }),
    };
    activity::append(tx, env, team.id, entry).await?;
    Ok(Accepted { account, team })
}

/// The invited person says no: the account that is signed in, or whoever holds the mail.
pub async fn decline(tx: &mut Tx, env: &Env, token: &str, who: Option<AccountId>) -> Result<Team, Error> {
    let Known {
        invitation,
        token_generation,
        purpose,
    } = by_token(tx, token).await?;
    let team = team::of_link(tx, invitation.team_id, "invitation").await?;
    let invitation = reload(tx, &invitation).await?;
    if let Some(rule) = closed(&invitation, token_generation, env.now()) {
        return Err(rule.into());
    }
    match who {
        Some(id) => drop(invited(tx, &invitation, id).await?),
        None => check_proof(purpose)?,
    }
    super::send::close(tx, env, &invitation, Status::Declined).await?;
    let entry = NewEntry {
        kind: Kind::InvitationDeclined,
        actor: None,
        surface: Surface::Web,
        subject: invitation.email.masked(),
        details: json!({ "invitation": invitation.id, "role": invitation.role }),
    };
    activity::append(tx, env, team.id, entry).await?;
    Ok(team)
}

/// The account that is signed in, if its verified address is the invited one.
async fn invited(tx: &mut Tx, invitation: &Invitation, id: AccountId) -> Result<Account, Error> {
    let account = account::get(tx, id).await?;
    if account.email.as_ref().map(EmailAddress::key) == Some(invitation.email.key()) {
        return Ok(account);
    }
    let masked = invitation.email.masked();
    Err(Rule::WrongAccount { masked }.into())
}

/// Without an account, only the token in the mail proves that the address is theirs: a program can hand its own to anybody.
fn check_proof(purpose: Purpose) -> Result<(), Rule> {
    match purpose {
        Purpose::Api => Err(Rule::AddressUnproven),
        Purpose::Mail => Ok(()),
    }
}

pub(super) async fn reload(tx: &mut Tx, invitation: &Invitation) -> Result<Invitation, Error> {
    Ok(sql!(fetch_one Invitation, tx,
        invitations_where!("team_id = $1 and id = $2"), invitation.team_id, invitation.id)?)
}

/// Nobody grants a role that the policy does not let them grant now, whatever it let them do when they invited.
pub(super) async fn check_offer(tx: &mut Tx, team: &Team, invitation: &Invitation) -> Result<(), Error> {
    check_offer_by(tx, team, invitation.invited_by, &invitation.role).await
}

/// The same for an offer of whatever form: by an active member, or by a super-admin, who has the authority of the top role
/// for as long as they are one.
pub(crate) async fn check_offer_by(
    tx: &mut Tx,
    team: &Team,
    by: AccountId,
    role: &RoleKey,
) -> Result<(), Error> {
    let inviter = member::of_account(tx, team.id, by).await?;
    let as_member = inviter.is_some_and(|inviter| {
        inviter.status == member::Status::Active && team.policy.may_invite(&inviter.role, role)
    });
    if as_member || as_super_admin(tx, team, by, role).await? {
        Ok(())
    } else {
        Err(Rule::OfferLapsed.into())
    }
}

async fn as_super_admin(tx: &mut Tx, team: &Team, by: AccountId, role: &RoleKey) -> Result<bool, Error> {
    Ok(team.policy.may_invite(team.policy.top_role(), role) && operator::is_super_admin(tx, by).await?)
}
