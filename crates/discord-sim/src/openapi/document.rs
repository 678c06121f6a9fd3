//! The document itself: read once a process, its schemas compiled when they are first needed.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, OnceLock};

use jsonschema::{ValidationError, Validator};
use serde_json::{Map, Value, json};

use crate::shared::lock;

/// Where the document is stricter than Discord: method and path (a prefix), a part and the end of the place in
/// the request.
const LET_THROUGH: &[(&str, &str, &str)] = &[
    // Discord takes permissions as text, since they outgrow 53 bits; the document says integer.
    ("PUT /applications/", "/", "/default_member_permissions"),
    ("POST /applications/", "/", "/default_member_permissions"),
    ("PATCH /applications/", "/", "/default_member_permissions"),
    // Discord takes the index of an uploaded file as a number, as serenity sends it; the document says text.
    ("POST /", "/attachments/", "/id"),
    ("PATCH /", "/attachments/", "/id"),
];

pub(super) struct Document {
    root: Value,
    operations: Vec<Operation>,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

struct Operation {
    method: String,
    /// `/channels/{channel_id}`, in steps.
    steps: Vec<String>,
    template: String,
}

/// The document, when the environment names one. One that cannot be read is a complaint at every request.
pub(super) fn get() -> Option<&'static Loaded> {
    static DOCUMENT: OnceLock<Option<Loaded>> = OnceLock::new();
    let load = || {
        let path = std::env::var_os("DISCORD_OPENAPI").filter(|p| !p.is_empty())?;
        let text = std::fs::read_to_string(&path).map_err(|error| error.to_string());
        let root = text.and_then(|t| serde_json::from_str(&t).map_err(|error| error.to_string()));
        Some(Loaded(root.map(Document::new).map_err(|error| {
            format!(
                "DISCORD_OPENAPI names {}, which cannot be read: {error}",
                path.display()
            )
        })))
    };
    DOCUMENT.get_or_init(load).as_ref()
}

pub(super) struct Loaded(Result<Document, String>);

impl Loaded {
    pub fn check_request(&self, method: &str, path: &str, body: &Value) -> Vec<String> {
        match &self.0 {
            Ok(document) => document.request(method, path, body),
            Err(error) => vec![error.clone()],
        }
    }

    pub fn check_answer(&self, method: &str, path: &str, status: u16, body: &Value) -> Vec<String> {
        match &self.0 {
            Ok(document) => document.answer(method, path, status, body),
            Err(_) => Vec::new(),
        }
    }
}

impl Document {
    fn new(root: Value) -> Self {
        let mut operations = Vec::new();
        for (template, methods) in root["paths"].as_object().into_iter().flatten() {
            for method in methods.as_object().into_iter().flat_map(Map::keys) {
                operations.push(Operation {
                    method: method.to_uppercase(),
                    steps: template.split('/').map(str::to_owned).collect(),
                    template: template.clone(),
                });
            }
        }
        // Fixed steps win over parameters: `/users/@me` before `/users/{user_id}`.
        operations.sort_by_key(|o| o.steps.iter().filter(|s| s.starts_with('{')).count());
        Self {
            root,
            operations,
            validators: Mutex::default(),
        }
    }

    fn find(&self, method: &str, path: &str) -> Option<(&str, &Value)> {
        let steps: Vec<&str> = path.split('/').collect();
        let found = self.operations.iter().find(|o| {
            let fits = |(wanted, given): (&String, &&str)| wanted.starts_with('{') || wanted == given;
            o.method == method && o.steps.len() == steps.len() && o.steps.iter().zip(&steps).all(fits)
        })?;
        let operation = &self.root["paths"][&found.template][method.to_lowercase()];
        Some((&found.template, operation))
    }

    fn request(&self, method: &str, path: &str, body: &Value) -> Vec<String> {
        let Some((template, operation)) = self.find(method, path) else {
            return Vec::new();
        };
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        if schema.is_null() || (body.is_null() && operation["requestBody"]["required"] != true) {
            return Vec::new();
        }
        let schema = self.narrowed(schema, body);
        self.check(&format!("{method} {template}"), "request", schema, body)
    }

    fn answer(&self, method: &str, path: &str, status: u16, body: &Value) -> Vec<String> {
        let Some((template, operation)) = self.find(method, path) else {
            return Vec::new();
        };
        let responses = &operation["responses"];
        let class = format!("{}XX", status / 100);
        let key = [status.to_string(), class]
            .into_iter()
            .find(|key| !responses[key].is_null());
        let name = format!("{method} {template}");
        let Some(key) = key else {
            return vec![format!("{name}: Discord does not answer this with {status}")];
        };
        let response = self.resolved(&responses[&key]);
        let schema = &response["content"]["application/json"]["schema"];
        if schema.is_null() {
            return Vec::new();
        }
        let mut body = body.clone();
        if status >= 400 {
            // The document gives nested errors numeric codes; Discord really sends names there.
            if let Some(body) = body.as_object_mut() {
                body.remove("errors");
            }
        }
        self.check(&name, &format!("answer {key}"), schema, &body)
    }

    fn resolved<'a>(&'a self, value: &'a Value) -> &'a Value {
        let pointer = value["$ref"].as_str().and_then(|r| r.strip_prefix('#'));
        pointer.and_then(|p| self.root.pointer(p)).unwrap_or(value)
    }

