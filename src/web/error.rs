//! What people see when something cannot be done: a sentence, what to do about it, and a code that never changes.
//!
//! A handler answers a [`Problem`]; [`contain`] turns it into a page at the edge, where faults of ours get an incident id
//! and their one line in the log. It also ends requests that take too long and catches panics.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use muster_core::api_key::Trouble;
use muster_core::env::Env;
use muster_core::error::{Error, Rule};
use muster_core::ids::IncidentId;

use crate::refused;

use super::next::NextPath;
use super::{Shell, Site, api, assets, html, see_other, words};

/// How long a request may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Why a request was not served.
#[derive(Debug)]
pub enum Problem {
    /// The core says no, or could not.
    Core(Error),
    /// Only for people who are signed in; afterwards they go on to this path.
    SignIn(Option<NextPath>),
    /// It does not come from one of our pages.
    CrossSite,
    /// The form was made for another browser, or before signing in or out; the page that it stood on, as far as the browser
    /// says.
    OldForm(Option<NextPath>),
    /// The form has a field that it should not have, or one twice, or lacks one.
    Field(String),
    /// The body is not what it says it is.
    Unreadable,
    /// The body is too large.
    TooLarge,
    /// The body took too long to arrive.
    Slow,
    /// The page cannot be asked for in this way.
    Method,
    /// We took too long.
    Timeout,
    /// What only programs can do wrong.
    Api(api::Fault),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::Core(error)
    }
}

impl From<Rule> for Problem {
    fn from(rule: Rule) -> Self {
        Self::Core(rule.into())
    }
}

/// Carries a problem from a handler to the edge, past everything that only knows responses.
#[derive(Clone)]
struct Carried(Arc<Mutex<Option<Problem>>>);

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response
            .extensions_mut()
            .insert(Carried(Arc::new(Mutex::new(Some(self)))));
        response
    }
}

/// Runs a request to its end, whatever end that is, and shows the page of its problem, if it has one.
pub async fn contain(State(site): State<Site>, request: Request, next: Next) -> Response {
    let for_programs = api::is_for_programs(request.uri().path());
    let run = AssertUnwindSafe(tokio::time::timeout(REQUEST_TIMEOUT, next.run(request))).catch_unwind();
    let mut told = HeaderMap::new();
    let problem = match run.await {
        Ok(Ok(mut response)) => match response.extensions_mut().remove::<Carried>() {
            None => return response,
            Some(carried) => {
                told = std::mem::take(response.headers_mut());
                carried
                    .0
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner)
                    .take()
            }
        },
        Ok(Err(_)) => Some(Problem::Timeout),
        Err(_) => None,
    };
    let problem = problem.unwrap_or_else(|| Problem::Core(Error::internal("a request panicked")));
    if let Problem::Core(error) = &problem {
        refused::note(&site.db, &site.env, error).await;
    }
    if for_programs {
        let mut response = api::render(&site.env, &problem);
        // What was said in the head before, such as how the key stands, stays.
        response.headers_mut().extend(told);
        return response;
    }
    render(&site.env, &problem).unwrap_or_else(|problem| {
        tracing::error!("the page of an error could not be shown: {problem:?}");
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    })
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    shell: Shell,
    title: &'static str,
    sentence: String,
    advice: &'static str,
    code: &'static str,
    incident: Option<IncidentId>,
    /// The page to open again.
    again: Option<String>,
}

