//! Where everything of a picture goes.

use std::fmt::Write;

use super::scale::{share, tenth, top};
use super::{BARS, Bar, Body, Chart, Colour, Columns, HEIGHT, Line, Path, Rect, Run, Scene, Text, WIDTH};

/// What is read first.
const DARK: &str = "#1b1f24";
/// What stands beside it: seven times as dark as the card.
const MUTED: &str = "#4d5561";
const GRID: &str = "#e3e6ea";
const TRACK: &str = "#eff1f4";
/// The edge of the card that stays free.
const LEFT: f64 = 32.0;
const RIGHT: f64 = 688.0;
/// Where the body begins and ends.
const TOP: f64 = 140.0;
const BOTTOM: f64 = 392.0;

/// Lays a picture out.
pub(super) fn scene(chart: &Chart) -> Scene {
    let mut scene = Scene {
        width: WIDTH,
        height: HEIGHT,
        paths: Vec::new(),
        rects: Vec::new(),
        texts: vec![
            text(
                LEFT,
                54.0,
                "start",
                vec![run(&cut(&chart.title, 640.0, 26), 26, 600, DARK)],
            ),
            text(
                LEFT,
                108.0,
                "start",
                vec![
                    run(&cut(&chart.headline, 360.0, 46), 46, 600, Colour::Blue.hex()),
                    Run {
                        gap: 14,
                        ..run(
                            &cut(&chart.note, 620.0 - wide(&chart.headline, 46), 23),
                            23,
                            400,
                            MUTED,
                        )
                    },
                ],
            ),
        ],
    };
    match &chart.body {
        Body::Bars(bars) => self::bars(&mut scene, bars),
        Body::Line(line) => self::line(&mut scene, line),
        Body::Columns(columns) => self::columns(&mut scene, columns),
    }
    scene
}

fn bars(scene: &mut Scene, bars: &[Bar]) {
    // The bars begin behind the longest name, and end before the longest number.
    let of = |text: fn(&Bar) -> &str| bars.iter().map(|bar| wide(text(bar), 23)).fold(0.0, f64::max);
    let from = LEFT + of(|bar| &bar.label).clamp(60.0, 250.0) + 18.0;
    let to = RIGHT - of(|bar| &bar.text).min(220.0) - 16.0;
    let most = bars.iter().map(|bar| bar.value).max().unwrap_or_default();
    let row = (BOTTOM - TOP) / number(bars.len().max(3));
    let thick = (row * 0.6).min(34.0);
    for (n, bar) in bars.iter().take(BARS).enumerate() {
        let middle = TOP + row * (number(n) + 0.5);
        let length = (to - from) * share(bar.value, most);
        let rect = |width: f64, fill| Rect {
            x: tenth(from),
            y: tenth(middle - thick / 2.0),
            width: tenth(width),
            height: tenth(thick),
            round: 6.0,
            fill,
        };
        scene.rects.push(rect(to - from, TRACK));
        if bar.value > 0 {
            // Something is always to be seen of what is not nought.
            scene.rects.push(rect(length.max(8.0), bar.colour.hex()));
        }
        let base = tenth(middle + 8.0);
        scene.texts.extend([
            text(
                LEFT,
                base,
                "start",
                vec![run(&cut(&bar.label, 250.0, 23), 23, 400, DARK)],
            ),
            text(
                to + 16.0,
                base,
                "start",
                vec![run(&cut(&bar.text, 220.0, 23), 23, 600, DARK)],
            ),
        ]);
    }
}

