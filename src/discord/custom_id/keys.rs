//! Reading the keys of an id one after the other.

use std::fmt;
use std::str::FromStr;

use muster_core::policy::RoleKey;

use super::UnknownAction;

/// The keys of an id that have not been read yet.
pub(super) struct Keys<'a>(pub(super) std::str::Split<'a, char>);

impl<'a> Keys<'a> {
    /// The next key.
    pub(super) fn text(&mut self) -> Result<&'a str, UnknownAction> {
        self.0.next().ok_or(UnknownAction)
    }

    /// The next key, read.
    pub(super) fn next<T: FromStr>(&mut self) -> Result<T, UnknownAction> {
        self.text()?.parse().map_err(|_| UnknownAction)
    }

    /// An action of two keys.
    pub(super) fn two<A: FromStr, B: FromStr, T>(
        &mut self,
        action: impl FnOnce(A, B) -> T,
    ) -> Result<T, UnknownAction> {
        Ok(action(self.next()?, self.next()?))
    }

    /// One more key, if there is one.
    pub(super) fn rest<T: FromStr>(&mut self) -> Result<Option<T>, UnknownAction> {
        self.0
            .next()
            .map(str::parse)
            .transpose()
            .map_err(|_| UnknownAction)
    }

    /// The next key, a role or a dash for none.
    pub(super) fn role_or_dash(&mut self) -> Result<Option<RoleKey>, UnknownAction> {
        match self.text()? {
            "-" => Ok(None),
            word => RoleKey::parse(word).map(Some).map_err(|_| UnknownAction),
        }
    }

    /// Nothing may follow.
    pub(super) fn end(&mut self) -> Result<(), UnknownAction> {
        if self.0.next().is_none() {
            Ok(())
        } else {
            Err(UnknownAction)
        }
    }
}

/// A key that may be none.
pub(super) fn or_dash<T: fmt::Display>(value: Option<&T>) -> String {
    value.map_or_else(|| "-".to_owned(), T::to_string)
}
