//! Tables for spreadsheets: CSV that opens as what it is, whatever people have typed into it.

/// A cell as it is safe in a spreadsheet. One that begins like a formula would be computed there, and could read other
/// cells or fetch pages in the name of whoever opens the file: an apostrophe before it makes it text.
pub fn inert(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// What a table begins with: the mark by which spreadsheets know UTF-8.
pub const MARK: &str = "\u{feff}";

/// Adds a line to a table, each cell inert.
pub fn line<C: AsRef<str>>(table: &mut Vec<u8>, cells: &[C]) {
    let mut written = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .buffer_capacity(1024)
        .from_writer(table);
    // Nothing fails that is written into memory.
    let _ = written.write_record(cells.iter().map(|cell| inert(cell.as_ref())));
    let _ = written.flush();
}

/// Writes a table: a line of headings, then one line a row, each cell inert.
pub fn write<R>(headings: &[String], rows: impl IntoIterator<Item = R>) -> Vec<u8>
where
    R: IntoIterator<Item = String>,
{
    let mut table = MARK.as_bytes().to_vec();
    line(&mut table, headings);
    for row in rows {
        line(&mut table, &row.into_iter().collect::<Vec<_>>());
    }
    table
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_become_text() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"] {
            assert_eq!(inert(formula), format!("'{formula}"));
        }
        for text in ["", "Ada", "a=b", "ada@example.org", "'=1"] {
            assert_eq!(inert(text), text);
        }
    }

    #[test]
    fn a_table_begins_with_its_headings_and_quotes_what_has_to_be() {
        let rows = [["=cmd()".to_owned(), "Park, \"Ada\"".to_owned()]];
        let written = String::from_utf8(write(&["email".to_owned(), "name".to_owned()], rows)).unwrap();
        assert_eq!(written, "\u{feff}email,name\r\n'=cmd(),\"Park, \"\"Ada\"\"\"\r\n");
    }

    proptest! {
        #[test]
        fn no_cell_of_a_table_is_a_formula(cells in prop::collection::vec("[=+@\t\r\n\",;a-]{0,6}", 1..5)) {
            let written = write(&["a".to_owned()], [cells.clone()]);
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&written[3..]);
            let read = reader.records().nth(1);
            // A row of one empty cell is written as "", and read as such.
            let read: Vec<String> = read.unwrap().unwrap().iter().map(str::to_owned).collect();
            let expected: Vec<String> = cells.iter().map(|cell| inert(cell)).collect();
            prop_assert_eq!(&read, &expected);
            prop_assert!(read.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])));
        }
    }
}
