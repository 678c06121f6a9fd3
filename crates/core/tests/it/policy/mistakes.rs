//! Every mistake in a policy is named with its line.

use muster_core::policy::*;

use super::*;

#[test]
fn an_unknown_role_is_named_with_its_line_wherever_it_stands() {
    let unknown = "role `boss` is not defined";
    for list in ["invites", "changes", "assigns", "removes", "deactivates"] {
        let old = format!("{list} = [\"owner\"");
        refused(CAMPAIGNS, &old, &format!("{list} = [\"boss\""), unknown);
    }
    refused(CAMPAIGNS, "top_role = \"owner\"", "top_role = \"boss\"", unknown);
    refused(CAMPAIGNS, "leave = []", "leave = [\"boss\"]", unknown);
    refused(
        CAMPAIGNS,
        "default_role = \"member\"",
        "default_role = \"boss\"",
        unknown,
    );
    refused(
        WORKSPACE,
        "role = \"member\"\n\n[mail]",
        "role = \"boss\"\n\n[mail]",
        unknown,
    );
    refused(
        COMPANY,
        "invites = { manager = [\"manager\"] }",
        "invites = { boss = [] }",
        unknown,
    );
}

#[test]
fn the_place_of_a_mistake_has_a_column_too() {
    let (text, line) = edited(
        CAMPAIGNS,
        "invites = [\"owner\"",
        "invites = [\"owner\", \"boss\"",
    );
    let error = Policy::from_toml(&text).expect_err("an unknown role");
    assert_eq!((error.line, error.column), (Some(line), Some(21)));
}

#[test]
fn a_policy_needs_roles_and_a_top_role_that_comes_first() {
    let none = CAMPAIGNS
        .split("[[role]]")
        .next()
        .expect("the part before the roles");
    let error = Policy::from_toml(none).expect_err("no roles");
    assert!(error.reason.contains("missing field `role`"), "{error}");
    let empty = format!("role = []\n{none}");
    let error = Policy::from_toml(&empty).expect_err("no roles");
    assert_eq!(error.to_string(), "line 1: a policy defines 1 to 25 roles");
    refused(
        CAMPAIGNS,
        "top_role = \"owner\"",
        "top_role = \"member\"",
        "the top role `member` has to be the first role",
    );
}

#[test]
fn nobody_reaches_above_their_own_rank() {
    let above = |list| format!("role `moderator` cannot list `owner` in `{list}`: it ranks above");
    refused(
        WORKSPACE,
        "invites = [\"member\"]",
        "invites = [\"owner\"]",
        &above("invites"),
    );
    // The second role's lists stand after its description.
    let (head, moderator) = WORKSPACE.split_once("key = \"moderator\"").expect("two roles");
    for list in ["changes", "assigns", "removes", "deactivates"] {
        let old = format!("{list} = [\"moderator\"");
        let (tail, line) = edited(moderator, &old, &format!("{list} = [\"owner\""));
        let error = Policy::from_toml(&format!("{head}key = \"moderator\"{tail}")).expect_err("above");
        let line = line + head.matches('\n').count();
        assert_eq!(error.to_string(), format!("line {line}: {}", above(list)));
    }
    refused(
        COMPANY,
        "invites = { manager = [\"manager\"] }",
        "invites = { manager = [\"admin\"] }",
        "role `manager` cannot list `admin` in `invites`: it ranks above",
    );
}

#[test]
fn nobody_gives_a_role_that_holds_more_than_they_do() {
    let text = COMPANY.replace(
        "product = [\"inbox\", \"campaigns\", \"customers\"]",
        "permissions = [\"activity.view\"]\nproduct = [\"inbox\"]",
    );
    let error = Policy::from_toml(&text).expect_err("the user would hold more than the manager");
    assert_eq!(
        error.reason,
        "role `manager` cannot give `user`, which holds `activity.view`: it does not"
    );
    let line = error.line.expect("a line");
    assert_eq!(text.lines().nth(line - 1), Some("invites = [\"user\"]"));
}