fn line(scene: &mut Scene, line: &Line) {
    let end = top(line.values.iter().copied().max().unwrap_or_default());
    let changes = line
        .added
        .1
        .iter()
        .chain(&line.taken.1)
        .copied()
        .max()
        .unwrap_or_default();
    // Below the line: what was added goes up from a line of its own, what was taken goes down.
    let (floor, zero) = (292.0, 332.0);
    let from = axis(scene, (TOP + 4.0, floor), end, line.number);
    let latest = line.values.len().saturating_sub(1);
    let place = |n: usize| from + (RIGHT - from - 6.0) * share(whole(n), whole(latest));
    let height = |value: i64| floor - (floor - TOP - 4.0) * share(value, end);
    let mut d = String::new();
    for (n, value) in line.values.iter().enumerate() {
        let letter = if n == 0 { 'M' } else { 'L' };
        let _ = write!(d, "{letter}{} {} ", tenth(place(n)), tenth(height(*value)));
    }
    let last = place(latest);
    scene.paths.push(Path {
        d: format!("{d}L{} {floor} L{} {floor} Z", tenth(last), tenth(place(0))),
        fill: Colour::Blue.hex(),
        opacity: 0.12,
        stroke: "none",
        width: 0.0,
    });
    scene.paths.push(Path {
        d,
        fill: "none",
        opacity: 0.0,
        stroke: Colour::Blue.hex(),
        width: 4.0,
    });
    let now = line.values.last().copied().unwrap_or_default();
    scene.rects.push(Rect {
        x: tenth(last - 7.0),
        y: tenth(height(now) - 7.0),
        width: 14.0,
        height: 14.0,
        round: 7.0,
        fill: Colour::Blue.hex(),
    });
    let room = (RIGHT - from) / number(line.values.len().max(1));
    let thick = (room * 0.6).clamp(3.0, 26.0);
    let tall = zero - floor - 10.0;
    for (n, (added, taken)) in line.added.1.iter().zip(&line.taken.1).enumerate() {
        for (value, up, colour) in [(*added, true, Colour::Green), (*taken, false, Colour::Orange)] {
            if value > 0 {
                let length = (tall * share(value, changes)).max(3.0);
                scene.rects.push(Rect {
                    x: tenth((place(n) - thick / 2.0).clamp(from, RIGHT - thick)),
                    y: tenth(if up { zero - length - 1.0 } else { zero + 1.0 }),
                    width: tenth(thick),
                    height: tenth(length),
                    round: tenth((thick / 4.0).min(3.0)),
                    fill: colour.hex(),
                });
            }
        }
    }
    scene.paths.push(rule(from, RIGHT, zero));
    ends(scene, from, &line.ends);
    legend(
        scene,
        &[(&line.added.0, Colour::Green), (&line.taken.0, Colour::Orange)],
    );
}

fn columns(scene: &mut Scene, columns: &Columns) {
    let (lower, upper) = (&columns.lower.1, &columns.upper.1);
    let sums = lower
        .iter()
        .zip(upper)
        .map(|(one, other)| one.saturating_add(*other));
    let end = top(sums.max().unwrap_or_default());
    let floor = 352.0;
    let from = axis(scene, (TOP + 4.0, floor), end, columns.number);
    let room = (RIGHT - from) / number(lower.len().max(1));
    let thick = (room * 0.7).clamp(4.0, 44.0);
    for (n, (one, other)) in lower.iter().zip(upper).enumerate() {
        let x = from + room * (number(n) + 0.5) - thick / 2.0;
        let mut foot = floor;
        for (value, colour) in [(*one, Colour::Blue), (*other, Colour::Sky)] {
            if value > 0 {
                let length = ((floor - TOP - 4.0) * share(value, end)).max(2.0);
                scene.rects.push(Rect {
                    x: tenth(x),
                    y: tenth(foot - length),
                    width: tenth(thick),
                    height: tenth(length),
                    round: 2.0,
                    fill: colour.hex(),
                });
                foot -= length;
            }
        }
    }
    ends(scene, from, &columns.ends);
    let named = [(&columns.lower, Colour::Blue), (&columns.upper, Colour::Sky)];
    // What there is none of needs no name.
    let shown: Vec<(&str, Colour)> = named
        .into_iter()
        .filter(|(series, _)| series.1.iter().any(|value| *value > 0))
        .map(|(series, colour)| (series.0.as_str(), colour))
        .collect();
    legend(scene, &shown);
}

/// Nought, the half and the end of an axis, each with its line; answers where the drawing begins.
fn axis(scene: &mut Scene, (head, floor): (f64, f64), end: i64, write: fn(i64) -> String) -> f64 {
    let from = LEFT + wide(&write(end), 20).max(14.0) + 14.0;
    for value in [0, end / 2, end] {
        let y = floor - (floor - head) * share(value, end);
        scene.paths.push(rule(from, RIGHT, y));
        scene.texts.push(text(
            from - 12.0,
            tenth(y + 7.0),
            "end",
            vec![run(&write(value), 20, 400, MUTED)],
        ));
    }
    from
}

