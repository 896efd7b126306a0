//! What a server sends: values of RESP2. Pure.

/// A bulk string may be as long, in bytes: scripts answer with numbers.
const BULK_BYTES_MAX: usize = 64 * 1_024;
/// A line may be as long: an error's text.
const LINE_BYTES_MAX: usize = 4 * 1_024;
/// An array may have so many items…
const ITEMS_MAX: usize = 64;
/// … and arrays in it that are as deep.
const DEPTH_MAX: usize = 4;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `+OK`
    Simple(Vec<u8>),
    /// `-ERR what is wrong`
    Error(Vec<u8>),
    /// `:7`
    Number(i64),
    /// `$3 …`
    Bulk(Vec<u8>),
    /// `*2 …`
    Array(Vec<Value>),
    /// Nothing: `$-1` or `*-1`.
    Null,
}

/// The server does not speak RESP2, or sends more than it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it does not speak the Redis protocol")]
pub struct Malformed;

/// The value at the start of `bytes`, and how long it is; None: it is not whole yet.
///
/// # Errors
/// [`Malformed`].
pub fn read(bytes: &[u8]) -> Result<Option<(Value, usize)>, Malformed> {
    let mut reader = Reader { bytes, at: 0 };
    Ok(reader.value(0)?.map(|value| (value, reader.at)))
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Result<Option<Value>, Malformed> {
        let Some(line) = self.line()? else { return Ok(None) };
        let (kind, rest) = line.split_first().ok_or(Malformed)?;
        Ok(Some(match kind {
            b'+' => Value::Simple(rest.to_vec()),
            b'-' => Value::Error(rest.to_vec()),
            b':' => Value::Number(number(rest)?),
            b'$' => match length(rest, BULK_BYTES_MAX)? {
                None => Value::Null,
                Some(length) => match self.bulk(length)? {
                    Some(bytes) => Value::Bulk(bytes.to_vec()),
                    None => return Ok(None),
                },
            },
            b'*' => match length(rest, ITEMS_MAX)? {
                None => Value::Null,
                Some(_) if depth == DEPTH_MAX => return Err(Malformed),
                Some(length) => {
                    let mut items = Vec::with_capacity(length);
                    for _ in 0..length {
                        let Some(item) = self.value(depth + 1)? else { return Ok(None) };
                        items.push(item);
                    }
                    Value::Array(items)
                }
            },
            _ => return Err(Malformed),
        }))
    }

    /// Up to the next CRLF.
    fn line(&mut self) -> Result<Option<&'a [u8]>, Malformed> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let seen = rest.get(..rest.len().min(LINE_BYTES_MAX)).unwrap_or_default();
        let Some(end) = memchr::memchr(b'\n', seen) else {
            return if rest.len() >= LINE_BYTES_MAX { Err(Malformed) } else { Ok(None) };
        };
        let line = seen.get(..end).and_then(|line| line.strip_suffix(b"\r")).ok_or(Malformed)?;
        self.at += end + 1;
        Ok(Some(line))
    }

    fn bulk(&mut self, length: usize) -> Result<Option<&'a [u8]>, Malformed> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let Some(bytes) = rest.get(..length + 2) else { return Ok(None) };
        let content = bytes.strip_suffix(b"\r\n").ok_or(Malformed)?;
        self.at += length + 2;
        Ok(Some(content))
    }
}

fn number(digits: &[u8]) -> Result<i64, Malformed> {
    let text = std::str::from_utf8(digits).map_err(|_| Malformed)?;
    text.parse().map_err(|_| Malformed)
}

/// None: -1, which stands for nothing.
fn length(digits: &[u8], max: usize) -> Result<Option<usize>, Malformed> {
    match number(digits)? {
        -1 => Ok(None),
        length => match usize::try_from(length) {
            Ok(length) if length <= max => Ok(Some(length)),
            _ => Err(Malformed),
        },
    }
}
