//! How one line looks. Pure.

use base::calendar::Moment;
use config::LogForm;
use model::{LogLine, Stream};
use std::fmt::Write;

/// Colours of prefixes: all but red, which marks stderr, and black and white.
const COLOURS: [u8; 10] = [36, 32, 33, 35, 34, 96, 92, 93, 95, 94];

/// The line as the terminal shows it, with its newline.
pub fn for_terminal(line: &LogLine, form: LogForm, colour: bool, out: &mut String) {
    match form {
        LogForm::Bare => push(out, &[&line.text]),
        LogForm::Json => json(line, out),
        LogForm::Prefixed if colour => {
            let hue = line.app.as_str().bytes().fold(line.number, |sum, b| sum + u32::from(b));
            let hue = COLOURS.get(hue as usize % COLOURS.len()).copied().unwrap_or(36);
            let bar = if line.stream == Stream::Err { "\x1b[31m┃\x1b[0m" } else { "│" };
            let _ =
                writeln!(out, "\x1b[{hue}m{}.{}\x1b[0m {bar} {}", line.app, line.number, line.text);
        }
        LogForm::Prefixed => {
            let bar = if line.stream == Stream::Err { '┃' } else { '│' };
            let _ = writeln!(out, "{}.{} {bar} {}", line.app, line.number, line.text);
        }
    }
}

/// The line as files hold it: with time, number and stream, since nobody was looking.
pub fn for_file(line: &LogLine, form: LogForm, out: &mut String) {
    match form {
        LogForm::Bare => push(out, &[&line.text]),
        LogForm::Json => json(line, out),
        LogForm::Prefixed => {
            let stream = if line.stream == Stream::Err { "err" } else { "out" };
            let stamp = stamp(line.at_ms);
            let _ = writeln!(out, "{stamp} {} {stream} {}", line.number, line.text);
        }
    }
}

/// `2026-11-24T18:23:01.123Z` (RFC 3339) of milliseconds since the Unix epoch.
pub fn stamp(at_ms: u64) -> String {
    Moment::of(at_ms).to_string()
}

fn json(line: &LogLine, out: &mut String) {
    let text = serde_json::to_string(line).unwrap_or_default();
    push(out, &[&text]);
}

fn push(out: &mut String, parts: &[&str]) {
    out.extend(parts.iter().copied());
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::AppName;

    fn shown(stream: Stream, form: LogForm, colour: bool) -> (String, String) {
        let app = AppName::parse("web").unwrap();
        let line = LogLine { at_ms: 1_709_210_096_789, app, number: 2, stream, text: "hé".into() };
        let (mut terminal, mut file) = (String::new(), String::new());
        for_terminal(&line, form, colour, &mut terminal);
        for_file(&line, form, &mut file);
        (terminal, file)
    }

    #[test]
    fn every_form() {
        let (terminal, file) = shown(Stream::Out, LogForm::Prefixed, false);
        assert_eq!(terminal, "web.2 │ hé\n");
        assert_eq!(file, "2024-02-29T12:34:56.789Z 2 out hé\n");
        let (terminal, file) = shown(Stream::Err, LogForm::Prefixed, true);
        assert!(
            terminal.starts_with("\x1b[") && terminal.ends_with("\x1b[0m hé\n"),
            "{terminal:?}"
        );
        assert!(file.contains(" 2 err hé"));
        assert_eq!(shown(Stream::Out, LogForm::Bare, true), ("hé\n".into(), "hé\n".into()));
        let (terminal, _) = shown(Stream::Err, LogForm::Json, true);
        let json: serde_json::Value = serde_json::from_str(&terminal).unwrap();
        assert_eq!((json["stream"].as_str(), json["text"].as_str()), (Some("err"), Some("hé")));
    }

    #[test]
    fn stamps() {
        assert_eq!(stamp(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(stamp(951_782_400_000), "2000-02-29T00:00:00.000Z");
        assert_eq!(stamp(4_102_444_799_999), "2099-12-31T23:59:59.999Z");
    }
}
