//! The column `project`, row by row.

use muster_core::policy::*;

use super::*;

fn project() -> &'static Policy {
    preset("project")
}

#[test]
fn the_roles_are_admin_and_member() {
    assert_eq!(who(project(), |_| true), ["admin", "member"]);
}

#[test]
fn there_may_be_many_admins_and_there_is_at_least_one() {
    assert_eq!(project().top_role().as_str(), "admin");
    assert_eq!(project().holders(), Holders::AtLeastOne);
}

#[test]
fn the_top_role_passes_by_role_change_and_nobody_transfers() {
    assert_eq!(project().transfer(), Transfer::ByRoleChange);
    assert!(project().may_change_role(&role("admin"), &role("member"), &role("admin")));
    assert!(who(project(), |r| project().allows(r, Permission::OwnershipTransfer)).is_empty());
    assert_eq!(
        said(&project().refusal(Refusal::OwnershipTransfer)),
        "There is nothing to transfer: change another member's role to Admin."
    );
}

#[test]
fn an_admin_invites_anybody_as_member_unless_told_otherwise() {
    let policy = project();
    assert_eq!(
        table(policy, |a, b| policy.may_invite(a, b)),
        ["admin: admin, member"]
    );
    assert_eq!(policy.default_role().as_str(), "member");
    assert_eq!(policy.default_role_for(&role("admin")), Some(&role("member")));
}

#[test]
fn an_admin_changes_roles() {
    assert_eq!(
        role_changes(project()),
        ["admin: admin → member", "admin: member → admin"]
    );
    assert_eq!(
        said(&project().refusal(Refusal::RolesChange)),
        "Only Admins can change roles."
    );
}

#[test]
fn nobody_changes_their_own_role() {
    assert!(!project().may_change_own_role());
    assert_eq!(
        said(&project().refusal(Refusal::OwnRole)),
        "You cannot change your own role."
    );
}

#[test]
fn an_admin_removes_others() {
    let policy = project();
    assert_eq!(
        table(policy, |a, b| policy.may_remove(a, b)),
        ["admin: admin, member"]
    );
    assert_eq!(policy.removal(), Removal::EndsAccess);
}

#[test]
fn removing_oneself_is_refused() {
    assert_eq!(project().self_removal(), SelfRemoval::Refused);
    assert_eq!(
        said(&project().refusal(Refusal::SelfRemoval)),
        "You cannot remove yourself."
    );
}

#[test]
fn nobody_leaves() {
    assert!(who(project(), |r| project().may_leave(r)).is_empty());
}

#[test]
fn the_last_admin_cannot_be_removed_or_demoted() {
    assert!(project().is_top(&role("admin")));
    assert_eq!(
        said(&project().refusal(Refusal::LastTop)),
        "You cannot remove the last admin or demote them to Member."
    );
}

#[test]
fn an_invitation_lives_7_days() {
    assert_eq!(project().invitation().lifetime_days, 7);
}

#[test]
fn inviting_needs_an_email_and_a_role() {
    assert_eq!(
        project().invitation().fields,
        [InvitationField::Email, InvitationField::Role]
    );
}

#[test]
fn inviting_the_same_address_again_replaces_the_pending_invitation() {
    assert_eq!(project().invitation().reinvite, Reinvite::Replaces);
}

#[test]
fn an_invited_address_with_an_account_joins() {
    assert_eq!(project().invitation().existing_accounts, ExistingAccounts::Join);
}

#[test]
fn resending_waits_60_seconds_and_revives_an_expired_invitation_for_7_days() {
    assert_eq!(project().invitation().resend_cooldown_seconds, 60);
    assert!(project().invitation().resend_revives);
    assert_eq!(
        who(project(), |r| project().allows(r, Permission::InvitationsManage)),
        ["admin"]
    );
}

#[test]
fn the_rate_is_20_invitations_an_hour() {
    assert_eq!(project().invitation().hourly_limit, 20);
}

#[test]
fn the_share_link_is_off() {
    assert_eq!(project().link_role(), None);
}

#[test]
fn no_plan_is_needed() {
    assert!(project().plan_suffices(None));
    assert!(project().plans().is_empty());
}

#[test]
fn a_role_change_sends_no_mail() {
    assert!(!project().mails().role_change);
}

#[test]
fn an_admin_deactivates() {
    let policy = project();
    assert_eq!(
        table(policy, |a, b| policy.may_deactivate(a, b)),
        ["admin: admin, member"]
    );
}

#[test]
fn everybody_works_on_the_project_and_admins_manage_the_team() {
    let content = ["links", "qr_codes", "pixels", "statistics"];
    assert_eq!(product(project(), "member"), content);
    for permission in content {
        assert!(
            project().product_allows(&role("admin"), permission),
            "{permission}"
        );
    }
    assert!(project().product_allows(&role("admin"), "team.manage"));
    assert!(!project().product_allows(&role("member"), "team.manage"));
}

#[test]
fn only_admins_open_the_team_page() {
    assert!(
        Permission::ALL
            .into_iter()
            .all(|p| !project().allows(&role("member"), p))
    );
    assert!(project().allows(&role("admin"), Permission::MembersView));
    assert_eq!(
        said(&project().refusal(Refusal::MembersView)),
        "Only Admins can see the members."
    );
}
