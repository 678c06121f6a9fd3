//! What buttons mean to whoever presses them, and nobody else.

use muster_core::error::Error;

use super::Desk;
use super::caller::Caller;
use super::card::Card;
use super::custom_id::Own;
use super::error::unknown_action;

impl Desk {
    /// Somebody pressed a button that is about themselves.
    pub async fn press_own(&self, caller: &Caller, own: Own, chosen: Option<&str>) -> Result<Card, Error> {
        match own {
            Own::OpenCard { id } => self.open_card(caller, id).await,
            Own::AcceptCard { id } => self.accept_card(caller, id).await,
            Own::Membership { team } => self.membership(caller, team).await,
            Own::DeclineCard { id } => self.decline_card(caller, id).await,
            Own::Wish { what, wanted } => self.wish(caller, what, wanted).await,
            Own::Help => self.help(caller, chosen).await,
            Own::Unlink => self.unlink(caller).await,
            // They open and are a form.
            Own::Erase | Own::EraseForm => Ok(unknown_action(caller.locale)),
        }
    }
}
