//! Whoever may change the rules without holding the top role gives nobody more than they have.

use muster_core::policy::*;

use super::*;

/// Workspace, whose moderators may change settings too.
fn before() -> String {
    let (head, moderator) = WORKSPACE.split_once("key = \"moderator\"").expect("two roles");
    let moderator = moderator.replacen(
        "\"links.manage\",",
        "\"links.manage\",\n    \"team.settings\",",
        1,
    );
    format!("{head}key = \"moderator\"{moderator}")
}

/// Whether an edit goes too far for moderators. Nothing goes too far for owners.
fn too_far(edits: &[(&str, &str)]) -> bool {
    let before = before();
    let after = edits
        .iter()
        .fold(before.clone(), |text, (old, new)| edited(&text, old, new).0);
    let policy = Policy::from_toml(&before).expect("a policy");
    let new = Policy::from_toml(&after).unwrap_or_else(|error| panic!("{error}\n{after}"));
    assert!(!policy.outgrown_by(&new, &role("owner")));
    policy.outgrown_by(&new, &role("moderator"))
}

#[test]
fn they_may_rename_lower_and_add_up_to_what_they_have() {
    for edit in [
        ("name = \"Moderator\"", "name = \"Helper\""),
        ("lifetime_days = 7", "lifetime_days = 3"),
        ("leave = [\"moderator\", \"member\"]", "leave = [\"member\"]"),
        ("permissions = [\"members.view\"]", "permissions = []"),
        (
            "permissions = [\"members.view\"]",
            "permissions = [\"members.view\", \"activity.view\"]",
        ),
        (
            "permissions = [\"members.view\"]",
            "permissions = [\"members.view\", \"members.invite\"]\ninvites = [\"member\"]",
        ),
    ] {
        assert!(!too_far(&[edit]), "{edit:?}");
    }
}

#[test]
fn they_neither_reach_the_top_nor_give_what_they_lack() {
    for edit in [
        // Who is on top, and what that role is.
        ("holders = \"exactly_one\"", "holders = \"at_least_one\""),
        ("name = \"Owner\"", "name = \"Figurehead\""),
        ("invites = [\"moderator\", \"member\"]", "invites = [\"member\"]"),
        // What the moderators lack, for themselves and for others.
        (
            "    \"team.settings\",\n    \"activity.view\",\n]\nproduct = [\"content.view\"",
            "    \"team.settings\",\n    \"activity.view\",\n    \"analytics.view\",\n]\nproduct = [\"content.view\"",
        ),
        (
            "product = [\"content.view\", \"content.interact\"]",
            "product = [\"content.view\", \"billing\"]",
        ),
        // Whom they reach.
        ("invites = [\"member\"]", "invites = [\"moderator\", \"member\"]"),
        (
            "[sentences]",
            "[[setting]]\nkey = \"more\"\nname = \"More\"\ndescription = \"More.\"\non = false\ninvites = { moderator = [\"moderator\"] }\n\n[sentences]",
        ),
    ] {
        assert!(too_far(&[edit]), "{edit:?}");
    }
}
