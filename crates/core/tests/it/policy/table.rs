//! The table of the five presets, cell by cell, as the specification writes it down.

use muster_core::message;
use muster_core::policy::*;

use super::*;

const COLUMNS: [&str; 5] = ["campaigns", "workspace", "company", "project", "business"];

/// One row: what it is about, what the five presets say, and how that is read from a policy.
type Line = (&'static str, [&'static str; 5], fn(&Policy) -> String);

const TABLE: &[Line] = &[
    (
        "roles",
        [
            "owner, member, viewer",
            "owner, moderator, member",
            "admin, manager, user",
            "admin, member",
            "owner, admin, member",
        ],
        |policy| who(policy, |_| true).join(", "),
    ),
    (
        "top role",
        [
            "many owner, at least 1",
            "exactly 1 owner",
            "many admin, at least 1",
            "many admin, at least 1",
            "exactly 1 owner",
        ],
        |policy| match policy.holders() {
            Holders::AtLeastOne => format!("many {}, at least 1", policy.top_role()),
            Holders::ExactlyOne => format!("exactly 1 {}", policy.top_role()),
        },
    ),
    (
        "transfer",
        ["yes: owner", "never", "by role change", "by role change", "never"],
        |policy| match policy.transfer() {
            Transfer::Yes => format!("yes: {}", holders(policy, Permission::OwnershipTransfer)),
            Transfer::Never => "never".to_owned(),
            Transfer::ByRoleChange => "by role change".to_owned(),
        },
    ),
    (
        "who invites whom",
        [
            "owner: owner, member, viewer",
            "owner: moderator, member; moderator: member",
            "admin: admin, manager, user; manager: user",
            "admin: admin, member",
            "owner: admin, member; admin: admin, member",
        ],
        |policy| table(policy, |actor, role| policy.may_invite(actor, role)).join("; "),
    ),
    (
        "with every setting on",
        [
            "owner: owner, member, viewer",
            "owner: moderator, member; moderator: member",
            "admin: admin, manager, user; manager: manager, user",
            "admin: admin, member",
            "owner: admin, member; admin: admin, member",
        ],
        |policy| {
            let keys = policy.settings().iter().map(|setting| setting.key.clone());
            let wide = keys.fold(policy.clone(), |wide, key| {
                wide.with_setting(&key, true).expect("its own setting")
            });
            table(&wide, |actor, role| wide.may_invite(actor, role)).join("; ")
        },
    ),
    (
        "offered when nothing is chosen",
        ["member", "member", "user", "member", "member"],
        |policy| policy.default_role().to_string(),
    ),
    (
        "who changes the roles of whom",
        [
            "owner: owner, member, viewer",
            "owner: moderator, member; moderator: moderator, member",
            "admin: admin, manager, user",
            "admin: admin, member",
            "owner: admin, member; admin: admin, member",
        ],
        |policy| {
            table(policy, |actor, from| {
                !policy.assignable_by(actor, from).is_empty()
            })
            .join("; ")
        },
    ),
    (
        "who gives which role",
        [
            "owner: owner, member, viewer",
            "owner: moderator, member; moderator: moderator, member",
            "admin: admin, manager, user",
            "admin: admin, member",
            "owner: admin, member; admin: admin, member",
        ],
        |policy| {
            let given = |actor: &RoleKey, to: &RoleKey| {
                policy
                    .roles()
                    .iter()
                    .any(|from| policy.may_change_role(actor, &from.key, to))
            };
            table(policy, given).join("; ")
        },
    ),
    (
        "own role",
        ["may not: You cannot change your own role."; 5],
        |policy| {
            if policy.may_change_own_role() {
                "may".to_owned()
            } else {
                format!("may not: {}", said(&policy.refusal(Refusal::OwnRole)))
            }
        },
    ),
    (
        "removing",
        [
            "owner: owner, member, viewer",
            "owner: moderator, member; moderator: moderator, member",
            "admin: admin, manager, user",
            "admin: admin, member",
            "owner: admin, member; admin: admin, member; permanent",
        ],
        |policy| {
            let mut text = table(policy, |actor, role| policy.may_remove(actor, role)).join("; ");
            if policy.removal() == Removal::Permanent {
                text.push_str("; permanent");
            }
            text
        },
    ),
    (
        "removing oneself",
        [
            "Cannot remove yourself. Transfer ownership first.",
            "You cannot remove yourself. Leave the team instead.",
            "You cannot remove yourself.",
            "You cannot remove yourself.",
            "You cannot remove yourself.",
        ],
        |policy| said(&policy.refusal(Refusal::SelfRemoval)),
    ),
    ("leaving", ["", "moderator, member", "", "", ""], |policy| {
        who(policy, |role| policy.may_leave(role)).join(", ")
    }),
    (
        "last top role",
        [
            "A team must have at least one Owner. Transfer ownership first.",
            "The Owner cannot be removed or deactivated.",
            "A team must have at least one Admin. Make sure another Admin exists on the account before removing one.",
            "You cannot remove the last admin or demote them to Member.",
            "The Owner cannot be removed or deactivated.",
        ],
        |policy| match policy.holders() {
            Holders::AtLeastOne => said(&policy.refusal(Refusal::LastTop)),
            Holders::ExactlyOne => said(&policy.refusal(Refusal::TopRemoval)),
        },
    ),
    (
        "the only owner's role",
        [
            "",
            "Owner role cannot be changed or transferred.",
            "",
            "",
            "Owner role cannot be changed or transferred.",
        ],
        |policy| match policy.holders() {
            Holders::AtLeastOne => String::new(),
            Holders::ExactlyOne => said(&policy.refusal(Refusal::TopRole)),
        },
    ),
    ("invitation lifetime", ["7 days"; 5], |policy| {
        format!("{} days", policy.invitation().lifetime_days)
    }),
    (
        "needed to invite",
        [
            "email address, role",
            "email address, role",
            "first name, last name, email address, phone number, role",
            "email address, role",
            "email address, role",
        ],
        |policy| {
            let labels: Vec<_> = policy
                .invitation()
                .fields
                .iter()
                .map(|field| said(&message!(field.phrase())))
                .collect();
            labels.join(", ")
        },
    ),
    ("re-invite of the same address", ["Replaces"; 5], |policy| {
        format!("{:?}", policy.invitation().reinvite)
    }),
    (
        "the invited address has an account",
        [
            "joins",
            "joins",
            "joins",
            "joins",
            "refused: Cannot invite users who already have accounts",
        ],
        |policy| match policy.invitation().existing_accounts {
            ExistingAccounts::Join => "joins".to_owned(),
            ExistingAccounts::Refuse => {
                format!("refused: {}", said(&policy.refusal(Refusal::ExistingAccount)))
            }
        },
    ),
    ("resend", ["every 60 s, revives"; 5], |policy| {
        let rules = policy.invitation();
        let revives = if rules.resend_revives { ", revives" } else { "" };
        format!("every {} s{revives}", rules.resend_cooldown_seconds)
    }),
    ("rate", ["20 an hour"; 5], |policy| {
        format!("{} an hour", policy.invitation().hourly_limit)
    }),
    (
        "share link",
        ["off", "on: member", "off", "off", "off"],
        |policy| {
            policy
                .link_role()
                .map_or_else(|| "off".to_owned(), |role| format!("on: {role}"))
        },
    ),
    (
        "plan needed",
        [
            "",
            "",
            "",
            "",
            "Pro: 5, Business: 25; Upgrade to a Pro or Business plan to use team features",
        ],
        |policy| {
            let plans: Vec<_> = policy
                .plans()
                .iter()
                .map(|plan| format!("{}: {}", plan.name, plan.seats.expect("a cap")))
                .collect();
            if plans.is_empty() {
                return String::new();
            }
            format!("{}; {}", plans.join(", "), said(&policy.refusal(Refusal::Plan)))
        },
    ),
    ("role change mail", ["no", "no", "no", "no", "yes"], |policy| {
        if policy.mails().role_change { "yes" } else { "no" }.to_owned()
    }),
    (
        "deactivate",
        [
            "owner: owner, member, viewer",
            "owner: moderator, member; moderator: moderator, member",
            "admin: admin, manager, user",
            "admin: admin, member",
            "owner: admin, member; admin: admin, member",
        ],
        |policy| table(policy, |actor, role| policy.may_deactivate(actor, role)).join("; "),
    ),
    (
        "who sees the members",
        [
            "owner, member, viewer",
            "owner, moderator, member",
            "admin, manager",
            "admin",
            "owner, admin, member",
        ],
        |policy| holders(policy, Permission::MembersView),
    ),
    (
        "who reads the log",
        ["owner", "owner, moderator", "admin", "admin", "owner, admin"],
        |policy| holders(policy, Permission::ActivityView),
    ),
    (
        "who deletes the team",
        ["owner", "owner", "admin", "admin", "owner"],
        |policy| holders(policy, Permission::TeamDelete),
    ),
    (
        "why nobody else changes roles",
        [
            "Only Owners can change roles.",
            "Only Owners and Moderators can change roles.",
            "Only Admins can change roles.",
            "Only Admins can change roles.",
            "Only Owners and Admins can change roles.",
        ],
        |policy| said(&policy.refusal(Refusal::RolesChange)),
    ),
];

fn holders(policy: &Policy, permission: Permission) -> String {
    who(policy, |role| policy.allows(role, permission)).join(", ")
}

#[test]
fn every_cell_is_what_the_specification_says() {
    let mut wrong = Vec::new();
    for (row, cells, read) in TABLE {
        for (column, expected) in COLUMNS.into_iter().zip(cells) {
            let found = read(preset(column));
            if found != *expected {
                wrong.push(format!("{row} of {column}: `{found}` instead of `{expected}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
