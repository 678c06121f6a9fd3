//! Files as people hand them over, and as nobody should.

use proptest::prelude::*;

use super::*;

/// Number and address of each line.
fn addresses(text: &str) -> Vec<(u32, String)> {
    let sheet = read(text).unwrap();
    sheet
        .lines
        .into_iter()
        .map(|line| (line.number, line.email))
        .collect()
}

fn expected(lines: &[(u32, &str)]) -> Vec<(u32, String)> {
    lines
        .iter()
        .map(|(number, email)| (*number, (*email).to_owned()))
        .collect()
}

/// Why a file is no list.
fn refusal(text: &str) -> Message {
    match read(text) {
        Err(Error::Rule(Rule::TextBad {
            what: "what-file",
            reason,
        })) => reason,
        other => panic!("it should be refused, not {other:?}"),
    }
}

#[test]
fn one_address_a_line_needs_no_headings() {
    let two = expected(&[(1, "ada@example.org"), (2, "bo@example.org")]);
    assert_eq!(addresses("ada@example.org\nbo@example.org"), two);
    assert_eq!(addresses("\u{feff}ada@example.org\r\nbo@example.org\r\n"), two);
    assert_eq!(addresses("ada@example.org\rbo@example.org\r"), two);
    assert_eq!(addresses("ada@example.org,\n\"bo@example.org\",\n"), two);
    assert_eq!(
        addresses("\n\n ada@example.org \n,\n\n \nbo@example.org"),
        expected(&[(3, "ada@example.org"), (7, "bo@example.org")]),
        "lines keep the number they have in the file"
    );
}

#[test]
fn headings_come_in_any_order_case_and_spelling() {
    let text = "Rolle;E-Mail;First Name;Abteilung;LAST_NAME;Phone number;note\n\
                Member;ada@example.org;Ada;Bridge;Park;+49 30 1;\"Hi,\n\"\"Ada\"\"; welcome\"\n\
                ;bo@example.org;;;;;\n";
    let sheet = read(text).unwrap();
    assert_eq!(sheet.unused, ["Abteilung"]);
    let ada = &sheet.lines[0];
    assert_eq!((ada.number, ada.email.as_str()), (2, "ada@example.org"));
    assert_eq!(ada.role.as_deref(), Some("Member"));
    let details: Vec<_> = ada.details.values().map(String::as_str).collect();
    assert_eq!(details, ["Ada", "Park", "+49 30 1"]);
    assert_eq!(ada.note, "Hi,\n\"Ada\"; welcome");
    let bo = &sheet.lines[1];
    assert_eq!(
        (bo.number, bo.role.as_deref()),
        (4, None),
        "a note of two lines counts as two"
    );
    assert!(bo.details.is_empty() && bo.note.is_empty());
}

#[test]
fn tabs_separate_too() {
    let sheet = read("email\trole\nada@example.org\tviewer").unwrap();
    assert_eq!(sheet.lines[0].role.as_deref(), Some("viewer"));
}

#[test]
fn a_line_with_more_cells_than_columns_is_told_apart() {
    let sheet = read("email,note\nada@example.org,welcome, Ada\nbo@example.org,hello,\n").unwrap();
    let surplus: Vec<_> = sheet.lines.iter().map(|line| line.surplus).collect();
    assert_eq!(surplus, [true, false]);
}

#[test]
fn what_is_no_list_is_refused_with_what_to_do() {
    for empty in ["", "\n\n", "email,role\n", ",,,\n"] {
        assert_eq!(refusal(empty), message!("file-nobody"), "{empty:?}");
    }
    let headless = |line: u32| message!("file-no-headings", line = line);
    assert_eq!(
        refusal("ada@example.org,member\nbo@example.org,member"),
        headless(1)
    );
    assert_eq!(refusal("ada@example.org\nbo@example.org,member"), headless(2));
    assert_eq!(
        refusal("email,E-Mail\na,b"),
        message!("file-columns", name = "E-Mail")
    );
    let many = "ada@example.org\n".repeat(MOST_LINES);
    assert_eq!(read(&many).unwrap().lines.len(), MOST_LINES);
    assert_eq!(read(&format!("email\n{many}")).unwrap().lines.len(), MOST_LINES);
    assert_eq!(
        refusal(&format!("{many}bo@example.org")),
        message!("file-lines", most = 1000_u32)
    );
    assert_eq!(
        refusal(&"a".repeat(MOST_BYTES + 1)),
        message!("file-too-long", most = 256_u32)
    );
}

#[test]
fn no_control_characters_come_through() {
    let sheet = read("email,note\na\0da@example.org,\"a\u{1b}b\nc\"").unwrap();
    assert_eq!(sheet.lines[0].email, "a da@example.org");
    assert_eq!(sheet.lines[0].note, "a b\nc");
}

proptest! {
    #[test]
    fn any_bytes_are_a_list_or_a_refusal(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn so_are_bytes_that_look_like_a_list(text in "(email|e-mail|role|note|phone|ada@example.org|[\",;\t\r\n\u{feff}\0=+ ]){0,60}") {
        if let Ok(sheet) = read(&text) {
            prop_assert!(sheet.lines.is_sorted_by(|a, b| a.number < b.number), "{:?}", sheet);
            let lines = text.replace("\r\n", "\n").matches(['\r', '\n']).count() + 1;
            prop_assert!(sheet.lines.iter().all(|line| (1..=lines).contains(&(line.number as usize))), "{:?}", sheet);
            let stored = serde_json::to_string(&sheet).unwrap();
            prop_assert!(!stored.contains("\\u0000"));
            prop_assert_eq!(serde_json::from_str::<Sheet>(&stored).unwrap(), sheet);
        }
    }
}
