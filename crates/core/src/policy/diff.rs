//! What differs between two policies, part by part: for whoever is about to use one, and for the log.
//!
//! The parts are named as in a policy's TOML, so the lines need no translation and can be found in the file.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::{Map, Value};

use super::Policy;

/// In this order the parts are compared; one that is not named here comes after them.
const PARTS: [&str; 11] = [
    "ownership",
    "role",
    "setting",
    "members",
    "invitation",
    "link",
    "plan",
    "mail",
    "sentences",
    "name",
    "summary",
];
/// The longest value that a line shows, and the longest line.
const VALUE: usize = 40;
const LINE: usize = 120;
/// How many differences [`summary`] shows.
const SHOWN: usize = 3;

/// One thing that differs. It displays as a short line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// A role, plan or setting that was not there.
    Added(String),
    /// One that is no longer there.
    Removed(String),
    /// A list that has gained and lost entries.
    List {
        /// Which.
        path: String,
        /// What it has gained.
        gained: Vec<String>,
        /// What it has lost.
        lost: Vec<String>,
    },
    /// A list, or the roles, plans or settings, in another order.
    Order(String),
    /// A value that is another.
    Value {
        /// Which.
        path: String,
        /// What it was, if it was there.
        from: Option<String>,
        /// What it is, if it is there.
        to: Option<String>,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = match self {
            Self::Added(path) => format!("+ {path}"),
            Self::Removed(path) => format!("− {path}"),
            Self::List { path, gained, lost } => {
                let gained = gained.iter().map(|entry| format!("+ {entry}"));
                let all = gained.chain(lost.iter().map(|entry| format!("− {entry}")));
                format!("{path}: {}", all.collect::<Vec<_>>().join(", "))
            }
            Self::Order(path) => format!("{path}: another order"),
            Self::Value { path, from, to } => {
                let shown = |value: &Option<String>| {
                    let value = value.as_deref().unwrap_or("–");
                    shortened(value, VALUE)
                };
                format!("{path}: {} → {}", shown(from), shown(to))
            }
        };
        f.write_str(&shortened(&line, LINE))
    }
}

impl Policy {
    /// What would change if `new` took the place of this policy; nothing when they are the same.
    pub fn differences(&self, new: &Policy) -> Vec<Difference> {
        let mut found = Vec::new();
        let (old, new) = (tree(self), tree(new));
        let named = PARTS.iter().map(|part| (*part).to_owned());
        let others: BTreeSet<String> = old.keys().chain(new.keys()).cloned().collect();
        let others = others.into_iter().filter(|part| !PARTS.contains(&part.as_str()));
        for part in named.chain(others) {
            compare(&part, old.get(&part), new.get(&part), &mut found);
        }
        found
    }
}

/// Differences in one line of bounded length, for the log.
pub fn summary(differences: &[Difference]) -> String {
    let mut lines: Vec<String> = differences
        .iter()
        .take(SHOWN)
        .map(Difference::to_string)
        .collect();
    if differences.len() > SHOWN {
        lines.push(format!("+{}", differences.len() - SHOWN));
    }
    lines.join("; ")
}

fn tree(policy: &Policy) -> Map<String, Value> {
    match serde_json::to_value(policy) {
        Ok(Value::Object(tree)) => tree,
        // It is made of names, numbers, lists and tables.
        other => unreachable!("a policy is a table, not {other:?}"),
    }
}

fn compare(path: &str, old: Option<&Value>, new: Option<&Value>, found: &mut Vec<Difference>) {
    if old == new {
        return;
    }
    let is_list = |value: Option<&Value>| value.is_some_and(Value::is_array);
    let is_table = |value: Option<&Value>| value.is_some_and(Value::is_object);
    if is_list(old) || is_list(new) {
        // A list that is empty may be left out.
        let (old, new) = (entries(old), entries(new));
        if old.iter().chain(new).any(Value::is_object) {
            compare_keyed(path, old, new, found);
        } else {
            compare_lists(path, old, new, found);
        }
    } else if is_table(old) || is_table(new) {
        let empty = Map::new();
        let old = old.and_then(Value::as_object).unwrap_or(&empty);
        let new = new.and_then(Value::as_object).unwrap_or(&empty);
        let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for key in keys {
            compare(&format!("{path}.{key}"), old.get(key), new.get(key), found);
        }
    } else {
        found.push(Difference::Value {
            path: path.to_owned(),
            from: old.map(shown),
            to: new.map(shown),
        });
    }
}

fn entries(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Roles, plans and settings are known by their keys.
fn compare_keyed(path: &str, old: &[Value], new: &[Value], found: &mut Vec<Difference>) {
    let key = |one: &Value| one.get("key").map(shown).unwrap_or_default();
    let find = |all: &[Value], wanted: &str| all.iter().position(|one| key(one) == wanted);
    for one in old.iter().filter(|one| find(new, &key(one)).is_none()) {
        found.push(Difference::Removed(format!("{path}.{}", key(one))));
    }
    for one in new.iter().filter(|one| find(old, &key(one)).is_none()) {
        found.push(Difference::Added(format!("{path}.{}", key(one))));
    }
    let kept = |all: &[Value], other: &[Value]| -> Vec<String> {
        let keys = all.iter().map(key);
        keys.filter(|key| find(other, key).is_some()).collect()
    };
    if kept(old, new) != kept(new, old) {
        found.push(Difference::Order(path.to_owned()));
    }
    for one in new {
        if let Some(nth) = find(old, &key(one)) {
            compare(&format!("{path}.{}", key(one)), Some(&old[nth]), Some(one), found);
        }
    }
}

fn compare_lists(path: &str, old: &[Value], new: &[Value], found: &mut Vec<Difference>) {
    let missing = |from: &[Value], other: &[Value]| -> Vec<String> {
        let left = from.iter().filter(|entry| !other.contains(entry));
        left.map(shown).collect()
    };
    let (gained, lost) = (missing(new, old), missing(old, new));
    let path = path.to_owned();
    found.push(if gained.is_empty() && lost.is_empty() {
        Difference::Order(path)
    } else {
        Difference::List { path, gained, lost }
    });
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}
