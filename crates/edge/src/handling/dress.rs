//! What a request's own head means for the head of its reply.

use super::Handling;
use crate::http::head::ReplyHead;

/// What a reply's head gets, whoever makes the reply: an app, the edge, or a refusal.
#[derive(Debug, Default)]
pub struct Dress {
    /// Header lines, each with its CRLF, that are the same for whatever reply.
    pub lines: Vec<u8>,
}

impl Dress {
    /// Take out of an app's reply what the edge says better, and add to `lines` what depends on the
    /// reply.
    pub fn reply(&mut self, _handling: &Handling, _head: &mut ReplyHead<'_, '_>) {}
}
