//! Every id reads back, fits, and forged ones are unknown.

use muster_core::account::Wish;
use muster_core::activity::Kind;
use muster_core::insights::{Range, Report};
use muster_core::invitation::Status;
use muster_core::invitation::scheduled::Status as ScheduledStatus;
use muster_core::member::Filter as MemberFilter;
use proptest::prelude::*;

use super::*;

fn one_of_each() -> Vec<Action> {
    let team: TeamId = "01JZ0000000000000000000000".parse().unwrap();
    let (id, draft) = ("01JZ0000000000000000000002", "01JZ0000000000000000000003");
    let (id, draft) = (id.parse().unwrap(), draft.parse().unwrap());
    let member = "01JZ0000000000000000000004".parse().unwrap();
    let link = "01JZ0000000000000000000005".parse().unwrap();
    let scheduled = "01JZ0000000000000000000005".parse().unwrap();
    let key = "01JZ0000000000000000000006".parse().unwrap();
    let role = Some(RoleKey::parse(&"r".repeat(32)).unwrap());
    vec![
        Action::Nothing(1),
        Action::InvitePerson { draft },
        Action::Members(Members::PickRole { team, id: member }),
        Action::Own(Own::OpenCard { id: link }),
        Action::Own(Own::AcceptCard { id: link }),
        Action::Own(Own::DeclineCard { id: link }),
        Action::Own(Own::Wish {
            what: muster_core::account::Wish::Undelivered,
            wanted: false,
        }),
        Action::Own(Own::Wish {
            what: muster_core::account::Wish::RoleMails,
            wanted: true,
        }),
        Action::ApiKeys(ApiKeys::List { team, page: u32::MAX }),
        Action::ApiKeys(ApiKeys::Open { team }),
        Action::ApiKeys(ApiKeys::Show { team, id: key }),
        Action::ApiKeys(ApiKeys::Rotate { team, id: key }),
        Action::ApiKeys(ApiKeys::AskRevoke { team, id: key }),
        Action::ApiKeys(ApiKeys::Revoke { team, id: key }),
        Action::Own(Own::Help),
        Action::Own(Own::Unlink),
        Action::Own(Own::Erase),
        Action::Own(Own::EraseForm),
        Action::Dismiss,
        Action::Link,
        Action::NewTeam,
        Action::NewTeamForm,
        Action::Members(Members::List {
            team,
            filter: MemberFilter {
                role: role.clone(),
                status: None,
            },
            page: u32::MAX,
        }),
        Action::Members(Members::List {
            team,
            filter: MemberFilter {
                role: None,
                status: Some(muster_core::member::Status::Deactivated),
            },
            page: 0,
        }),
        Action::Members(Members::Open { team }),
        Action::Members(Members::Show { team, id: member }),
        Action::Members(Members::Deactivate { team, id: member }),
        Action::Members(Members::Reactivate { team, id: member }),
        Action::Members(Members::AskRemove { team, id: member }),
        Action::Members(Members::Remove { draft }),
        Action::AskLeave { team },
        Action::Leave { team },
        Action::AskTransfer { team, id: member },
        Action::Transfer { team, id: member },
        Action::TransferForm { team, id: member },
        Action::AskDeleteTeam { team },
        Action::DeleteTeam { team },
        Action::DeleteTeamForm { team },
        Action::RestoreTeam { team },
        Action::Teams { page: 0 },
        Action::Teams { page: u32::MAX },
        Action::SwitchTeam,
        Action::Own(Own::Membership { team }),
        Action::Rules(Rules::PostPanel { draft }),
        Action::Overview { team },
        Action::WhichTeam { draft },
        Action::WhichTeamForm { draft },
        Action::Members(Members::Filter { team }),
        Action::Members(Members::SetRole { draft }),
        Action::Members(Members::UndoRole { team, seq: i64::MAX }),
        Action::Invite {
            team,
            role: role.clone(),
        },
        Action::InviteForm { team, role },
        Action::Drafts(Drafts::Edit { draft }),
        Action::Drafts(Drafts::EditForm { draft }),
        Action::Drafts(Drafts::Review {
            draft,
            page: u32::MAX,
        }),
        Action::Drafts(Drafts::Outcome {
            draft,
            page: u32::MAX,
        }),
        Action::Drafts(Drafts::Role { draft, page: 0 }),
        Action::Drafts(Drafts::Role {
            draft,
            page: u32::MAX,
        }),
        Action::Drafts(Drafts::Send { draft }),
        Action::Drafts(Drafts::Drop { draft }),
        Action::Invitations {
            team,
            filter: Filter::Only(Status::Replaced),
            page: u32::MAX,
        },
        Action::Invitations {
            team,
            filter: Filter::Open,
            page: 0,
        },
        Action::InvitationsFilter { team },
        Action::OpenInvitation { team },
        Action::Invitation { team, id },
        Action::Resend { team, id },
        Action::AskRevoke { team, id },
        Action::Revoke { team, id },
        Action::Links(Links::Create { team }),
        Action::Links(Links::List { team, page: u32::MAX }),
        Action::Links(Links::Open { team }),
        Action::Links(Links::Show { team, id: link }),
        Action::Links(Links::AskDisable { team, id: link }),
        Action::Links(Links::Disable { team, id: link }),
        Action::Bulk(Bulk::Role { draft }),
        Action::Bulk(Bulk::Send { draft }),
        Action::Bulk(Bulk::Scheduled {
            team,
            status: ScheduledStatus::Cancelled,
            page: u32::MAX,
        }),
        Action::Bulk(Bulk::Open { team }),
        Action::Bulk(Bulk::Show { team, id: scheduled }),
        Action::Bulk(Bulk::Cancel { team, id: scheduled }),
        Action::Bulk(Bulk::AskCancelAll { team }),
        Action::Bulk(Bulk::CancelAll { team }),
        Action::Activity {
            team,
            filter: Log {
                kind: Some(Kind::InvitationUndelivered),
                member: Some(member),
                since: chrono::DateTime::from_timestamp(2_147_483_647, 0),
            },
            page: u32::MAX,
        },
        Action::Activity {
            team,
            filter: Log::default(),
            page: 0,
        },
        Action::ActivityFilter {
            team,
            filter: Log {
                member: Some(member),
                ..Log::default()
            },
            select: 1,
        },
        Action::Rules(Rules::Show { team }),
        Action::Rules(Rules::Export { team }),
        Action::Rules(Rules::TurnOn {
            team,
            setting: "s".repeat(32),
        }),
        Action::Rules(Rules::TurnOff {
            team,
            setting: "s".repeat(32),
        }),
        Action::Rules(Rules::Review { draft, page: 0 }),
        Action::Rules(Rules::Review {
            draft,
            page: u32::MAX,
        }),
        Action::Rules(Rules::Use { draft }),
        Action::Rules(Rules::Settings { team }),
        Action::Rules(Rules::Rename { team }),
        Action::Rules(Rules::RenameForm { team }),
        Action::Rules(Rules::UndoRename { team, seq: i64::MAX }),
        Action::Rules(Rules::Language { team }),
        Action::Rules(Rules::DefaultRole { team }),
        Action::Rules(Rules::Replies { team, on: true }),
        Action::Rules(Rules::Replies { team, on: false }),
        Action::Rules(Rules::Keeps { team }),
        Action::Rules(Rules::Keep { team }),
        Action::Own(Own::Wish {
            what: Wish::Announced,
            wanted: false,
        }),
        Action::Insights(Insights::Show {
            team,
            report: Report::Invitations,
            range: Range::Quarter,
        }),
        Action::Insights(Insights::Choose {
            team,
            range: Range::Year,
        }),
        Action::Announce(Announce::Show { team }),
        Action::Announce(Announce::Kind { team }),
        Action::Announce(Announce::On { team }),
        Action::Announce(Announce::Off { team }),
        Action::Announce(Announce::Check { team }),
    ]
}

