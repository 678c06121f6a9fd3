//! `/api/team-members/invite` and `/api/invitations`: offering a place, and looking after what was offered.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use muster_core::email::Delivery;
use muster_core::env::Env;
use muster_core::error::{Error, Rule};
use muster_core::ids::InvitationId;
use muster_core::invitation::{self, Filter, Invitation, NewInvitation};
use muster_core::policy::{InvitationField, Permission};
use muster_core::text::{self, EmailAddress};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::answer::{Data, List, ok};
use super::body::{Json, Nothing};
use super::call::Call;
use super::cursor::{Listing, Reading, Stretch};
use super::problem::{Fault, Problems};
use crate::web::Site;
use crate::web::error::Problem;
use crate::web::pages::{Part, part};
use crate::web::words;

/// Whom to invite.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Invite {
    /// The address. One person a request.
    #[schema(example = "newmember@example.com", max_length = 254)]
    email: String,
    /// The key of the role to offer; the one that the team's rules name if it is left out.
    #[schema(example = "member")]
    role: Option<String>,
    /// Where the team's rules ask for it.
    #[schema(max_length = 64)]
    first_name: Option<String>,
    /// Where the team's rules ask for it.
    #[schema(max_length = 64)]
    last_name: Option<String>,
    /// Where the team's rules ask for it.
    #[schema(max_length = 64)]
    phone: Option<String>,
    /// A few words to the invited person.
    #[schema(max_length = 500)]
    note: Option<String>,
}

/// An invitation that was made or sent again.
#[derive(Serialize, ToSchema)]
pub struct Sent {
    /// Which.
    id: String,
    /// What leads to it: `/i/{token}`. It does not prove the mailbox; whoever has no account yet and comes by it is asked
    /// for a code that is mailed to them.
    token: String,
    /// From when on it can no longer be accepted.
    expires_at: DateTime<Utc>,
    /// How far it has come.
    status: &'static str,
    /// The role offered.
    role: String,
    /// To whom.
    email: String,
}

impl Sent {
    fn of(env: &Env, invitation: &Invitation) -> Result<Self, Error> {
        Ok(Self {
            id: invitation.id.to_string(),
            token: invitation::api_token(env, invitation)?,
            expires_at: invitation.expires_at,
            status: invitation.status(env.now()).as_str(),
            role: invitation.role.to_string(),
            email: invitation.email.to_string(),
        })
    }
}

/// An invitation that was made or sent again, and its mail.
#[derive(Serialize, ToSchema)]
pub struct Mailed {
    /// Always true: what went wrong is answered as a problem.
    success: bool,
    /// The invitation.
    data: Sent,
    /// Whether its mail is on its way: it is queued together with the invitation.
    #[serde(rename = "emailSent")]
    email_sent: bool,
}

impl Mailed {
    fn of(env: &Env, invitation: &Invitation) -> Result<Self, Error> {
        Ok(Self {
            success: true,
            data: Sent::of(env, invitation)?,
            email_sent: true,
        })
    }
}

/// Invites somebody by mail.
#[utoipa::path(
    post,
    path = "/api/team-members/invite",
    tag = "Invitations",
    operation_id = "invite",
    params(("Idempotency-Key" = Option<String>, Header, description = "A name for this request, so that it is done once however often it comes", max_length = 255, pattern = "^[!-~]+$")),
    request_body = Invite,
    responses((status = 201, description = "The invitation is made and its mail queued", body = Mailed), Problems)
)]
pub async fn invite(
    State(site): State<Site>,
    Call { caller, body, .. }: Call<Json<Invite>>,
) -> Result<Response, Problem> {
    let Json(wanted) = body;
    let mut change = match caller.change(&site, Permission::MembersInvite).await? {
        Ok(change) => change,
        Err(kept) => return Ok(kept),
    };
    let new = read(&wanted, &change.grant)?;
    let sent = invitation::send(&mut change.tx, &site.env, &change.grant, new).await?;
    let answer = Mailed::of(&site.env, &sent.invitation)?;
    change.done(&site, StatusCode::CREATED, &answer).await
}

