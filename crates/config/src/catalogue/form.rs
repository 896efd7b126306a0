use crate::values::{written_bytes, written_time};
use std::time::Duration;

/// One way of writing a value. Most keys have one, some have several.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Form {
    /// `true` or `false`.
    Flag,
    /// `false` alone: what the key is about does not exist.
    Off,
    /// A whole number.
    Count {
        /// The least.
        min: u64,
        /// The most.
        max: u64,
    },
    /// A number with or without a fraction.
    Number {
        /// The least.
        min: f64,
        /// The most.
        max: f64,
    },
    /// A size with its unit, such as `"512MB"`, in bytes.
    Size {
        /// The least.
        min: u64,
        /// The most.
        max: u64,
    },
    /// A duration with its unit, such as `"10s"`, in milliseconds.
    Time {
        /// The least.
        min: u64,
        /// The most.
        max: u64,
    },
    /// One of these words.
    Word(&'static [&'static str]),
    /// A string; what of is said in words, such as `a path`.
    Text(&'static str),
    /// An array of strings; what each is, in words.
    Texts(&'static str),
    /// A table with the keys below this one in the catalogue.
    Section,
    /// An array of such tables.
    Tables,
    /// A table of names and values that the user chooses.
    Variables,
    /// A table of names that the user chooses, each with a string, an array of strings, or `false`.
    Lists,
}

impl Form {
    /// The type in words, with an article: `a size such as "512MB"`.
    pub fn words(&self) -> String {
        match self {
            Form::Flag => "true or false".into(),
            Form::Off => "false".into(),
            Form::Count { .. } => "a whole number".into(),
            Form::Number { .. } => "a number".into(),
            Form::Size { .. } => "a size such as \"512MB\"".into(),
            Form::Time { .. } => "a duration such as \"10s\"".into(),
            Form::Word(words) => one_of(words),
            Form::Text(what) => (*what).into(),
            Form::Texts(what) => format!("an array of {what}"),
            Form::Section => "a table".into(),
            Form::Tables => "an array of tables".into(),
            Form::Variables => "a table of names and values".into(),
            Form::Lists => "a table of names, each with a string or an array of strings".into(),
        }
    }

    /// The bounds in words, if the form has any: `1 to 512`.
    pub fn range(&self) -> Option<String> {
        let (min, max) = match *self {
            Form::Count { min, max } if min == max => return Some(min.to_string()),
            Form::Count { min, max } => (min.to_string(), max.to_string()),
            Form::Number { min, max } => (min.to_string(), max.to_string()),
            Form::Size { min, max } => (written_bytes(min), written_bytes(max)),
            Form::Time { min, max } => {
                (written_time(Duration::from_millis(min)), written_time(Duration::from_millis(max)))
            }
            _ => return None,
        };
        Some(format!("{min} to {max}"))
    }

    /// The unit that the checked value has, if any.
    pub fn unit(&self) -> Option<&'static str> {
        match self {
            Form::Size { .. } => Some("bytes"),
            Form::Time { .. } => Some("time"),
            _ => None,
        }
    }
}

fn one_of(words: &[&str]) -> String {
    let mut quoted: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
    match quoted.pop() {
        Some(last) if !quoted.is_empty() => format!("{} or {last}", quoted.join(", ")),
        last => last.unwrap_or_default(),
    }
}
