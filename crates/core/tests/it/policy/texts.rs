//! Texts in a policy that nobody should read, and texts that are no policy at all.

use muster_core::policy::*;

use super::*;

#[test]
fn texts_are_short_present_and_hide_nothing() {
    let name = "this text has 1 to 32 characters on one line, none of them hidden";
    for bad in ["", "   ", "a\\nb", "a\u{202e}b", "a\u{200b}b", &"x".repeat(33)] {
        refused(
            CAMPAIGNS,
            "plural = \"Viewers\"",
            &format!("plural = \"{bad}\""),
            name,
        );
        refused(
            CAMPAIGNS,
            "name = \"Campaigns\"",
            &format!("name = \"{bad}\""),
            name,
        );
    }
    let long = format!("last_top = \"{}\"", "x".repeat(201));
    let old = "last_top = \"You cannot remove the last admin or demote them to Member.\"";
    refused(
        PROJECT,
        old,
        &long,
        "this text has 1 to 200 characters on one line, none of them hidden",
    );
}

#[test]
fn what_is_not_a_policy_is_refused_with_its_line() {
    let reason_of = |old: &str, new: &str| {
        let (text, line) = edited(CAMPAIGNS, old, new);
        let error = Policy::from_toml(&text).expect_err("this policy must be refused");
        assert_eq!(error.line, Some(line), "{error}");
        error.reason
    };
    assert!(reason_of("reinvite =", "renvite =").contains("unknown field `renvite`"));
    assert!(reason_of("lifetime_days = 7", "lifetime_days = -7").contains("-7"));
    assert!(reason_of("lifetime_days = 7", "lifetime_days = \"week\"").contains("week"));
    assert!(reason_of("holders = \"at_least_one\"", "holders = \"two\"").contains("unknown variant `two`"));
    assert!(reason_of("key = \"viewer\"", "key = \"The Viewer\"").contains("`The Viewer` is not a role key"));
    let permission = reason_of(
        "permissions = [\"members.view\"]",
        "permissions = [\"members.vew\"]",
    );
    assert!(
        permission.contains("permission `members.vew` is not known"),
        "{permission}"
    );
    assert!(reason_of("[link]", "[link").contains("unclosed table"));
    let sentence = Policy::from_toml(&PROJECT.replace("last_top", "beep")).expect_err("no such refusal");
    assert!(sentence.reason.contains("unknown variant `beep`"), "{sentence}");
    assert_eq!(sentence.line, Some(PROJECT.lines().count()));
}

#[test]
fn hostile_texts_are_refused_and_never_panic() {
    let long = "#".repeat(64 * 1024 + 1);
    assert_eq!(
        Policy::from_toml(&long).expect_err("too long").to_string(),
        "a policy has at most 64 KiB"
    );
    let deep = format!("x = {}", "[".repeat(30_000));
    for text in ["", "\0", "=", "[[role]]", "role = 3", "é = [", deep.as_str()] {
        let error = Policy::from_toml(text).expect_err("not a policy");
        assert!(!error.to_string().contains('\n'), "{error}");
    }
    // Every prefix of a policy ends somewhere inside a value, a key or a table.
    for (end, _) in CAMPAIGNS.char_indices() {
        if let Ok(policy) = Policy::from_toml(&CAMPAIGNS[..end]) {
            assert_eq!(policy.validate(), Ok(()));
        }
    }
}
