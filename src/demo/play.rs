//! What a visitor does as somebody in Discord: commands, buttons, select menus, forms. Each answers what came of it, or
//! the words Discord would show instead.

use std::sync::PoisonError;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use discord_sim::{Message, Modal, Person, Reply, render};
use serde::Deserialize;
use serde_json::{Value, json};

use super::console::{Console, Desk};
use super::error::Problem;

/// How many open forms are remembered: one for each window a visitor could have, and then some.
const OPEN_FORMS: usize = 32;

type Body<T> = Result<Json<T>, JsonRejection>;
type Answer = Result<Json<Value>, Problem>;

/// A form that somebody has on the screen.
pub struct OpenForm {
    /// What requests call it.
    key: String,
    /// Whose it is.
    who: u64,
    modal: Modal,
}

/// A command, either as its name and options or as one text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Use {
    who: String,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    command: String,
    #[serde(default)]
    values: Vec<(String, String)>,
}

/// An option that is being typed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typing {
    who: String,
    command: String,
    option: String,
    typed: String,
    #[serde(default)]
    values: Vec<(String, String)>,
}

/// A button.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Click {
    who: String,
    message: String,
    custom_id: String,
}

/// A select menu.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Selection {
    who: String,
    message: String,
    custom_id: String,
    values: Vec<String>,
}

/// A form, filled in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filled {
    who: String,
    form: String,
    values: Vec<(String, String)>,
}

fn pairs(values: &[(String, String)]) -> Vec<(&str, &str)> {
    values
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

impl Console {
    /// The person of this key.
    pub fn person(&self, key: &str) -> Result<&Person, Problem> {
        self.people
            .find(key)
            .ok_or_else(|| Problem::bad(format!("Nobody here is called “{key}”.")))
    }

    /// The message of this id, as the person sees it now.
    async fn message(&self, person: &Person, id: &str) -> Result<Message, Problem> {
        let all = person.messages().await;
        let found = all.into_iter().find(|message| message.id.to_string() == id);
        found.ok_or_else(|| Problem::missing("The message is not there any more."))
    }

    fn shown(&self, person: &Person, reply: &Reply) -> Value {
        match reply {
            Reply::Message(message) | Reply::Updated(message) => json!({ "message": message.id.to_string() }),
            Reply::Modal(modal) => json!({ "form": self.open(person, modal), "html": render::modal(modal) }),
            Reply::Acknowledged => json!({}),
        }
    }

    /// Remembers a form, and forgets the oldest when there are too many.
    fn open(&self, person: &Person, modal: &Modal) -> String {
        let key: [u8; 8] = self.jobs.env.random();
        let key = u64::from_le_bytes(key).to_string();
        let mut forms = self.forms.lock().unwrap_or_else(PoisonError::into_inner);
        forms.push_back(OpenForm {
            key: key.clone(),
            who: person.user().id,
            modal: modal.clone(),
        });
        if forms.len() > OPEN_FORMS {
            forms.pop_front();
        }
        key
    }

    fn form(&self, person: &Person, key: &str) -> Option<Modal> {
        let forms = self.forms.lock().unwrap_or_else(PoisonError::into_inner);
        let found = forms
            .iter()
            .find(|form| form.key == key && form.who == person.user().id);
        found.map(|form| form.modal.clone())
    }

    fn forget(&self, key: &str) {
        self.forms
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|form| form.key != key);
    }
}

/// `POST /api/run`.
pub async fn run(State(desk): State<Desk>, body: Body<Use>) -> Answer {
    let Json(it) = body?;
    let person = desk.person(&it.who)?;
    let reply = match &it.text {
        Some(text) => person.slash(text).await?,
        None => person.slash_with(&it.command, &pairs(&it.values)).await?,
    };
    Ok(Json(desk.shown(person, &reply)))
}

/// `POST /api/complete`: what the bot suggests.
pub async fn complete(State(desk): State<Desk>, body: Body<Typing>) -> Answer {
    let Json(it) = body?;
    let choices = desk
        .person(&it.who)?
        .autocomplete(&it.command, &it.option, &it.typed, &pairs(&it.values))
        .await?;
    let choices: Vec<_> = choices
        .into_iter()
        .map(|choice| json!({ "name": choice.name, "value": choice.value }))
        .collect();
    Ok(Json(json!({ "choices": choices })))
}

/// `POST /api/click`.
pub async fn click(State(desk): State<Desk>, body: Body<Click>) -> Answer {
    let Json(it) = body?;
    let person = desk.person(&it.who)?;
    let message = desk.message(person, &it.message).await?;
    let reply = person.click(&message, &it.custom_id).await?;
    Ok(Json(desk.shown(person, &reply)))
}

/// `POST /api/select`.
pub async fn select(State(desk): State<Desk>, body: Body<Selection>) -> Answer {
    let Json(it) = body?;
    let person = desk.person(&it.who)?;
    let message = desk.message(person, &it.message).await?;
    let values: Vec<&str> = it.values.iter().map(String::as_str).collect();
    let reply = person.select(&message, &it.custom_id, &values).await?;
    Ok(Json(desk.shown(person, &reply)))
}

/// `POST /api/submit`: a form, which stays open when it is refused.
pub async fn submit(State(desk): State<Desk>, body: Body<Filled>) -> Answer {
    let Json(it) = body?;
    let person = desk.person(&it.who)?;
    let modal = desk
        .form(person, &it.form)
        .ok_or_else(|| Problem::missing("This form is not open any more. Run the command again."))?;
    let reply = person.submit(&modal, &pairs(&it.values)).await?;
    desk.forget(&it.form);
    Ok(Json(desk.shown(person, &reply)))
}
