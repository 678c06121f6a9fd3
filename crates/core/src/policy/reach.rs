//! How far somebody who does not hold the top role may change the rules: never beyond what their own role has.

use super::validate::REACHES;
use super::{Policy, Role, RoleKey};

impl Policy {
    /// Whether `new` in place of this policy would give away more than `caller` has here: it changes who is on top or
    /// what the top role may, or some role gets a permission or a reach that neither it nor the caller's role has.
    pub fn outgrown_by(&self, new: &Policy, caller: &RoleKey) -> bool {
        if self.is_top(caller) {
            return false;
        }
        let top = self.top_role();
        let Some(mine) = self.role(caller) else {
            return true;
        };
        self.ownership != new.ownership
            || self.role(top) != new.role(top)
            || new.roles.iter().any(|role| self.outgrown_in(new, role, mine))
    }

    fn outgrown_in(&self, new: &Policy, role: &Role, mine: &Role) -> bool {
        let had = self.role(&role.key);
        let permissions = had.map_or(&[][..], |had| &had.permissions);
        let product = had.map_or(&[][..], |had| &had.product);
        gains(permissions, &role.permissions, &mine.permissions)
            || gains(product, &role.product, &mine.product)
            || REACHES.iter().any(|reach| {
                let before = had.map_or(&[][..], reach.roles);
                gains(before, (reach.roles)(role), (reach.roles)(mine))
            })
            || gains(
                &self.offers(&role.key),
                &new.offers(&role.key),
                &self.offers(&mine.key),
            )
    }

    /// The roles that a role may offer when every setting is on.
    fn offers(&self, key: &RoleKey) -> Vec<&RoleKey> {
        let own = self.role(key).into_iter().flat_map(|role| &role.invites);
        let widened = self
            .settings
            .iter()
            .filter_map(|setting| setting.invites.get(key));
        own.chain(widened.flatten()).collect()
    }
}

/// Whether `has` holds something that is neither in `had` nor in `mine`.
fn gains<T: PartialEq>(had: &[T], has: &[T], mine: &[T]) -> bool {
    has.iter().any(|one| !had.contains(one) && !mine.contains(one))
}
