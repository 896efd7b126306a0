//! An answer that needs no app.

use crate::cache::store::Held;
use crate::files::FileBody;
use crate::forward::Failure;
use bytes::Bytes;
use std::sync::Arc;

/// A request is answered at once.
#[derive(Debug)]
pub enum Early {
    /// With an error page.
    Refused(Failure),
    /// With a reply of the edge's own.
    Reply(Box<Local>),
}

/// A reply of the edge's own.
#[derive(Debug)]
pub struct Local {
    /// Its status.
    pub status: u16,
    /// Its header lines, each with its CRLF; those that frame the body are added when it is sent.
    pub lines: Bytes,
    /// Its body. A reply to HEAD has one too: its length is told, its bytes are not sent.
    pub content: Content,
}

/// The body of such a reply.
#[derive(Debug)]
pub enum Content {
    /// No body, and no word of a length: 204 and 304.
    None,
    /// Bytes in memory; there may be none of them.
    Bytes(Bytes),
    /// Parts of a file.
    File(FileBody),
    /// What the cache keeps.
    Kept(Kept),
}

/// A reply that is kept, or what a client has of it already.
#[derive(Debug)]
pub struct Kept {
    /// The reply.
    pub held: Arc<Held>,
    /// 304: the client has it.
    pub is_confirmed: bool,
}
