//! Files: those that people hand to a command, and those that a reply brings.

use std::time::Duration;

use muster_core::error::{Error, Rule};
use muster_core::message;
use serenity::all::{Attachment, CreateAttachment};

use super::card::cut;

/// How long fetching a file from Discord may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A file that a reply brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// What it is called: `members-of-aurora.csv`.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
    /// For a picture that the card shows: what is to be seen on it.
    pub alt: Option<String>,
}

impl File {
    pub(super) fn attachment(&self) -> CreateAttachment {
        let file = CreateAttachment::bytes(self.bytes.clone(), self.name.clone());
        match &self.alt {
            Some(alt) => file.description(cut(alt, 1024)),
            None => file,
        }
    }
}

/// What fetches the files that people hand to commands.
pub fn client() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .timeout(TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .build()
}

/// The text of a file that somebody handed to a command, of at most so many bytes. A mark at its start that says it is
/// UTF-8, as spreadsheets write it, is left out.
pub(super) async fn read(files: &reqwest::Client, file: &Attachment, most: usize) -> Result<String, Error> {
    let too_long = || Rule::TextBad {
        what: "what-file",
        reason: message!("file-too-long", most = most / 1024),
    };
    if file.size as usize > most {
        return Err(too_long().into());
    }
    let mut answer = fetch(files, &file.url).await?;
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(unavailable)? {
        bytes.extend_from_slice(&chunk);
        // What Discord said of its length is not relied on.
        if bytes.len() > most {
            return Err(too_long().into());
        }
    }
    let text = String::from_utf8(bytes).map_err(|_| Rule::TextBad {
        what: "what-file",
        reason: message!("file-not-utf8"),
    })?;
    Ok(text
        .strip_prefix('\u{feff}')
        .map_or_else(|| text.clone(), str::to_owned))
}

async fn fetch(files: &reqwest::Client, url: &str) -> Result<reqwest::Response, Error> {
    let answered = files.get(url).send().await.map_err(unavailable)?;
    answered.error_for_status().map_err(unavailable)
}

/// Discord does not give the file out now; the address is a secret of whoever uploaded it.
fn unavailable(error: reqwest::Error) -> Error {
    tracing::warn!(
        "a file could not be fetched from Discord: {}",
        error.without_url()
    );
    Rule::TextBad {
        what: "what-file",
        reason: message!("file-away"),
    }
    .into()
}
