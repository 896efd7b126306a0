//! A file as it is sent: each of its forms with the header lines that go with it. Pure.

use super::stamp::Stamp;
use crate::encode::Coding;
use crate::http::conditional::{EntityTag, HttpDate, Validators};
use bytes::Bytes;
use std::cell::RefCell;
use std::fmt::Write;
use std::rc::Rc;

/// A file's date stands for its bytes only if it cannot have been written to again within the same
/// second, nor within the one in which a client was told of it.
const SETTLED_S: u64 = 2;

/// A file, as it is and encoded.
#[derive(Debug)]
pub struct Document {
    /// As it is.
    pub plain: Variant,
    /// Files beside it that hold the same, encoded: the smallest first.
    pub beside: Vec<Variant>,
    /// What was there beside it when it was looked at, used or not, in the order of [`Coding::ALL`].
    pub looked: [Option<Stamp>; Coding::ALL.len()],
    /// What the edge encoded itself, once and for all.
    pub made: RefCell<Vec<Rc<Variant>>>,
    /// The edge may encode it: it is worth it, and nobody did it beforehand.
    pub encodable: bool,
    /// `Cache-Control`.
    pub cache_control: String,
    /// Its content type, without the lines around it.
    pub content_type: Rc<str>,
    /// Compression makes such content smaller.
    pub compressible: bool,
}

/// One form of a file.
#[derive(Debug)]
pub struct Variant {
    /// None: as it is.
    pub coding: Option<Coding>,
    /// The name of the file that holds it.
    pub name: Rc<str>,
    /// The state of that file.
    pub stamp: Stamp,
    /// Its length in bytes.
    pub length: u64,
    /// Its entity tag, without quotes.
    tag: String,
    /// The tag stands for the meaning of the content, not for its bytes.
    weak: bool,
    /// All header lines: first those that a 304 has too, then those of the content.
    lines: Bytes,
    shared: usize,
    /// Its content, if it is kept in memory.
    pub content: Option<Bytes>,
}

/// What is the same for all forms of a document.
#[derive(Debug, Clone, Copy)]
pub struct Common<'a> {
    /// `Content-Type`.
    pub content_type: &'a str,
    /// `Cache-Control`.
    pub cache_control: &'a str,
    /// There are forms in other codings, or will be.
    pub varies: bool,
}

impl Variant {
    /// The form that `name` holds.
    pub fn new(
        name: &str,
        coding: Option<Coding>,
        stamp: Stamp,
        content: Option<Bytes>,
        common: &Common<'_>,
    ) -> Self {
        Self::tagged(name, coding, stamp, content, common, false)
    }

    /// The content of `plain`, encoded by the edge. Another version of the encoder may make other bytes
    /// of the same content, so its tag is weak.
    pub fn made(plain: &Variant, coding: Coding, content: Bytes, common: &Common<'_>) -> Self {
        Self::tagged(&plain.name, Some(coding), plain.stamp, Some(content), common, true)
    }

    fn tagged(
        name: &str,
        coding: Option<Coding>,
        stamp: Stamp,
        content: Option<Bytes>,
        common: &Common<'_>,
        weak: bool,
    ) -> Self {
        let length = content.as_ref().map_or(stamp.size, |content| content.len() as u64);
        let mut tag = stamp.tag();
        if let Some(coding) = coding {
            // Writing into a String cannot fail.
            let _ = write!(tag, "-{}", coding.name());
        }
        let mut lines = String::with_capacity(320);
        let modified = HttpDate(stamp.modified());
        let _ = write!(
            lines,
            "ETag: {}\"{tag}\"\r\nLast-Modified: {modified}\r\nCache-Control: {}\r\n",
            if weak { "W/" } else { "" },
            common.cache_control
        );
        if common.varies {
            lines += "Vary: Accept-Encoding\r\n";
        }
        let shared = lines.len();
        let _ = write!(lines, "Accept-Ranges: bytes\r\nContent-Type: {}\r\n", common.content_type);
        if let Some(coding) = coding {
            lines += &encoding_line(coding);
        }
        let (name, lines) = (name.into(), Bytes::from(lines));
        Variant { coding, name, stamp, length, tag, weak, lines, shared, content }
    }

    /// What preconditions are held against. `now` is in seconds since the epoch.
    pub fn validators(&self, now: u64) -> Validators<'_> {
        let modified = self.stamp.modified();
        Validators {
            tag: Some(EntityTag { weak: self.weak, opaque: self.tag.as_bytes() }),
            modified: Some(modified),
            modified_is_strong: modified.saturating_add(SETTLED_S) <= now,
        }
    }

    /// The header lines of a reply with all of it.
    pub fn lines(&self) -> Bytes {
        self.lines.clone()
    }

    /// Those of a reply with parts of it, which has a content type of its own.
    pub fn lines_as(&self, content_type: &str) -> Bytes {
        let coding = self.coding.map_or(String::new(), encoding_line);
        let own = format!("Accept-Ranges: bytes\r\nContent-Type: {content_type}\r\n{coding}");
        [&self.shared_lines(), own.as_bytes()].concat().into()
    }

    /// Those of a reply without content.
    pub fn shared_lines(&self) -> Bytes {
        self.lines.slice(..self.shared)
    }

    /// Bytes of memory that it takes.
    pub fn memory(&self) -> usize {
        let content = self.content.as_ref().map_or(0, Bytes::len);
        content + self.lines.len() + self.tag.len() + self.name.len() + size_of::<Self>()
    }
}

fn encoding_line(coding: Coding) -> String {
    format!("Content-Encoding: {}\r\n", coding.name())
}

impl Document {
    /// Bytes of memory that it takes, or will when it has been encoded in every coding.
    pub fn memory(&self) -> usize {
        let beside: usize = self.beside.iter().map(Variant::memory).sum();
        let made = if self.encodable { 2 * self.plain.memory() } else { 0 };
        self.plain.memory() + beside + made + size_of::<Self>()
    }

    /// Its form in this coding, if there is one beside it; else as it is.
    pub fn variant(&self, coding: Option<Coding>) -> &Variant {
        let same = |variant: &&Variant| variant.coding == coding;
        self.beside.iter().find(same).unwrap_or(&self.plain)
    }

    /// Its form in this coding, made by `encode` when it is wanted for the first time. None if that
    /// fails.
    pub fn encoded(
        &self,
        coding: Coding,
        encode: impl FnOnce(&[u8]) -> Option<Bytes>,
    ) -> Option<Rc<Variant>> {
        let mut made = self.made.borrow_mut();
        if let Some(known) = made.iter().find(|variant| variant.coding == Some(coding)) {
            return Some(known.clone());
        }
        let content = encode(self.plain.content.as_ref()?)?;
        let common = Common {
            content_type: &self.content_type,
            cache_control: &self.cache_control,
            varies: true,
        };
        let variant = Rc::new(Variant::made(&self.plain, coding, content, &common));
        made.push(variant.clone());
        Some(variant)
    }
}
