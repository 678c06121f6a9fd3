//! How a program reads a list: so many rows at a time, by a filter, and on from a cursor that we made for this team, this list
//! and this filter, and for nothing else.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::DateTime;
use muster_core::env::Env;
use muster_core::ids::TeamId;
use muster_core::page::{Keyset, Place};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

use super::body::{Query, named, said};
use super::problem::Fault;

/// How many rows a program gets unless it asks for others.
const USUAL: u32 = 50;
/// The most that it gets at once.
pub const MOST: u32 = 200;
const PURPOSE: &str = "cursor of the API";
const MAC: usize = 16;
/// Longer than any that we make.
const LENGTH: usize = 200;

/// Which stretch of a list is wanted.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Stretch {
    /// How many at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// The `next_cursor` of the answer before.
    cursor: Option<String>,
}

/// No filter: the whole list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct All {}

/// The parameters of a list: a filter, and which stretch of what it leaves.
pub struct Listing<F = All> {
    /// What the list is cut down to.
    pub filter: F,
    /// Which stretch of it.
    pub stretch: Stretch,
}

impl<F: DeserializeOwned> Query for Listing<F> {
    fn read(text: &str) -> Result<Self, Fault> {
        let (stretch, filter) = named(text)?
            .into_iter()
            .partition(|(name, _)| matches!(name.as_str(), "limit" | "cursor"));
        Ok(Self {
            filter: said(filter)?,
            stretch: said(stretch)?,
        })
    }
}

/// The reading of one list of a team, by one filter.
pub struct Reading {
    team: String,
    list: &'static str,
    filter: String,
    /// How many rows are wanted.
    pub limit: u32,
    said: Option<String>,
}

impl Reading {
    /// A reading as the request says; the filter as text.
    pub fn new(
        team: TeamId,
        list: &'static str,
        filter: &[Option<&str>],
        stretch: Stretch,
    ) -> Result<Self, Fault> {
        let limit = match stretch.limit {
            None => USUAL,
            Some(text) => text
                .parse()
                .ok()
                .filter(|limit| (1..=MOST).contains(limit))
                .ok_or_else(|| Fault::Query(format!("limit has to be a number from 1 to {MOST}")))?,
        };
        let parts: Vec<String> = filter.iter().map(|part| format!("{part:?}")).collect();
        Ok(Self {
            team: team.to_string(),
            list,
            filter: parts.join(","),
            limit,
            said: stretch.cursor,
        })
    }

    fn mac(&self, env: &Env, place: &str) -> [u8; MAC] {
        short(env.keys().sign(PURPOSE, &self.parts(place)))
    }

    fn parts<'a>(&'a self, place: &'a str) -> [&'a [u8]; 4] {
        [&self.team, self.list, &self.filter, place].map(str::as_bytes)
    }

    /// The cursor of a place in the list.
    pub fn cursor(&self, env: &Env, place: &str) -> String {
        let mac = self.mac(env, place);
        BASE64_URL_SAFE_NO_PAD.encode([&mac[..], place.as_bytes()].concat())
    }

    /// The place that the request's cursor is of; none when it has none.
    pub fn place(&self, env: &Env) -> Result<Option<String>, Fault> {
        let Some(said) = &self.said else {
            return Ok(None);
        };
        self.read(env, said).map(Some).ok_or_else(|| {
            Fault::Query("cursor has to be the next_cursor of the same list with the same filters".to_owned())
        })
    }

    fn read(&self, env: &Env, said: &str) -> Option<String> {
        let bytes = (said.len() <= LENGTH).then(|| BASE64_URL_SAFE_NO_PAD.decode(said).ok())??;
        let (mac, place) = bytes.split_at_checked(MAC)?;
        let place = std::str::from_utf8(place).ok()?;
        let genuine = env
            .keys()
            .sign_with_each(PURPOSE, &self.parts(place))
            .any(|known| short(known) == mac);
        genuine.then(|| place.to_owned())
    }

    /// Where to go on in a list that is ordered by time and id.
    pub fn keyset(&self, env: &Env) -> Result<Keyset, Fault> {
        let place = self.place(env)?;
        let behind = place.as_deref().and_then(place_of);
        Ok(Keyset::new(behind, self.limit))
    }
}

fn short(signature: [u8; 32]) -> [u8; MAC] {
    let mut mac = [0; MAC];
    mac.copy_from_slice(&signature[..MAC]);
    mac
}

fn place_of(text: &str) -> Option<Place> {
    let (micros, id) = text.split_once('|')?;
    let at = DateTime::from_timestamp_micros(micros.parse().ok()?)?;
    Some((at, id.to_owned()))
}

#[cfg(test)]
mod tests {
    use muster_core::env::{Clock, Keys};

    use super::*;

    fn reading(list: &'static str, filter: Option<&str>, cursor: Option<String>) -> Reading {
        let team = "01JZ0000000000000000000000".parse().unwrap();
        Reading::new(team, list, &[filter], Stretch { limit: None, cursor })
            .map_err(|_| "refused")
            .unwrap()
    }

    #[test]
    fn a_cursor_goes_on_with_its_own_list_only() {
        let env = muster_core::testing::env(Clock::system(), &Keys::generate());
        let cursor = reading("members", None, None).cursor(&env, "7|x");
        let place = |list, filter, cursor: &str| {
            reading(list, filter, Some(cursor.to_owned()))
                .place(&env)
                .map_err(drop)
        };
        assert_eq!(place("members", None, &cursor), Ok(Some("7|x".to_owned())));
        for (list, filter, cursor) in [
            ("members", Some("owner"), cursor.clone()),
            ("invitations", None, cursor.clone()),
            ("members", None, String::new()),
            ("members", None, "garbage!".to_owned()),
            ("members", None, cursor[1..].to_owned()),
            ("members", None, cursor.clone() + "AA"),
            ("members", None, "A".repeat(10_000)),
        ] {
            assert_eq!(
                place(list, filter, &cursor),
                Err(()),
                "{list} {filter:?} {cursor}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn no_cursor_panics_and_none_is_guessed(text in ".{0,80}", letters in "[A-Za-z0-9_-]{0,80}") {
            let env = muster_core::testing::env(Clock::system(), &Keys::generate());
            for said in [text, letters] {
                let place = reading("members", None, Some(said.clone())).place(&env);
                proptest::prop_assert!(place.is_err(), "{}", said);
                let _ = place_of(&said);
            }
        }
    }
}
