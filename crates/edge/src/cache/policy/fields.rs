//! The fields of a message, whatever it lies in.

use crate::http::field::list;
use crate::http::head::{ReplyHead, RequestHead};

/// The fields of a message, in their order.
pub trait Fields {
    /// Names (in any case) and values, without white space around them.
    fn all(&self) -> impl Iterator<Item = (&str, &[u8])>;

    /// The values of all fields called `name`, in any case.
    fn values(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        self.all()
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// True if there is a field of that name.
    fn has(&self, name: &str) -> bool {
        self.values(name).next().is_some()
    }

    /// The value of the only field called `name`: what is told twice tells nothing.
    fn sole(&self, name: &str) -> Option<&[u8]> {
        let mut values = self.values(name);
        let first = values.next()?;
        values.next().is_none().then_some(first)
    }
}

/// What goes on to a worker.
impl Fields for RequestHead<'_, '_> {
    fn all(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.headers()
    }
}

/// What goes on to a client.
impl Fields for ReplyHead<'_, '_> {
    fn all(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.headers()
    }
}

/// Header lines as they are kept: `Name: value` and CRLF, again and again.
#[derive(Debug, Clone, Copy)]
pub struct Lines<'b>(pub &'b [u8]);

impl Fields for Lines<'_> {
    fn all(&self) -> impl Iterator<Item = (&str, &[u8])> {
        lines(self.0).filter_map(|line| {
            let colon = memchr::memchr(b':', line)?;
            let (name, value) = line.split_at_checked(colon)?;
            Some((std::str::from_utf8(name).ok()?, value.get(1..)?.trim_ascii()))
        })
    }
}

/// A request's whole head, as it is sent to a worker: a request line, then [`Lines`].
pub fn after_start_line(head: &[u8]) -> Lines<'_> {
    let end = memchr::memchr(b'\n', head).map_or(head.len(), |at| at + 1);
    Lines(head.get(end..).unwrap_or_default())
}

/// The lines of `bytes` without their CRLF, up to an empty one.
pub fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let all = bytes.split(|byte| *byte == b'\n');
    all.map(|line| line.strip_suffix(b"\r").unwrap_or(line)).take_while(|line| !line.is_empty())
}

/// Fields that are written in a program, such as those of tests.
impl<N: AsRef<str>, V: AsRef<[u8]>> Fields for [(N, V)] {
    fn all(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.iter().map(|(name, value)| (name.as_ref(), value.as_ref()))
    }
}

/// The members of a list in all fields called `name`, without white space around them and without
/// empty ones. Quoted strings are not understood.
pub fn members<'f>(
    fields: &'f (impl Fields + ?Sized),
    name: &'f str,
) -> impl Iterator<Item = &'f [u8]> {
    fields.values(name).flat_map(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_fields() {
        let head = b"GET / HTTP/1.1\r\nA: 1, ,2 \r\nbad\r\na:3\r\nB:\r\n\r\nC: 4\r\n";
        let fields = after_start_line(head);
        assert_eq!(members(&fields, "A").collect::<Vec<_>>(), [b"1", b"2", b"3"]);
        assert_eq!(fields.sole("b"), Some(&b""[..]));
        assert_eq!(fields.sole("a"), None);
        assert!(!fields.has("c"), "that is the body");
    }
}
