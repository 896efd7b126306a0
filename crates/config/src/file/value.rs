//! One value against the forms that its key may have.

use super::check::Check;
use super::nearest::nearest;
use crate::catalogue::{Form, Key};
use crate::values::{written_bytes, written_time};
use base::units::{UnitError, parse_bytes, parse_duration};
use std::ops::Range;
use std::time::Duration;
use toml::Spanned;
use toml::de::{DeArray, DeValue};

/// A value as written, and the key it was written for.
pub(super) struct Field<'a> {
    pub key: &'static Key,
    pub path: String,
    pub span: Range<usize>,
    pub value: &'a DeValue<'a>,
}

impl<'a> Field<'a> {
    pub(super) fn new(key: &'static Key, path: String, value: &'a Spanned<DeValue<'a>>) -> Self {
        Field { key, path, span: value.span(), value: value.get_ref() }
    }
}

/// A value that has one of its key's forms and is in range.
#[derive(Debug, PartialEq)]
pub(super) enum Value {
    Flag(bool),
    Off,
    Count(u64),
    Number(f64),
    Size(u64),
    Time(Duration),
    Word(&'static str),
    Text(String),
    Texts(Vec<(String, Range<usize>)>),
    Section,
    Tables,
    Variables,
}

/// What is wrong with a value, and its cure.
struct Wrong(String, String);

/// The value of a field; what is wrong with it is noted.
pub(super) fn take(field: &Field<'_>, check: &mut Check<'_>) -> Option<Value> {
    let mut wrong = None;
    for form in field.key.forms {
        if let (Form::Texts(_), DeValue::Array(array)) = (form, field.value) {
            return texts(field, array, check);
        }
        match of_form(field, form) {
            Some(Ok(value)) => return Some(value),
            Some(Err(this)) => wrong = wrong.or(Some(this)),
            None => {}
        }
    }
    let Wrong(text, cure) = wrong.unwrap_or_else(|| other_type(field));
    check.fault(field.span.clone(), &field.path, text, cure);
    None
}

/// The default of a key, read like a value from a file.
pub(super) fn default(key: &'static Key) -> Option<Value> {
    let parsed = DeValue::parse(key.default?).ok()?;
    let field = Field::new(key, String::new(), &parsed);
    if let DeValue::Array(array) = field.value {
        let texts = array.iter().map(|item| Some((item.get_ref().as_str()?.into(), 0..0)));
        return texts.collect::<Option<_>>().map(Value::Texts);
    }
    key.forms.iter().find_map(|form| of_form(&field, form)?.ok())
}

/// None: the value is of another type than the form.
fn of_form(field: &Field<'_>, form: &Form) -> Option<Result<Value, Wrong>> {
    Some(match (field.value, form) {
        (DeValue::Boolean(flag), Form::Flag) => Ok(Value::Flag(*flag)),
        (DeValue::Boolean(false), Form::Off) => Ok(Value::Off),
        (DeValue::Table(_), Form::Section) => Ok(Value::Section),
        (DeValue::Table(_), Form::Variables | Form::Lists) => Ok(Value::Variables),
        (DeValue::Array(_), Form::Tables) => Ok(Value::Tables),
        (DeValue::Integer(number), Form::Count { min, max }) => {
            let count = u64::from_str_radix(number.as_str(), number.radix()).ok();
            match count.filter(|count| (min..=max).contains(&count)) {
                Some(count) => Ok(Value::Count(count)),
                None => Err(out_of_range(&number.to_string(), form)),
            }
        }
        (DeValue::Integer(_) | DeValue::Float(_), Form::Number { min, max }) => {
            let text = number_text(field.value);
            match text.parse().ok().filter(|number| (min..=max).contains(&number)) {
                Some(number) => Ok(Value::Number(number)),
                None => Err(out_of_range(&text, form)),
            }
        }
        (DeValue::Integer(_) | DeValue::Float(_), Form::Size { .. } | Form::Time { .. }) => {
            let number = number_text(field.value);
            let cure =
                format!("write a unit: {} = {:?}", field.key.name(), with_unit(&number, form));
            Err(Wrong(format!("{number} has no unit"), cure))
        }
        (DeValue::String(text), form) => return of_text(field, text, form),
        _ => return None,
    })
}

fn of_text(field: &Field<'_>, text: &str, form: &Form) -> Option<Result<Value, Wrong>> {
    Some(match *form {
        Form::Size { min, max } => match parse_bytes(text) {
            Ok(bytes) if (min..=max).contains(&bytes) => Ok(Value::Size(bytes)),
            Ok(_) => Err(out_of_range(&format!("{text:?}"), form)),
            Err(error) => Err(bad_unit(field, text, &error, form)),
        },
        Form::Time { min, max } => match parse_duration(text) {
            Ok(time) if (u128::from(min)..=u128::from(max)).contains(&time.as_millis()) => {
                Ok(Value::Time(time))
            }
            Ok(_) => Err(out_of_range(&format!("{text:?}"), form)),
            Err(error) => Err(bad_unit(field, text, &error, form)),
        },
        Form::Word(words) => match words.iter().find(|word| **word == text) {
            Some(word) => Ok(Value::Word(word)),
            None if text.parse::<f64>().is_ok() => return None,
            None => Err(other_word(field, text, words)),
        },
        Form::Text(what) if text.trim().is_empty() => {
            let cure = format!("write {what}, or remove the key");
            Err(Wrong("the string is empty".into(), cure))
        }
        Form::Text(_) if text.contains('\0') => Err(nul()),
        Form::Text(_) => Ok(Value::Text(text.into())),
        _ => return None,
    })
}

/// The strings of an array; each item that is none is noted.
fn texts(field: &Field<'_>, array: &DeArray<'_>, check: &mut Check<'_>) -> Option<Value> {
    let (mut texts, mut good) = (Vec::new(), true);
    for item in array.iter() {
        let Wrong(text, cure) = match item.get_ref() {
            DeValue::String(text) if !text.contains('\0') => {
                texts.push((text.to_string(), item.span()));
                continue;
            }
            DeValue::String(_) => nul(),
            value @ (DeValue::Integer(_) | DeValue::Float(_)) => Wrong(
                "expected a string, found a number".into(),
                format!("write it in quotes: {:?}", number_text(value)),
            ),
            other => Wrong(
                format!("expected a string, found {}", type_words(other)),
                format!("write strings only: {} = {}", field.key.name(), field.key.example),
            ),
        };
        check.fault(item.span(), &field.path, text, cure);
        good = false;
    }
    good.then_some(Value::Texts(texts))
}

fn nul() -> Wrong {
    let text = "the string contains a NUL character";
    Wrong(text.into(), "remove it: no system call takes it".into())
}

fn out_of_range(value: &str, form: &Form) -> Wrong {
    let cure = match form.range() {
        Some(range) if range.contains(" to ") => format!("write a value from {range}"),
        only => format!("write {}", only.unwrap_or_default()),
    };
    Wrong(format!("{value} is out of range"), cure)
}

/// A number with the unit that was probably meant: large ones are bytes or milliseconds, as other
/// programs count them; small ones are what people would say.
fn with_unit(number: &str, form: &Form) -> String {
    let large = number.parse::<u64>().ok();
    match *form {
        Form::Time { .. } => match large.filter(|ms| *ms >= 1_000) {
            Some(ms) => written_time(Duration::from_millis(ms)),
            None => format!("{number}s"),
        },
        Form::Size { min, max } => match large.filter(|bytes| *bytes >= 100_000) {
            Some(bytes) => written_bytes(bytes),
            None => ["MB", "KiB", "GB"]
                .map(|unit| format!("{number}{unit}"))
                .into_iter()
                .find(|text| parse_bytes(text).is_ok_and(|bytes| (min..=max).contains(&bytes)))
                .unwrap_or_else(|| format!("{number}MB")),
        },
        _ => number.into(),
    }
}

fn bad_unit(field: &Field<'_>, text: &str, error: &UnitError, form: &Form) -> Wrong {
    let name = field.key.name();
    let cure = match error {
        UnitError::NoUnit(_) => {
            format!("write a unit: {name} = {:?}", with_unit(text.trim(), form))
        }
        UnitError::UnknownUnit { unit, .. } => match usual_unit(unit, form) {
            Some(usual) => {
                format!("write {name} = {:?}", text.replacen(unit.as_str(), usual, 1))
            }
            None => format!("write for example {name} = {}", field.key.example),
        },
        _ => format!("write for example {name} = {}", field.key.example),
    };
    Wrong(error.to_string(), cure)
}

/// Our spelling of a unit that is usual elsewhere.
fn usual_unit(unit: &str, form: &Form) -> Option<&'static str> {
    Some(match (unit.to_ascii_lowercase().as_str(), form) {
        ("ki", Form::Size { .. }) => "KiB",
        ("mi", Form::Size { .. }) => "MiB",
        ("gi", Form::Size { .. }) => "GiB",
        ("byte" | "bytes", Form::Size { .. }) => "B",
        ("msec" | "millis" | "millisecond" | "milliseconds" | "ms", Form::Time { .. }) => "ms",
        ("sec" | "secs" | "second" | "seconds" | "s", Form::Time { .. }) => "s",
        ("mins" | "minute" | "minutes" | "m", Form::Time { .. }) => "m",
        ("hr" | "hrs" | "hour" | "hours" | "h", Form::Time { .. }) => "h",
        ("day" | "days" | "d", Form::Time { .. }) => "d",
        _ => return None,
    })
}

