//! What is written down about the API: the OpenAPI document, made from the handlers, and a page that shows it to people.

use std::sync::LazyLock;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use muster_core::error::Error;
use serde_json::Value;
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::answer::as_json;
use super::problem::Told;
use crate::web::error::Problem;
use crate::web::session::Visitor;
use crate::web::{Shell, Site, html};

/// Where the page is.
pub const PAGE: &str = "/api/docs";

/// What stands above the routes.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Muster",
        description = "Invite people into a team, look after its members, and ask who may do what. Send an API key in the header `X-API-Key`; a key belongs to one team and carries permissions, never more than the role of its maker allows at that moment. Bodies are JSON, times are RFC 3339 in UTC. What goes wrong is answered as a problem (RFC 9457) with a `code` that never changes.",
        license(name = "MIT", identifier = "MIT")
    ),
    components(schemas(Told)),
    modifiers(&Security),
    security(("key" = []))
)]
pub struct Head;

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut Document) {
        let key = SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("X-API-Key")));
        if let Some(components) = &mut document.components {
            components.add_security_scheme("key", key);
        }
    }
}

/// The methods that are shown, in this order.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

static DOCUMENT: LazyLock<Document> = LazyLock::new(|| super::described().split_for_parts().1);

/// `GET /api/openapi.json`
pub async fn json() -> Result<Response, Problem> {
    let text = DOCUMENT.to_json().map_err(Error::internal)?;
    Ok(as_json(StatusCode::OK, text.into_bytes()))
}

#[derive(Template)]
#[template(path = "api_docs.html")]
struct Page {
    shell: Shell,
    description: String,
    version: String,
    groups: Vec<Group>,
}

/// The routes of one noun.
struct Group {
    name: String,
    routes: Vec<Route>,
}

/// One route.
struct Route {
    id: String,
    method: String,
    path: String,
    summary: String,
    fields: Vec<Field>,
    answers: Vec<(String, String)>,
}

/// A parameter or a field.
struct Field {
    name: String,
    place: &'static str,
    required: bool,
    text: String,
}

/// `GET /api/docs`: the document for people.
pub async fn page(State(site): State<Site>, visitor: Visitor) -> Result<Response, Problem> {
    // Read as JSON, as everybody else reads it: that is plainer than the types behind it.
    let document = serde_json::to_value(&*DOCUMENT).map_err(Error::internal)?;
    let page = Page {
        shell: visitor.shell(&site),
        description: text(&document["info"], "description"),
        version: text(&document["info"], "version"),
        groups: groups(&document),
    };
    html(StatusCode::OK, &page)
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn groups(document: &Value) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (path, item) in fields(&document["paths"]) {
        for (method, operation) in METHODS
            .iter()
            .filter_map(|method| Some((*method, item.get(*method)?)))
        {
            let name = list(&operation["tags"])
                .next()
                .and_then(Value::as_str)
                .unwrap_or_default();
            let route = route(document, method, path, operation);
            match groups.iter_mut().find(|group| group.name == name) {
                Some(group) => group.routes.push(route),
                None => groups.push(Group {
                    name: name.to_owned(),
                    routes: vec![route],
                }),
            }
        }
    }
    groups
}

fn route(document: &Value, method: &str, path: &str, operation: &Value) -> Route {
    let said = [text(operation, "summary"), text(operation, "description")];
    Route {
        id: text(operation, "operationId"),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: said.join(" ").trim().to_owned(),
        fields: list(&operation["parameters"])
            .map(parameter)
            .chain(body(document, operation))
            .collect(),
        answers: fields(&operation["responses"])
            .map(|(status, answer)| (status.clone(), text(answer, "description")))
            .collect(),
    }
}

fn parameter(parameter: &Value) -> Field {
    Field {
        name: text(parameter, "name"),
        place: match parameter["in"].as_str() {
            Some("path") => "in the path",
            Some("header") => "in the head",
            _ => "behind the question mark",
        },
        required: parameter["required"] == true,
        text: text(parameter, "description"),
    }
}

