//! The four ways in which something cannot be done, and every sentence that people read about it.
//!
//! A surface shows [`Error::sentence`] and offers what helps, chosen by [`Error::code`]. Only `Internal` hides what
//! happened: it is logged once, at the edge, under an incident id.

use chrono::{DateTime, Utc};

use crate::ids::TeamId;
use crate::invitation::Status;

/// Why something was not done. Whatever the kind, nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A rule of the product or of the team stands against it.
    #[error("{0}")]
    Rule(#[from] Rule),
    /// The caller's role does not allow it: the sentence says what would.
    #[error("{0}")]
    Denied(String),
    /// It does not exist, or the caller may not know that it does.
    #[error("There is no such {0}, or it is not yours to see.")]
    NotFound(&'static str),
    /// Our own fault or the machine's.
    #[error("{0}")]
    Internal(#[from] Internal),
}

/// A fault that people see as an incident id only.
#[derive(Debug, thiserror::Error)]
#[error("{source}")]
pub struct Internal {
    source: Box<dyn std::error::Error + Send + Sync>,
    unavailable: bool,
}

impl Internal {
    /// Whether trying again in a moment makes sense: the database is away, busy or ended our transaction.
    pub fn is_unavailable(&self) -> bool {
        self.unavailable
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let unavailable = match &error {
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => true,
            // PostgreSQL: connection (08), too many (53), ended by an operator (57), rolled back (40), lock timeout (55P03).
            // SQLite: busy (5), disk full (13), I/O error (10 and its extended codes).
            sqlx::Error::Database(db) => db.code().is_some_and(|code| {
                ["08", "53", "57", "40"]
                    .iter()
                    .any(|class| code.len() == 5 && code.starts_with(class))
                    || ["55P03", "5", "13", "10"].contains(&code.as_ref())
                    || code.parse::<u32>().is_ok_and(|code| code.to_le_bytes()[0] == 10)
            }),
            _ => false,
        };
        Internal {
            source: Box::new(error),
            unavailable,
        }
        .into()
    }
}

impl Error {
    /// A fault that is neither the caller's nor the database's.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Internal {
            source: source.into(),
            unavailable: false,
        }
        .into()
    }

    /// The stable name of the refusal, as shown to people and matched by programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Rule(rule) => rule.code(),
            Self::Denied(_) => "NEED-ROLE",
            Self::NotFound(_) => "NOT-FOUND",
            Self::Internal(_) => "INTERNAL",
        }
    }

    /// The sentence for people; `time` writes a time the way the surface shows times. Internal faults say nothing of
    /// themselves.
    pub fn sentence(&self, time: &dyn Fn(DateTime<Utc>) -> String) -> String {
        match self {
            Self::Rule(rule) => rule.sentence(time),
            Self::Internal(fault) if fault.unavailable => {
                "We can't reach our database right now. Nothing was changed; try again in a minute."
                    .to_owned()
            }
            Self::Internal(_) => "Something broke on our side. Nothing was changed.".to_owned(),
            other => other.to_string(),
        }
    }
}