fn other_word(field: &Field<'_>, text: &str, words: &[&str]) -> Wrong {
    let expected = field.key.words();
    if let Some((_, ours)) = field.key.words_also.iter().find(|(theirs, _)| *theirs == text) {
        return Wrong(format!("expected {expected}, found {text:?}"), format!("write {ours}"));
    }
    let all = words.contains(&"cores") && matches!(text, "auto" | "max" | "all" | "cpus");
    let near = if all { Some("cores") } else { nearest(text, words.iter().copied()) };
    let cure = match near {
        Some(near) => format!("did you mean {near:?}?"),
        None => format!("write for example {} = {}", field.key.name(), field.key.example),
    };
    Wrong(format!("expected {expected}, found {text:?}"), cure)
}

fn other_type(field: &Field<'_>) -> Wrong {
    let text = format!("expected {}, found {}", field.key.words(), type_words(field.value));
    let (name, forms) = (field.key.name(), field.key.forms);
    let wants = |wanted: fn(&Form) -> bool| forms.iter().any(wanted);
    let cure = match field.value {
        DeValue::String(s)
            if wants(|f| matches!(f, Form::Count { .. } | Form::Number { .. }))
                && s.trim().parse::<f64>().is_ok() =>
        {
            format!("write it without quotes: {name} = {}", s.trim())
        }
        DeValue::String(s)
            if wants(|f| matches!(f, Form::Flag | Form::Off))
                && matches!(s.as_ref(), "true" | "false") =>
        {
            format!("write it without quotes: {name} = {s}")
        }
        DeValue::String(s) if wants(|f| matches!(f, Form::Texts("strings"))) => {
            format!("write {name} = {:?}", s.split_whitespace().collect::<Vec<_>>())
        }
        DeValue::String(s) if wants(|f| matches!(f, Form::Texts(_))) => {
            format!("write {name} = [{s:?}]")
        }
        DeValue::Integer(number) if wants(|f| matches!(f, Form::Text(_))) => {
            format!("write it in quotes: {name} = \"{number}\"")
        }
        _ if forms == [Form::Section] && name == "*" => {
            format!("write for example {} = {}", field.path, field.key.example)
        }
        _ => format!("write for example {name} = {}", field.key.example),
    };
    Wrong(text, cure)
}

/// A number as Rust's own parsers read it.
fn number_text(value: &DeValue<'_>) -> String {
    match value {
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or(number.to_string(), |n| n.to_string()),
        DeValue::Float(number) => number.as_str().into(),
        _ => String::new(),
    }
}

fn type_words(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(true) => "true",
        DeValue::Boolean(false) => "false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}