fn read(wanted: &Invite, grant: &muster_core::actor::Grant) -> Result<NewInvitation, Error> {
    let policy = &grant.team.policy;
    let role = match &wanted.role {
        Some(role) => policy.role_named(role)?,
        None => policy
            .default_role_for(&grant.role)
            .cloned()
            .ok_or(Rule::FieldMissing { what: "what-role" })?,
    };
    let given = [
        (InvitationField::FirstName, &wanted.first_name),
        (InvitationField::LastName, &wanted.last_name),
        (InvitationField::Phone, &wanted.phone),
    ];
    let details: BTreeMap<_, _> = given
        .into_iter()
        .filter_map(|(field, value)| Some((field, value.clone()?)))
        .collect();
    let note = match &wanted.note {
        Some(note) => text::note(note)?,
        None => None,
    };
    Ok(NewInvitation {
        email: EmailAddress::parse(&wanted.email)?,
        role,
        details,
        note,
    })
}

/// An invitation and how its mail fares.
#[derive(Serialize, ToSchema)]
pub struct Offer {
    /// Which.
    id: String,
    /// To whom.
    email: String,
    /// The role offered.
    role: String,
    /// How far it has come.
    status: &'static str,
    /// What else the team's rules asked for.
    details: BTreeMap<String, String>,
    /// A few words from the inviter.
    note: Option<String>,
    /// Who invited, by name.
    invited_by: String,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When its latest mail was asked for.
    last_sent_at: DateTime<Utc>,
    /// From when on it can no longer be accepted.
    expires_at: DateTime<Utc>,
    /// Its latest mail.
    delivery: Option<Fares>,
}

/// How a mail fares.
#[derive(Serialize, ToSchema)]
pub struct Fares {
    /// `queued`, `sending`, `sent`, `failed` or `cancelled`.
    status: &'static str,
    /// The same in words.
    text: String,
    /// How often it was tried.
    attempts: i64,
    /// When the mail server took it.
    sent_at: Option<DateTime<Utc>>,
}

impl Fares {
    fn of(mail: &Delivery, now: DateTime<Utc>) -> Self {
        Self {
            status: mail.status.as_str(),
            text: words::told(&mail.told(now).text, now),
            attempts: mail.attempts,
            sent_at: mail.sent_at,
        }
    }
}

impl Offer {
    fn of(row: invitation::Row, now: DateTime<Utc>) -> Self {
        let invitation::Row {
            invitation,
            inviter,
            mail,
        } = row;
        let details = invitation.details.0.iter();
        Self {
            id: invitation.id.to_string(),
            email: invitation.email.to_string(),
            role: invitation.role.to_string(),
            status: invitation.status(now).as_str(),
            details: details
                .map(|(field, value)| (field_name(*field).to_owned(), value.clone()))
                .collect(),
            note: invitation.note,
            invited_by: inviter,
            created_at: invitation.created_at,
            last_sent_at: invitation.last_sent_at,
            expires_at: invitation.expires_at,
            delivery: mail.map(|mail| Fares::of(&mail, now)),
        }
    }
}

fn field_name(field: InvitationField) -> &'static str {
    match field {
        InvitationField::FirstName => "first_name",
        InvitationField::LastName => "last_name",
        InvitationField::Email => "email",
        InvitationField::Phone => "phone",
        InvitationField::Role => "role",
    }
}

/// Which invitations to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Only those that have come this far; all of them if it is left out.
    #[param(inline, value_type = Option<InvitationStatus>)]
    status: Option<String>,
}

/// How far an invitation has come.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "only written down")]
pub enum InvitationStatus {
    /// It waits for an answer.
    Pending,
    /// Somebody became a member by it.
    Accepted,
    /// Its time ran out.
    Expired,
    /// It was cancelled.
    Revoked,
    /// Another one for the same address took its place.
    Replaced,
    /// The invited person said no.
    Declined,
}

