//! Bodies: where one ends, checked while its bytes pass.
//!
//! A [`Body`] is fed the bytes as they come in and says how many of them are the body's and good
//! to be sent on as they are. Nothing is buffered, decoded or encoded again.

mod chunked;
mod framed;
mod part;
mod trailer;

pub use framed::Body;
pub use part::Part;

/// Why a body is not passed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// RFC 9112 section 7.1.
    #[error("its chunks are malformed")]
    Chunk,
    /// More content than the limit.
    #[error("it is larger than the limit")]
    TooLarge,
    /// RFC 9112 section 8: the sender closed before the end.
    #[error("it ends early")]
    Truncated,
}

#[cfg(test)]
mod tests;