    /// Of alternatives told apart by `type`, the one the body claims to be, so that violations say what is wrong.
    fn narrowed<'a>(&'a self, schema: &'a Value, body: &Value) -> &'a Value {
        let alternatives = schema["anyOf"].as_array().into_iter().flatten();
        let claimed = &body["type"];
        let mut fitting = alternatives.filter(|a| {
            let kinds = self.resolved(a)["properties"]["type"]["enum"].as_array();
            !claimed.is_null() && kinds.is_some_and(|k| k.contains(claimed))
        });
        match (fitting.next(), fitting.next()) {
            (Some(only), None) => only,
            _ => schema,
        }
    }

    fn check(&self, name: &str, part: &str, schema: &Value, body: &Value) -> Vec<String> {
        let validator = match self.validator(schema) {
            Ok(validator) => validator,
            Err(error) => {
                return vec![format!(
                    "{name}: the schema of the {part} does not compile: {error}"
                )];
            }
        };
        validator
            .iter_errors(body)
            .flat_map(|error| causes(&error))
            .filter(|(place, _)| {
                let known = |(operation, part, end): &(&str, &str, &str)| {
                    name.starts_with(operation) && place.contains(part) && place.ends_with(end)
                };
                part != "request" || !LET_THROUGH.iter().any(known)
            })
            .map(|(place, error)| {
                let error: String = error.chars().take(600).collect();
                format!("{name}: the {part} breaks Discord's OpenAPI at “{place}”: {error}")
            })
            .collect()
    }

    fn validator(&self, schema: &Value) -> Result<Arc<Validator>, String> {
        let key = schema.to_string();
        if let Some(known) = lock(&self.validators).get(&key) {
            return Ok(Arc::clone(known));
        }
        let mut names = BTreeSet::new();
        self.reach(schema, &mut names);
        let schemas: Map<String, Value> = names
            .into_iter()
            .map(|name| {
                let schema = self.root["components"]["schemas"][&name].clone();
                (name, schema)
            })
            .collect();
        let whole = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "allOf": [schema],
            "components": { "schemas": schemas },
        });
        let validator = jsonschema::options()
            .build(&whole)
            .map_err(|error| error.to_string())?;
        let validator = Arc::new(validator);
        lock(&self.validators).insert(key, Arc::clone(&validator));
        Ok(validator)
    }

    /// The names of every component a schema leads to: a few dozen instead of all of them.
    fn reach(&self, schema: &Value, names: &mut BTreeSet<String>) {
        match schema {
            Value::Object(map) => {
                let name = map.get("$ref").and_then(Value::as_str);
                if let Some(name) = name.and_then(|r| r.strip_prefix("#/components/schemas/"))
                    && names.insert(name.to_owned())
                {
                    self.reach(&self.root["components"]["schemas"][name], names);
                }
                map.values().for_each(|value| self.reach(value, names));
            }
            Value::Array(items) => items.iter().for_each(|item| self.reach(item, names)),
            _ => {}
        }
    }
}

/// What is really wrong: of alternatives that all fail, the one that got furthest.
fn causes(error: &ValidationError) -> Vec<(String, String)> {
    use jsonschema::error::ValidationErrorKind::{AnyOf, OneOfNotValid};
    let own = (error.instance_path().to_string(), error.to_string());
    let (AnyOf { context } | OneOfNotValid { context }) = error.kind() else {
        return vec![own];
    };
    let branches = context
        .iter()
        .map(|errors| errors.iter().flat_map(causes).collect::<Vec<_>>());
    let best = branches.max_by_key(|causes| {
        let is_other_kind = causes.iter().any(|(place, _)| place.ends_with("/type"));
        let depth = causes.iter().map(|(place, _)| place.matches('/').count()).max();
        (!is_other_kind, depth)
    });
    best.filter(|causes| causes.iter().any(|(place, _)| *place != own.0))
        .unwrap_or_else(|| vec![own])
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Document;

    fn document() -> Document {
        Document::new(json!({
            "paths": { "/things/{id}": { "post": {
                "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } } },
                "responses": { "200": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Name" } } } } },
            } } },
            "components": { "schemas": {
                "Name": { "type": "string" },
                "Thing": { "oneOf": [{ "type": "null" }, {
                    "type": "object", "required": ["name"], "properties": {
                        "name": { "$ref": "#/components/schemas/Name" },
                        "attachments": { "items": { "properties": { "id": { "type": "string" } } } },
                    },
                }] },
            } },
        }))
    }

    fn request(body: &Value) -> Vec<String> {
        document().request("POST", "/things/7", body)
    }

    #[test]
    fn a_body_that_breaks_the_document_is_named_with_its_place() {
        assert_eq!(request(&json!({ "name": "x" })), Vec::<String>::new());
        assert!(request(&json!({ "name": 7 }))[0].contains("“/name”"));
    }

    #[test]
    fn what_the_document_has_wrong_is_let_through_alone() {
        assert_eq!(
            request(&json!({ "name": "x", "attachments": [{ "id": 0 }] })),
            Vec::<String>::new()
        );
        assert_eq!(
            request(&json!({ "name": 7, "attachments": [{ "id": 0 }] })).len(),
            1
        );
    }

    #[test]
    fn answers_and_statuses_are_checked() {
        let answer = |status, body| document().answer("POST", "/things/7", status, &body);
        assert_eq!(answer(200, json!("x")), Vec::<String>::new());
        assert_eq!(answer(200, json!(7)).len(), 1);
        assert_eq!(answer(204, Value::Null).len(), 1);
    }
}