/// The fields of a body.
fn body<'a>(document: &'a Value, operation: &'a Value) -> impl Iterator<Item = Field> + 'a {
    let own = &operation["requestBody"]["content"]["application/json"]["schema"];
    let named = own["$ref"]
        .as_str()
        .and_then(|name| document.pointer(name.strip_prefix('#')?));
    let schema = named.unwrap_or(own);
    fields(&schema["properties"]).map(|(name, field)| Field {
        name: name.clone(),
        place: "in the body",
        required: list(&schema["required"]).any(|required| required == name.as_str()),
        text: described(field),
    })
}

/// What a field is for. Of one that may be null and has a type of its own, that is said beside the type.
fn described(field: &Value) -> String {
    let other = list(&field["oneOf"]).map(|one| text(one, "description"));
    std::iter::once(text(field, "description"))
        .chain(other)
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use axum::http::{Method, StatusCode};

    use super::*;

    /// Of two types under one name the document has one.
    #[test]
    fn every_body_is_described_by_its_own_fields() {
        let document = serde_json::to_value(&*DOCUMENT).unwrap();
        for (path, field) in [
            ("/api/api-keys", "permissions"),
            ("/api/invite-links", "max_uses"),
            ("/api/webhooks", "url"),
            ("/api/activity", "events"),
            ("/api/team-members/invite", "email"),
            ("/api/check", "permission"),
        ] {
            let operation = &document["paths"][path]["post"];
            let names: Vec<_> = body(&document, operation).map(|field| field.name).collect();
            assert!(names.iter().any(|name| name == field), "{path}: {names:?}");
        }
        let answer = |path: &str, method: &str| {
            let name =
                document["paths"][path][method]["responses"]["200"]["content"]["application/json"]["schema"]
                    ["$ref"]
                    .as_str();
            let schema = name.and_then(|name| document.pointer(name.strip_prefix('#')?));
            schema.unwrap_or_else(|| panic!("{path}")).to_string()
        };
        assert_ne!(
            answer("/api/webhooks/{id}/deliveries", "get"),
            answer("/api/invitations", "get")
        );
    }

    #[test]
    fn whatever_the_document_points_at_is_there() {
        let document = serde_json::to_value(&*DOCUMENT).unwrap();
        let written = document.to_string();
        let targets: Vec<_> = written
            .split("\"$ref\":\"#")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        assert!(targets.len() > 50, "{}", targets.len());
        for target in targets {
            assert!(document.pointer(target).is_some(), "{target}");
        }
    }

    #[test]
    fn every_route_says_what_it_does_and_what_it_answers() {
        let document = serde_json::to_value(&*DOCUMENT).unwrap();
        assert!(
            text(&document, "openapi").starts_with("3.1"),
            "{}",
            document["openapi"]
        );
        let groups = groups(&document);
        let routes: Vec<_> = groups.iter().flat_map(|group| &group.routes).collect();
        assert!(routes.len() >= 20, "{} routes", routes.len());
        let mut ids: Vec<_> = routes.iter().map(|route| &route.id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), routes.len(), "two routes have one name");
        for route in routes {
            let at = format!("{} {}", route.method, route.path);
            assert!(!route.summary.is_empty(), "{at}");
            assert!(route.method.parse::<Method>().is_ok(), "{at}");
            for status in ["401", "404", "429", "500"] {
                assert!(
                    route.answers.iter().any(|(known, _)| known == status),
                    "{at} {status}"
                );
            }
            for (status, words) in &route.answers {
                assert!(
                    StatusCode::from_bytes(status.as_bytes()).is_ok() && !words.is_empty(),
                    "{at} {status}"
                );
            }
            for field in &route.fields {
                assert!(!field.text.is_empty(), "{at} {}", field.name);
            }
        }
    }
}
