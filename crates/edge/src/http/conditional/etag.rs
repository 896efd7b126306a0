//! Entity tags (RFC 9110 section 8.8.3).

/// An entity tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntityTag<'b> {
    /// It stands for the meaning of the content, not for its bytes.
    pub weak: bool,
    /// What stands between the quotes.
    pub opaque: &'b [u8],
}

impl<'b> EntityTag<'b> {
    /// The tag that `value` is, as a whole.
    pub fn read(value: &'b [u8]) -> Option<Self> {
        let (tag, rest) = Self::first(value)?;
        rest.is_empty().then_some(tag)
    }

    /// Both stand for the same bytes.
    pub fn is_strongly(&self, other: &EntityTag<'_>) -> bool {
        !self.weak && !other.weak && self.opaque == other.opaque
    }

    /// Both stand for the same content.
    pub fn is_weakly(&self, other: &EntityTag<'_>) -> bool {
        self.opaque == other.opaque
    }

    /// The tag that `text` begins with, and what follows it.
    fn first(text: &'b [u8]) -> Option<(Self, &'b [u8])> {
        let (weak, quoted) = match text.strip_prefix(b"W/") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let inside = quoted.strip_prefix(b"\"")?;
        let end = memchr::memchr(b'"', inside)?;
        let (opaque, rest) = inside.split_at_checked(end)?;
        let good = opaque.iter().all(|byte| matches!(byte, 0x21 | 0x23..=0x7e | 0x80..));
        good.then_some((EntityTag { weak, opaque }, rest.get(1..).unwrap_or_default()))
    }

    /// The tags of a list, up to the first thing in it that is none.
    pub(super) fn list(mut text: &'b [u8]) -> impl Iterator<Item = EntityTag<'b>> {
        std::iter::from_fn(move || {
            while let [b' ' | b'\t' | b',', rest @ ..] = text {
                text = rest;
            }
            let (tag, rest) = Self::first(text)?;
            let after = rest.trim_ascii_start();
            text = if after.is_empty() || after.starts_with(b",") { after } else { b"" };
            Some(tag)
        })
    }
}