/// A rule that stands against what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are what the sentences below name")]
pub enum Rule {
    /// Not an email address.
    EmailBad { reason: &'static str },
    /// A name, note or other text that cannot be accepted.
    TextBad { what: &'static str, reason: String },
    /// The policy asks for something that was not given.
    FieldMissing { what: String },
    /// No such role in this team.
    RoleUnknown { role: String },
    /// The address belongs to an active member.
    AlreadyMember,
    /// A pending invitation for the address exists already.
    AlreadyInvited,
    /// The policy refuses people who have an account.
    ExistingAccount { sentence: String },
    /// The address wants no invitations.
    Suppressed,
    /// The address was mailed less than a minute ago.
    Cooldown { until: DateTime<Utc> },
    /// The team has sent as many invitations as it may in an hour.
    HourlyLimit { limit: u32, until: DateTime<Utc> },
    /// The team would be left without its top role.
    LastOwner { sentence: String, team: TeamId },
    /// One cannot remove oneself.
    SelfRemove {
        sentence: String,
        team: TeamId,
        leave: bool,
    },
    /// One cannot deactivate oneself.
    SelfDeactivate { sentence: String },
    /// The top role has one holder for good.
    OwnerFixed { sentence: String },
    /// The policy does not let this role leave.
    NoLeave { sentence: String },
    /// The top role cannot be handed over here, or not so.
    NoTransfer { sentence: String },
    /// The team's plan is not enough for that.
    Plan { sentence: String, team: TeamId },
    /// The team has that plan already.
    SamePlan,
    /// What was asked for is so already.
    Unchanged,
    /// New rules lack a role that somebody has or is offered.
    RoleInUse {
        role: String,
        members: i64,
        invitations: i64,
    },
    /// The role on top by new rules has no active holder, or more than they allow.
    TopHolders { role: String, holders: i64 },
    /// The plan has no free seat.
    Seats { sentence: String, team: TeamId },
    /// What was typed to confirm is not the team's name.
    NameMismatch { name: String },
    /// One cannot change one's own role.
    OwnRole { sentence: String },
    /// The member has that role already.
    SameRole { role: String },
    /// The member is no longer active.
    NotActive,
    /// The member is active already.
    AlreadyActive,
    /// The invitation is no longer open.
    Closed(Status),
    /// The link was superseded by one that was mailed later.
    OldLink,
    /// The role offered can no longer be granted by whoever offered it.
    OfferLapsed,
    /// Signed in as somebody else than the invited person.
    WrongAccount { masked: String },
    /// The address has an account already: sign in instead of signing up.
    SignInFirst,
    /// The token does not prove the mailbox, and the account's address is not verified.
    AddressUnproven,
    /// The password is too weak.
    PasswordWeak { reason: String },
    /// Address or password are wrong; which one is not told.
    SignInFailed,
    /// Too many attempts to sign in.
    SignInLimit { until: DateTime<Utc> },
    /// The caller's Discord user is not linked to an account.
    NotLinked,
    /// The caller is in no team here.
    NoTeam,
    /// The caller is in several teams here and must say which.
    WhichTeam,
    /// The Discord user or the account is linked already, to somebody else.
    LinkTaken { sentence: String },
    /// Another Discord user signed in than the one who started linking.
    LinkOther { started: String, found: String },
    /// The linking page was used, is too old or belongs to another browser.
    LinkDead,
    /// What was shown is no longer so.
    Stale,
    /// This very interaction has acted already.
    Repeated,
    /// Something that the operator has not configured.
    NotConfigured { sentence: &'static str },
}

impl Rule {
    /// The stable name of the rule.
    pub fn code(&self) -> &'static str {
        match self {
            Self::EmailBad { .. } => "EMAIL-BAD",
            Self::TextBad { .. } => "TEXT-BAD",
            Self::FieldMissing { .. } => "FIELD-MISSING",
            Self::RoleUnknown { .. } => "ROLE-UNKNOWN",
            Self::AlreadyMember => "ALREADY-MEMBER",
            Self::AlreadyInvited => "ALREADY-INVITED",
            Self::ExistingAccount { .. } => "EXISTING-ACCOUNT",
            Self::Suppressed => "SUPPRESSED",
            Self::Cooldown { .. } => "COOLDOWN",
            Self::HourlyLimit { .. } => "LIMIT",
            Self::LastOwner { .. } => "LAST-OWNER",
            Self::SelfRemove { .. } => "SELF-REMOVE",
            Self::SelfDeactivate { .. } => "SELF-DEACTIVATE",
            Self::OwnerFixed { .. } => "OWNER-FIXED",
            Self::NoLeave { .. } => "NO-LEAVE",
            Self::NoTransfer { .. } => "NO-TRANSFER",
            Self::Plan { .. } => "PLAN",
            Self::SamePlan => "SAME-PLAN",
            Self::Unchanged => "UNCHANGED",
            Self::RoleInUse { .. } => "ROLE-IN-USE",
            Self::TopHolders { .. } => "TOP-HOLDERS",
            Self::Seats { .. } => "SEATS",
            Self::NameMismatch { .. } => "NAME-MISMATCH",
            Self::OwnRole { .. } => "OWN-ROLE",
            Self::SameRole { .. } => "SAME-ROLE",
            Self::NotActive => "NOT-ACTIVE",
            Self::AlreadyActive => "ALREADY-ACTIVE",
            Self::Closed(status) => match status {
                Status::Pending => "STALE",
                Status::Accepted => "USED",
                Status::Expired => "EXPIRED",
                Status::Revoked => "REVOKED",
                Status::Replaced => "REPLACED",
                Status::Declined => "DECLINED",
            },
            Self::OldLink => "REPLACED",
            Self::OfferLapsed => "OFFER-LAPSED",
            Self::WrongAccount { .. } => "WRONG-ACCOUNT",
            Self::SignInFirst => "SIGN-IN-FIRST",
            Self::AddressUnproven => "ADDRESS-UNPROVEN",
            Self::PasswordWeak { .. } => "PASSWORD-WEAK",
            Self::SignInFailed => "SIGN-IN-FAILED",
            Self::SignInLimit { .. } => "SIGN-IN-LIMIT",
            Self::NotLinked => "NOT-LINKED",
            Self::NoTeam => "NO-TEAM",
            Self::WhichTeam => "WHICH-TEAM",
            Self::LinkTaken { .. } => "LINK-TAKEN",
            Self::LinkOther { .. } => "LINK-OTHER",
            Self::LinkDead => "LINK-DEAD",
            Self::Stale => "STALE",
            Self::Repeated => "REPEATED",
            Self::NotConfigured { .. } => "NOT-CONFIGURED",
        }
    }

    /// When trying again makes sense, for the rules that say so.
    pub fn retry_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Cooldown { until } | Self::HourlyLimit { until, .. } | Self::SignInLimit { until } => {
                Some(*until)
            }
            _ => None,
        }
    }

