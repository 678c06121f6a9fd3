//! From SVG to PNG, on threads of its own and few at a time, so that pictures slow nobody down who wants none.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};
use tokio::sync::Semaphore;

use super::{Chart, HEIGHT, WIDTH, svg};

/// How many dots a unit has.
const SCALE: u8 = 2;
/// How many pictures are drawn at a time.
const AT_ONCE: usize = 2;

static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    for font in [
        include_bytes!("font/inter-400.ttf").as_slice(),
        include_bytes!("font/inter-600.ttf"),
    ] {
        fonts.load_font_source(fontdb::Source::Binary(Arc::new(font)));
    }
    fonts.set_sans_serif_family("Inter");
    Arc::new(fonts)
});
static TURNS: Semaphore = Semaphore::const_new(AT_ONCE);

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum NotDrawn {
    /// The template could not be filled in.
    #[error("the picture could not be written: {0}")]
    Written(#[from] askama::Error),
    /// What we wrote is no SVG.
    #[error("the picture is no SVG: {0}")]
    Read(#[from] resvg::usvg::Error),
    /// It could not be drawn or encoded.
    #[error("the picture could not be drawn: {0}")]
    Drawn(String),
}

/// Draws a picture.
pub async fn png(chart: Chart) -> Result<Vec<u8>, NotDrawn> {
    let turn = TURNS
        .acquire()
        .await
        .map_err(|error| NotDrawn::Drawn(error.to_string()))?;
    let drawn = tokio::task::spawn_blocking(move || draw(&svg(&chart)?)).await;
    drop(turn);
    drawn.map_err(|error| NotDrawn::Drawn(error.to_string()))?
}

/// The same at once, on the caller's thread.
pub(super) fn draw(svg: &str) -> Result<Vec<u8>, NotDrawn> {
    let options = Options {
        font_family: "Inter".to_owned(),
        fontdb: FONTS.clone(),
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options)?;
    let (width, height) = (WIDTH * u32::from(SCALE), HEIGHT * u32::from(SCALE));
    let mut dots = Pixmap::new(width, height).ok_or_else(|| NotDrawn::Drawn("no room".to_owned()))?;
    let scale = Transform::from_scale(f32::from(SCALE), f32::from(SCALE));
    resvg::render(&tree, scale, &mut dots.as_mut());
    dots.encode_png()
        .map_err(|error| NotDrawn::Drawn(error.to_string()))
}