#[test]
fn a_role_with_exactly_one_holder_is_out_of_reach_for_everybody() {
    for list in ["invites", "changes", "assigns", "removes", "deactivates"] {
        let reason = format!("`owner` has exactly one holder, so `{list}` cannot list it");
        let old = format!("{list} = [\"admin\"");
        refused(BUSINESS, &old, &format!("{list} = [\"owner\""), &reason);
    }
    let cannot_leave = "`owner` has exactly one holder, who cannot leave";
    refused(BUSINESS, "leave = []", "leave = [\"owner\"]", cannot_leave);
    refused(
        BUSINESS,
        "default_role = \"member\"",
        "default_role = \"owner\"",
        "`owner` has exactly one holder, so invitations cannot offer it",
    );
}

#[test]
fn ownership_and_permissions_agree() {
    refused(
        PROJECT,
        "\"members.view\"",
        "\"ownership.transfer\"",
        "`ownership.transfer` means something only with `transfer = \"yes\"`",
    );
    refused(
        PROJECT,
        "transfer = \"by_role_change\"",
        "transfer = \"yes\"",
        "`admin` needs `ownership.transfer` when the top role can be transferred",
    );
    refused(
        CAMPAIGNS,
        "permissions = [\"members.view\"]",
        "permissions = [\"ownership.transfer\"]",
        "only `owner` can hold `ownership.transfer`",
    );
    refused(
        BUSINESS,
        "transfer = \"never\"",
        "transfer = \"by_role_change\"",
        "the top role passes by role change, but no role lists `owner` in `assigns`",
    );
    let (text, _) = edited(CAMPAIGNS, "    \"team.settings\",\n", "");
    let error = Policy::from_toml(&text).expect_err("locked out");
    assert_eq!(
        error.reason,
        "`owner` needs `team.settings`, or nobody could change this policy again"
    );
}

#[test]
fn a_permission_and_its_list_come_together() {
    let (text, _) = edited(CAMPAIGNS, "invites = [\"owner\", \"member\", \"viewer\"]\n", "");
    let error = Policy::from_toml(&text).expect_err("nobody to invite");
    assert_eq!(
        error.reason,
        "role `owner` holds `members.invite`, but its `invites` lists no role"
    );
    let line = error.line.expect("the line where the role begins");
    assert_eq!(text.lines().nth(line - 1), Some("[[role]]"));
    refused(
        CAMPAIGNS,
        "product = [\"campaigns.history\", \"reports.view\"]",
        "removes = [\"viewer\"]",
        "role `viewer` lists roles in `removes`, but does not hold `members.remove`",
    );
}

#[test]
fn a_setting_alone_may_let_a_role_invite() {
    let (text, _) = edited(COMPANY, "invites = [\"user\"]\n", "");
    let policy = Policy::from_toml(&text).expect("the setting lists whom");
    assert!(policy.invitable_by(&role("manager")).is_empty());
    let wider = policy
        .with_setting("managers_invite_managers", true)
        .expect("the setting exists");
    assert_eq!(keys(&wider.invitable_by(&role("manager"))), ["manager"]);
    refused(
        COMPANY,
        "invites = { manager = [\"manager\"] }",
        "invites = { user = [\"user\"] }",
        "role `user` does not hold `members.invite`, so nothing can widen it",
    );
    let nothing = "setting `managers_invite_managers` changes nothing";
    let (text, _) = edited(COMPANY, "{ manager = [\"manager\"] }", "{}");
    assert_eq!(Policy::from_toml(&text).expect_err("empty").reason, nothing);
}

