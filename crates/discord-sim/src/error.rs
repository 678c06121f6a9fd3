//! Discord's own error answers: the HTTP status, the numeric code, the sentence and the nested `errors`.

use serde_json::{Map, Value, json};

/// An answer Discord gives instead of doing what was asked.
#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    pub status: u16,
    pub code: u32,
    pub message: String,
    pub errors: Option<Value>,
    /// A refusal that a correct bot never provokes; it is recorded as a complaint.
    pub is_fault_of_bot: bool,
}

impl ApiError {
    const fn code_only(status: u16, code: u32, is_fault_of_bot: bool) -> Self {
        Self {
            status,
            code,
            message: String::new(),
            errors: None,
            is_fault_of_bot,
        }
    }

    fn with(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// Something the bot named is not there (10003 for channels and so on). Probing is no defect.
    pub fn unknown(code: u32, what: &str) -> Self {
        Self::code_only(404, code, false).with(format!("Unknown {what}"))
    }

    /// No such route: general code 0.
    pub fn no_route() -> Self {
        Self::code_only(404, 0, true).with("404: Not Found")
    }

    /// A token Discord does not know.
    pub fn unauthorized() -> Self {
        Self::code_only(401, 0, false).with("401: Unauthorized")
    }

    /// The caller cannot see the thing (50001).
    pub fn missing_access() -> Self {
        Self::code_only(403, 50001, false).with("Missing Access")
    }

    /// The caller sees the thing and may not do this (50013).
    pub fn missing_permissions() -> Self {
        Self::code_only(403, 50013, false).with("Missing Permissions")
    }

    /// A person's token that is none, is over, or is somebody else's (50025).
    pub fn invalid_access_token() -> Self {
        Self::code_only(403, 50025, false).with("Invalid OAuth2 access token")
    }

    /// A person's token that does not go that far (50026).
    pub fn missing_scope() -> Self {
        Self::code_only(403, 50026, true).with("Missing required OAuth2 scope")
    }

    /// The server does not want this person (40007).
    pub fn banned() -> Self {
        Self::code_only(403, 40007, false).with("The user is banned from this guild.")
    }

    /// The person is in as many servers as one may be (30001).
    pub fn too_many_guilds() -> Self {
        Self::code_only(400, 30001, false).with("Maximum number of guilds reached (100)")
    }

    /// The server has as many members as it may have (30019).
    pub fn guild_full() -> Self {
        Self::code_only(400, 30019, false).with("Maximum number of server members reached")
    }

    /// Somebody else's message (50005).
    pub fn not_the_author() -> Self {
        Self::code_only(403, 50005, true).with("Cannot edit a message authored by another user")
    }

    /// The person takes no direct messages (50007).
    pub fn cannot_message_user() -> Self {
        Self::code_only(403, 50007, false).with("Cannot send messages to this user")
    }

    /// A message of nothing (50006).
    pub fn empty_message() -> Self {
        Self::code_only(400, 50006, true).with("Cannot send an empty message")
    }

    /// The interaction was never there, or three seconds have passed (10062).
    pub fn unknown_interaction() -> Self {
        Self::code_only(404, 10062, true).with("Unknown interaction")
    }

    /// A second first answer (40060).
    pub fn already_acknowledged() -> Self {
        Self::code_only(400, 40060, true).with("Interaction has already been acknowledged.")
    }

    /// The interaction's token is wrong or fifteen minutes old (50027).
    pub fn invalid_webhook_token() -> Self {
        Self::code_only(401, 50027, true).with("Invalid Webhook Token")
    }

    /// The body is no JSON at all (50109).
    pub fn invalid_json() -> Self {
        Self::code_only(400, 50109, true).with("The request body contains invalid JSON.")
    }

    /// The body as Discord answers it.
    pub fn body(&self) -> Value {
        let mut body = json!({ "message": self.message, "code": self.code });
        if let Some(errors) = &self.errors {
            body["errors"] = errors.clone();
        }
        body
    }
}

/// Collects everything wrong with a form, each at its path, into one 50035.
#[derive(Debug, Default)]
pub(crate) struct Form {
    found: Vec<(Vec<String>, &'static str, String)>,
}

/// Where in the body something is: `["data", "embeds", "0", "title"]`.
pub(crate) type Path = Vec<String>;

/// `path` with one more step.
pub(crate) fn at(path: &[String], step: impl std::fmt::Display) -> Path {
    let mut path = path.to_vec();
    path.push(step.to_string());
    path
}

impl Form {
    pub fn wrong(&mut self, path: &[String], code: &'static str, message: impl Into<String>) {
        self.found.push((path.to_vec(), code, message.into()));
    }

    pub fn required(&mut self, path: &[String]) {
        self.wrong(path, "BASE_TYPE_REQUIRED", "This field is required");
    }

    /// A text in `object[key]` of `min..=max` characters. Absent and null are for the caller to judge.
    pub fn text(&mut self, object: &Value, path: &[String], key: &str, min: usize, max: usize) {
        let value = &object[key];
        let path = at(path, key);
        match value {
            Value::Null => {}
            Value::String(text) => self.length(&path, text.chars().count(), min, max),
            _ => self.wrong(
                &path,
                "STRING_TYPE_CONVERT",
                "Could not interpret value as string.",
            ),
        }
    }

    /// The same for a text that must be there.
    pub fn required_text(&mut self, object: &Value, path: &[String], key: &str, min: usize, max: usize) {
        if object[key].is_null() {
            self.required(&at(path, key));
        } else {
            self.text(object, path, key, min, max);
        }
    }

    /// A count or length inside its bounds.
    pub fn length(&mut self, path: &[String], length: usize, min: usize, max: usize) {
        if length > max && min == 0 {
            self.wrong(
                path,
                "BASE_TYPE_MAX_LENGTH",
                format!("Must be {max} or fewer in length."),
            );
        } else if length > max || length < min {
            self.wrong(
                path,
                "BASE_TYPE_BAD_LENGTH",
                format!("Must be between {min} and {max} in length."),
            );
        }
    }

    /// An error when anything was wrong.
    pub fn finish(self) -> Result<(), ApiError> {
        if self.found.is_empty() {
            return Ok(());
        }
        let mut root = Value::Object(Map::new());
        for (path, code, message) in &self.found {
            let mut node = &mut root;
            for step in path {
                node = &mut node[step.as_str()];
            }
            let list = &mut node["_errors"];
            if list.is_null() {
                *list = json!([]);
            }
            if let Some(list) = list.as_array_mut() {
                list.push(json!({ "code": code, "message": message }));
            }
        }
        let mut error = ApiError::code_only(400, 50035, true).with("Invalid Form Body");
        error.errors = Some(root);
        Err(error)
    }
}
