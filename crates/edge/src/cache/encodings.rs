//! A kept body in the content codings that were asked for so far.

use bytes::Bytes;
use std::sync::OnceLock;

/// How many content codings the edge makes.
const CODINGS: usize = 3;

/// The body in other codings, each made once, when it is first asked for. Not kept on disk.
#[derive(Debug, Clone, Default)]
pub struct Encodings([OnceLock<Option<Bytes>>; CODINGS]);

impl Encodings {
    /// The body in coding number `at`. Some(None): it was tried and is not worth it.
    pub fn get(&self, at: usize) -> Option<Option<&Bytes>> {
        self.0.get(at)?.get().map(Option::as_ref)
    }

    /// Keep the body in coding number `at`; the first to do so wins. False if that was somebody else.
    pub fn keep(&self, at: usize, body: Option<Bytes>) -> bool {
        self.0.get(at).is_some_and(|slot| slot.set(body).is_ok())
    }

    /// Bytes of memory held.
    pub fn weight(&self) -> usize {
        self.0.iter().filter_map(|slot| slot.get()?.as_ref()).map(Bytes::len).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_coding_is_kept_once() {
        let all = Encodings::default();
        assert_eq!(all.get(0), None);
        assert!(all.keep(0, Some(Bytes::from_static(b"abc"))));
        assert!(!all.keep(0, None), "the first wins");
        assert!(all.keep(1, None) && !all.keep(CODINGS, None));
        assert_eq!(all.get(0), Some(Some(&Bytes::from_static(b"abc"))));
        assert_eq!((all.get(1), all.get(2), all.weight()), (Some(None), None, 3));
    }
}
