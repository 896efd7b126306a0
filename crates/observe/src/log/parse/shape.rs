//! The shape of a line: what lies between its values, and what they are called. Pure.
//!
//! Lines of one place in an app have one shape. So what must be known of a field is found out once a shape, not
//! once a line, and a line is its shape and its values: nothing else is stored.

use super::scan::{Found, Span, scan};
use super::text;
use foldhash::fast::FixedState;
use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

/// The values of a line and its form, without what they are called.
#[derive(Debug, Default)]
pub struct Parsed {
    /// In the order in which they stand there.
    pub spans: Vec<Span>,
    /// What the line is.
    pub form: Form,
}

/// How a line is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Form {
    /// One JSON object: pino, winston, bunyan, console.log of JSON.
    Json,
    /// Text of which nothing more is known: one value, `msg`.
    #[default]
    Plain,
    /// Text in one of the forms of [`text`].
    Text(text::Form),
}

/// What lines have in common.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash)]
pub struct Shape {
    /// How they are written.
    pub form: Form,
    /// What stands before each value, and after the last: one more than there are names.
    pub literals: Vec<Box<str>>,
    /// What the values are called: `req.id` is the key `id` in the object `req`.
    pub names: Vec<Box<str>>,
    /// Which values say what every line has.
    pub roles: Roles,
    /// A name stands there twice: then the last value is meant.
    pub is_ambiguous: bool,
}

/// The places of values that mean something to everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Roles {
    /// How bad it is.
    pub level: Option<u16>,
    /// When it was written.
    pub time: Option<u16>,
    /// What people read.
    pub message: Option<u16>,
    /// The trace that it belongs to.
    pub trace: Option<u16>,
    /// The request that it belongs to.
    pub request: Option<u16>,
}

const LEVELS: &[&str] = &["level", "severity", "lvl", "levelname", "log.level", "severity_text"];
const TIMES: &[&str] = &["time", "timestamp", "@timestamp", "ts"];
const MESSAGES: &[&str] = &["msg", "message", "body"];
const TRACES: &[&str] = &["trace_id", "traceId", "trace.id", "traceID", "otelTraceID", "traceid"];
const REQUESTS: &[&str] = &[
    "request_id",
    "requestId",
    "reqId",
    "req_id",
    "req.id",
    "request.id",
    "correlationId",
    "x-request-id",
];

impl Parsed {
    /// Find the values of `line`; what was found before is forgotten.
    pub fn read(&mut self, line: &str) {
        self.spans.clear();
        if line.starts_with('{') && scan(line, &mut self.spans).is_some() {
            self.form = Form::Json;
            return;
        }
        self.spans.clear();
        self.form = match text::read(line, &mut self.spans) {
            Some(form) => Form::Text(form),
            None => {
                self.spans.clear();
                self.spans.push(Span::new(0, line.len()));
                Form::Plain
            }
        };
    }

    /// What is between the values.
    fn literals<'l>(&self, line: &'l str) -> impl Iterator<Item = &'l str> {
        let starts = self.spans.iter().map(|span| span.start as usize).chain([line.len()]);
        let ends = std::iter::once(0).chain(self.spans.iter().map(|span| span.end as usize));
        ends.zip(starts).map(|(end, start)| line.get(end..start).unwrap_or_default())
    }

    fn hash(&self, line: &str) -> u64 {
        let mut hasher = FixedState::with_seed(7).build_hasher();
        hasher.write_usize(self.spans.len());
        for literal in self.literals(line) {
            hasher.write(literal.as_bytes());
        }
        hasher.finish()
    }

    fn is_of(&self, shape: &Shape, line: &str) -> bool {
        self.form == shape.form
            && self.spans.len() == shape.names.len()
            && self.literals(line).zip(&shape.literals).all(|(here, there)| *here == **there)
    }
}

impl Shape {
    /// The shape of a line that was read.
    pub fn of(parsed: &Parsed, line: &str) -> Shape {
        let names = match parsed.form {
            Form::Json => names(line),
            Form::Plain => vec!["msg".into()],
            Form::Text(form) => form.names().iter().map(|name| (*name).into()).collect(),
        };
        Shape::new(parsed.form, parsed.literals(line).map(Into::into).collect(), names)
    }

    /// From its parts, of which there must be one literal more than names.
    pub fn new(form: Form, literals: Vec<Box<str>>, names: Vec<Box<str>>) -> Shape {
        let role = |known: &[&str]| {
            let place =
                known.iter().find_map(|known| names.iter().rposition(|name| **name == **known));
            place.and_then(|at| u16::try_from(at).ok())
        };
        let roles = Roles {
            level: role(LEVELS),
            time: role(TIMES),
            message: role(MESSAGES),
            trace: role(TRACES),
            request: role(REQUESTS),
        };
        let mut sorted: Vec<_> = names.iter().collect();
        sorted.sort();
        let is_ambiguous = sorted.windows(2).any(|pair| pair.first() == pair.get(1));
        Shape { form, literals, names, roles, is_ambiguous }
    }

    /// Where the value called `name` is.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.names.iter().rposition(|known| **known == *name)
    }

    /// The value at `place` stands between quotes, with escapes.
    pub fn is_quoted(&self, place: usize) -> bool {
        self.form == Form::Json
            && self.literals.get(place).is_some_and(|before| before.ends_with('"'))
    }

    /// About how much memory it takes.
    pub fn bytes(&self) -> usize {
        let texts = self.literals.iter().chain(&self.names);
        texts.map(|text| text.len() + 16).sum::<usize>() + 128
    }
}

