//! A policy as a document: it reads back as written, and every word in it can be looked up.

use muster_core::policy::*;

use super::*;

fn all() -> Vec<Policy> {
    Presets::shipped()
        .iter()
        .map(|preset| preset.policy.clone())
        .collect()
}

#[test]
fn a_policy_written_as_toml_reads_back_the_same_with_its_roles_in_order() {
    for policy in all() {
        let text = policy.to_toml();
        let again = Policy::from_toml(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(again, policy);
        assert_eq!(again.to_toml(), text);
    }
}

#[test]
fn a_policy_stored_as_json_reads_back_the_same() {
    for policy in all() {
        let json = serde_json::to_string(&policy).expect("a policy is JSON");
        assert_eq!(serde_json::from_str::<Policy>(&json).expect("and back"), policy);
    }
}

#[test]
fn the_shipped_presets_are_found_by_key() {
    let shipped = Presets::shipped();
    let keys: Vec<&str> = shipped.iter().map(|preset| preset.key.as_str()).collect();
    assert_eq!(keys, ["campaigns", "workspace", "company", "project", "business"]);
    let campaigns = shipped.get("campaigns").expect("it ships");
    assert_eq!((campaigns.name.as_str(), campaigns.summary.as_str()), {
        let policy = &campaigns.policy;
        (policy.name(), policy.summary())
    });
    assert_eq!(shipped.get("anarchy"), None);
}

#[test]
fn every_permission_is_read_by_the_name_it_is_written_with() {
    for permission in Permission::ALL {
        assert_eq!(Permission::parse(permission.as_str()), Ok(permission));
        assert_eq!(
            serde_json::to_value(permission).expect("JSON"),
            permission.as_str()
        );
    }
    assert!(Permission::parse("members.promote").is_err());
}

#[test]
fn role_keys_are_short_plain_words() {
    for good in ["owner", "a", "team_lead_2", &"a".repeat(32)] {
        assert_eq!(
            RoleKey::parse(good).map(|key| key.to_string()),
            Ok(good.to_owned())
        );
    }
    for bad in [
        "",
        "Owner",
        "2nd",
        "_x",
        "team lead",
        "team-lead",
        "böss",
        &"a".repeat(33),
    ] {
        assert!(RoleKey::parse(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn every_refusal_of_every_policy_has_a_sentence_without_gaps() {
    let mut refusals: Vec<Refusal> = Permission::ALL.map(Refusal::from).to_vec();
    refusals.extend([
        Refusal::InviteRole,
        Refusal::AssignRole,
        Refusal::RemoveRole,
        Refusal::DeactivateRole,
    ]);
    refusals.extend([
        Refusal::OwnRole,
        Refusal::SelfRemoval,
        Refusal::SelfDeactivation,
        Refusal::LastTop,
    ]);
    refusals.extend([
        Refusal::TopRole,
        Refusal::TopRemoval,
        Refusal::Leave,
        Refusal::ExistingAccount,
    ]);
    refusals.extend([
        Refusal::AlreadyInvited,
        Refusal::LinkOff,
        Refusal::Plan,
        Refusal::Seats,
    ]);
    for policy in all() {
        for refusal in &refusals {
            let sentence = said(&policy.refusal(*refusal));
            assert!(
                !sentence.is_empty() && !sentence.contains("  "),
                "{refusal:?}: {sentence}"
            );
        }
    }
}

#[test]
fn a_policy_may_use_its_own_words() {
    let words = "[sentences]\nroles_change = \"Ask Dana.\"\nlast_top";
    let (text, _) = edited(PROJECT, "[sentences]\nlast_top", words);
    let policy = Policy::from_toml(&text).expect("its own words are fine");
    assert_eq!(said(&policy.refusal(Refusal::RolesChange)), "Ask Dana.");
}