#[test]
fn every_id_reads_back_and_fits_discords_hundred_characters() {
    for action in one_of_each() {
        let id = action.to_string();
        assert!(id.len() <= 100, "{id} has {} characters", id.len());
        assert_eq!(id.parse(), Ok(action), "{id}");
    }
}

#[test]
fn forged_and_future_ids_are_unknown() {
    for bad in [
        "",
        "v1",
        "v2|link",
        "v1|link|x",
        "v1|members|x|-|0",
        "v1|role|01JZ",
        "link",
    ] {
        assert_eq!(bad.parse::<Action>(), Err(UnknownAction), "{bad}");
    }
}

#[test]
fn every_way_out_has_its_words() {
    for action in one_of_each() {
        for locale in muster_core::locale::Locale::ALL {
            if let Some((phrase, _)) = action.again() {
                assert_ne!(muster_phrases::say(*locale, phrase, &[]), phrase, "{action}");
            }
        }
    }
}

/// What Discord sends back is what anybody can send: the ids of examples with something taken out, put in or copied.
fn forged() -> impl Strategy<Value = String> {
    let examples: Vec<String> = one_of_each().iter().map(ToString::to_string).collect();
    let edit = (
        any::<prop::sample::Index>(),
        0..30_usize,
        "[-|a-z0-9A-Z\\PC]{0,8}",
    );
    (prop::sample::select(examples), prop::collection::vec(edit, 0..4)).prop_map(|(text, edits)| {
        let mut chars: Vec<char> = text.chars().collect();
        for (at, out, put) in edits {
            let at = at.index(chars.len() + 1);
            let end = (at + out).min(chars.len());
            chars.splice(at..end, put.chars());
        }
        chars.into_iter().collect()
    })
}

/// Reading a text ends with an action that reads back, or with none.
fn read(text: &str) {
    if let Ok(action) = text.parse::<Action>() {
        let written = action.to_string();
        assert_eq!(
            written.parse::<Action>().map(|again| again.to_string()).ok(),
            Some(written.clone()),
            "{text}"
        );
        let _ = action.again();
    }
}

proptest! {
    #[test]
    fn no_forged_id_panics(text in forged()) {
        read(&text);
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,120}", bars in "v1(\\|[a-zA-Z0-9.-]{0,30}){0,6}") {
        read(&text);
        read(&bars);
    }
}
