//! Invitations that were sent: the list on the page of a team, one of them with its delivery, sending again, revoking.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use muster_core::Tx;
use muster_core::actor::Grant;
use muster_core::email;
use muster_core::email::told::{Standing, Told};
use muster_core::error::{Error, Rule};
use muster_core::ids::{InvitationId, TeamId};
use muster_core::invitation::{self, Again, Filter, Status};
use muster_core::locale::Locale;
use muster_core::policy::{InvitationField, Permission};

use super::choice::Choice;
use super::list::{Address, List, param, slice};
use super::people::refused;
use super::question::Opened;
use super::{Caller, Head, Tab, TwoParts, actor, say, two};
use crate::discord::custom_id::{filter_word, parse_filter};
use crate::discord::words as spoken;
use crate::web::error::Problem;
use crate::web::form::Form;
use crate::web::pages::Params;
use crate::web::pages::account::Button;
use crate::web::session::Visitor;
use crate::web::words::{self, Moment};
use crate::web::{Shell, Site, html, see_other};

/// The invitations of a team, as its page shows them.
pub struct Pending {
    /// The rows.
    pub list: List<InvitationRow>,
    /// What the list can be cut down to.
    pub filters: Vec<Choice>,
    /// Whether it shows what it does without being asked.
    pub usual: bool,
}

/// An invitation as lists show it.
pub struct InvitationRow {
    /// Which.
    pub id: InvitationId,
    /// To whom.
    pub email: String,
    /// How far it has come, and the class that goes with it.
    pub status: (String, &'static str),
    /// The name of the role on offer.
    pub role: String,
    /// Who invited.
    pub inviter: String,
    /// When its time ends, while that matters.
    pub expires: Option<Moment>,
    /// How its latest mail fares.
    pub mail: Option<Mail>,
    /// What can be done with it.
    pub acts: Acts,
}

/// What the reader can do with an invitation.
pub struct Acts {
    /// Whether to offer to mail it again.
    pub resend: bool,
    /// How many seconds that has to wait.
    pub wait: Option<i64>,
    /// Why it cannot be mailed again, for as long as that is so.
    pub never: bool,
    /// Whether to offer to revoke it.
    pub revoke: bool,
}

impl Acts {
    /// What the reader can do about an invitation of this status.
    fn new(site: &Site, manages: bool, status: Status, again: Again) -> Self {
        Self {
            resend: manages && again != Again::No,
            wait: match again {
                Again::NotBefore(at) => Some(seconds(at - site.env.now())),
                Again::Now | Again::Suppressed | Again::No => None,
            },
            never: again == Again::Suppressed,
            revoke: manages && again != Again::No && status == Status::Pending,
        }
    }

    /// Nothing.
    pub fn none(&self) -> bool {
        !self.resend && !self.revoke
    }
}

/// A span in seconds, rounded up: waiting that long is enough.
fn seconds(span: TimeDelta) -> i64 {
    span.num_seconds() + i64::from(span.subsec_nanos() > 0)
}

/// How a mail of an invitation fares.
pub struct Mail {
    standing: Standing,
    /// What happened.
    pub text: String,
    /// What the mail server said.
    pub said: Option<String>,
    /// What can be done about it.
    pub advice: Option<String>,
    /// When it was asked for.
    pub asked: Moment,
}

impl Mail {
    fn new(mail: &email::Delivery, now: DateTime<Utc>) -> Self {
        let Told {
            standing,
            text,
            said,
            advice,
        } = mail.told(now);
        let say = |message| words::said(message, &|at| Moment::new(at, now).away);
        Self {
            standing,
            text: say(&text),
            said,
            advice: advice.as_ref().map(say),
            asked: Moment::new(mail.created_at, now),
        }
    }

    /// A mark beside the words, so that what needs attention is found at a glance and not by colour alone.
    pub fn mark(&self) -> &'static str {
        match self.standing {
            Standing::Sent => "✓",
            Standing::Underway => "…",
            Standing::Retrying => "!",
            Standing::Failed => "✕",
            Standing::NotSent => "–",
        }
    }

