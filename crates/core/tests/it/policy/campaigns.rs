//! The column `campaigns`, row by row.

use muster_core::policy::*;

use super::*;

fn campaigns() -> &'static Policy {
    preset("campaigns")
}

#[test]
fn the_roles_are_owner_member_and_viewer() {
    assert_eq!(who(campaigns(), |_| true), ["owner", "member", "viewer"]);
}

#[test]
fn there_may_be_many_owners_and_there_is_at_least_one() {
    assert_eq!(campaigns().top_role().as_str(), "owner");
    assert_eq!(campaigns().holders(), Holders::AtLeastOne);
    assert!(campaigns().may_invite(&role("owner"), &role("owner")));
}

#[test]
fn ownership_can_be_transferred_by_an_owner() {
    assert_eq!(campaigns().transfer(), Transfer::Yes);
    assert_eq!(
        who(campaigns(), |r| campaigns()
            .allows(r, Permission::OwnershipTransfer)),
        ["owner"]
    );
}

#[test]
fn an_owner_invites_anybody_and_nobody_else_invites() {
    let policy = campaigns();
    assert_eq!(
        table(policy, |a, b| policy.may_invite(a, b)),
        ["owner: owner, member, viewer"]
    );
    assert_eq!(
        keys(&policy.invitable_by(&role("owner"))),
        ["owner", "member", "viewer"]
    );
    assert_eq!(policy.default_role_for(&role("owner")), Some(&role("member")));
    assert_eq!(policy.default_role_for(&role("member")), None);
}

#[test]
fn only_owners_change_roles() {
    assert_eq!(
        role_changes(campaigns()),
        [
            "owner: owner → member",
            "owner: owner → viewer",
            "owner: member → owner",
            "owner: member → viewer",
            "owner: viewer → owner",
            "owner: viewer → member",
        ]
    );
    assert_eq!(
        said(&campaigns().refusal(Refusal::RolesChange)),
        "Only Owners can change roles."
    );
}

#[test]
fn nobody_changes_their_own_role() {
    assert!(!campaigns().may_change_own_role());
    assert_eq!(
        said(&campaigns().refusal(Refusal::OwnRole)),
        "You cannot change your own role."
    );
}

#[test]
fn an_owner_removes_others_and_nobody_else_removes() {
    let policy = campaigns();
    assert_eq!(
        table(policy, |a, b| policy.may_remove(a, b)),
        ["owner: owner, member, viewer"]
    );
    assert_eq!(policy.removal(), Removal::EndsAccess);
}

#[test]
fn removing_oneself_is_refused_with_the_seeds_sentence() {
    assert_eq!(campaigns().self_removal(), SelfRemoval::Refused);
    assert_eq!(
        said(&campaigns().refusal(Refusal::SelfRemoval)),
        "Cannot remove yourself. Transfer ownership first."
    );
}

#[test]
fn nobody_leaves() {
    assert!(campaigns().leave().is_empty());
    assert!(who(campaigns(), |r| campaigns().may_leave(r)).is_empty());
}

#[test]
fn the_last_owner_cannot_be_removed_or_demoted() {
    assert!(campaigns().is_top(&role("owner")));
    assert_eq!(
        said(&campaigns().refusal(Refusal::LastTop)),
        "A team must have at least one Owner. Transfer ownership first."
    );
}

#[test]
fn an_invitation_lives_7_days() {
    assert_eq!(campaigns().invitation().lifetime_days, 7);
}

#[test]
fn inviting_needs_an_email_and_a_role() {
    assert_eq!(
        campaigns().invitation().fields,
        [InvitationField::Email, InvitationField::Role]
    );
}

#[test]
fn inviting_the_same_address_again_replaces_the_pending_invitation() {
    assert_eq!(campaigns().invitation().reinvite, Reinvite::Replaces);
}

#[test]
fn an_invited_address_with_an_account_joins_this_team_too() {
    assert_eq!(campaigns().invitation().existing_accounts, ExistingAccounts::Join);
}

#[test]
fn an_owner_resends_60_seconds_apart_and_an_expired_invitation_revives() {
    assert_eq!(campaigns().invitation().resend_cooldown_seconds, 60);
    assert!(campaigns().invitation().resend_revives);
    assert_eq!(
        who(campaigns(), |r| campaigns()
            .allows(r, Permission::InvitationsManage)),
        ["owner"]
    );
}

#[test]
fn the_rate_is_20_invitations_an_hour() {
    assert_eq!(campaigns().invitation().hourly_limit, 20);
}

#[test]
fn the_share_link_is_off() {
    assert!(!campaigns().link().enabled);
    assert_eq!(campaigns().link_role(), None);
}

#[test]
fn no_plan_is_needed_and_no_seats_are_counted() {
    assert!(campaigns().plan_suffices(None));
    assert_eq!(campaigns().seats(None), None);
    assert_eq!(campaigns().seats(Some("pro")), None);
}

#[test]
fn a_role_change_sends_no_mail() {
    assert!(!campaigns().mails().role_change);
}

#[test]
fn an_owner_deactivates() {
    let policy = campaigns();
    assert_eq!(
        table(policy, |a, b| policy.may_deactivate(a, b)),
        ["owner: owner, member, viewer"]
    );
}

#[test]
fn the_product_permissions_are_those_of_the_seeds_table() {
    let policy = campaigns();
    let holders = |permission: &str| who(policy, |r| policy.product_allows(r, permission)).join(", ");
    for permission in ["api_keys.create", "api_keys.view", "api_keys.delete"] {
        assert_eq!(holders(permission), "owner", "{permission}");
    }
    for permission in [
        "sending",
        "campaigns.manage",
        "audiences.manage",
        "creatives.manage",
    ] {
        assert_eq!(holders(permission), "owner, member", "{permission}");
    }
    for permission in ["reports.view", "campaigns.history"] {
        assert_eq!(holders(permission), "owner, member, viewer", "{permission}");
    }
    assert_eq!(holders("billing"), "");
}

#[test]
fn members_and_viewers_only_view_the_team() {
    for key in ["member", "viewer"] {
        let granted = Permission::ALL
            .into_iter()
            .filter(|p| campaigns().allows(&role(key), *p));
        assert_eq!(granted.collect::<Vec<_>>(), [Permission::MembersView], "{key}");
    }
    assert!(
        Permission::ALL
            .into_iter()
            .all(|p| campaigns().allows(&role("owner"), p))
    );
}

#[test]
fn a_role_that_does_not_exist_may_nothing() {
    let stranger = role("stranger");
    assert!(
        Permission::ALL
            .into_iter()
            .all(|p| !campaigns().allows(&stranger, p))
    );
    assert!(campaigns().invitable_by(&stranger).is_empty());
    assert!(!campaigns().may_invite(&role("owner"), &stranger));
    assert!(!campaigns().may_remove(&role("owner"), &stranger));
    assert!(!campaigns().may_change_role(&role("owner"), &role("member"), &stranger));
}
