//! Shapes painted on pixels.

use super::encode::encode;
use super::letters::Fonts;
use super::outline::outline;
use crate::diagram::scene::{Anchor, Shape, Stroke, Theme, Tone, Weight, scene};
use model::api::Graph;
use tiny_skia::{
    Color, FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, StrokeDash, Transform,
};

/// Twice as many pixels as the picture counts, for screens that are so fine; once for huge ones.
const SCALE: f32 = 2.0;
const PIXELS_MAX: f64 = 40e6;
/// How much of what lies below shows through thick edges.
const GLASS: f32 = 0.72;

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum PaintError {
    /// It would have too many pixels.
    #[error("the picture is too large to paint ({width} by {height} pixels); write it as SVG")]
    TooLarge {
        /// Its width.
        width: u32,
        /// Its height.
        height: u32,
    },
    /// It could not be compressed.
    #[error("the picture cannot be compressed: {0}")]
    Compress(#[from] std::io::Error),
}

/// `graph` as a PNG file; on a light ground unless the theme is dark.
///
/// # Errors
/// See [`PaintError`].
pub fn png(graph: &Graph, theme: Theme, fonts: &Fonts<'_>) -> Result<Vec<u8>, PaintError> {
    let area = graph.width * graph.height;
    let scale = if area * f64::from(SCALE * SCALE) > PIXELS_MAX { 1.0 } else { SCALE };
    let pixels = |length: f64| (length * f64::from(scale)).ceil() as u32;
    let (width, height) = (pixels(graph.width), pixels(graph.height));
    let pixmap = if area > PIXELS_MAX { None } else { Pixmap::new(width, height) };
    let pixmap = pixmap.ok_or(PaintError::TooLarge { width, height })?;
    let ground = usize::from(theme == Theme::Dark);
    let mut canvas = Canvas { pixmap, ground, fonts, view: Transform::from_scale(scale, scale) };
    canvas.pixmap.fill(canvas.colour(Tone::Ground, 1.0));
    scene(graph).iter().for_each(|shape| canvas.draw(shape));
    Ok(encode(width, height, canvas.pixmap.data())?)
}

struct Canvas<'a> {
    pixmap: Pixmap,
    /// 0: light, 1: dark.
    ground: usize,
    fonts: &'a Fonts<'a>,
    view: Transform,
}

impl Canvas<'_> {
    fn draw(&mut self, shape: &Shape) {
        match shape {
            Shape::Title(_) => {}
            Shape::Box { x, y, width, height, round, fill, rim } => {
                let Some(path) = rounded(*x, *y, *width, *height, *round) else { return };
                self.fill(&path, *fill, Transform::identity());
                if let Some((tone, thickness)) = rim {
                    self.stroke(&path, *tone, *thickness, Stroke::Solid, Transform::identity());
                }
            }
            Shape::Line { d, x, y, tone, thickness, style } => {
                if let Some(path) = outline(d) {
                    let place = Transform::from_translate(*x as f32, *y as f32);
                    self.stroke(&path, *tone, *thickness, *style, place);
                }
            }
            Shape::Dot { x, y, radius, tone } => {
                if let Some(path) = PathBuilder::from_circle(*x as f32, *y as f32, *radius as f32) {
                    self.fill(&path, *tone, Transform::identity());
                }
            }
            Shape::Text { x, y, size, weight, anchor, tone, text } => {
                let bold = *weight != Weight::Plain;
                let (path, width) = self.fonts.outline(text, *size as f32, bold);
                let Some(path) = path else { return };
                let left = match anchor {
                    Anchor::Start => *x as f32,
                    Anchor::End => *x as f32 - width,
                };
                let place = Transform::from_translate(left, *y as f32);
                if *weight == Weight::Label {
                    self.stroke(&path, Tone::Ground, 3.5, Stroke::Solid, place);
                }
                self.fill(&path, *tone, place);
                if bold && self.fonts.lacks_bold() {
                    self.stroke(&path, *tone, size / 24.0, Stroke::Solid, place);
                }
            }
        }
    }

    fn fill(&mut self, path: &Path, tone: Tone, place: Transform) {
        let paint = self.paint(tone, 1.0);
        let place = place.post_concat(self.view);
        self.pixmap.fill_path(path, &paint, FillRule::Winding, place, None);
    }

    fn stroke(&mut self, path: &Path, tone: Tone, thickness: f64, style: Stroke, place: Transform) {
        let opaque = if style == Stroke::Glass { GLASS } else { 1.0 };
        let paint = self.paint(tone, opaque);
        let dash = match style {
            Stroke::Dashed => StrokeDash::new(vec![4.0, 4.0], 0.0),
            Stroke::Solid | Stroke::Glass => None,
        };
        let stroke = tiny_skia::Stroke {
            width: thickness as f32,
            line_cap: LineCap::Round,
            line_join: LineJoin::Round,
            dash,
            ..tiny_skia::Stroke::default()
        };
        self.pixmap.stroke_path(path, &paint, &stroke, place.post_concat(self.view), None);
    }

    fn paint(&self, tone: Tone, opaque: f32) -> Paint<'static> {
        let mut paint = Paint::default();
        paint.set_color(self.colour(tone, opaque));
        paint
    }

    fn colour(&self, tone: Tone, opaque: f32) -> Color {
        let [_, red, green, blue] =
            tone.colours().get(self.ground).copied().unwrap_or_default().to_be_bytes();
        let mut colour = Color::from_rgba8(red, green, blue, 255);
        colour.apply_opacity(opaque);
        colour
    }
}

/// A box with round corners, each a curve that is as good as a quarter of a circle.
fn rounded(x: f64, y: f64, width: f64, height: f64, round: f64) -> Option<Path> {
    let (left, top) = (x as f32, y as f32);
    let (right, bottom) = ((x + width) as f32, (y + height) as f32);
    let r = round as f32;
    let k = r * 0.447_7;
    let mut path = PathBuilder::new();
    path.move_to(left + r, top);
    path.line_to(right - r, top);
    path.cubic_to(right - k, top, right, top + k, right, top + r);
    path.line_to(right, bottom - r);
    path.cubic_to(right, bottom - k, right - k, bottom, right - r, bottom);
    path.line_to(left + r, bottom);
    path.cubic_to(left + k, bottom, left, bottom - k, left, bottom - r);
    path.line_to(left, top + r);
    path.cubic_to(left, top + k, left + k, top, left + r, top);
    path.close();
    path.finish()
}
