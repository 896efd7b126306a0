//! Byte ranges (RFC 9110 section 14.1).

use bytes::Bytes;

/// The most ranges that are answered as such. Who asks for more gets the whole: no reader of
/// documents needs as many, and each costs a head.
const RANGES_MAX: usize = 16;

/// A part of a representation; at least one byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteRange {
    /// The place of its first byte.
    pub first: u64,
    /// Its length in bytes.
    pub length: u64,
}

impl ByteRange {
    /// The place after its last byte.
    pub fn end(&self) -> u64 {
        self.first + self.length
    }

    /// This part of a representation that is in memory.
    pub fn of(&self, content: &Bytes) -> Bytes {
        let at = |place: u64| usize::try_from(place).unwrap_or(usize::MAX).min(content.len());
        content.slice(at(self.first)..at(self.end()))
    }
}

/// The line that tells which part of `whole` bytes a reply has; None: nothing of it.
pub fn content_range(part: Option<ByteRange>, whole: u64) -> String {
    match part {
        Some(part) => {
            let (first, last) = (part.first, part.end().saturating_sub(1));
            format!("Content-Range: bytes {first}-{last}/{whole}\r\n")
        }
        None => format!("Content-Range: bytes */{whole}\r\n"),
    }
}

/// What a `Range` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ranges {
    /// It is to be ignored.
    Whole,
    /// 206: one part.
    One(ByteRange),
    /// 206: several parts that neither overlap nor touch, in the order asked for; together less
    /// than the whole.
    Several(Vec<ByteRange>),
    /// 416: nothing of it lies within the representation.
    Unsatisfiable,
}

/// What `value`, a `Range` header, asks for of a representation of `length` bytes. Parts that
/// overlap or touch are joined, in the order of their places, so a reply never says a byte twice.
pub fn ranges(value: &[u8], length: u64) -> Ranges {
    let Some(set) = after_unit(value) else { return Ranges::Whole };
    let mut parts: Vec<ByteRange> = Vec::new();
    let mut asked = 0_usize;
    for spec in set.split(|byte| *byte == b',').map(<[u8]>::trim_ascii) {
        if spec.is_empty() {
            continue;
        }
        asked += 1;
        match range(spec, length) {
            _ if asked > RANGES_MAX => return Ranges::Whole,
            Spec::Malformed => return Ranges::Whole,
            Spec::Outside => {}
            Spec::Part(part) => parts.push(part),
        }
    }
    if asked == 0 {
        return Ranges::Whole;
    }
    if parts.iter().enumerate().any(|(at, part)| touches(&parts, at, part)) {
        parts = joined(parts);
    }
    match parts.as_slice() {
        // Of nothing there is no part, but all of it is none the less as much as was asked for.
        [] if length == 0 && is_suffix(set) => Ranges::Whole,
        [] => Ranges::Unsatisfiable,
        [only] => Ranges::One(*only),
        _ => Ranges::Several(parts),
    }
}

/// What follows `bytes=`.
fn after_unit(value: &[u8]) -> Option<&[u8]> {
    let (unit, set) = value.split_at_checked(b"bytes=".len())?;
    unit.eq_ignore_ascii_case(b"bytes=").then_some(set)
}

fn is_suffix(set: &[u8]) -> bool {
    set.trim_ascii().starts_with(b"-")
}

enum Spec {
    Part(ByteRange),
    Outside,
    Malformed,
}

/// `5-9`, `5-` or `-5`.
fn range(spec: &[u8], length: u64) -> Spec {
    let Some(dash) = memchr::memchr(b'-', spec) else { return Spec::Malformed };
    let (first, last) = (spec.get(..dash).unwrap_or_default(), spec.get(dash + 1..));
    match (number(first), number(last.unwrap_or_default())) {
        (Number::Some(first), Number::Some(last)) if first > last => Spec::Malformed,
        (Number::Some(first), Number::Some(last)) => between(first, last, length),
        (Number::Some(first), Number::None) => between(first, u64::MAX, length),
        (Number::None, Number::Some(count)) => {
            let count = count.min(length);
            match count {
                0 => Spec::Outside,
                count => Spec::Part(ByteRange { first: length - count, length: count }),
            }
        }
        _ => Spec::Malformed,
    }
}

fn between(first: u64, last: u64, length: u64) -> Spec {
    if first >= length {
        return Spec::Outside;
    }
    let last = last.min(length - 1);
    Spec::Part(ByteRange { first, length: last - first + 1 })
}

enum Number {
    Some(u64),
    None,
    Wrong,
}

/// A number above what fits is as good as the largest.
fn number(text: &[u8]) -> Number {
    if text.is_empty() {
        return Number::None;
    }
    let add = |sum: u64, digit: &u8| {
        let digit = digit.is_ascii_digit().then(|| u64::from(digit - b'0'))?;
        Some(sum.saturating_mul(10).saturating_add(digit))
    };
    text.iter().try_fold(0, add).map_or(Number::Wrong, Number::Some)
}

fn touches(parts: &[ByteRange], at: usize, part: &ByteRange) -> bool {
    let others = parts.iter().skip(at + 1);
    others.into_iter().any(|other| part.first <= other.end() && other.first <= part.end())
}

fn joined(mut parts: Vec<ByteRange>) -> Vec<ByteRange> {
    parts.sort_by_key(|part| part.first);
    let mut all: Vec<ByteRange> = Vec::with_capacity(parts.len());
    for part in parts {
        match all.last_mut() {
            Some(last) if part.first <= last.end() => {
                last.length = last.end().max(part.end()) - last.first;
            }
            _ => all.push(part),
        }
    }
    all
}