fn render(env: &Env, problem: &Problem) -> Result<Response, Problem> {
    if let Problem::SignIn(next) = problem {
        return see_other(&next.as_ref().map_or_else(|| "/login".to_owned(), NextPath::login));
    }
    let status = status(problem);
    let (title, advice) = heading(problem, status);
    let page = ProblemPage {
        shell: Shell {
            css: &assets::CSS_PATH,
            icon: &assets::ICON_PATH,
            who: None,
            form_token: String::new(),
        },
        title,
        sentence: sentence(problem, env),
        advice,
        code: code(problem),
        incident: incident(problem, env),
        again: match problem {
            Problem::OldForm(page) => page.as_ref().map(|page| page.as_str().to_owned()),
            _ => None,
        },
    };
    let mut response = html(status, &page)?;
    if let Some(seconds) = retry_after(problem, env) {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if matches!(problem, Problem::Slow | Problem::TooLarge | Problem::Unreadable) {
        // The rest of the body is not waited for.
        response
            .headers_mut()
            .insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}

/// The status that goes with a problem.
pub fn status(problem: &Problem) -> StatusCode {
    match problem {
        Problem::Core(Error::Rule(rule)) => match rule {
            Rule::Closed(_)
            | Rule::OldLink
            | Rule::LinkDead
            | Rule::LinkEnded(_)
            | Rule::LinksOff { .. }
            | Rule::SignUpOver
            | Rule::ProofOver
            | Rule::DiscordSignInOver => StatusCode::GONE,
            Rule::WrongAccount { .. } | Rule::LinkOther { .. } | Rule::LinkDomain { .. } => {
                StatusCode::FORBIDDEN
            }
            Rule::Cooldown { .. }
            | Rule::HourlyLimit { .. }
            | Rule::SignInLimit { .. }
            | Rule::TooMany { .. }
            | Rule::SignUpLimit { .. } => StatusCode::TOO_MANY_REQUESTS,
            Rule::EmailBad { .. }
            | Rule::TextBad { .. }
            | Rule::FieldMissing { .. }
            | Rule::RoleUnknown { .. }
            | Rule::NameMismatch { .. }
            | Rule::PasswordWeak { .. }
            | Rule::PasswordWrong
            | Rule::OwnNameMismatch { .. }
            | Rule::SignInFailed => StatusCode::UNPROCESSABLE_ENTITY,
            Rule::NotConfigured { .. } => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::CONFLICT,
        },
        Problem::Core(Error::Denied(_)) | Problem::CrossSite | Problem::OldForm(_) => StatusCode::FORBIDDEN,
        Problem::Core(Error::NotFound(_)) => StatusCode::NOT_FOUND,
        Problem::Core(Error::Internal(fault)) if fault.is_unavailable() => StatusCode::SERVICE_UNAVAILABLE,
        Problem::Core(Error::Internal(_)) => StatusCode::INTERNAL_SERVER_ERROR,
        Problem::SignIn(_) => StatusCode::SEE_OTHER,
        Problem::Field(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Problem::Unreadable => StatusCode::BAD_REQUEST,
        Problem::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Problem::Slow => StatusCode::REQUEST_TIMEOUT,
        Problem::Method => StatusCode::METHOD_NOT_ALLOWED,
        Problem::Timeout => StatusCode::SERVICE_UNAVAILABLE,
        Problem::Api(fault) => fault.status(),
    }
}

fn heading(problem: &Problem, status: StatusCode) -> (&'static str, &'static str) {
    match (problem, status) {
        (Problem::OldForm(_), _) => (
            "That form is out of date",
            "Open its page again and send it from there.",
        ),
        (Problem::Core(Error::Rule(Rule::ProofOver | Rule::DiscordSignInOver)), _) => (
            "This page no longer works",
            "The start page leads to everything else.",
        ),
        (Problem::Core(Error::Rule(Rule::LinkDead)), _) => (
            "This page no longer works",
            "You can also start again from your account page.",
        ),
        (_, StatusCode::NOT_FOUND) => (
            "Nothing here",
            "Check that the whole link was copied, or go to the start page.",
        ),
        (_, StatusCode::FORBIDDEN) => (
            "You can't do that here",
            "Go back to where you came from, or to the start page.",
        ),
        (_, StatusCode::TOO_MANY_REQUESTS) => ("Not so fast", "Wait until then; nothing is lost."),
        (_, StatusCode::SERVICE_UNAVAILABLE) => {
            ("We are not quite there", "Wait a minute, then reload this page.")
        }
        (_, StatusCode::INTERNAL_SERVER_ERROR) => (
            "That is our fault",
            "Try again. If it keeps happening, tell whoever runs this Muster the incident id below.",
        ),
        _ => ("That did not work", "Go back, check what you sent and try again."),
    }
}

/// What happened, for people.
pub fn sentence(problem: &Problem, env: &Env) -> String {
    let fixed = match problem {
        Problem::Core(error) => return words::told(&error.message(), env.now()),
        Problem::Api(fault) => return fault.sentence(env),
        Problem::Field(reason) => {
            return format!("The form was not filled in the way this page asks: {reason}.");
        }
        Problem::SignIn(_) => "Sign in first.",
        Problem::CrossSite => "This request did not come from one of our pages, so nothing was changed.",
        Problem::OldForm(_) => {
            "It was made before you signed in or out, or for another visit, so nothing was changed."
        }
        Problem::Unreadable => "We could not read what your browser sent.",
        Problem::TooLarge => "That is more than any of our forms can hold.",
        Problem::Slow => "Your connection was too slow to send the whole form.",
        Problem::Method => "This page cannot be used in that way.",
        Problem::Timeout => "That took us too long. It may or may not have been done.",
    };
    fixed.to_owned()
}

/// The stable name of a problem.
pub fn code(problem: &Problem) -> &'static str {
    match problem {
        Problem::Core(error) => error.code(),
        Problem::Api(fault) => fault.code(),
        Problem::SignIn(_) => "SIGN-IN",
        Problem::CrossSite => "CROSS-SITE",
        Problem::OldForm(_) => "OLD-FORM",
        Problem::Field(_) => "FORM-BAD",
        Problem::Unreadable => "UNREADABLE",
        Problem::TooLarge => "TOO-LARGE",
        Problem::Slow => "TOO-SLOW",
        Problem::Method => "METHOD",
        Problem::Timeout => "TIMEOUT",
    }
}

/// Logs a fault of ours, once, under an id that the page shows instead of the fault.
pub(super) fn incident(problem: &Problem, env: &Env) -> Option<IncidentId> {
    let fault = match problem {
        Problem::Core(Error::Internal(fault)) => fault.to_string(),
        Problem::Timeout => "a request took too long".to_owned(),
        _ => return None,
    };
    let incident: IncidentId = env.new_id();
    tracing::error!(%incident, "{fault}");
    Some(incident)
}

/// After how many seconds trying again makes sense.
pub fn retry_after(problem: &Problem, env: &Env) -> Option<u64> {
    match problem {
        Problem::Api(api::Fault::Key(Trouble::Rate { until, .. })) => Some(seconds_until(*until, env)),
        Problem::Core(Error::Rule(rule)) => rule.retry_at().map(|at| seconds_until(at, env)),
        Problem::Core(Error::Internal(fault)) if fault.is_unavailable() => Some(60),
        Problem::Timeout => Some(60),
        _ => None,
    }
}

/// Whole seconds until a moment, at least one.
pub fn seconds_until(at: chrono::DateTime<chrono::Utc>, env: &Env) -> u64 {
    u64::try_from((at - env.now()).num_seconds() + 1)
        .unwrap_or(1)
        .max(1)
}
