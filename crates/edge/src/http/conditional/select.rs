//! Preconditions and ranges together: what of a representation is sent.

use super::precondition::{continues, sole};
use super::{ByteRange, Precondition, Ranges, Role, Validators, precondition, ranges};
use crate::http::Method;

/// What is sent of a representation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// 200: all of it.
    Whole,
    /// 206: one part.
    Part(ByteRange),
    /// 206 as `multipart/byteranges`: at least two parts.
    Parts(Vec<ByteRange>),
    /// 304.
    NotModified,
    /// 412.
    Failed,
    /// 416: `Content-Range: bytes */LENGTH`.
    Unsatisfiable,
}

/// What a request for a representation of `length` bytes, that is there and would be answered 200,
/// is answered with. `values` gives the values of all headers of a name, `now` is in seconds since
/// the epoch.
pub fn select<'b, I: Iterator<Item = &'b [u8]>>(
    method: Method,
    role: Role,
    current: &Validators<'_>,
    length: u64,
    now: u64,
    values: impl Fn(&'static str) -> I,
) -> Selection {
    match precondition(method, role, current, now, &values) {
        Precondition::NotModified => return Selection::NotModified,
        Precondition::Failed => return Selection::Failed,
        Precondition::Met => {}
    }
    // For other methods a range means nothing (RFC 9110 section 14.2).
    let range = if method == Method::Get { sole(values("range")) } else { None };
    match range {
        Some(range) if continues(current, now, values("if-range")) => match ranges(range, length) {
            Ranges::Whole => Selection::Whole,
            Ranges::One(part) => Selection::Part(part),
            Ranges::Several(parts) => Selection::Parts(parts),
            Ranges::Unsatisfiable => Selection::Unsatisfiable,
        },
        _ => Selection::Whole,
    }
}
