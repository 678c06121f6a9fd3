//! What went wrong, for programs: RFC 9457 problems, with two members more (`success` and `error`) for clients that look at
//! nothing else.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use muster_core::api_key::Trouble;
use muster_core::env::Env;
use muster_core::error::{Error, Rule};
use muster_core::ids::IncidentId;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::as_json;
use crate::web::error::{Problem, incident, retry_after};
use crate::web::words;

/// What only programs can do wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The key opens nothing, or not now.
    Key(Trouble),
    /// What follows the question mark.
    Query(String),
    /// The body is no JSON.
    Syntax(String),
    /// The body is JSON that says something else than was asked for.
    Body(String),
    /// The body does not say that it is JSON.
    MediaType,
    /// The name of a request that can come twice is none.
    OnceName,
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        Self::Api(fault)
    }
}

impl Fault {
    /// The status that goes with it.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Key(Trouble::Rate { .. }) => StatusCode::TOO_MANY_REQUESTS,
            Self::Key(_) => StatusCode::UNAUTHORIZED,
            Self::Query(_) | Self::Syntax(_) | Self::OnceName => StatusCode::BAD_REQUEST,
            Self::Body(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        }
    }

    /// The stable name of it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Key(trouble) => trouble.code(),
            Self::Query(_) => "QUERY-BAD",
            Self::Syntax(_) => "JSON-BAD",
            Self::Body(_) => "BODY-BAD",
            Self::MediaType => "MEDIA-TYPE",
            Self::OnceName => "IDEMPOTENCY-BAD",
        }
    }

    /// What happened, in a sentence.
    pub fn sentence(&self, env: &Env) -> String {
        match self {
            Self::Key(trouble) => words::told(&trouble.message(), env.now()),
            Self::Query(why) => format!("The parameters of this request can't be used: {why}."),
            Self::Syntax(why) => format!("The body is not JSON: {why}."),
            Self::Body(why) => format!("The body is not what this request takes: {why}."),
            Self::MediaType => {
                "Send the body as JSON, with the header Content-Type: application/json.".to_owned()
            }
            Self::OnceName => {
                "Send one Idempotency-Key of 1 to 255 characters that can be seen, without spaces.".to_owned()
            }
        }
    }
}

/// What went wrong.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct Told {
    /// Where the code is explained.
    #[serde(rename = "type")]
    #[schema(example = "/api/docs#NOT-FOUND")]
    kind: String,
    /// The status in words.
    #[schema(example = "Not Found")]
    title: &'static str,
    /// The status.
    #[schema(example = 404)]
    status: u16,
    /// What happened and what to do, for people.
    detail: String,
    /// What happened, for programs: a name that never changes.
    #[schema(example = "NOT-FOUND")]
    code: &'static str,
    /// Always false.
    success: bool,
    /// The same as `detail`.
    error: String,
    /// What to tell whoever runs this Muster, where it is our fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    incident: Option<String>,
}

/// A problem as an answer.
pub fn render(env: &Env, problem: &Problem) -> Response {
    let (status, code) = (status(problem), code(problem));
    let detail = sentence(problem, env);
    let told = Told {
        kind: format!("/api/docs#{code}"),
        title: status.canonical_reason().unwrap_or_default(),
        status: status.as_u16(),
        error: detail.clone(),
        detail,
        code,
        success: false,
        incident: incident(problem, env).as_ref().map(IncidentId::to_string),
    };
    let body = serde_json::to_vec(&told).unwrap_or_default();
    let mut response = as_json(status, body);
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("ApiKey realm=\"Muster\", header=\"X-API-Key\""),
        );
    }
    if let Some(seconds) = retry_after(problem, env) {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if matches!(problem, Problem::Slow | Problem::TooLarge | Problem::Unreadable) {
        // The rest of the body is not waited for.
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// The status that goes with a problem. What pages call gone is a conflict for programs, and input that says nothing
/// usable is a bad request.
fn status(problem: &Problem) -> StatusCode {
    match problem {
        Problem::Api(fault) => fault.status(),
        Problem::Core(Error::Rule(rule)) => match rule {
            Rule::EmailBad { .. }
            | Rule::TextBad { .. }
            | Rule::FieldMissing { .. }
            | Rule::RoleUnknown { .. } => StatusCode::BAD_REQUEST,
            Rule::Plan { .. } => StatusCode::PAYMENT_REQUIRED,
            Rule::LinksOff { .. } => StatusCode::FORBIDDEN,
            Rule::ApiKey(Trouble::OtherRequest) => StatusCode::UNPROCESSABLE_ENTITY,
            rule if rule.retry_at().is_some() => StatusCode::TOO_MANY_REQUESTS,
            _ => StatusCode::CONFLICT,
        },
        other => crate::web::error::status(other),
    }
}

fn code(problem: &Problem) -> &'static str {
    match problem {
        Problem::Unreadable => "UNREADABLE",
        other => crate::web::error::code(other),
    }
}

fn sentence(problem: &Problem, env: &Env) -> String {
    let fixed = match problem {
        Problem::Core(Error::Rule(Rule::ExistingAccount { .. })) => {
            let said = crate::web::error::sentence(problem, env);
            return format!("{said}: this team takes no existing users.");
        }
        Problem::Unreadable => "The body can't be read.",
        Problem::TooLarge => "The body is larger than 64 KiB.",
        Problem::Slow => "The body took too long to arrive.",
        Problem::Method => "This address does not take this method.",
        other => return crate::web::error::sentence(other, env),
    };
    fixed.to_owned()
}

/// What every request can be answered when it is not done.
pub struct Problems;

impl utoipa::IntoResponses for Problems {
    fn responses()
    -> std::collections::BTreeMap<String, utoipa::openapi::RefOr<utoipa::openapi::response::Response>> {
        use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};
        let told = |text: &str| {
            let content = ContentBuilder::new()
                .schema(Some(Ref::from_schema_name("Problem")))
                .build();
            let response = ResponseBuilder::new()
                .description(text)
                .content("application/problem+json", content);
            RefOr::T(response.build())
        };
        [
            ("400", "The request can't be read, or what it says can't be used"),
            ("401", "There is no such key, or it is over"),
            ("402", "The team needs another plan"),
            (
                "403",
                "The key does not carry the permission, or the role of its maker does not allow this today",
            ),
            ("404", "There is no such thing in this team"),
            ("408", "The body took too long to arrive"),
            ("409", "A rule of the team stands against it"),
            ("413", "The body is larger than 64 KiB"),
            ("415", "The body is not sent as JSON"),
            (
                "422",
                "The body is JSON that says something else than was asked for",
            ),
            (
                "429",
                "Too many requests, or too many mails; Retry-After says when to try again",
            ),
            ("500", "Our fault; nothing was changed"),
            ("503", "The database is away; nothing was changed"),
        ]
        .into_iter()
        .map(|(status, text)| (status.to_owned(), told(text)))
        .collect()
    }
}
