//! Every role on every role, in each preset, through the front doors: what `tests/data/matrix.yaml` says, and nothing
//! more.

mod api;
mod doors;
mod invitations;
mod rules;
mod web;

use std::collections::BTreeMap;

use discord_sim::{Permissions, Person, Reply};
use muster_core::actor::Actor;
use muster_core::both_dbs;
use muster_core::ids::TeamId;
use muster_core::member::Status;
use muster_core::testing::World;
use serde::Deserialize;

use crate::app::{TestApp, people, said};

type Reach = BTreeMap<String, Vec<String>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Preset {
    discord: Discord,
    web: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Discord {
    #[serde(rename = "to members")]
    to_members: BTreeMap<String, Reach>,
    #[serde(rename = "to invitations")]
    to_invitations: BTreeMap<String, Reach>,
    #[serde(rename = "to links")]
    to_links: BTreeMap<String, Reach>,
    alone: BTreeMap<String, Vec<String>>,
    oneself: BTreeMap<String, String>,
}

fn listed(reach: &Reach, actor: &str, target: &str) -> bool {
    reach
        .get(actor)
        .is_some_and(|targets| targets.iter().any(|one| one == target))
}

/// Somebody with a role, and their way in.
struct Somebody {
    name: String,
    role: String,
    who: Actor,
    person: Person,
}

/// A team with an actor and a target of every role; where one role has one holder, they are both.
struct Stage {
    app: TestApp,
    team: TeamId,
    actors: Vec<Somebody>,
    targets: Vec<Somebody>,
    wrong: Vec<String>,
    tried: usize,
}

impl Stage {
    async fn set(world: World, preset: &str, roles: &[String]) -> Self {
        let app = TestApp::start(world).await;
        let mut stage = Self {
            team: app.world.founder(1, "Founder", "Aurora", preset).await.1,
            app,
            actors: Vec::new(),
            targets: Vec::new(),
            wrong: Vec::new(),
            tried: 0,
        };
        if preset == "business" {
            stage.app.world.set_plan(stage.team, "business").await;
            // Its mails about changed roles are the matter of other tests.
            let world = &stage.app.world;
            world
                .edit_policy(stage.team, "role_change = true", "role_change = false")
                .await;
        }
        for role in roles {
            for kind in ["actor", "target"] {
                let name = format!("{kind}-{role}");
                let (user, person) = stage.app.person(&name, Permissions::NONE);
                let id = user.id.cast_signed();
                let alone = ["workspace", "business"].contains(&preset) && role == "owner";
                let who = match (alone, kind) {
                    // The founder stays the only one: both are the same person.
                    (true, "actor") => stage.app.world.hand_to(1, id).await,
                    (true, _) => continue,
                    (false, _) => stage.app.world.seated(stage.team, id, &name, role).await,
                };
                let name = if alone { "Founder".to_owned() } else { name };
                let role = role.clone();
                let somebody = Somebody {
                    name,
                    role,
                    who,
                    person,
                };
                match kind {
                    "actor" => stage.actors.push(somebody),
                    _ => stage.targets.push(somebody),
                }
            }
            if stage.targets.last().is_none_or(|last| last.role != *role) {
                let only = stage.actors.last().expect("the founder");
                stage.targets.push(Somebody {
                    name: only.name.clone(),
                    role: only.role.clone(),
                    who: only.who,
                    person: only.person.clone(),
                });
            }
        }
        stage
    }

    async fn entries(&self) -> usize {
        self.app.done_in(self.team).await
    }

    /// What a command came to: it goes on (a card or a form), or it is refused with this text.
    async fn tried(&mut self, actor: usize, command: &str) -> Result<(), String> {
        self.tried += 1;
        let person = &self.actors[actor].person;
        let reply = if command == "/invite bulk" {
            let file = people("email,first name,last name,phone\nnew@example.net,Ada,Park,1\n");
            person.slash_with_file(command, &[], &[file]).await
        } else {
            person.slash(command).await
        };
        match reply {
            Ok(Reply::Modal(_)) => Ok(()),
            reply => {
                let mut card = said(reply);
                let question = card.buttons().into_iter().map(|button| button.label.clone());
                let go_on = question
                    .clone()
                    .find(|label| label.starts_with("Remove ") || label.starts_with("Make "));
                if let (true, Some(label)) = (card.text().contains('⚠'), go_on) {
                    card = said(self.actors[actor].person.click(&card, &label).await);
                }
                if card.text().contains('⛔') {
                    Err(card.text())
                } else {
                    Ok(())
                }
            }
        }
    }

    async fn expect(&mut self, case: &str, actor: usize, command: &str, allowed: bool, changes: bool) {
        let before = self.entries().await;
        let came_to = self.tried(actor, command).await;
        let after = self.entries().await;
        if came_to.is_ok() != allowed {
            self.wrong.push(format!(
                "{case}: {command} should be {}: {came_to:?}",
                if allowed { "allowed" } else { "refused" }
            ));
        }
        let expected = before + usize::from(allowed && changes);
        if after != expected {
            self.wrong.push(format!(
                "{case}: {command} left {after} entries and not {expected}"
            ));
        }
    }

    async fn members(&mut self, action: &str, matrix: &BTreeMap<String, Reach>) {
        let reach = &matrix[action];
        for actor in 0..self.actors.len() {
            for target in 0..self.targets.len() {
                let (by, to) = (&self.actors[actor], &self.targets[target]);
                if by.who.account == to.who.account {
                    continue;
                }
                let (from, name, who) = (to.role.clone(), to.name.clone(), to.who.account);
                let case = format!("{} on {from}", by.role);
                let allowed = listed(reach, &by.role, &from);
                let gives: Vec<String> = match action {
                    "change role" => self
                        .targets
                        .iter()
                        .map(|one| one.role.clone())
                        .filter(|to| *to != from)
                        .collect(),
                    _ => vec![String::new()],
                };
                for to in gives {
                    let fits = action != "change role"
                        || listed(&matrix["give role"], &self.actors[actor].role, &to);
                    let command = match action {
                        "show" => format!("/member show member:{name}"),
                        "change role" => format!("/member role member:{name} role:{to}"),
                        "transfer" => format!("/team transfer member:{name}"),
                        _ => format!("/member {action} member:{name}"),
                    };
                    if action == "reactivate" {
                        // The only owner cannot be put to sleep to be woken: the database itself refuses.
                        if !self
                            .app
                            .world
                            .try_reset(self.team, who, &from, Status::Deactivated)
                            .await
                        {
                            continue;
                        }
                    }
                    let changes = !["show", "transfer"].contains(&action);
                    self.expect(&case, actor, &command, allowed && fits, changes)
                        .await;
                    self.app.world.reset(self.team, who, &from, Status::Active).await;
                }
            }
        }
    }

    async fn oneself(&mut self, action: &str, sentence: &str, matrix: &BTreeMap<String, Reach>) {
        for actor in 0..self.actors.len() {
            let by = &self.actors[actor];
            if !matrix[action].contains_key(&by.role) {
                continue;
            }
            let other = self
                .targets
                .iter()
                .find(|one| one.role != by.role)
                .expect("another role")
                .role
                .clone();
            let (role, name) = (by.role.clone(), by.name.clone());
            let command = match action {
                "change role" => format!("/member role member:{name} role:{other}"),
                _ => format!("/member {action} member:{name}"),
            };
            let before = self.entries().await;
            let refusal = self.tried(actor, &command).await.err().unwrap_or_default();
            if !refusal.contains(sentence) || self.entries().await != before {
                self.wrong.push(format!(
                    "{role} on themselves: {command} should say `{sentence}`: {refusal}"
                ));
            }
        }
    }

    async fn alone(&mut self, action: &str, roles: &[String]) {
        match action {
            "change the rules" => return self.rules(roles).await,
            "turn a setting" => return self.settings(roles).await,
            _ => {}
        }
        let command = match action {
            "overview" => "/team overview",
            "list members" => "/member list",
            "list invitations" => "/invite list",
            "list scheduled invitations" => "/invite list status:scheduled",
            "invite from a file" => "/invite bulk",
            "read the log" => "/activity log",
            "export the members" => "/member export",
            "export the log" => "/activity export format:CSV",
            "leave" => "/team leave",
            "delete the team" => "/team delete",
            "set the plan" => "/team plan plan:none",
            "see the rules" => "/team policy show",
            "export the rules" => "/team policy export",
            "see the settings" => "/team settings",
            unknown => panic!("the matrix has an unknown action `{unknown}`"),
        };
        for actor in 0..self.actors.len() {
            let role = self.actors[actor].role.clone();
            // Whoever takes data away is named in the log.
            let changes = ["export the members", "export the log"].contains(&action);
            self.expect(&role, actor, command, roles.contains(&role), changes)
                .await;
        }
    }
}

async fn every_cell_of(world: World, name: &str) {
    let text = include_str!("../data/matrix.yaml");
    let presets: BTreeMap<String, Preset> = serde_saphyr::from_str(text).expect("the matrix can be read");
    let preset = &presets[name];
    let mut roles: Vec<String> = preset.discord.alone["overview"].clone();
    roles.dedup();
    let mut stage = Stage::set(world, name, &roles).await;
    for action in preset
        .discord
        .to_members
        .keys()
        .filter(|action| *action != "give role")
    {
        stage.members(action, &preset.discord.to_members).await;
    }
    for (action, sentence) in &preset.discord.oneself {
        stage.oneself(action, sentence, &preset.discord.to_members).await;
    }
    stage.invitations(name, &preset.discord.to_invitations).await;
    stage.links(name, &preset.discord.to_links).await;
    for (action, roles) in &preset.discord.alone {
        stage.alone(action, roles).await;
    }
    stage.web(preset).await;
    stage.api(preset).await;
    // Last, because it leaves the team hardly any mails an hour.
    stage
        .scheduled(&preset.discord.to_invitations["cancel scheduled"])
        .await;
    assert!(
        stage.wrong.is_empty(),
        "{} of {} cases:\n{}",
        stage.wrong.len(),
        stage.tried,
        stage.wrong.join("\n")
    );
    assert!(stage.tried >= 50, "only {} cases were tried", stage.tried);
    stage.app.end().await;
}

both_dbs! {
    async fn the_matrix_of_campaigns(world: World) { every_cell_of(world, "campaigns").await; }
    async fn the_matrix_of_workspace(world: World) { every_cell_of(world, "workspace").await; }
    async fn the_matrix_of_company(world: World) { every_cell_of(world, "company").await; }
    async fn the_matrix_of_project(world: World) { every_cell_of(world, "project").await; }
    async fn the_matrix_of_business(world: World) { every_cell_of(world, "business").await; }
}
