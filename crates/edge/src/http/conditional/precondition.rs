//! What a request's preconditions make of it (RFC 9110 section 13.2.2).

use super::{EntityTag, read_date};
use crate::http::Method;

/// What is known of the representation that would be sent.
#[derive(Debug, Clone, Copy, Default)]
pub struct Validators<'v> {
    /// Its entity tag.
    pub tag: Option<EntityTag<'v>>,
    /// When it was last modified, in seconds since the epoch.
    pub modified: Option<u64>,
    /// It cannot have changed twice within that second, so the date stands for its bytes (RFC 9110
    /// section 8.8.2.2).
    pub modified_is_strong: bool,
}

/// Who asks: some preconditions are for the origin server alone (RFC 9111 section 4.3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It has the representation itself.
    Origin,
    /// It has a copy.
    Cache,
}

/// What the preconditions say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precondition {
    /// Answer as if there were none.
    Met,
    /// 304: the client has it already.
    NotModified,
    /// 412: it is not what the client thinks it is.
    Failed,
}

/// Evaluate the preconditions of a request for a representation that exists. `values` gives the
/// values of all headers of a name, `now` is in seconds since the epoch.
pub fn precondition<'b, I: Iterator<Item = &'b [u8]>>(
    method: Method,
    role: Role,
    current: &Validators<'_>,
    now: u64,
    values: impl Fn(&'static str) -> I,
) -> Precondition {
    let safe = matches!(method, Method::Get | Method::Head);
    if role == Role::Origin && !as_expected(current, now, &values) {
        return Precondition::Failed;
    }
    match names_current(current, values("if-none-match"), Comparison::Weak) {
        Some(true) if safe => return Precondition::NotModified,
        Some(true) => return Precondition::Failed,
        Some(false) => return Precondition::Met,
        None => {}
    }
    let since = sole(values("if-modified-since")).and_then(|value| read_date(value, now));
    match (since, current.modified) {
        (Some(since), Some(modified)) if safe && modified <= since => Precondition::NotModified,
        _ => Precondition::Met,
    }
}

/// `If-Match`, and `If-Unmodified-Since` where there is none.
fn as_expected<'b, I: Iterator<Item = &'b [u8]>>(
    current: &Validators<'_>,
    now: u64,
    values: impl Fn(&'static str) -> I,
) -> bool {
    if let Some(matches) = names_current(current, values("if-match"), Comparison::Strong) {
        return matches;
    }
    let since = sole(values("if-unmodified-since")).and_then(|value| read_date(value, now));
    match (since, current.modified) {
        (Some(since), Some(modified)) => modified <= since,
        _ => true,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Strong,
    Weak,
}

/// True if a list of tags names the current one or is `*`; None if there is no list.
fn names_current<'b>(
    current: &Validators<'_>,
    lists: impl Iterator<Item = &'b [u8]>,
    comparison: Comparison,
) -> Option<bool> {
    let same = |tag: EntityTag<'_>| {
        current.tag.is_some_and(|current| match comparison {
            Comparison::Strong => current.is_strongly(&tag),
            Comparison::Weak => current.is_weakly(&tag),
        })
    };
    let named = |list: &[u8]| list.trim_ascii() == b"*" || EntityTag::list(list).any(same);
    lists.fold(None, |known, list| Some(known.unwrap_or(false) || named(list)))
}

/// `If-Range`: a range may be sent of what the client has a part of. True without one.
pub(super) fn continues<'b>(
    current: &Validators<'_>,
    now: u64,
    mut values: impl Iterator<Item = &'b [u8]>,
) -> bool {
    let Some(value) = values.next() else { return true };
    if values.next().is_some() {
        return false;
    }
    if let Some(tag) = EntityTag::read(value) {
        return current.tag.is_some_and(|current| current.is_strongly(&tag));
    }
    let date = read_date(value, now);
    date.is_some() && date == current.modified && current.modified_is_strong
}

/// The only value; a date that is told twice tells nothing.
pub(super) fn sole<'b>(mut values: impl Iterator<Item = &'b [u8]>) -> Option<&'b [u8]> {
    let first = values.next()?;
    values.next().is_none().then_some(first)
}
