//! A kept reply in the content codings that were asked for so far.

use bytes::Bytes;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// How many content codings the edge makes.
const CODINGS: usize = 3;

/// The body in other codings, and the header lines that go with each form, each made once, when it is
/// first asked for. Not kept on disk.
#[derive(Debug, Default)]
pub struct Encodings {
    forms: [Form; CODINGS],
    plain: OnceLock<Bytes>,
}

/// One coding.
#[derive(Debug, Default)]
struct Form {
    body: OnceLock<Option<Bytes>>,
    lines: OnceLock<Bytes>,
    /// Somebody makes it.
    begun: AtomicBool,
}

impl Encodings {
    /// The body in coding number `at`. Some(None): it was tried and is not worth it.
    pub fn get(&self, at: usize) -> Option<Option<&Bytes>> {
        self.forms.get(at)?.body.get().map(Option::as_ref)
    }

    /// True for the first who asks: that one makes the body in coding number `at`.
    pub fn begin(&self, at: usize) -> bool {
        self.forms.get(at).is_some_and(|form| !form.begun.swap(true, Relaxed))
    }

    /// Keep the body in coding number `at`; the first to do so wins. False if that was somebody else.
    pub fn keep(&self, at: usize, body: Option<Bytes>) -> bool {
        self.forms.get(at).is_some_and(|form| form.body.set(body).is_ok())
    }

    /// The header lines that go with coding number `at`; None: with the body as it is.
    pub fn lines(&self, at: Option<usize>) -> Option<&Bytes> {
        match at {
            Some(at) => self.forms.get(at)?.lines.get(),
            None => self.plain.get(),
        }
    }

    /// Keep such lines.
    pub fn keep_lines(&self, at: Option<usize>, lines: Bytes) {
        let place = match at {
            Some(at) => self.forms.get(at).map(|form| &form.lines),
            None => Some(&self.plain),
        };
        // Who came first made the same.
        let _ = place.map(|place| place.set(lines));
    }

    /// Bytes of memory held.
    pub fn weight(&self) -> usize {
        let bodies = self.forms.iter().filter_map(|form| form.body.get()?.as_ref());
        let lines = self.forms.iter().filter_map(|form| form.lines.get());
        bodies.chain(lines).chain(self.plain.get()).map(Bytes::len).sum()
    }
}

/// What was made of the body, for the same reply with other header lines.
impl Clone for Encodings {
    fn clone(&self) -> Self {
        let copy = Encodings::default();
        for (at, form) in self.forms.iter().enumerate() {
            if let Some(body) = form.body.get() {
                copy.keep(at, body.clone());
            }
        }
        copy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_coding_is_kept_once() {
        let all = Encodings::default();
        assert_eq!(all.get(0), None);
        assert!(all.begin(0) && !all.begin(0) && all.begin(1));
        assert!(all.keep(0, Some(Bytes::from_static(b"abc"))));
        assert!(!all.keep(0, None), "the first wins");
        assert!(all.keep(1, None) && !all.keep(CODINGS, None));
        assert_eq!(all.get(0), Some(Some(&Bytes::from_static(b"abc"))));
        assert_eq!((all.get(1), all.get(2), all.weight()), (Some(None), None, 3));
    }

    #[test]
    fn other_lines_leave_the_bodies() {
        let all = Encodings::default();
        all.keep(0, Some(Bytes::from_static(b"abc")));
        all.keep_lines(Some(0), Bytes::from_static(b"A: b\r\n"));
        all.keep_lines(None, Bytes::from_static(b"B: c\r\n"));
        assert_eq!(all.lines(None), Some(&Bytes::from_static(b"B: c\r\n")));
        assert_eq!((all.lines(Some(0)).is_some(), all.lines(Some(1))), (true, None));
        assert_eq!(all.weight(), 15);
        let copy = all.clone();
        assert_eq!((copy.weight(), copy.lines(Some(0)), copy.lines(None)), (3, None, None));
    }
}
