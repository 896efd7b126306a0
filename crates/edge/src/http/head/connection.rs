//! The `Connection` header (RFC 9110 section 7.6.1).

use super::lines::Marks;
use super::names::is_protected;
use crate::http::field;
use httparse::Header;

/// More names than this in `Connection` serve no purpose but to cost time.
const NAMED_MAX: usize = 16;

/// What all `Connection` headers of a message say.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Connection<'b> {
    pub close: bool,
    pub keep_alive: bool,
    pub upgrade: bool,
    named: [&'b [u8]; NAMED_MAX],
    count: usize,
}

/// Too many names.
#[derive(Debug)]
pub(super) struct TooMany;

impl<'b> Connection<'b> {
    /// Add one header's value.
    pub(super) fn read(&mut self, value: &'b [u8]) -> Result<(), TooMany> {
        for token in field::list(value) {
            if token.eq_ignore_ascii_case(b"close") {
                self.close = true;
            } else if token.eq_ignore_ascii_case(b"keep-alive") {
                self.keep_alive = true;
            } else if token.eq_ignore_ascii_case(b"upgrade") {
                self.upgrade = true;
            } else {
                *self.named.get_mut(self.count).ok_or(TooMany)? = token;
                self.count += 1;
            }
        }
        Ok(())
    }

    /// Mark the headers that are named, and so are meant for the next hop only.
    pub(super) fn mark_named(&self, headers: &[Header<'_>], skip: &mut Marks) {
        for named in self.named.iter().take(self.count).filter(|name| !is_protected(name)) {
            for (at, header) in headers.iter().enumerate() {
                if header.name.as_bytes().eq_ignore_ascii_case(named) {
                    skip.set(at);
                }
            }
        }
    }
}