    /// What happened and what to do, for people.
    pub fn sentence(&self, time: &dyn Fn(DateTime<Utc>) -> String) -> String {
        let fixed = match self {
            Self::EmailBad { reason } => {
                return format!("That is not an email address we can use: {reason}.");
            }
            Self::TextBad { what, reason } => return format!("That {what} can't be used: {reason}."),
            Self::FieldMissing { what } => return format!("This team asks for {what} with each invitation."),
            Self::RoleUnknown { role } => return format!("This team has no role `{role}`."),
            Self::ExistingAccount { sentence }
            | Self::LastOwner { sentence, .. }
            | Self::SelfRemove { sentence, .. }
            | Self::SelfDeactivate { sentence }
            | Self::OwnerFixed { sentence }
            | Self::NoLeave { sentence }
            | Self::NoTransfer { sentence }
            | Self::Plan { sentence, .. }
            | Self::Seats { sentence, .. }
            | Self::OwnRole { sentence }
            | Self::LinkTaken { sentence } => return sentence.clone(),
            Self::Cooldown { until } => {
                return format!(
                    "This address was mailed a moment ago. You can resend {}.",
                    time(*until)
                );
            }
            Self::HourlyLimit { limit, until } => {
                return format!(
                    "This team has sent its {limit} invitations of this hour. The next one can go out {}.",
                    time(*until)
                );
            }
            Self::RoleInUse {
                role,
                members,
                invitations,
            } => {
                return format!(
                    "The role {role} can't go while somebody has it: members {members}, open invitations {invitations}. \
                     Give them another role or end those first."
                );
            }
            Self::TopHolders { role, holders: 0 } => {
                return format!(
                    "No active member is {role}, and these rules put that role on top. Give it to somebody first."
                );
            }
            Self::TopHolders { role, holders } => {
                return format!(
                    "{holders} members are {role}, and these rules allow exactly one. Give the others another role first."
                );
            }
            Self::NameMismatch { name } => {
                return format!("That is not the team's name, so nothing was changed. Type {name} to go on.");
            }
            Self::SameRole { role } => return format!("They are {role} already, so nothing was changed."),
            Self::WrongAccount { masked } => {
                return format!("This invitation is for {masked}. Sign out and continue as that person.");
            }
            Self::LinkOther { started, found } => {
                return format!(
                    "@{started} started this, but Discord says that you are @{found}. Switch to @{started} in Discord."
                );
            }
            Self::PasswordWeak { reason } => return format!("That password is not strong enough. {reason}"),
            Self::SignInLimit { until } => {
                return format!("Too many attempts for this address. Try again {}.", time(*until));
            }
            Self::Closed(status) => match status {
                Status::Pending => "This invitation is open again. Reload to see it.",
                Status::Accepted => {
                    "This invitation was already accepted. Each link works once; sign in to go to the team."
                }
                Status::Expired => "This invitation has expired. Ask whoever invited you to send it again.",
                Status::Revoked => {
                    "This invitation was cancelled. Ask whoever invited you if you think that is a mistake."
                }
                Status::Replaced => {
                    "This invitation was replaced by a newer one. Use the link in the latest mail."
                }
                Status::Declined => {
                    "This invitation was declined. Ask for a new one if you have changed your mind."
                }
            },
            Self::OldLink => "A newer mail with a new link was sent. Use the link in the latest mail.",
            Self::AlreadyMember => "That person is already a member of this team.",
            Self::AlreadyInvited => {
                "That address has another invitation that is still open. Resend or cancel that one."
            }
            Self::Suppressed => {
                "This address wants no invitations from here. Invite another address of theirs, or ask them to choose “Mail me again” behind the last link of an invitation mail."
            }
            Self::Unchanged => "It is so already, so nothing was changed.",
            Self::SamePlan => "The team has that plan already, so nothing was changed.",
            Self::AlreadyActive => "That person is active already, so nothing was changed.",
            Self::NotActive => "That person is no longer an active member of this team.",
            Self::OfferLapsed => {
                "Whoever invited you can no longer offer this role. Ask somebody in the team for a new invitation."
            }
            Self::SignInFirst => "This address already has an account. Sign in to accept the invitation.",
            Self::AddressUnproven => {
                "Open the link in the invitation mail: this one does not prove that the address is yours."
            }
            Self::SignInFailed => "Email address or password are not right.",
            Self::NotLinked => "Your Discord account is not linked to a Muster account yet.",
            Self::NoTeam => "You are in no team here yet.",
            Self::WhichTeam => "You are in several teams. Name the one you mean with the option `team`.",
            Self::LinkDead => "This linking page was already used or is too old. Run /link in Discord again.",
            Self::Stale => "This has changed since it was shown. Reload to see how it is now.",
            Self::Repeated => "This was already done.",
            Self::NotConfigured { sentence } => sentence,
        };
        fixed.to_owned()
    }
}

impl std::fmt::Display for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.sentence(&|at| at.format("at %H:%M UTC on %-d %B %Y").to_string()))
    }
}

impl std::error::Error for Rule {}
