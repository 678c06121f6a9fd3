//! The pages, one file each.

pub mod account;
pub mod discord_login;
pub mod forgot;
pub mod health;
pub mod home;
pub mod invitation;
pub mod join;
pub mod join_new;
pub mod link;
pub mod login;
pub mod stop;
pub mod team;
pub mod verify;

use std::collections::HashMap;

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use muster_core::error::Error;

use super::error::Problem;

/// The one variable part of a path; what is no text is no address of ours.
pub type Part = Result<Path<String>, PathRejection>;
/// What follows the question mark. Anything may be there: mail programs and trackers add to links.
type Params = axum::extract::Query<HashMap<String, String>>;

pub fn part(path: Part) -> Result<String, Problem> {
    path.map(|Path(part)| part)
        .map_err(|_| Error::NotFound("page").into())
}
