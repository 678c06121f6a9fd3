//! Each rule of the product, with the code that programs know it by and the phrase that people read.

use chrono::{DateTime, Utc};

use crate::api_key;
use crate::ids::TeamId;
use crate::invitation::{Status, code};
use crate::invite_link::End;
use crate::message;
use crate::message::{Arg, Message};
use crate::webhook;

/// A rule that stands against what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are what the sentences below name")]
pub enum Rule {
    /// Not an email address.
    EmailBad { reason: &'static str },
    /// A name, note or other text that cannot be accepted; the phrase that names it, and why.
    TextBad { what: &'static str, reason: Message },
    /// The policy asks for more about somebody than Discord knows.
    CardFields,
    /// The policy asks for something that was not given; the phrase that names it.
    FieldMissing { what: &'static str },
    /// No such role in this team.
    RoleUnknown { role: String },
    /// The address belongs to an active member.
    AlreadyMember,
    /// A pending invitation for the address exists already.
    AlreadyInvited,
    /// The policy refuses people who have an account.
    ExistingAccount { sentence: Message },
    /// The address wants no invitations.
    Suppressed,
    /// The address was mailed less than a minute ago.
    Cooldown { until: DateTime<Utc> },
    /// The team has sent as many invitations as it may in an hour.
    HourlyLimit { limit: u32, until: DateTime<Utc> },
    /// The team would be left without its top role.
    LastOwner { sentence: Message, team: TeamId },
    /// One cannot remove oneself.
    SelfRemove {
        sentence: Message,
        team: TeamId,
        leave: bool,
    },
    /// One cannot deactivate oneself.
    SelfDeactivate { sentence: Message },
    /// The top role has one holder for good.
    OwnerFixed { sentence: Message },
    /// The policy does not let this role leave.
    NoLeave { sentence: Message },
    /// The top role cannot be handed over here, or not so.
    NoTransfer { sentence: Message },
    /// The team's plan is not enough for that.
    Plan { sentence: Message, team: TeamId },
    /// The team has that plan already.
    SamePlan,
    /// What was asked for is so already.
    Unchanged,
    /// New rules lack a role that somebody has or is offered.
    RoleInUse {
        role: String,
        members: i64,
        invitations: i64,
        links: i64,
    },
    /// The role on top by new rules has no active holder, or more than they allow.
    TopHolders { role: String, holders: i64 },
    /// The plan has no free seat.
    Seats { sentence: Message, team: TeamId },
    /// What was typed to confirm is not the team's name.
    NameMismatch { name: String },
    /// What was typed to confirm is not one's own name.
    OwnNameMismatch { name: String },
    /// Without Discord nobody could sign in to the account.
    OnlyLogin,
    /// One cannot change one's own role.
    OwnRole { sentence: Message },
    /// The member has that role already.
    SameRole { role: String },
    /// The member is no longer active.
    NotActive,
    /// The member is active already.
    AlreadyActive,
    /// The invitation is no longer open.
    Closed(Status),
    /// The invitation of one Discord user is no longer open.
    CardOver(Status),
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
    PasswordWeak { reason: Message },
    /// Address or password are wrong; which one is not told.
    SignInFailed,
    /// Too many attempts to sign in.
    SignInLimit { until: DateTime<Utc> },
    /// Too many attempts of one kind by somebody, or from one place on the network.
    TooMany { until: DateTime<Utc> },
    /// A mailed link for a password or an address was used or is too old.
    ProofOver,
    /// A sign-in at Discord was used, is too old, or began in another browser.
    DiscordSignInOver,
    /// What was typed is not one's own password.
    PasswordWrong,
    /// The address is part of another account.
    AddressTaken,
    /// Without an address there is nothing to sign in with beside a password.
    NoAddress,
    /// The caller's Discord user is not linked to an account.
    NotLinked,
    /// The caller is in no team here.
    NoTeam,
    /// The caller is in several teams here and must say which.
    WhichTeam,
    /// The Discord user or the account is linked already, to somebody else.
    LinkTaken { sentence: Message },
    /// Another Discord user signed in than the one who started linking.
    LinkOther { started: String, found: String },
    /// The linking page was used, is too old or belongs to another browser.
    LinkDead,
    /// The policy has invite links off.
    LinksOff { sentence: Message },
    /// The team has as many live invite links as it may.
    LinkLimit { most: u32 },
    /// The invite link is over.
    LinkEnded(End),
    /// The invite link is for addresses of other domains.
    LinkDomain { domains: String },
    /// The invite link has caused as many mails as it may in an hour.
    SignUpLimit { until: DateTime<Utc> },
    /// The link to sign up was used or is too old.
    SignUpOver,
    /// What was shown is no longer so.
    Stale,
    /// This very interaction has acted already.
    Repeated,
    /// The code that was mailed to an invited address was not said.
    Code(code::Trouble),
    /// An API key, or what came with one, is not as it should be.
    ApiKey(api_key::Trouble),
    /// Something that the operator has not configured.
    NotConfigured { sentence: Message },
    /// Something about webhooks.
    Webhook(webhook::Trouble),
}

impl Rule {
    /// The stable name of the rule.
    pub fn code(&self) -> &'static str {
        match self {
            Self::EmailBad { .. } => "EMAIL-BAD",
            Self::TextBad { .. } => "TEXT-BAD",
            Self::FieldMissing { .. } | Self::CardFields => "FIELD-MISSING",
            Self::RoleUnknown { .. } => "ROLE-UNKNOWN",
            Self::AlreadyMember => "ALREADY-MEMBER",
            Self::AlreadyInvited => "ALREADY-INVITED",
            Self::ExistingAccount { .. } => "EXISTING-ACCOUNT",
            Self::Suppressed => "SUPPRESSED",
            Self::Cooldown { .. } => "COOLDOWN",
            Self::HourlyLimit { .. } | Self::SignUpLimit { .. } | Self::TooMany { .. } => "LIMIT",
            Self::ProofOver | Self::DiscordSignInOver => "LINK-OVER",
            Self::PasswordWrong => "PASSWORD-WRONG",
            Self::AddressTaken => "ADDRESS-TAKEN",
            Self::NoAddress => "NO-ADDRESS",
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
            Self::NameMismatch { .. } | Self::OwnNameMismatch { .. } => "NAME-MISMATCH",
            Self::OnlyLogin => "ONLY-LOGIN",
            Self::OwnRole { .. } => "OWN-ROLE",
            Self::SameRole { .. } => "SAME-ROLE",
            Self::NotActive => "NOT-ACTIVE",
            Self::AlreadyActive => "ALREADY-ACTIVE",
            Self::Closed(status) | Self::CardOver(status) => match status {
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
            Self::LinksOff { .. } => "LINKS-OFF",
            Self::LinkLimit { .. } => "LINK-LIMIT",
            Self::LinkEnded(End::Disabled) => "LINK-DISABLED",
            Self::LinkEnded(End::Expired) => "LINK-EXPIRED",
            Self::LinkEnded(End::Full) => "LINK-FULL",
            Self::LinkDomain { .. } => "LINK-DOMAIN",
            Self::SignUpOver => "SIGN-UP-OVER",
            Self::Stale => "STALE",
            Self::Repeated => "REPEATED",
            Self::Code(trouble) => trouble.code(),
            Self::ApiKey(trouble) => trouble.code(),
            Self::NotConfigured { .. } => "NOT-CONFIGURED",
            Self::Webhook(trouble) => trouble.code(),
        }
    }

    /// When trying again makes sense, for the rules that say so.
    pub fn retry_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Cooldown { until }
            | Self::HourlyLimit { until, .. }
            | Self::SignInLimit { until }
            | Self::TooMany { until }
            | Self::SignUpLimit { until }
            | Self::ApiKey(api_key::Trouble::Rate { until, .. }) => Some(*until),
            _ => None,
        }
    }

    /// What happened and what to do, for people.
    pub fn message(&self) -> Message {
        match self {
            Self::EmailBad { reason } => message!("email-bad", reason = message!(*reason)),
            Self::TextBad { what, reason } => {
                message!("text-bad", what = message!(*what), reason = reason.clone())
            }
            Self::FieldMissing { what } => message!("field-missing", what = message!(*what)),
            Self::RoleUnknown { role } => message!("role-unknown", role = role.as_str()),
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
            | Self::LinksOff { sentence }
            | Self::LinkTaken { sentence }
            | Self::NotConfigured { sentence } => sentence.clone(),
            Self::Cooldown { until } => message!("cooldown", until = *until),
            Self::HourlyLimit { limit, until } => {
                message!("hourly-limit", limit = *limit, until = *until)
            }
            Self::RoleInUse {
                role,
                members,
                invitations,
                links,
            } => message!(
                "role-in-use",
                role = role.as_str(),
                members = *members,
                invitations = *invitations,
                links = *links,
            ),
            Self::TopHolders { role, holders } => {
                message!("top-holders", role = role.as_str(), holders = *holders)
            }
            Self::OwnNameMismatch { name } => message!("own-name-mismatch", name = name.as_str()),
            Self::OnlyLogin => message!("only-login"),
            Self::CardFields => message!("card-fields"),
            Self::NameMismatch { name } => message!("name-mismatch", name = name.as_str()),
            Self::SameRole { role } => message!("same-role", role = role.as_str()),
            Self::WrongAccount { masked } => message!("wrong-account", address = masked.as_str()),
            Self::LinkOther { started, found } => {
                message!("link-other", started = started.as_str(), found = found.as_str())
            }
            Self::PasswordWeak { reason } => message!("password-weak", reason = reason.clone()),
            Self::SignInLimit { until } => message!("sign-in-limit", until = *until),
            Self::TooMany { until } => message!("too-many", until = *until),
            Self::ProofOver => message!("proof-over"),
            Self::DiscordSignInOver => message!("discord-sign-in-over"),
            Self::PasswordWrong => message!("password-wrong"),
            Self::AddressTaken => message!("address-taken"),
            Self::NoAddress => message!("no-address"),
            Self::Closed(status) => message!("closed", status = Arg::word(status.as_str())),
            Self::CardOver(status) => message!("card-over", status = Arg::word(status.as_str())),
            Self::LinkLimit { most } => message!("link-limit", most = *most),
            Self::LinkDomain { domains } => message!("link-domain", domains = domains.as_str()),
            Self::SignUpLimit { until } => message!("sign-up-limit", until = *until),
            Self::LinkEnded(end) => match end {
                End::Disabled => message!("link-disabled"),
                End::Expired => message!("link-expired"),
                End::Full => message!("link-full"),
            },
            Self::SignUpOver => message!("sign-up-over"),
            Self::OldLink => message!("old-link"),
            Self::AlreadyMember => message!("already-member"),
            Self::AlreadyInvited => message!("already-invited"),
            Self::Suppressed => message!("suppressed"),
            Self::Unchanged => message!("unchanged"),
            Self::SamePlan => message!("same-plan"),
            Self::AlreadyActive => message!("already-active"),
            Self::NotActive => message!("not-active"),
            Self::OfferLapsed => message!("offer-lapsed"),
            Self::SignInFirst => message!("sign-in-first"),
            Self::AddressUnproven => message!("address-unproven"),
            Self::SignInFailed => message!("sign-in-failed"),
            Self::NotLinked => message!("not-linked"),
            Self::NoTeam => message!("no-team"),
            Self::WhichTeam => message!("which-team"),
            Self::LinkDead => message!("link-dead"),
            Self::Stale => message!("stale"),
            Self::Repeated => message!("repeated"),
            Self::Code(trouble) => trouble.message(),
            Self::ApiKey(trouble) => trouble.message(),
            Self::Webhook(trouble) => trouble.message(),
        }
    }
}

/// For logs: people are shown the message.
impl std::fmt::Display for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl std::error::Error for Rule {}
