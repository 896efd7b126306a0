//! What goes wrong with a command, in the words of Redis 7.2: clients match on them.

use std::borrow::Cow;

/// What a command ends with: a reply that was written, or the error to write in its place.
pub type Outcome = Result<(), Fault>;

/// An error reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The key holds another type of value.
    WrongType,
    /// Options that contradict each other or are unknown.
    Syntax,
    /// Not a 64-bit integer, or one beyond what is permitted.
    NotInteger,
    /// Not a number.
    NotFloat,
    /// An index beyond the end.
    IndexOutOfRange,
    /// The key does not exist, where it must.
    NoSuchKey,
    /// Another error. The text begins with its code (`ERR`, `NOAUTH`); what it quotes may be any bytes.
    Text(Cow<'static, [u8]>),
}

impl Fault {
    /// An error whose `text` already begins with its code.
    pub const fn plain(text: &'static str) -> Self {
        Fault::Text(Cow::Borrowed(text.as_bytes()))
    }

    /// An error of these parts, the first of which begins with its code.
    pub fn quoting(parts: &[&[u8]]) -> Self {
        Fault::Text(Cow::Owned(parts.concat()))
    }

    /// `ERR` and `text`.
    pub fn err(text: impl std::fmt::Display) -> Self {
        Fault::Text(Cow::Owned(format!("ERR {text}").into_bytes()))
    }

    /// A command with too few or too many arguments. `name` as the catalogue has it.
    pub fn arity(name: &str) -> Self {
        Fault::err(format_args!(
            "wrong number of arguments for '{}' command",
            name.to_ascii_lowercase()
        ))
    }

    /// The whole error without `-` and line end, for people.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.bytes())
    }

    /// The whole error without `-` and line end.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Fault::WrongType => {
                b"WRONGTYPE Operation against a key holding the wrong kind of value"
            }
            Fault::Syntax => b"ERR syntax error",
            Fault::NotInteger => b"ERR value is not an integer or out of range",
            Fault::NotFloat => b"ERR value is not a valid float",
            Fault::IndexOutOfRange => b"ERR index out of range",
            Fault::NoSuchKey => b"ERR no such key",
            Fault::Text(text) => text,
        }
    }
}
