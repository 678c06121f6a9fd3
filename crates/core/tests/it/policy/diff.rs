//! What differs between two policies, line by line.

use muster_core::policy::*;

use super::*;

/// The lines that an edit of a preset comes to.
fn lines(text: &str, edits: &[(&str, &str)]) -> Vec<String> {
    let before = Policy::from_toml(text).expect("a preset");
    let text = edits
        .iter()
        .fold(text.to_owned(), |text, (old, new)| edited(&text, old, new).0);
    let after = Policy::from_toml(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let found = before.differences(&after);
    found.iter().map(Difference::to_string).collect()
}

#[test]
fn the_same_rules_have_no_differences_and_others_have_some() {
    for one in Presets::shipped().iter() {
        for other in Presets::shipped().iter() {
            let differences = one.policy.differences(&other.policy);
            assert_eq!(
                differences.is_empty(),
                one == other,
                "{} and {}",
                one.key,
                other.key
            );
        }
    }
}

#[test]
fn values_and_lists_are_told_by_their_place_in_the_file() {
    let found = lines(
        CAMPAIGNS,
        &[
            ("lifetime_days = 7", "lifetime_days = 14"),
            ("default_role = \"member\"", "default_role = \"viewer\""),
            ("leave = []", "leave = [\"viewer\"]"),
            ("name = \"Member\"", "name = \"Colleague\""),
            (
                "\"members.view\",\n    \"members.invite\",",
                "\"members.view\", \"members.invite\",",
            ),
        ],
    );
    assert_eq!(
        found,
        [
            "role.member.name: Member → Colleague",
            "members.leave: + viewer",
            "invitation.default_role: member → viewer",
            "invitation.lifetime_days: 7 → 14",
        ]
    );
}

#[test]
fn what_was_left_out_before_is_told_too() {
    let found = lines(
        PROJECT,
        &[
            (
                "[link]\nenabled = false",
                "[link]\nenabled = true\nrole = \"member\"",
            ),
            (
                "[sentences]\n",
                "[[plan]]\nkey = \"pro\"\nname = \"Pro\"\n\n[sentences]\nplan = \"Pay first.\"\n",
            ),
        ],
    );
    assert_eq!(
        found,
        [
            "link.enabled: false → true",
            "link.role: – → member",
            "+ plan.pro",
            "sentences.plan: – → Pay first.",
        ]
    );
}

#[test]
fn roles_come_go_and_change_places() {
    let guest = "[[role]]\nkey = \"guest\"\nname = \"Guest\"\nplural = \"Guests\"\ndescription = \"Looks.\"\n\n[[setting]]";
    assert_eq!(lines(COMPANY, &[("[[setting]]", guest)]), ["+ role.guest"]);
    let (head, rest) = COMPANY
        .split_once("[[role]]\nkey = \"manager\"")
        .expect("a manager");
    let (manager, rest) = rest.split_once("[[role]]\nkey = \"user\"").expect("a user");
    let (user, rest) = rest.split_once("[[setting]]").expect("a setting");
    // A manager below the users could not invite them.
    let manager = manager
        .replace(", \"members.invite\"", "")
        .replace("invites = [\"user\"]\n", "");
    let text =
        format!("{head}[[role]]\nkey = \"user\"{user}[[role]]\nkey = \"manager\"{manager}[[settings]]{rest}");
    let text = text
        .split("[[settings]]")
        .next()
        .expect("the part before the settings");
    let before = Policy::from_toml(COMPANY).expect("a preset");
    let after = Policy::from_toml(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let found = before.differences(&after);
    let found: Vec<String> = found.iter().map(Difference::to_string).collect();
    assert_eq!(
        found,
        [
            "role: another order",
            "role.manager.invites: − user",
            "role.manager.permissions: − members.invite",
            "− setting.managers_invite_managers",
            "sentences.last_top: A team must have at least one Admin. Ma… → –",
        ]
    );
}

#[test]
fn a_line_and_the_summary_for_the_log_are_short() {
    let (one, other) = (preset("campaigns"), preset("business"));
    let differences = one.differences(other);
    assert!(differences.len() > 10);
    assert!(
        differences
            .iter()
            .all(|line| line.to_string().chars().count() <= 120)
    );
    let all = summary(&differences);
    assert!(
        all.chars().count() < 400 && all.ends_with(&format!("; +{}", differences.len() - 3)),
        "{all}"
    );
    assert_eq!(summary(&differences[..1]), differences[0].to_string());
}
