//! A secret, for the only time: of an API key, or of a webhook.

use askama::Template;

use super::Head;
use crate::web::Shell;

/// The page that shows it.
#[derive(Template)]
#[expect(clippy::struct_field_names, reason = "called as the template says them")]
#[template(path = "team/secret.html")]
pub struct Secret {
    /// What every page has.
    pub shell: Shell,
    /// What stands above every page of a team.
    pub head: Head,
    /// What it is the secret of, by name.
    pub name: String,
    /// The secret.
    pub secret: String,
    /// What it is good for.
    pub lines: Vec<String>,
    /// Where one goes on.
    pub back: String,
}
