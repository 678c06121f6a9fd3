//! The table of presets, cell by cell, and what a policy that is edited by hand runs into.

mod business;
mod campaigns;
mod company;
mod diff;
mod document;
mod mistakes;
mod mutated;
mod product;
mod project;
mod reach;
mod table;
mod texts;
mod workspace;

use muster_core::policy::{Policy, Presets, Role, RoleKey};

use crate::said;

const CAMPAIGNS: &str = include_str!("../../src/policy/presets/campaigns.toml");
const WORKSPACE: &str = include_str!("../../src/policy/presets/workspace.toml");
const COMPANY: &str = include_str!("../../src/policy/presets/company.toml");
const PROJECT: &str = include_str!("../../src/policy/presets/project.toml");
const BUSINESS: &str = include_str!("../../src/policy/presets/business.toml");

fn preset(key: &str) -> &'static Policy {
    &Presets::shipped().get(key).expect("a built-in preset").policy
}

fn role(key: &str) -> RoleKey {
    RoleKey::parse(key).expect("a role key")
}

/// The edit is refused on its own line, for this reason.
#[track_caller]
fn refused(text: &str, old: &str, new: &str, reason: &str) {
    let (text, line) = edited(text, old, new);
    let error = Policy::from_toml(&text).expect_err("this policy must be refused");
    assert_eq!(error.to_string(), format!("line {line}: {reason}"));
}

fn keys(roles: &[&Role]) -> Vec<String> {
    roles.iter().map(|role| role.key.to_string()).collect()
}

/// The roles for which the question is answered with yes, highest first.
fn who(policy: &Policy, question: impl Fn(&RoleKey) -> bool) -> Vec<String> {
    policy
        .roles()
        .iter()
        .map(|role| &role.key)
        .filter(|key| question(key))
        .map(RoleKey::to_string)
        .collect()
}

/// Every `actor: a, b` for which the question about two roles is answered with yes.
fn table(policy: &Policy, question: impl Fn(&RoleKey, &RoleKey) -> bool) -> Vec<String> {
    let row = |actor: &RoleKey| (actor.clone(), who(policy, |other| question(actor, other)));
    let rows = policy.roles().iter().map(|role| row(&role.key));
    rows.filter(|(_, reached)| !reached.is_empty())
        .map(|(actor, reached)| format!("{actor}: {}", reached.join(", ")))
        .collect()
}

/// Every `actor: from → to` that the policy allows for somebody else's role.
fn role_changes(policy: &Policy) -> Vec<String> {
    let mut lines = Vec::new();
    for actor in policy.roles() {
        for from in policy.roles() {
            for to in policy.assignable_by(&actor.key, &from.key) {
                lines.push(format!("{}: {} → {}", actor.key, from.key, to.key));
            }
        }
    }
    lines
}

fn product(policy: &Policy, key: &str) -> Vec<String> {
    policy
        .role(&role(key))
        .expect("a role of the policy")
        .product
        .clone()
}

/// `text` with `old` replaced once by `new`, and the line on which `new` begins.
fn edited(text: &str, old: &str, new: &str) -> (String, usize) {
    let at = text
        .find(old)
        .unwrap_or_else(|| panic!("`{old}` is not in the text"));
    let line = text[..at].matches('\n').count() + 1;
    (text.replacen(old, new, 1), line)
}
