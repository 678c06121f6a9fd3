//! Pictures are drawn, whatever they are of.

use super::draw::draw;
use super::*;

fn plain(value: i64) -> String {
    value.to_string()
}

fn bars(labels: &[&str]) -> Chart {
    let bars = labels.iter().zip(1..).map(|(label, value)| Bar {
        label: (*label).to_owned(),
        value,
        text: value.to_string(),
        colour: Colour::Blue,
    });
    Chart {
        title: "People".to_owned(),
        headline: "12".to_owned(),
        note: "in 30 days".to_owned(),
        body: Body::Bars(bars.collect()),
    }
}

/// Whether a picture begins as PNG files do, and its size in dots.
fn size(png: &[u8]) -> (u32, u32) {
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    let number = |from: usize| u32::from_be_bytes(png[from..from + 4].try_into().unwrap());
    (number(16), number(20))
}

#[test]
fn what_people_write_is_text_and_nothing_else() {
    let evil = bars(&[
        "<script>alert(1)</script>",
        "\"/><image href=\"file:///etc/passwd\"/>",
        "&amp;",
        "a\u{0}b\u{1b}\u{202e}c",
    ]);
    let text = svg(&evil).unwrap();
    for part in ["<script", "<image", "\u{0}", "\u{1b}", "\u{202e}"] {
        assert!(!text.contains(part), "{part:?} is in\n{text}");
    }
    assert!(text.contains("&#38;amp;") || text.contains("&amp;amp;"), "{text}");
    assert_eq!(size(&draw(&text).unwrap()), (1440, 840));
}

#[test]
fn names_of_any_length_and_script_are_drawn() {
    for name in [
        "",
        " ",
        "李小龍",
        "🦀🦀🦀",
        "Ада Лавлейс",
        "Ελένη",
        "Nguyễn Thị Hồng",
        &"W".repeat(500),
        "محمد",
    ] {
        let text = svg(&bars(&[name, "Bo", "Cy"])).unwrap();
        assert_eq!(size(&draw(&text).unwrap()), (1440, 840), "{name}");
    }
}

#[test]
fn numbers_of_any_size_are_drawn() {
    for values in [
        vec![0; 5],
        vec![1, i64::MAX, 0, 3, i64::MIN],
        vec![7],
        (0..52).collect(),
    ] {
        let none = vec![0; values.len()];
        let line = Chart {
            body: Body::Line(Line {
                values: values.clone(),
                added: ("joined".to_owned(), values.clone()),
                taken: ("left".to_owned(), none.clone()),
                ends: ["1 Oct".to_owned(), "today".to_owned()],
                number: plain,
            }),
            ..bars(&[])
        };
        let columns = Chart {
            body: Body::Columns(Columns {
                lower: ("here".to_owned(), values.clone()),
                upper: ("there".to_owned(), none),
                ends: ["1 Oct".to_owned(), "today".to_owned()],
                number: plain,
            }),
            ..bars(&[])
        };
        for chart in [line, columns] {
            let text = svg(&chart).unwrap();
            assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
            assert_eq!(size(&draw(&text).unwrap()), (1440, 840));
        }
    }
}

#[test]
fn the_font_has_both_weights_and_the_letters_of_europe() {
    let drawn = |label: &str| draw(&svg(&bars(&[label])).unwrap()).unwrap();
    let empty = drawn("");
    for letter in ["ß", "Ж", "Ω", "ễ"] {
        assert!(drawn(letter) != empty, "{letter}");
    }
    let text = svg(&bars(&["A"])).unwrap();
    let bold = text.replace("font-weight=\"400\"", "font-weight=\"600\"");
    assert!(
        draw(&text).unwrap() != draw(&bold).unwrap(),
        "semi-bold is bolder"
    );
}
