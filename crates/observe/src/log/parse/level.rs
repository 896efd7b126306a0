//! How bad a line is, from whatever its logger says. Pure.

use super::shape::{Form, Parsed, Shape};
use super::text;
use crate::record::Level;
use model::Stream;

/// The level that a logger's word or number means: pino's and bunyan's 10 to 60, syslog's and winston's words.
pub fn of_word(word: &str) -> Option<Level> {
    if let Ok(number) = word.parse::<u32>() {
        return match number {
            1..15 => Some(Level::Trace),
            15..25 => Some(Level::Debug),
            25..35 => Some(Level::Info),
            35..45 => Some(Level::Warn),
            45..55 => Some(Level::Error),
            55..=100 => Some(Level::Fatal),
            _ => None,
        };
    }
    if !(3..=13).contains(&word.len()) {
        return None;
    }
    Some(match word.to_ascii_lowercase().as_str() {
        "trace" | "silly" => Level::Trace,
        "debug" | "verbose" => Level::Debug,
        "info" | "http" | "log" | "notice" | "information" | "informational" => Level::Info,
        "warn" | "warning" => Level::Warn,
        "error" | "err" => Level::Error,
        "fatal" | "crit" | "critical" | "alert" | "emerg" | "emergency" | "panic" => Level::Fatal,
        _ => return None,
    })
}

/// The level of a line that was read.
pub fn of_line(shape: &Shape, parsed: &Parsed, line: &str, stream: Stream) -> Level {
    let said = shape.roles.level.and_then(|at| parsed.spans.get(usize::from(at)));
    if let Some(level) = said.and_then(|span| of_word(span.of(line))) {
        return level;
    }
    if let Form::Text(form) = shape.form
        && let Some(level) = of_status(form, parsed, line)
    {
        return level;
    }
    match stream {
        Stream::Out => Level::Info,
        Stream::Err if looks_like_error(line) => Level::Error,
        Stream::Err => Level::Warn,
    }
}

/// A reply that says that the server failed is an error.
fn of_status(form: text::Form, parsed: &Parsed, line: &str) -> Option<Level> {
    let at = form.names().iter().position(|name| *name == "status")?;
    let status: u16 = parsed.spans.get(at)?.of(line).parse().ok()?;
    Some(match status {
        500.. => Level::Error,
        400.. => Level::Warn,
        _ => Level::Info,
    })
}

/// What Node prints of an error: `TypeError: …` with a stack, or that nobody caught it.
fn looks_like_error(line: &str) -> bool {
    let head = line.get(..line.floor_char_boundary(512)).unwrap_or(line);
    ["Error", "Exception", "ERR!", "Uncaught", "\n    at "].iter().any(|sign| head.contains(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(line: &str, stream: Stream) -> Level {
        let mut parsed = Parsed::default();
        parsed.read(line);
        of_line(&Shape::of(&parsed, line), &parsed, line, stream)
    }

    #[test]
    fn loggers_of_all_kinds() {
        let out = |line| level(line, Stream::Out);
        assert_eq!(out(r#"{"level":50,"msg":"x"}"#), Level::Error);
        assert_eq!(out(r#"{"level":"warn","message":"x"}"#), Level::Warn);
        assert_eq!(out(r#"{"name":"b","level":20,"v":0}"#), Level::Debug);
        assert_eq!(out(r#"{"severity":"CRITICAL"}"#), Level::Fatal);
        assert_eq!(out(r#"{"level":"strange"}"#), Level::Info);
        assert_eq!(out("GET /a 500 1.234 ms - 12"), Level::Error);
        assert_eq!(out("GET /a 404 1.234 ms - 12"), Level::Warn);
        assert_eq!(out("[Nest] 1  - 11/25/2026, 2:48:44 PM   ERROR it broke"), Level::Error);
        assert_eq!(out("hello"), Level::Info);
        assert_eq!(level("careful", Stream::Err), Level::Warn);
        assert_eq!(level("TypeError: x\n    at y", Stream::Err), Level::Error);
    }
}