    /// The class that goes with it.
    pub fn class(&self) -> &'static str {
        match self.standing {
            Standing::Sent | Standing::Underway | Standing::NotSent => "",
            Standing::Retrying => "trouble",
            Standing::Failed => "failed",
        }
    }
}

/// The class that goes with a status.
fn class(status: Status) -> &'static str {
    match status {
        Status::Pending => "info",
        Status::Accepted => "good",
        Status::Expired => "warn",
        Status::Revoked | Status::Replaced | Status::Declined => "idle",
    }
}

/// What people read for a status, and the class that goes with it.
fn status_badge(status: Status) -> (String, &'static str) {
    (spoken::pending::status_word(Locale::EnUs, status), class(status))
}

/// The invitations for somebody who may invite: the open ones, or what the address asks for.
pub async fn pending(tx: &mut Tx, site: &Site, caller: &Caller, params: &Params) -> Result<Pending, Error> {
    let (team, now) = (&caller.standing.team, site.env.now());
    let grant = caller.actor.may(tx, team.id, Permission::MembersInvite).await?;
    let asked = param(params, "status").and_then(|word| parse_filter(word).ok());
    let filter = asked.unwrap_or(Filter::Open);
    let paged = invitation::list(tx, &site.env, &grant, filter, slice(params, "invitations")).await?;
    let all: Vec<_> = paged.rows.iter().map(|row| &row.invitation).collect();
    let mut again = invitation::again(tx, &site.env, &grant, &all).await?.into_iter();
    let manages = caller.may(Permission::InvitationsManage);
    let here = Address::new(
        format!("/teams/{}", team.id),
        params,
        &["status", "role", "state", "page"],
        "#invitations",
    );
    let list = List::new(paged, &here, ("invitations", "Pages of invitations"), |row| {
        let one = row.invitation;
        let status = one.status(now);
        let open = matches!(status, Status::Pending | Status::Expired);
        InvitationRow {
            id: one.id,
            email: one.email.to_string(),
            status: status_badge(status),
            role: team.policy.role_name(&one.role),
            inviter: row.inviter,
            expires: open.then(|| Moment::new(one.expires_at, now)),
            mail: row.mail.map(|mail| Mail::new(&mail, now)),
            acts: Acts::new(site, manages, status, again.next().unwrap_or(Again::No)),
        }
    });
    let filters = spoken::pending::FILTERS.into_iter().map(|one| {
        let label = spoken::pending::filter_label(Locale::EnUs, one);
        Choice::new(filter_word(one), label, one == filter)
    });
    Ok(Pending {
        list,
        filters: filters.collect(),
        usual: filter == Filter::Open,
    })
}

