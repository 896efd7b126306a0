//! MessagePack, as Fluentd's forward protocol uses it.

/// Append an array's head.
pub fn array(out: &mut Vec<u8>, items: usize) {
    match items {
        0..16 => out.push(0x90 | items as u8),
        _ => sized(out, [0xdc, 0xdc, 0xdd], items),
    }
}

/// Append a map's head.
pub fn map(out: &mut Vec<u8>, pairs: usize) {
    match pairs {
        0..16 => out.push(0x80 | pairs as u8),
        _ => sized(out, [0xde, 0xde, 0xdf], pairs),
    }
}

/// Append a text.
pub fn text(out: &mut Vec<u8>, text: &str) {
    match text.len() {
        length @ 0..32 => out.push(0xa0 | length as u8),
        length => sized(out, [0xd9, 0xda, 0xdb], length),
    }
    out.extend_from_slice(text.as_bytes());
}

/// Append bytes.
pub fn binary(out: &mut Vec<u8>, bytes: &[u8]) {
    sized(out, [0xc4, 0xc5, 0xc6], bytes.len());
    out.extend_from_slice(bytes);
}

/// Append a number that is not negative.
pub fn number(out: &mut Vec<u8>, number: u64) {
    match number {
        0..128 => out.push(number as u8),
        _ => {
            out.push(0xcf);
            out.extend_from_slice(&number.to_be_bytes());
        }
    }
}

/// Append `true` or `false`.
pub fn flag(out: &mut Vec<u8>, flag: bool) {
    out.push(if flag { 0xc3 } else { 0xc2 });
}

/// Append a time as the forward protocol's `EventTime`.
pub fn event_time(out: &mut Vec<u8>, at_ms: u64) {
    out.extend_from_slice(&[0xd7, 0x00]);
    // The protocol has 32 bits of seconds: until 2106.
    out.extend_from_slice(&u32::try_from(at_ms / 1_000).unwrap_or(u32::MAX).to_be_bytes());
    out.extend_from_slice(&((at_ms % 1_000) as u32 * 1_000_000).to_be_bytes());
}

/// The head of one of three sizes; the first two may be the same where there is none of a byte.
fn sized(out: &mut Vec<u8>, [small, medium, large]: [u8; 3], length: usize) {
    if let (true, Ok(length)) = (small != medium, u8::try_from(length)) {
        out.extend_from_slice(&[small, length]);
    } else if let Ok(length) = u16::try_from(length) {
        out.push(medium);
        out.extend_from_slice(&length.to_be_bytes());
    } else {
        out.push(large);
        out.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
    }
}

/// A value read, as far as servers of the forward protocol send any.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing.
    Nil,
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// A text or bytes.
    Bytes(Vec<u8>),
    /// Several values.
    Array(Vec<Value>),
    /// Pairs, in their order.
    Map(Vec<(Value, Value)>),
    /// A fraction or an extension, which mean nothing here.
    Other,
}

impl Value {
    /// What stands under this name, if this is a map.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let Value::Map(pairs) = self else { return None };
        let wanted = |key: &Value| matches!(key, Value::Bytes(bytes) if bytes == name.as_bytes());
        pairs.iter().find(|(key, _)| wanted(key)).map(|(_, value)| value)
    }

    /// The bytes, if it is bytes or a text.
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Value::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }
}

/// Why nothing could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// More bytes may make it whole.
    #[error("the message is not whole")]
    Short,
    /// No bytes will.
    #[error("the server does not answer in MessagePack")]
    Broken,
}

/// Arrays within arrays: no answer has more.
const DEPTH_MAX: u32 = 8;

/// The first value of `bytes`, and how many bytes it takes.
///
/// # Errors
/// [`ReadError`].
pub fn read(bytes: &[u8]) -> Result<(Value, usize), ReadError> {
    let mut rest = bytes;
    let value = value(&mut rest, DEPTH_MAX)?;
    Ok((value, bytes.len() - rest.len()))
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8], ReadError> {
    let (taken, after) = rest.split_at_checked(length).ok_or(ReadError::Short)?;
    *rest = after;
    Ok(taken)
}

