use super::Mistake;
use std::ops::Range;

/// A file's text, for turning byte ranges into lines and columns.
pub(crate) struct Source<'a> {
    name: String,
    text: &'a str,
}

impl<'a> Source<'a> {
    /// `text` is the text that the byte ranges count in.
    pub(crate) fn new(name: String, text: &'a str) -> Self {
        Source { name, text }
    }

    /// A mistake at these bytes. A range over several lines is cut at the end of its first.
    pub(crate) fn mistake(
        &self,
        span: Range<usize>,
        key: String,
        text: String,
        cure: String,
    ) -> Mistake {
        let start = self.boundary(span.start);
        let (before, after) = self.text.split_at(start);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line_end = after.find('\n').map_or(self.text.len(), |at| start + at);
        let line = &self.text[line_start..line_end];
        let quoted = line.strip_suffix('\r').unwrap_or(line);
        // Neither a line's end nor what follows it belongs to the mistake.
        let line_end = line_start + quoted.len();
        let start = start.min(line_end);
        let end = self.boundary(span.end).clamp(start, line_end);
        let count = |range: Range<usize>| self.text[range].chars().count();
        let column = count(line_start..start);
        // A span at the line's end, where something is missing, still gets one caret.
        let width = count(start..end).max(1);
        Mistake {
            file: self.name.clone(),
            line: narrow(before.matches('\n').count() + 1),
            column: narrow(column + 1),
            width: narrow(width),
            key,
            text,
            cure,
            quoted: quoted.to_owned(),
        }
    }

    /// The last character boundary at or before `at`.
    fn boundary(&self, at: usize) -> usize {
        (0..=at.min(self.text.len())).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or(0)
    }
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
