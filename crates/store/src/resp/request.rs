//! From bytes to the arguments of a command, as they arrive.

use smallvec::SmallVec;
use std::ops::Range;

/// What a client may send.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of one argument (`proto-max-bulk-len`).
    pub bulk_bytes_max: usize,
    /// Bytes of a line: a length or an inline command.
    pub line_bytes_max: usize,
    /// Arguments of one command.
    pub args_max: usize,
    /// The client has not given its password: what is too large for it is told so.
    pub is_stranger: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            bulk_bytes_max: 512 << 20,
            line_bytes_max: 64 << 10,
            args_max: 1 << 20,
            is_stranger: false,
        }
    }
}

impl Limits {
    /// What a client may send that has not given its password: enough for that and no more.
    pub fn stranger() -> Self {
        Limits {
            bulk_bytes_max: 16 << 10,
            line_bytes_max: 64 << 10,
            args_max: 10,
            is_stranger: true,
        }
    }
}

/// Why the bytes are no command: `Protocol error: …` is answered and the connection closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken(pub String);

/// What the bytes gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Not a whole command yet; at least so many bytes more are needed.
    More(usize),
    /// A command that ends after so many bytes. Without arguments it is an empty line, to be passed over.
    Command(usize),
}

/// Reads one command after the other from the start of a buffer; goes on where it stopped.
#[derive(Debug, Default)]
pub struct Parser {
    /// Bytes looked at.
    at: usize,
    /// Arguments still to come; none before the head was read.
    left: Option<usize>,
    /// The length of the argument that is being read.
    bulk: Option<usize>,
    args: SmallVec<[Range<usize>; 16]>,
    /// Arguments of an inline command with quotes, whose bytes are not those that came.
    unquoted: Vec<Vec<u8>>,
}

impl Parser {
    /// Look at `bytes`, which begin with the command that is being read.
    pub fn step(&mut self, bytes: &[u8], limits: &Limits) -> Result<Step, Broken> {
        let left = match self.left {
            Some(left) => left,
            None => {
                match bytes.first() {
                    None => return Ok(Step::More(1)),
                    Some(b'*') => {}
                    Some(_) => return self.inline(bytes, limits),
                }
                let Some(length) = self.length(bytes, limits, "too big mbulk count string")? else {
                    return Ok(Step::More(1));
                };
                let left = head(length, limits)?;
                self.left = Some(left);
                left
            }
        };
        self.bulks(bytes, left, limits)
    }

    /// The arguments of the command that [`Step::Command`] told of, in the same `bytes`.
    pub fn args<'a>(&'a self, bytes: &'a [u8]) -> SmallVec<[&'a [u8]; 16]> {
        if !self.unquoted.is_empty() {
            return self.unquoted.iter().map(Vec::as_slice).collect();
        }
        self.args.iter().map(|range| bytes.get(range.clone()).unwrap_or_default()).collect()
    }

    /// Be ready for the next command.
    pub fn reset(&mut self) {
        self.at = 0;
        self.left = None;
        self.bulk = None;
        self.args.clear();
        self.unquoted.clear();
    }

    fn bulks(&mut self, bytes: &[u8], mut left: usize, limits: &Limits) -> Result<Step, Broken> {
        while left > 0 {
            let length = match self.bulk {
                Some(length) => length,
                None => {
                    match bytes.get(self.at) {
                        None => return Ok(Step::More(1)),
                        Some(b'$') => {}
                        Some(&other) => return Err(expected_dollar(other)),
                    }
                    let Some(length) = self.length(bytes, limits, "too big bulk count string")?
                    else {
                        return Ok(Step::More(1));
                    };
                    let length = bulk(length, limits)?;
                    self.bulk = Some(length);
                    length
                }
            };
            let end = self.at + length;
            if bytes.len() < end + 2 {
                return Ok(Step::More(end + 2 - bytes.len()));
            }
            self.args.push(self.at..end);
            self.at = end + 2;
            self.bulk = None;
            left -= 1;
            self.left = Some(left);
        }
        Ok(Step::Command(self.at))
    }

    /// The number in the line at `at`, after its first byte, and step over it.
    fn length(
        &mut self,
        bytes: &[u8],
        limits: &Limits,
        too_big: &str,
    ) -> Result<Option<Option<i64>>, Broken> {
        let rest = bytes.get(self.at..).unwrap_or_default();
        let Some(end) = memchr::memchr(b'\r', rest) else {
            return if rest.len() > limits.line_bytes_max {
                Err(broken(too_big))
            } else {
                Ok(None)
            };
        };
        if rest.len() < end + 2 {
            return Ok(None);
        }
        self.at += end + 2;
        Ok(Some(super::parse_int(rest.get(1..end).unwrap_or_default())))
    }

    fn inline(&mut self, bytes: &[u8], limits: &Limits) -> Result<Step, Broken> {
        let Some(end) = memchr::memchr(b'\n', bytes) else {
            let long = bytes.len() > limits.line_bytes_max;
            return if long { Err(broken("too big inline request")) } else { Ok(Step::More(1)) };
        };
        let line = bytes.get(..end).unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        self.unquoted = words(line).ok_or_else(|| broken("unbalanced quotes in request"))?;
        Ok(Step::Command(end + 1))
    }
}