#[derive(Template)]
#[template(path = "team/invitation.html")]
struct Page {
    shell: Shell,
    head: Head,
    id: InvitationId,
    email: String,
    status: (String, &'static str),
    role: String,
    inviter: String,
    sent: Moment,
    expires: Option<Moment>,
    note: Option<String>,
    /// What else was asked for, with its name.
    details: Vec<(String, String)>,
    mails: Vec<Mail>,
    acts: Acts,
}

/// `GET /teams/{id}/invitations/{invitation}`
pub async fn show(
    State(site): State<Site>,
    path: TwoParts,
    params: Params,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let (id, which) = two(path, "invitation")?;
    let now = site.env.now();
    let mut tx = site.db.read().await?;
    let caller = Caller::enter(&mut tx, &visitor, id, &format!("/teams/{id}/invitations/{which}")).await?;
    let grant = caller
        .actor
        .may(&mut tx, id, Permission::InvitationsManage)
        .await?;
    let one = invitation::get(&mut tx, &grant, which).await?;
    let mails = email::of_invitation(&mut tx, one.id).await?;
    let inviter = muster_core::account::get(&mut tx, one.invited_by)
        .await?
        .display_name;
    let again = invitation::again(&mut tx, &site.env, &grant, &[&one])
        .await?
        .remove(0);
    let status = one.status(now);
    let open = matches!(status, Status::Pending | Status::Expired);
    let page = Page {
        shell: visitor.shell(&site),
        head: Head::new(&mut tx, &caller, Tab::People, &params, now).await?,
        id: one.id,
        status: status_badge(status),
        role: grant.team.policy.role_name(&one.role),
        inviter,
        sent: Moment::new(one.created_at, now),
        expires: open.then(|| Moment::new(one.expires_at, now)),
        details: one.details.iter().map(detail).collect(),
        mails: mails.iter().rev().map(|mail| Mail::new(mail, now)).collect(),
        acts: Acts::new(&site, true, status, again),
        email: one.email.to_string(),
        note: one.note,
    };
    html(StatusCode::OK, &page)
}

fn detail((field, value): (&InvitationField, &String)) -> (String, String) {
    let label = say(field.phrase(), &[]);
    let mut letters = label.chars();
    let label = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(letters)
        .collect();
    (label, value.clone())
}

/// `POST /teams/{id}/invitations/{invitation}/resend`
pub async fn resend(
    State(site): State<Site>,
    path: TwoParts,
    Form { visitor, .. }: Form<Button>,
) -> Result<Response, Problem> {
    let (id, which) = two(path, "invitation")?;
    let mut tx = site.db.write().await?;
    let grant = manager(&visitor, &mut tx, id).await?;
    let before = invitation::get(&mut tx, &grant, which).await?;
    match invitation::resend(&mut tx, &site.env, &grant, which).await {
        Ok(sent) => {
            tx.commit().await?;
            let word = if sent.generation > before.generation {
                "revived"
            } else {
                "resent"
            };
            see_other(&format!("/teams/{id}?done={word}#invitations"))
        }
        Err(error) => {
            drop(tx);
            refused(&site, &visitor, id, error).await
        }
    }
}

/// `GET /teams/{id}/invitations/{invitation}/revoke`: tries to revoke, and asks; the transaction is dropped.
pub async fn ask_revoke(
    State(site): State<Site>,
    path: TwoParts,
    params: Params,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let (id, which) = two(path, "invitation")?;
    let (action, now) = (format!("/teams/{id}/invitations/{which}/revoke"), site.env.now());
    let mut tx = site.db.write().await?;
    let (looks, place) = ((&visitor, &params), (id, Tab::People));
    let opened = Opened::on(
        &mut tx,
        &site,
        looks,
        place,
        &action,
        Permission::InvitationsManage,
    )
    .await?;
    let tried = invitation::revoke(&mut tx, &site.env, &opened.grant, which).await;
    drop(tx);
    let one = match tried {
        Ok(one) => one,
        Err(error) => return refused(&site, &visitor, id, error).await,
    };
    let address = || ("address", one.email.as_str().into());
    let mailed = Moment::new(one.last_sent_at, now).day;
    let words = (
        say("invitation-ask-revoke-title", &[address()]),
        vec![say("invitation-ask-revoke", &[("mailed", mailed.into())])],
        say("invitation-do-revoke", &[address()]),
    );
    let question = opened.asks(words, action, format!("/teams/{id}#invitations"));
    html(StatusCode::OK, &question)
}

/// `POST /teams/{id}/invitations/{invitation}/revoke`: after the question.
pub async fn revoke(
    State(site): State<Site>,
    path: TwoParts,
    Form { visitor, .. }: Form<Button>,
) -> Result<Response, Problem> {
    let (id, which) = two(path, "invitation")?;
    let mut tx = site.db.write().await?;
    let grant = manager(&visitor, &mut tx, id).await?;
    match invitation::revoke(&mut tx, &site.env, &grant, which).await {
        Ok(_) => tx.commit().await?,
        // A second press of the same button.
        Err(Error::Rule(Rule::Closed(Status::Revoked))) => drop(tx),
        Err(error) => {
            drop(tx);
            return refused(&site, &visitor, id, error).await;
        }
    }
    see_other(&format!("/teams/{id}?done=revoked#invitations"))
}

async fn manager(visitor: &Visitor, tx: &mut Tx, id: TeamId) -> Result<Grant, Problem> {
    let actor = actor(visitor, &format!("/teams/{id}"))?;
    Ok(actor.may(tx, id, Permission::InvitationsManage).await?)
}
