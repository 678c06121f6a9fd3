//! The same people by programs of theirs: a key reaches as far as its maker does today.

use super::doors::{Door, Seat};
use super::{Preset, Stage};

impl Stage {
    pub(super) async fn api(&mut self, preset: &Preset) {
        // For as long as keys are made everybody may make them: what a key reaches is asked at each request.
        let world = &self.app.world;
        let rules = world.policy(self.team).await.to_toml();
        world.put_policy(self.team, &everybody_manages_keys(&rules)).await;
        let mut seats = Vec::new();
        for actor in &self.actors {
            let secret = world.whole_key(actor.who, self.team).await;
            seats.push(Seat {
                role: actor.role.clone(),
                door: Door::Api { secret },
            });
        }
        world.put_policy(self.team, &rules).await;
        self.at_the_door(&seats, preset).await;
    }
}

fn everybody_manages_keys(policy: &str) -> String {
    let mut roles = policy.split("[[role]]");
    let head = roles.next().unwrap_or_default().to_owned();
    let role = |role: &str| {
        if role.contains("\"api_keys.manage\"") {
            role.to_owned()
        } else if role.contains("permissions = [") {
            role.replacen("permissions = [", "permissions = [\"api_keys.manage\", ", 1)
        } else {
            format!("\npermissions = [\"api_keys.manage\"]{role}")
        }
    };
    roles.fold(head, |policy, one| policy + "[[role]]" + &role(one))
}
