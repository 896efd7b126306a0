//! The `d` of a path, as far as pictures use it: M, L, C and Z with absolute numbers.

use tiny_skia::{Path, PathBuilder};

/// The path; None: it is not such a one, or has no extent.
pub fn outline(d: &str) -> Option<Path> {
    let mut path = PathBuilder::new();
    for (at, _) in d.match_indices(|c: char| c.is_ascii_alphabetic()) {
        let rest = d.get(at + 1..)?;
        let end = rest.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let words = rest.get(..end)?.split([' ', ',']).filter(|word| !word.is_empty());
        let numbers: Option<Vec<f32>> = words.map(|word| word.parse().ok()).collect();
        let numbers = numbers.filter(|numbers| numbers.iter().all(|number| number.is_finite()))?;
        match (d.get(at..=at)?, numbers.as_slice()) {
            ("M", [x, y]) => path.move_to(*x, *y),
            ("L", [x, y]) => path.line_to(*x, *y),
            ("C", [x1, y1, x2, y2, x, y]) => path.cubic_to(*x1, *y1, *x2, *y2, *x, *y),
            ("Z", []) => path.close(),
            _ => return None,
        }
    }
    path.finish()
}
