//! Who changes a team's rules: a file handed in, and buttons that somebody else was shown.

use super::Stage;
use crate::app::said;
use crate::rules::import;

impl Stage {
    /// The rules that the team has, handed in as a file: whoever may change them hears that they are the same.
    pub(super) async fn rules(&mut self, roles: &[String]) {
        let text = self.app.world.policy(self.team).await.to_toml();
        for actor in 0..self.actors.len() {
            self.tried += 1;
            let (role, before) = (self.actors[actor].role.clone(), self.entries().await);
            let card = said(import(&self.actors[actor].person, &[], text.as_str()).await);
            let (same, refused) = (
                card.text().contains("has already"),
                card.text().contains("NEED-ROLE"),
            );
            if (same, refused) != (roles.contains(&role), !roles.contains(&role))
                || self.entries().await != before
            {
                self.wrong
                    .push(format!("{role}: /team policy import: {}", card.text()));
            }
        }
    }

    /// Every setting of the rules, turned by a button of somebody else's card.
    pub(super) async fn settings(&mut self, roles: &[String]) {
        let settings = self.app.world.policy(self.team).await.settings().to_vec();
        assert!(!settings.is_empty(), "these rules have no setting to turn");
        for setting in settings {
            for actor in 0..self.actors.len() {
                self.tried += 1;
                let by = &self.actors[actor];
                let (role, person) = (by.role.clone(), by.person.clone());
                let before = self.entries().await;
                let own = said(person.slash("/team list").await);
                let pressed = format!("v1|turn-on|{}|{}", self.team, setting.key);
                let card = said(person.forge_click(&own, &pressed).await);
                let allowed = roles.contains(&role);
                if card.text().contains("NEED-ROLE") == allowed
                    || self.entries().await != before + usize::from(allowed)
                {
                    self.wrong
                        .push(format!("{role}: turning {}: {}", setting.key, card.text()));
                }
                if allowed {
                    let back = pressed.replace("turn-on", "turn-off");
                    said(person.forge_click(&own, &back).await);
                }
            }
        }
    }
}
