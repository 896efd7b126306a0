//! What is looked for, and whether one line is it. Pure.

use super::parse::{Parsed, Shape, Shapes, scan::unescape};
use super::row::Row;
use crate::record::Level;
use memchr::memmem::Finder;
use model::Stream;
use regex::{Regex, RegexBuilder};
use std::borrow::Cow;
use std::sync::Arc;

/// Memory that a regular expression may take, compiled.
const REGEX_BYTES_MAX: usize = 2 << 20;
/// Conditions of one query.
const CONDITIONS_MAX: usize = 64;

/// What is looked for: a line must meet all of it.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Written at or after this time.
    pub from_ms: u64,
    /// Written before this time; None: without an end.
    pub until_ms: Option<u64>,
    /// By this app.
    pub app: Option<Box<str>>,
    /// By the worker with this number.
    pub worker: Option<u32>,
    /// To this output.
    pub stream: Option<Stream>,
    /// At least so grave.
    pub level: Option<Level>,
    /// Each of these stands in the line as it is written.
    pub texts: Vec<Text>,
    /// Each of these matches somewhere in the line.
    pub patterns: Vec<Regex>,
    /// Conditions on fields.
    pub fields: Vec<FieldTest>,
}

/// A text that is looked for.
#[derive(Debug, Clone)]
pub struct Text {
    /// The text.
    pub text: Box<str>,
    finder: Finder<'static>,
}

/// A condition on one field.
#[derive(Debug, Clone)]
pub struct FieldTest {
    /// Its dotted name.
    pub name: Box<str>,
    /// How it compares.
    pub test: Test,
    /// With what.
    pub value: Box<str>,
    /// The same as a number.
    number: Option<f64>,
}

/// How a field compares with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Test {
    /// `=`: it is that text.
    Is,
    /// `!=`: it is another, or the line has no such field.
    IsNot,
    /// `<`
    Less,
    /// `<=`
    LessOrIs,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrIs,
    /// `~`: the text stands in it.
    Contains,
}

/// Why a query makes no sense; says what to write.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// A condition without an operator or a name.
    #[error(
        "{0:?} is no condition on a field: write name=value, or one of != < <= > >= ~ in the place of ="
    )]
    Field(String),
    /// A regular expression that is none.
    #[error("the regular expression {0:?} makes no sense: {1}")]
    Pattern(String, String),
    /// Too much.
    #[error("a query may have {CONDITIONS_MAX} conditions at most")]
    Many,
}

impl Text {
    /// Look for `text`.
    pub fn new(text: &str) -> Self {
        Text { text: text.into(), finder: Finder::new(text.as_bytes()).into_owned() }
    }

    /// Where it stands in `line` first.
    pub fn find(&self, line: &str) -> Option<usize> {
        self.finder.find(line.as_bytes())
    }
}

impl FieldTest {
    /// From `name=value` and the like.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        let wrong = || QueryError::Field(text.into());
        let at = text.find(['=', '!', '<', '>', '~']).filter(|at| *at > 0).ok_or_else(wrong)?;
        let (name, rest) = text.split_at(at);
        let tests = [
            ("!=", Test::IsNot),
            ("<=", Test::LessOrIs),
            (">=", Test::GreaterOrIs),
            ("=", Test::Is),
            ("<", Test::Less),
            (">", Test::Greater),
            ("~", Test::Contains),
        ];
        let found = tests.iter().find_map(|(sign, test)| Some((rest.strip_prefix(sign)?, *test)));
        let (value, test) = found.ok_or_else(wrong)?;
        Ok(FieldTest::new(name, test, value))
    }

    /// From its parts.
    pub fn new(name: &str, test: Test, value: &str) -> Self {
        FieldTest { name: name.into(), test, value: value.into(), number: number(value) }
    }

    /// A field with this value, or a line without the field, meets it. Numbers compare as numbers if both are.
    pub fn meets(&self, value: Option<&str>) -> bool {
        use std::cmp::Ordering::{Equal, Greater, Less};
        let Some(value) = value else { return self.test == Test::IsNot };
        let order = || match self.number {
            Some(wanted) => number(value).and_then(|have| have.partial_cmp(&wanted)),
            None => Some((*value).cmp(&*self.value)),
        };
        match self.test {
            Test::Is => *value == *self.value,
            Test::IsNot => *value != *self.value,
            Test::Contains => value.contains(&*self.value),
            Test::Less => order() == Some(Less),
            Test::LessOrIs => matches!(order(), Some(Less | Equal)),
            Test::Greater => order() == Some(Greater),
            Test::GreaterOrIs => matches!(order(), Some(Greater | Equal)),
        }
    }

    /// A whole number between these can meet it.
    pub fn meets_between(&self, least: i64, greatest: i64) -> bool {
        let (least, greatest) = (least as f64, greatest as f64);
        match (self.test, self.number) {
            // A text that is no whole number is none of them; one that is may be rounded here.
            (Test::Is, None) => false,
            (Test::Is, Some(wanted)) => least <= wanted && wanted <= greatest,
            (Test::Less, Some(wanted)) => least < wanted,
            (Test::LessOrIs, Some(wanted)) => least <= wanted,
            (Test::Greater, Some(wanted)) => greatest > wanted,
            (Test::GreaterOrIs, Some(wanted)) => greatest >= wanted,
            _ => true,
        }
    }
}

/// A text as a number, if it is one as JSON knows them.
pub fn number(text: &str) -> Option<f64> {
    let first = *text.as_bytes().first()?;
    (first.is_ascii_digit() || first == b'-')
        .then(|| text.parse().ok())
        .flatten()
        .filter(|number: &f64| number.is_finite())
}

