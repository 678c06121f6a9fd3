//! The column `workspace`, where it differs from `campaigns` and `project`.

use muster_core::policy::*;

use super::*;

fn workspace() -> &'static Policy {
    preset("workspace")
}

#[test]
fn has_one_owner_who_is_set_at_creation_and_never_changes() {
    let policy = workspace();
    assert_eq!(who(policy, |_| true), ["owner", "moderator", "member"]);
    assert_eq!(
        (policy.holders(), policy.transfer()),
        (Holders::ExactlyOne, Transfer::Never)
    );
    let owner = role("owner");
    for actor in policy.roles() {
        assert!(!policy.may_invite(&actor.key, &owner));
        assert!(!policy.may_remove(&actor.key, &owner));
        assert!(!policy.may_deactivate(&actor.key, &owner));
        assert!(policy.assignable_by(&actor.key, &owner).is_empty());
    }
    assert_eq!(
        said(&policy.refusal(Refusal::TopRole)),
        "Owner role cannot be changed or transferred."
    );
}

#[test]
fn owner_invites_moderators_and_members_and_a_moderator_invites_members() {
    let policy = workspace();
    assert_eq!(
        table(policy, |a, b| policy.may_invite(a, b)),
        ["owner: moderator, member", "moderator: member"]
    );
}

#[test]
fn owner_and_moderators_change_roles_and_remove_but_never_the_owner() {
    let policy = workspace();
    let both = ["owner: moderator, member", "moderator: moderator, member"];
    assert_eq!(table(policy, |a, b| policy.may_remove(a, b)), both);
    assert_eq!(
        role_changes(policy),
        [
            "owner: moderator → member",
            "owner: member → moderator",
            "moderator: moderator → member",
            "moderator: member → moderator",
        ]
    );
}

#[test]
fn lets_any_member_but_the_owner_leave() {
    let policy = workspace();
    assert_eq!(who(policy, |r| policy.may_leave(r)), ["moderator", "member"]);
    assert_eq!(policy.self_removal(), SelfRemoval::UseLeave);
    assert_eq!(
        said(&policy.refusal(Refusal::SelfRemoval)),
        "You cannot remove yourself. Leave the team instead."
    );
}

#[test]
fn has_a_share_link_for_members() {
    assert_eq!(workspace().link_role(), Some(&role("member")));
    assert_eq!(workspace().invitation().existing_accounts, ExistingAccounts::Join);
    assert_eq!(
        workspace().invitation().fields,
        [InvitationField::Email, InvitationField::Role]
    );
}

#[test]
fn members_use_content_moderators_manage_it_and_the_owner_pays() {
    let policy = workspace();
    let holders = |permission: &str| who(policy, |r| policy.product_allows(r, permission)).join(", ");
    assert_eq!(holders("content.view"), "owner, moderator, member");
    assert_eq!(holders("content.interact"), "owner, moderator, member");
    assert_eq!(holders("posts.manage"), "owner, moderator");
    assert_eq!(holders("comments.moderate"), "owner, moderator");
    assert_eq!(holders("billing"), "owner");
    assert_eq!(holders("settings"), "owner");
}