/// What the values of a JSON line are called.
fn names(line: &str) -> Vec<Box<str>> {
    struct Names<'l> {
        line: &'l str,
        path: String,
        /// Where the path ends without the key that stands there now.
        ends: Vec<usize>,
        names: Vec<Box<str>>,
    }
    impl Found for Names<'_> {
        fn key(&mut self, span: Span) {
            let end = self.ends.last().copied().unwrap_or(0);
            self.path.truncate(end);
            let raw = span.of(self.line);
            self.path.push_str(super::scan::unescape(raw).as_deref().unwrap_or(raw));
        }
        fn open(&mut self) {
            self.path.push('.');
            self.ends.push(self.path.len());
        }
        fn close(&mut self) {
            self.ends.pop();
        }
        fn value(&mut self, _: Span) {
            self.names.push(self.path.as_str().into());
        }
    }
    let mut names = Names { line, path: String::new(), ends: Vec::new(), names: Vec::new() };
    let _ = scan(line, &mut names);
    names.names
}

/// Shapes that were met, by what they are. Bounded: when it is full it begins anew.
#[derive(Debug, Default)]
pub struct Shapes {
    known: HashMap<u64, Arc<Shape>, FixedState>,
    bytes: usize,
}

/// Memory for shapes that were met.
const BYTES_MAX: usize = 2 << 20;

impl Shapes {
    /// The shape of a line that was read.
    pub fn of(&mut self, parsed: &Parsed, line: &str) -> Arc<Shape> {
        let hash = parsed.hash(line);
        if let Some(shape) = self.known.get(&hash).filter(|shape| parsed.is_of(shape, line)) {
            return shape.clone();
        }
        let shape = Arc::new(Shape::of(parsed, line));
        self.bytes += shape.bytes();
        if self.bytes > BYTES_MAX {
            self.known.clear();
            self.bytes = shape.bytes();
        }
        self.known.insert(hash, shape.clone());
        shape
    }
}

/// Shapes of the lines of one block, numbered in the order in which they came.
#[derive(Debug, Default)]
pub struct Numbered {
    by_hash: HashMap<u64, usize, FixedState>,
    /// All.
    pub shapes: Vec<Shape>,
}

impl Numbered {
    /// The number of the shape of a line that was read; None if it is none of those known and `admit`
    /// refuses the new one.
    pub fn number(
        &mut self,
        parsed: &Parsed,
        line: &str,
        admit: impl FnOnce(&Shape, usize) -> bool,
    ) -> Option<usize> {
        let hash = parsed.hash(line);
        let known = self.by_hash.get(&hash).copied();
        if let Some(number) = known {
            return self
                .shapes
                .get(number)
                .is_some_and(|shape| parsed.is_of(shape, line))
                .then_some(number);
        }
        let shape = Shape::of(parsed, line);
        if !admit(&shape, self.shapes.len()) {
            return None;
        }
        self.by_hash.insert(hash, self.shapes.len());
        self.shapes.push(shape);
        Some(self.shapes.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(line: &str) -> (Shape, Vec<String>) {
        let mut parsed = Parsed::default();
        parsed.read(line);
        let values = parsed.spans.iter().map(|span| span.of(line).to_owned()).collect();
        (Shape::of(&parsed, line), values)
    }

    #[test]
    fn a_line_is_its_shape_and_its_values() {
        for line in [
            r#"{"level":30,"time":1700000000000,"req":{"id":"a","q":{"x":[1,2]}},"msg":"hello \"you\"","e":{}}"#,
            r#"  not json {"a":1}"#,
            "",
            "{}",
            r#"{"a":1,"a":2}"#,
            r#"::1 - - [25/Nov/2026:14:48:44 +0000] "GET /x HTTP/1.1" 200 12 "-" "curl""#,
        ] {
            let (shape, values) = shape(line);
            assert_eq!(shape.literals.len(), shape.names.len() + 1);
            let values = values.iter().map(String::as_str).chain([""]);
            let parts =
                shape.literals.iter().zip(values).flat_map(|(literal, value)| [&**literal, value]);
            assert_eq!(parts.collect::<String>(), line);
        }
    }

    #[test]
    fn names_and_roles() {
        let (shape, _) =
            shape(r#"{"level":30,"req":{"id":"a","q":{"x":[1]},"m":1},"msg":"hi","traceId":"t"}"#);
        let names: Vec<&str> = shape.names.iter().map(AsRef::as_ref).collect();
        assert_eq!(names, ["level", "req.id", "req.q.x", "req.m", "msg", "traceId"]);
        let roles = shape.roles;
        assert_eq!(
            (roles.level, roles.message, roles.trace, roles.request),
            (Some(0), Some(4), Some(5), Some(1))
        );
        assert!(!shape.is_ambiguous && shape.is_quoted(4) && !shape.is_quoted(0));
        assert!(super::tests::shape(r#"{"a":1,"b":{"c":2},"b.c":3}"#).0.is_ambiguous);
    }

    #[test]
    fn shapes_that_were_met_are_bounded() {
        let (mut shapes, mut parsed) = (Shapes::default(), Parsed::default());
        for at in 0..100_000 {
            let line = format!(r#"{{"key{at}":{at}}}"#);
            parsed.read(&line);
            assert_eq!(*shapes.of(&parsed, &line).names[0], *format!("key{at}"));
        }
        assert!(shapes.bytes <= BYTES_MAX && shapes.known.len() < 20_000);
    }
}