fn rule(from: f64, to: f64, y: f64) -> Path {
    Path {
        d: format!("M{} {} L{} {}", tenth(from), tenth(y), tenth(to), tenth(y)),
        fill: "none",
        opacity: 0.0,
        stroke: GRID,
        width: 1.5,
    }
}

/// When it begins and when it ends.
fn ends(scene: &mut Scene, from: f64, [first, last]: &[String; 2]) {
    for (x, anchor, label) in [(from, "start", first), (RIGHT, "end", last)] {
        let label = run(&cut(label, 280.0, 20), 20, 400, MUTED);
        scene.texts.push(text(x, BOTTOM + 6.0, anchor, vec![label]));
    }
}

/// What the colours mean, at the right above the drawing's lower edge: in the middle of the line of dates.
fn legend(scene: &mut Scene, named: &[(impl AsRef<str>, Colour)]) {
    let gap = 26.0;
    let width = |name: &str| 20.0 + wide(name, 20);
    let whole: f64 = named
        .iter()
        .map(|(name, _)| width(name.as_ref()) + gap)
        .sum::<f64>()
        - gap;
    let mut x = (LEFT + RIGHT - whole) / 2.0 + 14.0;
    for (name, colour) in named {
        let name = name.as_ref();
        scene.rects.push(Rect {
            x: tenth(x),
            y: BOTTOM - 9.0,
            width: 14.0,
            height: 14.0,
            round: 3.0,
            fill: colour.hex(),
        });
        let label = run(&cut(name, 200.0, 20), 20, 400, DARK);
        scene
            .texts
            .push(text(tenth(x + 20.0), BOTTOM + 6.0, "start", vec![label]));
        x += width(name) + gap;
    }
}

fn text(x: f64, y: f64, anchor: &'static str, runs: Vec<Run>) -> Text {
    Text {
        x: tenth(x),
        y: tenth(y),
        anchor,
        runs,
    }
}

fn run(words: &str, size: u32, weight: u32, fill: &'static str) -> Run {
    Run {
        text: drawable(words),
        size,
        weight,
        fill,
        gap: 0,
    }
}

/// About how wide a text is: the font's own measures, by kinds of letters.
fn wide(text: &str, size: u32) -> f64 {
    let em = |c: char| match c {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 0.29,
        ' ' | 'f' | 't' | 'r' | '(' | ')' | '-' => 0.38,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' => 0.9,
        c if c.is_uppercase() => 0.72,
        _ => 0.62,
    };
    text.chars().map(em).sum::<f64>() * f64::from(size)
}

/// Shortens a text to what has room, showing that something is missing.
fn cut(text: &str, room: f64, size: u32) -> String {
    if wide(text, size) <= room {
        return text.to_owned();
    }
    let mut short = String::new();
    for c in text.chars() {
        short.push(c);
        if wide(&short, size) + wide("…", size) > room {
            short.pop();
            break;
        }
    }
    format!("{}…", short.trim_end())
}

/// What of a text the font can draw. XML takes no control characters, and what the font lacks would be a box.
fn drawable(text: &str) -> String {
    let drawn = |c: &char| {
        matches!(c, ' '..='~' | '\u{a0}'..='\u{24f}' | '\u{370}'..='\u{3ff}' | '\u{400}'..='\u{4ff}' | '\u{1e00}'..='\u{1eff}'
            | '–' | '—' | '‘' | '’' | '‚' | '“' | '”' | '„' | '•' | '…' | '€' | '−' | '→')
    };
    let kept: String = text.chars().filter(drawn).collect();
    let kept = kept.trim();
    // A name in letters that the font does not have: the words beside the picture have it.
    if kept.is_empty() && !text.trim().is_empty() {
        return "…".to_owned();
    }
    kept.to_owned()
}

fn number(value: usize) -> f64 {
    u32::try_from(value).map_or(f64::from(u32::MAX), f64::from)
}

fn whole(value: usize) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
