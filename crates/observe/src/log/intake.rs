//! From lines as they were read to rows: joined, relieved of colours and secrets, understood.

use super::join::{Joiner, Whole};
use super::parse::{Parsed, Shapes, level, time};
use super::redact::Redactor;
use super::row::{Row, Text};
use crate::record::{Level, Record};
use model::{LogLine, Stream};
use std::borrow::Cow;
use std::sync::Arc;

/// A line is cut at this size: what is longer is no line for people.
pub const LINE_BYTES_MAX: usize = 256 << 10;

/// A row and the stream that it is of.
pub type Sorted = (Arc<str>, Stream, Row);

/// What is between the reading of lines and the keeping of rows.
#[derive(Debug)]
pub struct Intake {
    joiner: Joiner,
    redactor: Redactor,
    parsed: Parsed,
    shapes: Shapes,
    /// Lines in which something was redacted.
    pub redacted: u64,
}

impl Intake {
    /// Secrets are what `redactor` finds.
    pub fn new(redactor: Redactor) -> Self {
        Intake {
            joiner: Joiner::default(),
            redactor,
            parsed: Parsed::default(),
            shapes: Shapes::default(),
            redacted: 0,
        }
    }

    /// Redact by other names from now on.
    pub fn set_redactor(&mut self, redactor: Redactor) {
        self.redactor = redactor;
    }

    /// Take lines; what is whole with them goes to `out`.
    pub fn lines(&mut self, lines: &[Arc<LogLine>], out: &mut Vec<Sorted>) {
        let mut joiner = std::mem::take(&mut self.joiner);
        for line in lines {
            joiner.push(line, &mut |whole| out.push(self.whole(whole)));
        }
        self.joiner = joiner;
    }

    /// What waited long enough for more lines, or `all`, goes to `out`.
    pub fn flush(&mut self, now_ms: u64, all: bool, out: &mut Vec<Sorted>) {
        let mut joiner = std::mem::take(&mut self.joiner);
        joiner.flush(now_ms, all, &mut |whole| out.push(self.whole(whole)));
        self.joiner = joiner;
    }

    /// Lines wait for more.
    pub fn holds(&self) -> bool {
        self.joiner.holds()
    }

    fn whole(&mut self, whole: Whole) -> Sorted {
        match whole {
            Whole::Line(line) => {
                let changed = self.clean(&line.text);
                let text =
                    changed.map_or_else(|| Text::Read(line.clone()), |text| Text::Own(text.into()));
                self.row(&line, text)
            }
            Whole::Joined { first, text } => {
                let text = self.clean(&text).unwrap_or(text);
                self.row(&first, Text::Own(text.into()))
            }
        }
    }

    fn row(&mut self, line: &LogLine, text: Text) -> Sorted {
        self.parsed.read(text.as_str());
        let shape = self.shapes.of(&self.parsed, text.as_str());
        let level = level::of_line(&shape, &self.parsed, text.as_str(), line.stream);
        let said = shape.roles.time.and_then(|place| self.parsed.spans.get(usize::from(place)));
        let at_ms =
            said.map_or(line.at_ms, |span| time::of_line(span.of(text.as_str()), line.at_ms));
        let row = Row { at_ms, worker: Some(line.number), level, text };
        (line.app.shared(), line.stream, row)
    }

    /// What another program sent, secrets taken out as from lines.
    pub fn record(&mut self, record: &Record) -> Sorted {
        let raw = written(record);
        let text = match self.clean(&raw) {
            Some(text) => Text::Own(text.into()),
            None => Text::Own(raw.as_ref().into()),
        };
        let row = Row { at_ms: record.at_ms, worker: record.worker, level: record.level, text };
        (record.app.clone(), record.stream, row)
    }

    /// A line of Ostler's own.
    pub fn own(&mut self, app: Arc<str>, at_ms: u64, level: Level, text: &str) -> Sorted {
        let text = self.clean(text).unwrap_or_else(|| text.into());
        (app, Stream::Err, Row { at_ms, worker: None, level, text: Text::Own(text.into()) })
    }

    /// The text as it is kept; None: as it is.
    fn clean(&mut self, text: &str) -> Option<String> {
        let mut clean = Cow::Borrowed(text);
        if text.len() > LINE_BYTES_MAX {
            let cut = text.get(..text.floor_char_boundary(LINE_BYTES_MAX)).unwrap_or_default();
            clean = Cow::Owned(format!("{cut}…"));
        }
        if memchr::memchr(0x1B, clean.as_bytes()).is_some() {
            clean = Cow::Owned(without_colours(&clean));
        }
        if let Some(redacted) = self.redactor.redact(&clean) {
            self.redacted += 1;
            return Some(redacted);
        }
        match clean {
            Cow::Borrowed(_) => None,
            Cow::Owned(text) => Some(text),
        }
    }
}