/// A regular expression, with or without regard to case.
pub fn pattern(text: &str, ignore_case: bool) -> Result<Regex, QueryError> {
    let built =
        RegexBuilder::new(text).case_insensitive(ignore_case).size_limit(REGEX_BYTES_MAX).build();
    built.map_err(|error| {
        let why = error.to_string();
        let last = why.lines().last().unwrap_or_default().trim_start_matches("error: ");
        QueryError::Pattern(text.into(), last.into())
    })
}

/// A pattern that finds `text` itself, with no regard to case.
///
/// # Errors
/// When it is too long.
pub fn literal(text: &str) -> Result<Regex, QueryError> {
    pattern(&regex::escape(text), true)
}

impl Query {
    /// Refuse what is too much.
    pub fn check(self) -> Result<Self, QueryError> {
        let count = self.texts.len() + self.patterns.len() + self.fields.len();
        if count > CONDITIONS_MAX { Err(QueryError::Many) } else { Ok(self) }
    }

    /// Lines of this app's output may be meant.
    pub fn wants_stream(&self, app: &str, stream: Stream) -> bool {
        self.app.as_deref().is_none_or(|wanted| wanted == app)
            && self.stream.is_none_or(|wanted| wanted == stream)
    }

    /// Lines between these times, both included, may be meant.
    pub fn wants_time(&self, from_ms: u64, until_ms: u64) -> bool {
        until_ms >= self.from_ms && self.until_ms.is_none_or(|end| from_ms < end)
    }

    /// What is known of a line without its text meets it.
    pub fn meets_head(&self, at_ms: u64, worker: Option<u32>, level: Level) -> bool {
        self.wants_time(at_ms, at_ms)
            && self.level.is_none_or(|least| level >= least)
            && self.worker.is_none_or(|wanted| worker == Some(wanted))
    }

    /// Nothing is asked of the lines' text.
    pub fn is_of_heads(&self) -> bool {
        self.texts.is_empty() && self.patterns.is_empty() && self.fields.is_empty()
    }
}

/// Tells whether single lines are what is looked for.
#[derive(Debug, Default)]
pub struct Matcher {
    /// The line that was read last.
    pub parsed: Parsed,
    shapes: Shapes,
}

impl Matcher {
    /// The shape of a line, and its values in [`Matcher::parsed`].
    pub fn read(&mut self, line: &str) -> Arc<Shape> {
        self.parsed.read(line);
        self.shapes.of(&self.parsed, line)
    }

    /// The line of a stream that is wanted is what is looked for.
    pub fn meets(&mut self, query: &Query, row: &Row) -> bool {
        query.meets_head(row.at_ms, row.worker, row.level) && self.meets_text(query, row.text())
    }

    /// The text of a line is what is looked for.
    pub fn meets_text(&mut self, query: &Query, line: &str) -> bool {
        query.texts.iter().all(|text| text.find(line).is_some())
            && query.patterns.iter().all(|pattern| pattern.is_match(line))
            && self.meets_fields(query, line)
    }

    fn meets_fields(&mut self, query: &Query, line: &str) -> bool {
        if query.fields.is_empty() {
            return true;
        }
        let shape = self.read(line);
        query
            .fields
            .iter()
            .all(|field| field.meets(self.field(&shape, line, &field.name).as_deref()))
    }

    /// The value of a field of the line that was read last.
    pub fn field<'l>(&self, shape: &Shape, line: &'l str, name: &str) -> Option<Cow<'l, str>> {
        self.value(shape, line, shape.place(name)?)
    }

    /// A value of the line that was read last, escapes undone.
    pub fn value<'l>(&self, shape: &Shape, line: &'l str, place: usize) -> Option<Cow<'l, str>> {
        let raw = self.parsed.spans.get(place)?.of(line);
        Some(meaning(raw, shape.is_quoted(place)))
    }
}

/// What a value says that is written like this.
pub fn meaning(raw: &str, is_quoted: bool) -> Cow<'_, str> {
    match is_quoted.then(|| unescape(raw)).flatten() {
        Some(plain) => Cow::Owned(plain),
        None => Cow::Borrowed(raw),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, field: &str, want: bool) {
        let query = Query { fields: vec![FieldTest::parse(field).unwrap()], ..Query::default() };
        assert_eq!(Matcher::default().meets_text(&query, line), want, "{line} {field}");
    }

    #[test]
    fn fields() {
        let line = r#"{"a":5,"b":{"c":"x \"y\""},"d":"2026-01-02","n":null,"a.b":"-3.5"}"#;
        for yes in [
            "a=5",
            "a!=6",
            "a>4",
            "a>=5.0",
            "a<5.1",
            "b.c=x \"y\"",
            "b.c~\"y",
            "d>2026-01-01",
            "n=null",
            "a.b<=-3.5",
            "none!=1",
            "b.c!=x",
        ] {
            check(line, yes, true);
        }
        for no in ["a=5.0", "a!=5", "a>5", "b.c=x", "none=1", "none<1", "b.c>5", "b=1", "a~6"] {
            check(line, no, false);
        }
        assert!(
            FieldTest::parse("a").is_err()
                && FieldTest::parse("=a").is_err()
                && FieldTest::parse("a!b").is_err()
        );
    }

    #[test]
    fn patterns_say_what_is_wrong() {
        assert!(pattern("(?i)time.?out", false).unwrap().is_match("a TimeOut"));
        assert!(pattern("timeout", true).unwrap().is_match("TIMEOUT"));
        let error = pattern("a(", false).unwrap_err().to_string();
        assert!(error.contains("a(") && error.contains("unclosed group"), "{error}");
        assert!(pattern("(a{1000}){1000}", false).is_err());
    }
}
