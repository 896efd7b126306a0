//! What a value may be, and what is said of one that may not, in Redis's words.

use std::borrow::Cow;

/// The value of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A number, of bytes too.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// Anything else.
    Text(Vec<u8>),
}

/// Which values are right.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// An integer between two others, both included.
    Number(i64, i64),
    /// As `Number`, in bytes: units may be given.
    Memory(i64, i64),
    /// `yes` or `no`.
    Flag,
    /// One of these words.
    Word(&'static [&'static str]),
    /// What this check finds nothing wrong with.
    Text(fn(&str) -> Result<(), &'static str>),
}

/// Units of memory: those without `b` count in thousands.
const UNITS: [(&str, i64); 8] = [
    ("", 1),
    ("b", 1),
    ("k", 1000),
    ("kb", 1 << 10),
    ("m", 1_000_000),
    ("mb", 1 << 20),
    ("g", 1_000_000_000),
    ("gb", 1 << 30),
];

impl Value {
    /// The text of `value`.
    pub fn text(value: impl Into<Vec<u8>>) -> Value {
        Value::Text(value.into())
    }

    /// As `CONFIG GET` gives it.
    pub fn bytes(&self) -> Cow<'_, [u8]> {
        match self {
            Value::Number(number) => Cow::Owned(number.to_string().into_bytes()),
            Value::Flag(true) => Cow::Borrowed(b"yes"),
            Value::Flag(false) => Cow::Borrowed(b"no"),
            Value::Text(text) => Cow::Borrowed(text),
        }
    }

    /// The number, 0 for other values.
    pub fn number(&self) -> i64 {
        match self {
            Value::Number(number) => *number,
            _ => 0,
        }
    }

    /// The number where it cannot be negative.
    pub fn size(&self) -> usize {
        usize::try_from(self.number()).unwrap_or(0)
    }

    /// The answer, no for other values.
    pub fn flag(&self) -> bool {
        *self == Value::Flag(true)
    }

    /// The text, empty for other values.
    pub fn as_text(&self) -> Cow<'_, str> {
        match self {
            Value::Text(text) => String::from_utf8_lossy(text),
            _ => Cow::Borrowed(""),
        }
    }
}

impl Kind {
    /// The value that `given` says, or what is wrong with it.
    pub fn parse(self, given: &[u8]) -> Result<Value, String> {
        let text = String::from_utf8_lossy(given);
        match self {
            Kind::Number(min, max) => {
                let number = crate::resp::parse_int(given);
                let number = number.ok_or("argument couldn't be parsed into an integer")?;
                within(number.into(), min, max)
            }
            Kind::Memory(min, max) => {
                let number = memory(&text).ok_or("argument must be a memory value")?;
                within(number, min, max)
            }
            Kind::Flag if text.eq_ignore_ascii_case("yes") => Ok(Value::Flag(true)),
            Kind::Flag if text.eq_ignore_ascii_case("no") => Ok(Value::Flag(false)),
            Kind::Flag => Err("argument must be 'yes' or 'no'".into()),
            Kind::Word(words) => {
                let found = words.iter().find(|word| text.eq_ignore_ascii_case(word));
                found.map(|word| Value::text(*word)).ok_or_else(|| {
                    format!("argument(s) must be one of the following: {}", words.join(", "))
                })
            }
            Kind::Text(check) => {
                check(&text)?;
                Ok(Value::text(given))
            }
        }
    }
}

fn within(number: i128, min: i64, max: i64) -> Result<Value, String> {
    let number = i64::try_from(number).ok().filter(|number| (min..=max).contains(number));
    number
        .map(Value::Number)
        .ok_or_else(|| format!("argument must be between {min} and {max} inclusive"))
}

fn memory(text: &str) -> Option<i128> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits)?;
    let found = UNITS.iter().find(|(name, _)| unit.eq_ignore_ascii_case(name));
    // No digits are zero; more digits than fit are more than any limit.
    let number = if number.is_empty() { 0 } else { number.parse::<u64>().unwrap_or(u64::MAX) };
    found.map(|(_, bytes)| i128::from(number) * i128::from(*bytes))
}