/// A record as one line: as it was written, or as JSON where that does not say all that is known of it.
fn written(record: &Record) -> Cow<'_, str> {
    let knows_more =
        !record.fields.is_empty() || record.trace_id.is_some() || record.request_id.is_some();
    if !knows_more || record.raw.starts_with('{') {
        return Cow::Borrowed(&record.raw);
    }
    let mut line = serde_json::Map::new();
    let mut put = |name: &str, value: &str| {
        line.insert(name.into(), value.into());
    };
    record.fields.iter().for_each(|(name, value)| put(name, value));
    put("level", record.level.name());
    put("msg", &record.text);
    if let Some(id) = &record.trace_id {
        put("trace_id", id);
    }
    if let Some(id) = &record.request_id {
        put("request_id", id);
    }
    Cow::Owned(serde_json::Value::Object(line).to_string())
}

/// `text` without the sequences that colour it on a terminal.
fn without_colours(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\u{1b}') {
        out.push_str(rest.get(..at).unwrap_or_default());
        let after = rest.get(at + 1..).unwrap_or_default();
        rest = match after.strip_prefix('[') {
            // Up to and with the letter that ends it.
            Some(sequence) => match sequence.find(|letter: char| ('@'..='~').contains(&letter)) {
                Some(end) => sequence.get(end + 1..).unwrap_or_default(),
                None => "",
            },
            None => after,
        };
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::AppName;

    fn rows(lines: &[&str]) -> Vec<Sorted> {
        let app = AppName::parse("web").unwrap();
        let names =
            super::super::redact::USUAL.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let mut intake = Intake::new(Redactor::new(&names));
        let lines: Vec<_> = lines
            .iter()
            .map(|text| {
                let line = LogLine {
                    at_ms: 1_764_082_124_500,
                    app: app.clone(),
                    number: 1,
                    stream: Stream::Out,
                    text: (*text).into(),
                };
                Arc::new(line)
            })
            .collect();
        let mut out = Vec::new();
        intake.lines(&lines, &mut out);
        intake.flush(0, true, &mut out);
        out
    }

    #[test]
    fn lines_become_rows() {
        let rows = rows(&[
            r#"{"level":40,"time":1764082124400,"msg":"hi","password":"x"}"#,
            "\u{1b}[32mgreen\u{1b}[39m \u{1b}[1mbold",
            "Error: x",
            "    at y",
        ]);
        let seen: Vec<_> =
            rows.iter().map(|(_, _, row)| (row.at_ms, row.level, row.text())).collect();
        assert_eq!(
            seen,
            [
                (
                    1_764_082_124_400,
                    Level::Warn,
                    r#"{"level":40,"time":1764082124400,"msg":"hi","password":"[redacted]"}"#
                ),
                (1_764_082_124_500, Level::Info, "green bold"),
                (1_764_082_124_500, Level::Info, "Error: x\n    at y"),
            ]
        );
    }

    #[test]
    fn records_of_other_programs_keep_what_is_known_of_them() {
        let mut intake = Intake::new(Redactor::new(&["token".to_owned()]));
        let mut record = Record {
            at_ms: 5,
            app: "worker".into(),
            worker: None,
            stream: Stream::Out,
            level: Level::Warn,
            text: "tea is cold".into(),
            fields: vec![("room".into(), "7".into()), ("token".into(), "x".into())],
            trace_id: Some("abc".into()),
            request_id: None,
            raw: "tea is cold".into(),
        };
        let (app, _, row) = intake.record(&record);
        assert_eq!((&*app, row.level), ("worker", Level::Warn));
        assert_eq!(
            row.text(),
            r#"{"level":"warn","msg":"tea is cold","room":"7","token":"[redacted]","trace_id":"abc"}"#
        );
        record.raw = r#"{"a":1}"#.into();
        assert_eq!(intake.record(&record).2.text(), r#"{"a":1}"#);
    }

    #[test]
    fn what_is_too_long_is_cut() {
        let long = "é".repeat(LINE_BYTES_MAX);
        let rows = rows(&[&long]);
        let text = rows[0].2.text();
        assert!(text.len() <= LINE_BYTES_MAX + 4 && text.ends_with("é…"));
    }
}
