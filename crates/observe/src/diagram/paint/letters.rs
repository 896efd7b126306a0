//! Text as outlines, from a TrueType or OpenType font.

use tiny_skia::{Path, PathBuilder};
use ttf_parser::{Face, GlyphId, OutlineBuilder};

/// The fonts of a picture.
pub struct Fonts<'a> {
    plain: Face<'a>,
    bold: Option<Face<'a>>,
}

impl std::fmt::Debug for Fonts<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fonts").field("has_bold", &self.bold.is_some()).finish_non_exhaustive()
    }
}

impl<'a> Fonts<'a> {
    /// With the files of a font and, if there is one, of its bold form; None: the first is no font that can be read.
    pub fn new(plain: &'a [u8], bold: Option<&'a [u8]>) -> Option<Self> {
        let plain = Face::parse(plain, 0).ok().filter(|face| face.glyph_index('a').is_some())?;
        let bold = bold.and_then(|bold| Face::parse(bold, 0).ok());
        Some(Fonts { plain, bold })
    }

    /// There is no bold form: text is to be made bolder.
    pub fn lacks_bold(&self) -> bool {
        self.bold.is_none()
    }

    /// The outline of `text`, its base line beginning at (0, 0), and its width, at a size of `size` pixels.
    pub fn outline(&self, text: &str, size: f32, bold: bool) -> (Option<Path>, f32) {
        let face = if bold { self.bold.as_ref().unwrap_or(&self.plain) } else { &self.plain };
        let scale = size / f32::from(face.units_per_em().max(1));
        let mut pen = Pen { path: PathBuilder::new(), x: 0.0, scale };
        for c in text.chars() {
            // What the font does not have is drawn as its box for that.
            let glyph = face.glyph_index(c).unwrap_or(GlyphId(0));
            face.outline_glyph(glyph, &mut pen);
            let advance = face.glyph_hor_advance(glyph).unwrap_or(face.units_per_em() / 2);
            pen.x += f32::from(advance) * scale;
        }
        (pen.path.finish(), pen.x)
    }
}

struct Pen {
    path: PathBuilder,
    x: f32,
    scale: f32,
}

impl Pen {
    /// Fonts count upwards, pictures downwards.
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        (self.x + x * self.scale, -y * self.scale)
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let ((x1, y1), (x, y)) = (self.at(x1, y1), self.at(x, y));
        self.path.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let ((x1, y1), (x2, y2), (x, y)) = (self.at(x1, y1), self.at(x2, y2), self.at(x, y));
        self.path.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}
