//! Pictures of numbers: laid out by us, written as SVG by a template, drawn with the font that is compiled in.
//!
//! A picture is a light card of 720 by 420, drawn at twice that size, whose text can be read on a phone and whose colours
//! can be told apart by those who see few. It shows nothing that is not also said in words beside it.

mod draw;
mod layout;
mod scale;

use askama::Template;

pub use draw::{NotDrawn, png};

/// How wide a picture is, in its own units.
pub const WIDTH: u32 = 720;
/// How high a picture is, in its own units.
pub const HEIGHT: u32 = 420;
/// How many bars a picture has room for.
pub const BARS: usize = 5;

/// A picture.
#[derive(Debug, Clone)]
pub struct Chart {
    /// What it is about.
    pub title: String,
    /// The one number to take away.
    pub headline: String,
    /// What stands beside that number.
    pub note: String,
    /// What is drawn below.
    pub body: Body,
}

/// What is drawn.
#[derive(Debug, Clone)]
pub enum Body {
    /// Lengths that are compared, at most [`BARS`].
    Bars(Vec<Bar>),
    /// A number over time, and what was added to it and taken from it.
    Line(Line),
    /// Two numbers over time, one upon the other.
    Columns(Columns),
}

/// One length.
#[derive(Debug, Clone)]
pub struct Bar {
    /// What it is of.
    pub label: String,
    /// How long.
    pub value: i64,
    /// The number in words, behind the bar.
    pub text: String,
    /// Its colour.
    pub colour: Colour,
}

/// A number over time.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its values, from the oldest on.
    pub values: Vec<i64>,
    /// What was added, with its name.
    pub added: (String, Vec<i64>),
    /// What was taken away, with its name.
    pub taken: (String, Vec<i64>),
    /// What stands below the first and the last value.
    pub ends: [String; 2],
    /// How numbers are written.
    pub number: fn(i64) -> String,
}

/// Two numbers over time.
#[derive(Debug, Clone)]
pub struct Columns {
    /// The lower ones, with their name.
    pub lower: (String, Vec<i64>),
    /// The upper ones, with their name.
    pub upper: (String, Vec<i64>),
    /// What stands below the first and the last column.
    pub ends: [String; 2],
    /// How numbers are written.
    pub number: fn(i64) -> String,
}

/// A colour of Okabe and Ito's palette, whose colours nobody confuses, dark enough for white beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// What it is mostly about.
    Blue,
    /// What went well.
    Green,
    /// What went away.
    Orange,
    /// What is neither.
    Grey,
    /// A second one beside blue.
    Sky,
}

impl Colour {
    fn hex(self) -> &'static str {
        match self {
            Self::Blue => "#0072b2",
            Self::Green => "#009e73",
            Self::Orange => "#d55e00",
            Self::Grey => "#838893",
            Self::Sky => "#56b4e9",
        }
    }
}

/// A rectangle, with round corners.
struct Rect {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    round: f64,
    fill: &'static str,
}

/// A line or an area.
struct Path {
    d: String,
    fill: &'static str,
    opacity: f64,
    stroke: &'static str,
    width: f64,
}

/// A piece of text in one line.
struct Text {
    x: f64,
    y: f64,
    anchor: &'static str,
    runs: Vec<Run>,
}

/// A part of a text that looks the same.
struct Run {
    text: String,
    size: u32,
    weight: u32,
    fill: &'static str,
    /// How far behind the run before.
    gap: u32,
}

/// Everything that a picture consists of, from the back to the front.
#[derive(Template)]
#[template(path = "chart.svg")]
struct Scene {
    width: u32,
    height: u32,
    paths: Vec<Path>,
    rects: Vec<Rect>,
    texts: Vec<Text>,
}

/// The picture as SVG.
pub fn svg(chart: &Chart) -> Result<String, askama::Error> {
    layout::scene(chart).render()
}

#[cfg(test)]
mod tests;
