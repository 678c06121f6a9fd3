//! Buttons, select menus and forms: used the way Discord's client lets a person use them.

use serde_json::{Value, json};

use super::form::Modal;
use super::outcome::{Refused, Reply};
use super::values::{self, Resolved};
use super::view::{Message, Select, SelectKind};
use super::{Person, client};
use crate::interaction::{COMPONENT, MODAL_SUBMIT};
use crate::model::id;
use crate::world::World;

impl SelectKind {
    fn number(self) -> u8 {
        match self {
            Self::Options => 3,
            Self::Users => 5,
            Self::Roles => 6,
            Self::Mentionables => 7,
            Self::Channels => 8,
        }
    }
}

impl Person {
    fn visible(&self, world: &World, message: &Message) -> Result<Message, Refused> {
        let found = self.message_now(world, message.id);
        found.ok_or_else(|| client("The message is not there any more, or not for you."))
    }

    /// Presses a button, named by its words or its custom id, on the message as it is now.
    pub async fn click(&self, message: &Message, button: &str) -> Result<Reply, Refused> {
        let interaction = self.shared.write(|world| {
            let now = self.visible(world, message)?;
            let found = now.button(button);
            let found = found.ok_or_else(|| client(format!("The message has no button “{button}”.")))?;
            if found.disabled {
                return Err(client(format!("The button “{button}” is disabled.")));
            }
            if let Some(url) = &found.url {
                return Err(Refused::OpensLink(url.clone()));
            }
            let data = json!({ "custom_id": found.custom_id, "component_type": 2 });
            Ok(world.interact(self.act(COMPONENT, "", Some(message.id), data)))
        })?;
        self.outcome(interaction).await
    }

    /// Sends a button press with any custom id, as a changed client could.
    pub async fn forge_click(&self, message: &Message, custom_id: &str) -> Result<Reply, Refused> {
        let interaction = self.shared.write(|world| {
            self.visible(world, message)?;
            let data = json!({ "custom_id": custom_id, "component_type": 2 });
            Ok::<_, Refused>(world.interact(self.act(COMPONENT, "", Some(message.id), data)))
        })?;
        self.outcome(interaction).await
    }

    /// Chooses in a select menu, named by its placeholder or custom id. Values are labels or values of its
    /// options, or names of people, roles or channels.
    pub async fn select(&self, message: &Message, select: &str, values: &[&str]) -> Result<Reply, Refused> {
        let interaction = self.shared.write(|world| {
            let now = self.visible(world, message)?;
            let found = now.select(select);
            let found = found.ok_or_else(|| client(format!("The message has no select menu “{select}”.")))?;
            if found.disabled {
                return Err(client(format!("The select menu “{select}” is disabled.")));
            }
            if values.len() < found.min_values || values.len() > found.max_values {
                return Err(client(format!(
                    "Select {} to {} options, not {}.",
                    found.min_values,
                    found.max_values,
                    values.len()
                )));
            }
            let mut resolved = Resolved::default();
            let chosen = values
                .iter()
                .map(|value| self.pick(world, found, value, &mut resolved));
            let chosen = chosen.collect::<Result<Vec<_>, _>>()?;
            let mut data = json!({
                "custom_id": found.custom_id,
                "component_type": found.kind.number(),
                "values": chosen,
            });
            if let Some(resolved) = resolved.into_json() {
                data["resolved"] = resolved;
            }
            Ok(world.interact(self.act(COMPONENT, "", Some(message.id), data)))
        })?;
        self.outcome(interaction).await
    }

    fn pick(
        &self,
        world: &World,
        select: &Select,
        text: &str,
        resolved: &mut Resolved,
    ) -> Result<Value, Refused> {
        let missing = || client(format!("“{text}” is not in the select menu."));
        let user = || values::find_user(world, self.channel, text);
        let role = || values::find_role(world, self.channel, text);
        match select.kind {
            SelectKind::Options => {
                let by_value = select.options.iter().find(|o| o.value == text);
                let found = by_value.or_else(|| select.options.iter().find(|o| o.label == text));
                found.map(|o| json!(o.value)).ok_or_else(missing)
            }
            SelectKind::Channels => {
                let found = values::find_channel(world, self.channel, text).ok_or_else(missing)?;
                resolved.add_channel(world, self.user.id, found);
                Ok(id(found))
            }
            SelectKind::Users | SelectKind::Mentionables if user().is_some() => {
                let found = user().ok_or_else(missing)?;
                resolved.add_user(world, self.channel, found);
                Ok(id(found))
            }
            SelectKind::Roles | SelectKind::Mentionables if role().is_some() => {
                let found = role().ok_or_else(missing)?;
                resolved.add_role(world, self.channel, found);
                Ok(id(found))
            }
            SelectKind::Users | SelectKind::Roles | SelectKind::Mentionables => Err(missing()),
        }
    }

    /// Fills a form, its inputs named by the words above them or their custom ids, and sends it. What is not
    /// named keeps what was filled in already.
    pub async fn submit(&self, modal: &Modal, given: &[(&str, &str)]) -> Result<Reply, Refused> {
        for (name, _) in given {
            if modal.input(name).is_none() {
                return Err(client(format!("The form has no input “{name}”.")));
            }
        }
        let mut rows = Vec::new();
        for input in &modal.inputs {
            let typed = given
                .iter()
                .find(|(name, _)| modal.input(name) == Some(input))
                .map_or(input.value.as_str(), |(_, value)| *value);
            let length = typed.chars().count();
            let label = &input.label;
            if length == 0 && input.required {
                return Err(client(format!("{label}: This field is required.")));
            }
            if length > 0 && length < input.min_length {
                return Err(client(format!(
                    "{label}: Must be {} or more in length.",
                    input.min_length
                )));
            }
            if length > input.max_length {
                return Err(client(format!(
                    "{label}: Must be {} or fewer in length.",
                    input.max_length
                )));
            }
            if !input.paragraph && typed.contains('\n') {
                return Err(client(format!("{label}: Only one line fits here.")));
            }
            rows.push(json!({
                "type": 1,
                "components": [{ "type": 4, "custom_id": input.custom_id, "value": typed }],
            }));
        }
        let interaction = self.shared.write(|world| {
            let data = json!({ "custom_id": modal.custom_id, "components": rows });
            world.interact(self.act(MODAL_SUBMIT, "", modal.message_id, data))
        });
        self.outcome(interaction).await
    }
}