#[test]
fn numbers_stay_within_their_bounds() {
    for (field, good, bad, bounds) in [
        ("lifetime_days", ["1", "90"], ["0", "91"], "1 to 90"),
        (
            "resend_cooldown_seconds",
            ["60", "86400"],
            ["59", "86401"],
            "60 to 86400",
        ),
        ("hourly_limit", ["1", "1000"], ["0", "1001"], "1 to 1000"),
    ] {
        let old = CAMPAIGNS
            .lines()
            .find(|line| line.starts_with(field))
            .expect("the field");
        for value in good {
            let (text, _) = edited(CAMPAIGNS, old, &format!("{field} = {value}"));
            assert!(Policy::from_toml(&text).is_ok(), "{field} = {value}");
        }
        for value in bad {
            refused(
                CAMPAIGNS,
                old,
                &format!("{field} = {value}"),
                &format!("`{field}` is {bounds}"),
            );
        }
    }
    let seats = "a plan has at least one seat; leave `seats` out for no cap";
    refused(BUSINESS, "seats = 5", "seats = 0", seats);
}

#[test]
fn nothing_is_defined_or_listed_twice() {
    refused(
        CAMPAIGNS,
        "key = \"viewer\"",
        "key = \"member\"",
        "role `member` is defined twice",
    );
    refused(
        CAMPAIGNS,
        "name = \"Viewer\"",
        "name = \"member\"",
        "two roles are called `member`",
    );
    let twice = "role `owner` is listed twice";
    refused(
        CAMPAIGNS,
        "invites = [\"owner\", \"member\"",
        "invites = [\"owner\", \"owner\"",
        twice,
    );
    refused(
        CAMPAIGNS,
        "permissions = [\"members.view\"]",
        "permissions = [\"members.view\", \"members.view\"]",
        "permission `members.view` is listed twice",
    );
    refused(
        CAMPAIGNS,
        "[\"campaigns.history\", \"reports.view\"]",
        "[\"reports.view\", \"reports.view\"]",
        "permission `reports.view` is listed twice",
    );
    refused(
        CAMPAIGNS,
        "fields = [\"email\", \"role\"]",
        "fields = [\"email\", \"role\", \"email\"]",
        "this field is listed twice",
    );
    let member_twice = "role `member` is listed twice";
    let leave = "leave = [\"member\", \"member\"]";
    refused(
        WORKSPACE,
        "leave = [\"moderator\", \"member\"]",
        leave,
        member_twice,
    );
    refused(
        BUSINESS,
        "key = \"business\"",
        "key = \"pro\"",
        "plan `pro` is defined twice",
    );
    let setting = COMPANY
        .split("[[setting]]")
        .nth(1)
        .and_then(|rest| rest.split("[sentences]").next());
    let setting = setting.expect("a setting");
    let error = Policy::from_toml(&format!("{COMPANY}\n[[setting]]{setting}")).expect_err("twice");
    assert_eq!(
        error.reason,
        "setting `managers_invite_managers` is defined twice"
    );
}

#[test]
fn links_invitations_and_leaving_make_sense() {
    refused(
        CAMPAIGNS,
        "enabled = false",
        "enabled = true",
        "an invite link needs the `role` it gives",
    );
    let top = "an invite link cannot give the top role `owner`";
    refused(
        WORKSPACE,
        "role = \"member\"\n\n[mail]",
        "role = \"owner\"\n\n[mail]",
        top,
    );
    let always = "`email` and `role` are always needed";
    refused(
        CAMPAIGNS,
        "fields = [\"email\", \"role\"]",
        "fields = [\"email\"]",
        always,
    );
    refused(
        CAMPAIGNS,
        "self_removal = \"refused\"",
        "self_removal = \"use_leave\"",
        "`use_leave` points people to leaving, but `leave` lists no role",
    );
}

#[test]
fn product_permissions_are_dotted_words_and_not_musters_own() {
    let old = "product = [\"campaigns.history\", \"reports.view\"]";
    for bad in ["", "Reports", "reports..view", "reports view", &"a.".repeat(40)] {
        let reason =
            "a product permission is made of lower case words joined by dots, such as `reports.view`";
        refused(CAMPAIGNS, old, &format!("product = [\"{bad}\"]"), reason);
    }
    let own = "`team.delete` is one of Muster's permissions: list it under `permissions`";
    refused(CAMPAIGNS, old, "product = [\"team.delete\"]", own);
}
