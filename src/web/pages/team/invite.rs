//! The form that invites somebody, on the page of a team: one person a time, and what is wrong is said at its field, with
//! what was typed kept.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use muster_core::error::{Error, Rule};
use muster_core::invitation::{self, NewInvitation, Sent};
use muster_core::policy::{InvitationField, Permission, RoleKey};
use muster_core::seat;
use muster_core::text::{self, EmailAddress};
use serde::Deserialize;

use super::choice::Choice;
use super::people::{self, Tried};
use super::{Alert, Caller, Refused, team_id};
use crate::web::error::Problem;
use crate::web::form::Form;
use crate::web::pages::{Part, part};
use crate::web::words;
use crate::web::{Site, see_other};

/// The form as the page shows it.
#[derive(Default)]
pub struct InviteForm {
    /// The roles on offer.
    pub roles: Vec<Choice>,
    /// What is typed beside role and note: the address, and what the policy asks for.
    pub fields: Vec<Field>,
    /// A few words to the invited person.
    pub note: String,
    /// What is wrong with the role.
    pub role_error: Option<String>,
    /// What is wrong with the note.
    pub note_error: Option<String>,
    /// The address that looks mistyped and was sent once; sent again, it is meant.
    pub meant: Option<String>,
    /// Why nobody can be invited right now, in place of the fields.
    pub closed: Option<String>,
    /// Why it was not sent, when no field is to blame.
    pub alert: Option<Alert>,
}

/// A field of one line.
pub struct Field {
    /// What it is sent as.
    pub name: &'static str,
    /// What people read.
    pub label: &'static str,
    /// What kind of input it is.
    pub kind: &'static str,
    /// How a browser may fill it in.
    pub autocomplete: &'static str,
    /// How long it may be.
    pub most: usize,
    /// What is in it.
    pub value: String,
    /// What is wrong with it.
    pub error: Option<String>,
}

impl InviteForm {
    /// Whether anything is wrong with what was sent.
    pub fn has_error(&self) -> bool {
        let in_fields = self.fields.iter().any(|field| field.error.is_some());
        in_fields || self.role_error.is_some() || self.note_error.is_some() || self.alert.is_some()
    }
}

/// The one-line fields that a policy may ask for: as what they are sent, and how they look.
const FIELDS: [(InvitationField, &str, &str, &str, &str, usize); 4] = [
    (
        InvitationField::FirstName,
        "first_name",
        "First name",
        "text",
        "off",
        text::NAME_LENGTH,
    ),
    (
        InvitationField::LastName,
        "last_name",
        "Last name",
        "text",
        "off",
        text::NAME_LENGTH,
    ),
    (
        InvitationField::Email,
        "email",
        "Email address",
        "email",
        "off",
        254,
    ),
    (
        InvitationField::Phone,
        "phone",
        "Phone number",
        "tel",
        "off",
        text::NAME_LENGTH,
    ),
];

/// What the form sends. Teams that ask for less send fewer fields.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    email: String,
    role: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    first_name: String,
    #[serde(default)]
    last_name: String,
    #[serde(default)]
    phone: String,
    /// The address that looked mistyped, when it was sent before.
    #[serde(default)]
    meant: String,
}

impl Typed {
    fn of(&self, field: InvitationField) -> &str {
        match field {
            InvitationField::FirstName => &self.first_name,
            InvitationField::LastName => &self.last_name,
            InvitationField::Email => &self.email,
            InvitationField::Phone => &self.phone,
            InvitationField::Role => &self.role,
        }
    }
}

/// The form, empty; none for those who may not invite.
pub fn form(caller: &Caller, now: DateTime<Utc>) -> Option<InviteForm> {
    filled(caller, &Typed::default(), now)
}

/// The form with what was typed.
fn filled(caller: &Caller, typed: &Typed, now: DateTime<Utc>) -> Option<InviteForm> {
    let by = caller.role_for(Permission::MembersInvite)?;
    let policy = &caller.standing.team.policy;
    let usual = policy.default_role_for(by);
    let chosen = RoleKey::parse(&typed.role).ok();
    let chosen = chosen.as_ref().or(usual);
    let needed = FIELDS
        .into_iter()
        .filter(|(field, ..)| policy.invitation().needs(*field));
    Some(InviteForm {
        roles: policy
            .invitable_by(by)
            .into_iter()
            .map(|role| Choice::role(role, chosen))
            .collect(),
        fields: needed
            .map(|(field, name, label, kind, autocomplete, most)| Field {
                name,
                label,
                kind,
                autocomplete,
                most,
                value: typed.of(field).to_owned(),
                error: None,
            })
            .collect(),
        note: typed.note.clone(),
        closed: seat::check_plan(&caller.standing.team)
            .err()
            .map(|refused| words::told(&refused.message(), now)),
        ..InviteForm::default()
    })
}

/// Why an invitation was not sent, and the field to blame.
struct Fault {
    field: Blame,
    refused: Refused,
}

#[derive(Clone, Copy)]
enum Blame {
    Field(InvitationField),
    Note,
    Nothing,
}

impl Fault {
    fn new(error: Error, field: Blame) -> Result<Self, Error> {
        let refused = Refused::of(error)?;
        let field = match &refused {
            Refused::Rule(rule) => blamed(rule).unwrap_or(field),
            Refused::Beyond(_) => field,
        };
        Ok(Self { field, refused })
    }
}

