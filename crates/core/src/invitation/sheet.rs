//! Reading a list of people to invite: CSV as spreadsheets write it, with a first line that names the columns, or without
//! one and one address a line.
//!
//! What is read here says nothing yet about who can be invited: a line is kept as it was typed, under the number that it
//! has in the file, so that people find it again.

use std::collections::{BTreeMap, BTreeSet};

use csv::{ReaderBuilder, StringRecord};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Rule};
use crate::message;
use crate::message::Message;
use crate::policy::InvitationField;

/// How many lines with people a file has at most.
pub const MOST_LINES: usize = 1000;
/// How long a file is at most, in bytes.
pub const MOST_BYTES: usize = 256 * 1024;

/// A file, read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// Its lines with people, in their order.
    pub lines: Vec<Line>,
    /// The headings of columns that mean nothing here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unused: Vec<String>,
}

/// One line of a file, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its number in the file, from 1, whatever comes before it.
    pub number: u32,
    /// Under the address.
    pub email: String,
    /// Under the role, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Under the names and the phone number.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<InvitationField, String>,
    /// Under the note.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Whether it has more cells than there are columns, so that nobody knows what belongs where.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub surplus: bool,
}

/// What a column is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Column {
    Email,
    Role,
    Detail(InvitationField),
    Note,
}

/// Reads a file. Whatever is wrong with single lines is found later ([`super::bulk::look`]); refused is only what is no
/// list at all.
pub fn read(text: &str) -> Result<Sheet, Error> {
    if text.len() > MOST_BYTES {
        return Err(bad(message!("file-too-long", most = MOST_BYTES / 1024)));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(&text))
        .from_reader(text.as_bytes());
    let mut columns: Option<Vec<Option<Column>>> = None;
    let mut sheet = Sheet {
        lines: Vec::new(),
        unused: Vec::new(),
    };
    for record in reader.records() {
        let record = record.map_err(|_| bad(message!("file-no-csv")))?;
        let cells: Vec<String> = record.iter().map(clean).collect();
        if cells.iter().all(String::is_empty) {
            continue;
        }
        let Some(columns) = &columns else {
            let named = headings(&cells, &mut sheet.unused)?;
            if named.is_none() {
                sheet.lines.push(alone(number(&text, &record), cells)?);
            }
            columns = Some(named.unwrap_or_else(|| vec![Some(Column::Email)]));
            continue;
        };
        if sheet.lines.len() == MOST_LINES {
            return Err(bad(message!("file-lines", most = MOST_LINES)));
        }
        let number = number(&text, &record);
        sheet.lines.push(match columns.as_slice() {
            [Some(Column::Email)] => alone(number, cells)?,
            columns => line(number, columns, cells),
        });
    }
    if sheet.lines.is_empty() {
        return Err(bad(message!("file-nobody")));
    }
    Ok(sheet)
}

fn bad(reason: Message) -> Error {
    Rule::TextBad {
        what: "what-file",
        reason,
    }
    .into()
}

/// A cell without what cannot be seen; only notes keep their lines.
fn clean(cell: &str) -> String {
    cell.replace(|c: char| c.is_control() && c != '\n', " ")
        .trim()
        .to_owned()
}

/// What separates the cells: whichever the first line with anything in it has most of.
fn delimiter(text: &str) -> u8 {
    let first = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    let count = |delimiter: &u8| first.bytes().filter(|byte| byte == delimiter).count();
    // Of several with as many, the last one is taken: that is the comma where there is none at all.
    [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

/// The number of a record's line. The reader skips empty lines, but counts from where it began to look.
fn number(text: &str, record: &StringRecord) -> u32 {
    let Some(at) = record.position() else { return 0 };
    let start = usize::try_from(at.byte()).unwrap_or(text.len());
    let skipped = text.get(start..).unwrap_or_default().bytes();
    let skipped = skipped.take_while(|byte| *byte == b'\n').count() as u64;
    u32::try_from(at.line() + skipped).unwrap_or(u32::MAX)
}

/// The columns, if this is a line that names them.
fn headings(cells: &[String], unused: &mut Vec<String>) -> Result<Option<Vec<Option<Column>>>, Error> {
    let named: Vec<Option<Column>> = cells.iter().map(|cell| column(cell)).collect();
    if !named.contains(&Some(Column::Email)) {
        return Ok(None);
    }
    let mut seen = BTreeSet::new();
    for (cell, column) in cells.iter().zip(&named) {
        match column {
            Some(column) if !seen.insert(*column) => {
                return Err(bad(message!("file-columns", name = cell.as_str())));
            }
            None if !cell.is_empty() => unused.push(cell.clone()),
            _ => {}
        }
    }
    Ok(Some(named))
}

/// What a heading means, however it is written.
fn column(heading: &str) -> Option<Column> {
    let letters = heading.to_lowercase();
    let letters: String = letters.chars().filter(|c| c.is_alphanumeric()).collect();
    Some(match letters.as_str() {
        "email" | "emailaddress" | "mail" | "mailaddress" | "emailadresse" | "mailadresse" => Column::Email,
        "role" | "rolle" => Column::Role,
        "firstname" | "givenname" | "vorname" => Column::Detail(InvitationField::FirstName),
        "lastname" | "surname" | "familyname" | "nachname" | "familienname" => {
            Column::Detail(InvitationField::LastName)
        }
        "phone" | "phonenumber" | "telephone" | "mobile" | "telefon" | "telefonnummer" | "handy" => {
            Column::Detail(InvitationField::Phone)
        }
        "note" | "notes" | "message" | "notiz" | "nachricht" => Column::Note,
        _ => return None,
    })
}

/// A line of a file whose first line names no columns.
fn alone(number: u32, mut cells: Vec<String>) -> Result<Line, Error> {
    if cells.iter().skip(1).any(|cell| !cell.is_empty()) {
        return Err(bad(message!("file-no-headings", line = number)));
    }
    Ok(Line {
        number,
        email: cells.swap_remove(0),
        ..Line::default()
    })
}

fn line(number: u32, columns: &[Option<Column>], cells: Vec<String>) -> Line {
    let mut line = Line {
        number,
        surplus: cells.iter().skip(columns.len()).any(|cell| !cell.is_empty()),
        ..Line::default()
    };
    for (column, cell) in columns.iter().zip(cells) {
        match column {
            Some(Column::Email) => line.email = cell,
            Some(Column::Role) => line.role = Some(cell).filter(|cell| !cell.is_empty()),
            Some(Column::Note) => line.note = cell,
            Some(Column::Detail(field)) if !cell.is_empty() => {
                line.details.insert(*field, cell);
            }
            Some(Column::Detail(_)) | None => {}
        }
    }
    line
}

#[cfg(test)]
mod tests;
