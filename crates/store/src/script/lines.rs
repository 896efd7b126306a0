//! What scripts write to the server's log, until the server prints it.

use std::sync::{Mutex, PoisonError};

/// Lines that wait; more are dropped, and counted.
const LINES_MAX: usize = 1_000;
/// A longer line is cut.
const LINE_BYTES_MAX: usize = 1_024;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// 0 for debug, 1 verbose, 2 notice, 3 warning.
    pub level: u8,
    /// Its text.
    pub text: String,
}

/// Lines in the order in which they were written.
#[derive(Debug, Default)]
pub struct Lines {
    inner: Mutex<(Vec<Line>, u64)>,
}

impl Lines {
    /// Adds a line.
    pub fn add(&self, level: u8, text: &[u8]) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.0.len() >= LINES_MAX {
            inner.1 += 1;
            return;
        }
        let text = text.get(..LINE_BYTES_MAX).unwrap_or(text);
        let text = String::from_utf8_lossy(text).replace(['\r', '\n'], " ");
        inner.0.push(Line { level, text });
    }

    /// The lines since the last call, and how many more were dropped.
    pub fn take(&self) -> (Vec<Line>, u64) {
        std::mem::take(&mut *self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_limits() {
        let lines = Lines::default();
        lines.add(2, b"one\ntwo");
        assert_eq!(lines.take(), (vec![Line { level: 2, text: "one two".into() }], 0));
        (0..LINES_MAX + 3).for_each(|_| lines.add(0, &[b'x'; 5_000]));
        let (kept, dropped) = lines.take();
        assert_eq!((kept.len(), dropped, kept[0].text.len()), (LINES_MAX, 3, LINE_BYTES_MAX));
    }
}