/// The field that a rule is about.
fn blamed(rule: &Rule) -> Option<Blame> {
    match rule {
        Rule::EmailBad { .. }
        | Rule::AlreadyMember
        | Rule::AlreadyInvited
        | Rule::ExistingAccount { .. }
        | Rule::Suppressed
        | Rule::Cooldown { .. } => Some(Blame::Field(InvitationField::Email)),
        Rule::RoleUnknown { .. } => Some(Blame::Field(InvitationField::Role)),
        Rule::TextBad {
            what: "what-note", ..
        } => Some(Blame::Note),
        Rule::TextBad { what, .. } | Rule::FieldMissing { what } => {
            let mut fields = FIELDS.into_iter().map(|(field, ..)| field);
            fields.find(|field| field.phrase() == *what).map(Blame::Field)
        }
        _ => None,
    }
}

/// `POST /teams/{id}/invitations`: invites somebody.
pub async fn send(
    State(site): State<Site>,
    id: Part,
    Form {
        visitor,
        fields: typed,
    }: Form<Typed>,
) -> Result<Response, Problem> {
    let id = team_id(&part(id)?)?;
    let now = site.env.now();
    let mut tx = site.db.write().await?;
    let caller = Caller::enter(&mut tx, &visitor, id, &format!("/teams/{id}")).await?;
    let grant = caller.actor.may(&mut tx, id, Permission::MembersInvite).await?;
    let tried = async {
        let new = match read(&typed) {
            Ok(Read::New(new)) => new,
            Ok(Read::Mistyped(domain)) => return Ok(Err(Slip::Domain(domain))),
            Err((error, field)) => return Ok(Err(Slip::Fault(Fault::new(error, field)?))),
        };
        if let Err(error) = invitation::check_role(&grant, &new.role) {
            let role = Blame::Field(InvitationField::Role);
            return Ok(Err(Slip::Fault(Fault::new(error, role)?)));
        }
        match invitation::send(&mut tx, &site.env, &grant, new).await {
            Ok(sent) => Ok(Ok(sent)),
            Err(error) => Ok(Err(Slip::Fault(Fault::new(error, Blame::Nothing)?))),
        }
    };
    let tried: Result<Result<Sent, Slip>, Error> = tried.await;
    let slip = match tried? {
        Ok(sent) => {
            tx.commit().await?;
            let word = if sent.replaced.is_some() {
                "replaced"
            } else {
                "invited"
            };
            tracing::info!(team.id = %id, "sent an invitation");
            return see_other(&format!("/teams/{id}?done={word}#invitations"));
        }
        Err(slip) => slip,
    };
    drop(tx);
    let mut form = filled(&caller, &typed, now).ok_or(Error::NotFound("page"))?;
    let problem = match slip {
        Slip::Domain(domain) => {
            let typed = typed.email.trim();
            let address = typed.rsplit_once('@').map_or(typed, |(local, _)| local);
            say_at(
                &mut form,
                InvitationField::Email,
                &format!("Did you mean {address}@{domain}? Correct it, or send it once more as it is."),
            );
            form.meant = Some(typed.to_owned());
            Problem::Field("the address looks mistyped".to_owned())
        }
        Slip::Fault(Fault { field, refused }) => {
            let (alert, problem) = refused.alert(now);
            match field {
                Blame::Field(InvitationField::Role) => form.role_error = Some(alert.sentence),
                Blame::Field(field) => say_at(&mut form, field, &alert.sentence),
                Blame::Note => form.note_error = Some(alert.sentence),
                Blame::Nothing => form.alert = Some(alert),
            }
            problem
        }
    };
    let tried = Tried {
        invite: Some(form),
        alert: None,
    };
    people::again(&site, &visitor, id, tried, &problem).await
}

/// Why the form is shown again.
enum Slip {
    /// The address is a slip of the finger away from this well-known domain.
    Domain(&'static str),
    Fault(Fault),
}

enum Read {
    New(NewInvitation),
    Mistyped(&'static str),
}

fn say_at(form: &mut InviteForm, field: InvitationField, sentence: &str) {
    let name = FIELDS
        .into_iter()
        .find(|(one, ..)| *one == field)
        .map(|(_, name, ..)| name);
    for shown in form.fields.iter_mut().filter(|shown| Some(shown.name) == name) {
        shown.error = Some(sentence.to_owned());
    }
}

/// Reads what was typed, or says what is wrong and where.
fn read(typed: &Typed) -> Result<Read, (Error, Blame)> {
    let email =
        EmailAddress::parse(&typed.email).map_err(|error| (error, Blame::Field(InvitationField::Email)))?;
    if let Some(domain) = email.suggestion()
        && typed.meant != typed.email.trim()
    {
        return Ok(Read::Mistyped(domain));
    }
    let role = RoleKey::parse(&typed.role).map_err(|_| {
        let role = typed.role.chars().take(32).collect();
        (
            Rule::RoleUnknown { role }.into(),
            Blame::Field(InvitationField::Role),
        )
    })?;
    let details: BTreeMap<_, _> = [
        InvitationField::FirstName,
        InvitationField::LastName,
        InvitationField::Phone,
    ]
    .into_iter()
    .map(|field| (field, typed.of(field).to_owned()))
    .collect();
    let note = text::note(&typed.note).map_err(|error| (error, Blame::Note))?;
    Ok(Read::New(NewInvitation {
        email,
        role,
        details,
        note,
    }))
}
