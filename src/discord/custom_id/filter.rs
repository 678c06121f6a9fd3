//! Which invitations a list shows, as one word.

use muster_core::invitation::{Filter, Status};

use super::UnknownAction;

/// The word for a filter of invitations, in ids and as a value of the filter's select.
pub fn filter_word(filter: Filter) -> &'static str {
    match filter {
        Filter::Open => "open",
        Filter::All => "all",
        Filter::Only(status) => status.as_str(),
    }
}

/// The filter of invitations that a word means.
pub fn parse_filter(word: &str) -> Result<Filter, UnknownAction> {
    match word {
        "open" => Ok(Filter::Open),
        "all" => Ok(Filter::All),
        word => word
            .parse::<Status>()
            .map(Filter::Only)
            .map_err(|_| UnknownAction),
    }
}