fn unsigned(rest: &mut &[u8], bytes: usize) -> Result<u64, ReadError> {
    Ok(take(rest, bytes)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

fn length(rest: &mut &[u8], bytes: usize) -> Result<usize, ReadError> {
    usize::try_from(unsigned(rest, bytes)?).map_err(|_| ReadError::Broken)
}

fn value(rest: &mut &[u8], depth: u32) -> Result<Value, ReadError> {
    let head = *take(rest, 1)?.first().ok_or(ReadError::Short)?;
    let whole = |number: u64| Value::Number(i64::try_from(number).unwrap_or(i64::MAX));
    Ok(match head {
        0x00..=0x7f => whole(u64::from(head)),
        0xe0..=0xff => Value::Number(i64::from(head as i8)),
        0xc0 => Value::Nil,
        0xc2 | 0xc3 => Value::Flag(head == 0xc3),
        0xa0..=0xbf => Value::Bytes(take(rest, usize::from(head & 0x1f))?.to_vec()),
        0xc4..=0xc6 | 0xd9..=0xdb => {
            let size = if head < 0xd9 { head - 0xc4 } else { head - 0xd9 };
            let length = length(rest, 1 << size)?;
            Value::Bytes(take(rest, length)?.to_vec())
        }
        0xcc..=0xcf => whole(unsigned(rest, 1 << (head - 0xcc))?),
        0xd0 => Value::Number(i64::from(unsigned(rest, 1)? as i8)),
        0xd1 => Value::Number(i64::from(unsigned(rest, 2)? as i16)),
        0xd2 => Value::Number(i64::from(unsigned(rest, 4)? as i32)),
        0xd3 => Value::Number(unsigned(rest, 8)? as i64),
        0xca => other(rest, 4)?,
        0xcb => other(rest, 8)?,
        0xd4..=0xd8 => other(rest, 1 + (1 << (head - 0xd4)))?,
        0xc7..=0xc9 => {
            let length = length(rest, 1 << (head - 0xc7))?;
            other(rest, length.saturating_add(1))?
        }
        0x90..=0x9f => items(rest, usize::from(head & 0x0f), depth)?,
        0xdc | 0xdd => {
            let length = length(rest, if head == 0xdc { 2 } else { 4 })?;
            items(rest, length, depth)?
        }
        0x80..=0x8f => pairs(rest, usize::from(head & 0x0f), depth)?,
        0xde | 0xdf => {
            let length = length(rest, if head == 0xde { 2 } else { 4 })?;
            pairs(rest, length, depth)?
        }
        0xc1 => return Err(ReadError::Broken),
    })
}

fn other(rest: &mut &[u8], length: usize) -> Result<Value, ReadError> {
    take(rest, length).map(|_| Value::Other)
}

fn items(rest: &mut &[u8], length: usize, depth: u32) -> Result<Value, ReadError> {
    let depth = depth.checked_sub(1).ok_or(ReadError::Broken)?;
    // Each item takes a byte at least: what is claimed and not there needs no memory.
    let mut items = Vec::with_capacity(length.min(rest.len()));
    for _ in 0..length {
        items.push(value(rest, depth)?);
    }
    Ok(Value::Array(items))
}

fn pairs(rest: &mut &[u8], length: usize, depth: u32) -> Result<Value, ReadError> {
    let depth = depth.checked_sub(1).ok_or(ReadError::Broken)?;
    let mut pairs = Vec::with_capacity(length.min(rest.len() / 2));
    for _ in 0..length {
        pairs.push((value(rest, depth)?, value(rest, depth)?));
    }
    Ok(Value::Map(pairs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for length in [0, 1, 15, 16, 31, 32, 255, 256, 65_535, 65_536] {
            let mut out = Vec::new();
            array(&mut out, 4);
            text(&mut out, &"x".repeat(length));
            binary(&mut out, &vec![7; length]);
            map(&mut out, 1);
            text(&mut out, "n");
            number(&mut out, length as u64);
            array(&mut out, length.min(300));
            (0..length.min(300)).for_each(|_| flag(&mut out, true));
            let (Value::Array(items), end) = read(&out).unwrap() else { panic!("{length}") };
            assert_eq!(end, out.len());
            assert_eq!(items[0], Value::Bytes(vec![b'x'; length]));
            assert_eq!(items[1], Value::Bytes(vec![7; length]));
            assert_eq!(items[2].get("n"), Some(&Value::Number(length as i64)));
            assert_eq!(items[3], Value::Array(vec![Value::Flag(true); length.min(300)]));
            for end in [0, 1, out.len() / 2, out.len() - 1] {
                assert_eq!(read(&out[..end]), Err(ReadError::Short), "{end}");
            }
        }
    }

    #[test]
    fn times_are_as_the_protocol_says() {
        let mut out = Vec::new();
        event_time(&mut out, 1_500_000_000_123);
        assert_eq!(out, [0xd7, 0, 0x59, 0x68, 0x2f, 0, 0x07, 0x54, 0xd4, 0xc0]);
        assert_eq!(read(&out), Ok((Value::Other, 10)));
    }

    #[test]
    fn nothing_takes_more_memory_than_its_bytes() {
        assert_eq!(read(&[0xdd, 0xff, 0xff, 0xff, 0xff, 0xc0]), Err(ReadError::Short));
        assert_eq!(read(&[0x91; 40]), Err(ReadError::Broken), "too deep");
        assert_eq!(read(&[0xc1]), Err(ReadError::Broken));
    }
}
