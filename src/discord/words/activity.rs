//! The activity log in words.

use muster_core::activity::{Entry, Kind};
use muster_core::actor::Grant;
use muster_core::locale::Locale;
use muster_core::page::Paged;
use muster_core::policy::RoleKey;

use super::{author, bold, bulk, count, pager};
use crate::discord::card::{Card, Tone, cut, plain, relative};
use crate::discord::custom_id::Action;

/// A page of the log.
pub fn log(grant: &Grant, entries: &Paged<Entry>, kind: Option<Kind>) -> Card {
    let team = &grant.team;
    let rows: Vec<String> = entries.rows.iter().map(|entry| row(grant, entry)).collect();
    let text = if rows.is_empty() {
        "Nothing of this kind has happened yet.".to_owned()
    } else {
        rows.join("\n")
    };
    let all = ("-".to_owned(), "Everything".to_owned(), kind.is_none());
    let kinds = Kind::ALL
        .iter()
        .map(|one| (one.to_string(), label(*one).to_owned(), kind == Some(*one)));
    Card::new(
        Tone::Information,
        format!(
            "What happened: {}",
            count(entries.total, "entry").replace("entrys", "entries")
        ),
        text,
    )
    .by(author(&team.name, &grant.role_name()))
    .select(
        Action::ActivityFilter { team: team.id },
        "Show only…",
        std::iter::once(all).chain(kinds).collect(),
    )
    .buttons(pager(entries, |page| Action::Activity {
        team: team.id,
        kind,
        page,
    }))
}

/// What people read for a kind of entry.
pub fn label(kind: Kind) -> &'static str {
    match kind {
        Kind::TeamCreated => "Team created",
        Kind::InvitationSent => "Invitations sent",
        Kind::InvitationResent => "Invitations sent again",
        Kind::InvitationRevived => "Invitations revived",
        Kind::InvitationRevoked => "Invitations revoked",
        Kind::InvitationAccepted => "Invitations accepted",
        Kind::InvitationDeclined => "Invitations declined",
        Kind::InvitationExpired => "Invitations expired",
        Kind::InvitationUndelivered => "Invitations not delivered",
        Kind::InvitationReminded => "Reminders",
        Kind::InvitationSuppressed => "Addresses that want no invitations",
        Kind::InvitationScheduled => "Invitations scheduled",
        Kind::InvitationUnscheduled => "Scheduled invitations cancelled",
        Kind::InvitationUnsent => "Scheduled invitations not sent",
        Kind::MemberRemoved => "Members removed",
        Kind::MemberDeactivated => "Members deactivated",
        Kind::MemberReactivated => "Members reactivated",
        Kind::MemberLeft => "Members who left",
        Kind::OwnershipTransferred => "Ownership transferred",
        Kind::PlanChanged => "Plan changed",
        Kind::TeamDeleted => "Team deleted",
        Kind::TeamRestored => "Team restored",
        Kind::RoleChanged => "Role changes",
        Kind::DiscordLinked => "Discord accounts linked",
    }
}

/// Some of those that wait for their hour: how many, or of which address.
fn several(subject: &str) -> String {
    match subject.parse() {
        Ok(number) => count(number, "scheduled invitation"),
        Err(_) => format!("the scheduled invitation of {}", plain(subject)),
    }
}

/// One entry.
pub(super) fn row(grant: &Grant, entry: &Entry) -> String {
    let role = |name: &str| {
        let key = entry.detail(name).and_then(|key| RoleKey::parse(&key).ok());
        key.map_or_else(|| "?".to_owned(), |key| grant.team.policy.role_name(&key))
    };
    let (actor, subject) = (bold(&entry.actor_name), plain(&entry.subject));
    let what = match entry.kind {
        Kind::TeamCreated => format!("{actor} created the team {subject}"),
        Kind::InvitationSent if entry.detail("replaced").is_some() => {
            format!(
                "{actor} invited {subject} again as {}, replacing the earlier invitation",
                role("role")
            )
        }
        Kind::InvitationSent => format!("{actor} invited {subject} as {}", role("role")),
        Kind::InvitationResent => format!("{actor} sent the invitation of {subject} again"),
        Kind::InvitationRevived => format!("{actor} revived the expired invitation of {subject}"),
        Kind::InvitationRevoked => format!("{actor} revoked the invitation of {subject}"),
        Kind::InvitationAccepted => format!("{actor} joined as {}", role("role")),
        Kind::InvitationDeclined => format!("{subject} declined the invitation"),
        Kind::InvitationExpired => format!("The invitation of {subject} expired"),
        Kind::InvitationUndelivered => {
            format!("The mail server refused the invitation of {subject} for good")
        }
        Kind::InvitationReminded => format!("{subject} was reminded of the invitation"),
        Kind::InvitationSuppressed => format!("{subject} wants no more invitations from here"),
        Kind::InvitationScheduled => {
            let number = entry.subject.parse().unwrap_or_default();
            format!("{actor} scheduled {}", count(number, "invitation"))
        }
        Kind::InvitationUnscheduled => format!("{actor} cancelled {}", several(&entry.subject)),
        Kind::InvitationUnsent => format!(
            "{} could not be sent: {}",
            several(&entry.subject),
            entry
                .detail("why")
                .and_then(|why| why.parse().ok())
                .map_or_else(|| "?".to_owned(), |why| bulk::reason(Locale::EnUs, why))
        ),
        Kind::MemberRemoved => format!("{actor} removed {subject}, who was {}", role("role")),
        Kind::MemberDeactivated => format!("{actor} deactivated {subject}"),
        Kind::MemberReactivated => format!("{actor} reactivated {subject}"),
        Kind::MemberLeft => format!("{actor} left, who was {}", role("role")),
        Kind::OwnershipTransferred => format!(
            "{actor} made {subject} {} in place of the one before",
            role("role")
        ),
        Kind::PlanChanged => format!(
            "{actor} changed the plan from {} to {}",
            entry.detail("from").unwrap_or_else(|| "none".to_owned()),
            entry.detail("to").unwrap_or_else(|| "none".to_owned())
        ),
        Kind::TeamDeleted => format!("{actor} deleted the team {subject}"),
        Kind::TeamRestored => format!("{actor} brought the team {subject} back"),
        Kind::RoleChanged => format!(
            "{actor} changed {subject} from {} to {}",
            role("from"),
            role("to")
        ),
        Kind::DiscordLinked => format!(
            "{actor} linked the Discord account {}",
            plain(&entry.detail("username").unwrap_or_default())
        ),
    };
    let why = entry
        .detail("reason")
        .map(|reason| format!(" ({})", plain(&cut(&reason, 80))))
        .unwrap_or_default();
    let whose = if entry.by_super_admin() {
        " as super-admin"
    } else {
        ""
    };
    format!("`{}` {} {what}{whose}{why}", entry.seq, relative(entry.at))
}
