//! What the command line asks for.

use crate::{Bench, Database, Helper, Scenario};

/// Quick shows that everything runs; its figures mean nothing.
const QUICK: f64 = 0.02;

pub const USAGE: &str = "cargo bench … -- [--quick | --scale FACTOR] [SCENARIO | sqlite | postgresql]…";

pub enum Task<'a> {
    /// Scenarios in processes of their own; of all databases and scenarios, those that a word names.
    Lead { words: Vec<String>, scale: f64 },
    /// One of those processes.
    Measure(&'a Scenario, Database, f64),
    /// Another process that one of those started.
    Help(&'a Helper),
}

impl Bench {
    pub(crate) fn task(&self, mut arguments: impl Iterator<Item = String>) -> Result<Task<'_>, String> {
        let (mut words, mut scale, mut alone) = (Vec::new(), 1.0, false);
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                // Cargo's own, to every benchmark.
                "--bench" => {}
                "--alone" => alone = true,
                "--quick" => scale = QUICK,
                "--scale" => {
                    scale = arguments
                        .next()
                        .and_then(|text| text.parse().ok())
                        .filter(|scale| *scale > 0.0 && *scale <= 1.0)
                        .ok_or("--scale needs a factor above 0 and up to 1")?;
                }
                flag if flag.starts_with("--") => {
                    return self
                        .helpers
                        .iter()
                        .find(|helper| helper.flag == flag)
                        .map(Task::Help)
                        .ok_or(format!("`{flag}` is not known"));
                }
                word => words.push(word.to_lowercase()),
            }
        }
        if let Some(word) = words.iter().find(|word| !self.knows(word)) {
            return Err(format!("`{word}` is no scenario and no database"));
        }
        if !alone {
            return Ok(Task::Lead { words, scale });
        }
        match *self.chosen(&words) {
            [(scenario, database)] => Ok(Task::Measure(scenario, database, scale)),
            _ => Err("--alone needs one scenario and one database".to_owned()),
        }
    }

    fn knows(&self, word: &str) -> bool {
        self.scenarios.iter().any(|scenario| scenario.name == word)
            || Database::ALL
                .iter()
                .any(|database| database.name().to_lowercase() == word)
    }

    /// The pairs that the words leave: scenarios that are named, or all; databases that are named, or both.
    pub(crate) fn chosen(&self, words: &[String]) -> Vec<(&Scenario, Database)> {
        let named = |name: &str| words.iter().any(|word| *word == name.to_lowercase());
        let any_scenario = !self.scenarios.iter().any(|scenario| named(scenario.name));
        let any_database = !Database::ALL.iter().any(|database| named(database.name()));
        self.scenarios
            .iter()
            .filter(|scenario| any_scenario || named(scenario.name))
            .flat_map(|scenario| Database::ALL.map(|database| (scenario, database)))
            .filter(|(_, database)| any_database || named(database.name()))
            .collect()
    }
}