fn broken(text: &str) -> Broken {
    Broken(format!("Protocol error: {text}"))
}

fn expected_dollar(other: u8) -> Broken {
    broken(&format!("expected '$', got '{}'", char::from(other)))
}

fn head(length: Option<i64>, limits: &Limits) -> Result<usize, Broken> {
    match length {
        Some(length) if length <= 0 => Ok(0),
        Some(length) if length as u64 <= i32::MAX as u64 => match length as usize {
            length if length <= limits.args_max => Ok(length),
            _ if limits.is_stranger => Err(broken("unauthenticated multibulk length")),
            _ => Err(broken("invalid multibulk length")),
        },
        _ => Err(broken("invalid multibulk length")),
    }
}

fn bulk(length: Option<i64>, limits: &Limits) -> Result<usize, Broken> {
    match length.and_then(|length| usize::try_from(length).ok()) {
        Some(length) if length <= limits.bulk_bytes_max => Ok(length),
        Some(_) if limits.is_stranger => Err(broken("unauthenticated bulk length")),
        _ => Err(broken("invalid bulk length")),
    }
}

/// The words of an inline command: quoted ones may hold spaces, and escapes when the quotes are double. Nothing if
/// a quote does not end, or ends within a word.
fn words(line: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut words = Vec::new();
    let mut rest = line.trim_ascii_start();
    while !rest.is_empty() {
        let mut word = Vec::new();
        loop {
            match rest.split_first() {
                None => break,
                Some((byte, tail)) if byte.is_ascii_whitespace() || *byte == 0 => {
                    rest = tail;
                    break;
                }
                Some((quote @ (b'"' | b'\''), tail)) => {
                    rest = quoted(*quote, tail, &mut word)?;
                    if rest.first().is_some_and(|next| !next.is_ascii_whitespace()) {
                        return None;
                    }
                }
                Some((byte, tail)) => {
                    word.push(*byte);
                    rest = tail;
                }
            }
        }
        words.push(word);
        rest = rest.trim_ascii_start();
    }
    Some(words)
}

/// Add what stands before the closing `quote` to `word`; what is left after it.
fn quoted<'a>(quote: u8, mut rest: &'a [u8], word: &mut Vec<u8>) -> Option<&'a [u8]> {
    loop {
        match (quote, rest) {
            (_, []) => return None,
            (_, [byte, tail @ ..]) if *byte == quote => return Some(tail),
            (b'"', [b'\\', b'x', high, low, tail @ ..])
                if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() =>
            {
                let digit = |byte: u8| (byte as char).to_digit(16).unwrap_or(0) as u8;
                word.push(digit(*high) << 4 | digit(*low));
                rest = tail;
            }
            (b'"', [b'\\', byte, tail @ ..]) => {
                word.push(match byte {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'b' => 8,
                    b'a' => 7,
                    other => *other,
                });
                rest = tail;
            }
            (b'\'', [b'\\', b'\'', tail @ ..]) => {
                word.push(b'\'');
                rest = tail;
            }
            (_, [byte, tail @ ..]) => {
                word.push(*byte);
                rest = tail;
            }
        }
    }
}