/// The invitations of the team, newest first.
#[utoipa::path(
    get,
    path = "/api/invitations",
    tag = "Invitations",
    operation_id = "list_invitations",
    params(Wanted, Stretch),
    responses((status = 200, description = "Some invitations", body = List<Offer>), Problems)
)]
pub async fn list(
    State(site): State<Site>,
    Call { caller, query, .. }: Call<Nothing, Listing<Wanted>>,
) -> Result<Response, Problem> {
    let Listing {
        filter: wanted,
        stretch,
    } = query;
    let (mut tx, grant) = caller.look(&site, Permission::MembersInvite).await?;
    let filter = match wanted.status.as_deref() {
        None => Filter::All,
        Some(word) => Filter::Only(
            word.parse()
                .map_err(|_| Fault::Query("status is one of those of an invitation".to_owned()))?,
        ),
    };
    let reading = Reading::new(grant.team.id, "invitations", &[wanted.status.as_deref()], stretch)?;
    let keyset = reading.keyset(&site.env)?;
    let stretch = invitation::stretch(&mut tx, &site.env, &grant, filter, &keyset).await?;
    let now = site.env.now();
    ok(&List::of(&site.env, &reading, stretch, |row| Offer::of(row, now)))
}

/// The id of an invitation in a path.
fn id(path: Part) -> Result<InvitationId, Problem> {
    part(path)?
        .parse()
        .map_err(|_| Error::NotFound("invitation").into())
}

/// One invitation.
#[utoipa::path(
    get,
    path = "/api/invitations/{id}",
    tag = "Invitations",
    operation_id = "get_invitation",
    params(("id" = String, Path, description = "The invitation")),
    responses((status = 200, description = "The invitation", body = Data<Offer>), Problems)
)]
pub async fn show(State(site): State<Site>, path: Part, call: Call) -> Result<Response, Problem> {
    let (mut tx, grant) = call.caller.look(&site, Permission::InvitationsManage).await?;
    let row = invitation::one(&mut tx, &grant, id(path)?).await?;
    ok(&Data::of(Offer::of(row, site.env.now())))
}

/// Mails an invitation again, with the same link; revives an expired one where the team's rules let it.
#[utoipa::path(
    post,
    path = "/api/invitations/{id}/resend",
    tag = "Invitations",
    operation_id = "resend_invitation",
    params(
        ("id" = String, Path, description = "The invitation"),
        ("Idempotency-Key" = Option<String>, Header, description = "A name for this request, so that it is done once however often it comes", max_length = 255, pattern = "^[!-~]+$")
    ),
    responses((status = 200, description = "The mail is queued", body = Mailed), Problems)
)]
pub async fn resend(State(site): State<Site>, path: Part, call: Call) -> Result<Response, Problem> {
    let mut change = match call.caller.change(&site, Permission::InvitationsManage).await? {
        Ok(change) => change,
        Err(kept) => return Ok(kept),
    };
    let sent = invitation::resend(&mut change.tx, &site.env, &change.grant, id(path)?).await?;
    let answer = Mailed::of(&site.env, &sent)?;
    change.done(&site, StatusCode::OK, &answer).await
}

/// Cancels a pending invitation: its link is dead from now on.
#[utoipa::path(
    delete,
    path = "/api/invitations/{id}",
    tag = "Invitations",
    operation_id = "revoke_invitation",
    params(("id" = String, Path, description = "The invitation")),
    responses((status = 200, description = "The invitation as it is now", body = Data<Offer>), Problems)
)]
pub async fn revoke(State(site): State<Site>, path: Part, call: Call) -> Result<Response, Problem> {
    let mut change = match call.caller.change(&site, Permission::InvitationsManage).await? {
        Ok(change) => change,
        Err(kept) => return Ok(kept),
    };
    let revoked = invitation::revoke(&mut change.tx, &site.env, &change.grant, id(path)?).await?;
    let row = invitation::one(&mut change.tx, &change.grant, revoked.id).await?;
    let answer = Data::of(Offer::of(row, site.env.now()));
    change.done(&site, StatusCode::OK, &answer).await
}
