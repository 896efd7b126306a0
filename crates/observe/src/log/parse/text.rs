//! Lines of text in forms that are known: morgan's, NestJS's, winston's, and a level at the front. Pure.

use super::scan::Span;

/// A form of text lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// morgan `combined`, Apache's and nginx's usual.
    Combined,
    /// morgan `common`.
    Common,
    /// morgan `short`.
    Short,
    /// morgan `dev`.
    Dev,
    /// morgan `tiny`.
    Tiny,
    /// NestJS's own logger.
    Nest,
    /// The same without a context.
    NestBare,
    /// `info: text`, winston's `simple`.
    Simple,
    /// Text with a level among its first words, such as `[2026-11-25 …] [ERROR] text` or `WARN text`.
    Levelled,
}

impl Form {
    /// Every form, in the order of its number on disk, which never changes.
    pub const ALL: &[Form] = &[
        Form::Combined,
        Form::Common,
        Form::Short,
        Form::Dev,
        Form::Tiny,
        Form::Nest,
        Form::Simple,
        Form::Levelled,
        Form::NestBare,
    ];

    /// What its values are called.
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Form::Combined => &[
                "client", "user", "date", "method", "url", "http", "status", "length", "referrer",
                "agent",
            ],
            Form::Common => {
                &["client", "user", "date", "method", "url", "http", "status", "length"]
            }
            Form::Short => {
                &["client", "user", "method", "url", "http", "status", "length", "took_ms"]
            }
            Form::Dev => &["method", "url", "status", "took_ms", "length"],
            Form::Tiny => &["method", "url", "status", "length", "took_ms"],
            Form::Nest => &["pid", "date", "level", "context", "msg"],
            Form::NestBare => &["pid", "date", "level", "msg"],
            Form::Simple => &["level", "msg"],
            Form::Levelled => &["prefix", "level", "msg"],
        }
    }
}

/// The words of levels, which are told from other words by how they stand.
const WORDS: &[&str] = &[
    "trace", "debug", "verbose", "silly", "info", "http", "notice", "log", "warn", "warning",
    "error", "err", "fatal", "critical", "crit", "alert", "emerg", "panic",
];
/// Those that need no bracket in capitals.
const LOUD: &[&str] = &[
    "TRACE", "DEBUG", "VERBOSE", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "FATAL", "CRITICAL",
];
/// A level stands among so many bytes at the front.
const FRONT_BYTES: usize = 64;

/// Find the values of `line`; None if it has none of the forms.
pub fn read(line: &str, spans: &mut Vec<Span>) -> Option<Form> {
    let first = line.split('\n').next().unwrap_or(line);
    let mut known = None;
    if first.starts_with("[Nest]") {
        known = nest(line, spans);
    } else if let Some(quote) = memchr::memchr(b'"', first.as_bytes()) {
        known = logged(first, quote, spans);
    } else if is_method(first) {
        known = told(first, spans);
    } else if memchr::memmem::find(first.as_bytes(), b" HTTP/").is_some() {
        known = short(first, spans);
    }
    if known.is_some() {
        return known;
    }
    spans.clear();
    if simple(line, spans).is_some() {
        return Some(Form::Simple);
    }
    spans.clear();
    levelled(line, spans).map(|()| Form::Levelled)
}

/// Walks a line from piece to piece.
struct Walk<'l> {
    line: &'l str,
    at: usize,
}

impl<'l> Walk<'l> {
    /// What stands up to `end`, which is passed.
    fn until(&mut self, end: &str) -> Option<Span> {
        let rest = self.line.get(self.at..)?;
        let length = rest.find(end)?;
        let span = Span::new(self.at, self.at + length);
        self.at += length + end.len();
        Some(span)
    }

    fn skip(&mut self, text: &str) -> Option<()> {
        self.line.get(self.at..)?.starts_with(text).then(|| self.at += text.len())
    }

    /// What stands up to a blank or the end; the blank is not passed.
    fn word(&mut self) -> Option<Span> {
        let rest = self.line.get(self.at..)?;
        let length = rest.find(' ').unwrap_or(rest.len());
        let span = Span::new(self.at, self.at + length);
        self.at += length;
        (length > 0).then_some(span)
    }

    fn rest(&self) -> &'l str {
        self.line.get(self.at..).unwrap_or_default()
    }
}

/// `client - user [date] "METHOD url HTTP/1.1" status length …`.
fn logged(line: &str, quote: usize, spans: &mut Vec<Span>) -> Option<Form> {
    // Cheap: most lines with a quote are something else.
    if !line.get(quote + 1..).is_some_and(is_method) {
        return None;
    }
    let mut walk = Walk { line, at: 0 };
    spans.push(walk.until(" ")?);
    walk.skip("- ")?;
    spans.push(walk.until(" [")?);
    spans.push(walk.until("] \"")?);
    spans.push(walk.until(" ")?);
    spans.push(walk.until(" HTTP/")?);
    spans.push(walk.until("\" ")?);
    spans.push(status(&mut walk)?);
    walk.skip(" ")?;
    spans.push(walk.word()?);
    if walk.rest().is_empty() {
        return Some(Form::Common);
    }
    walk.skip(" \"")?;
    spans.push(walk.until("\" \"")?);
    spans.push(walk.until("\"")?);
    walk.rest().is_empty().then_some(Form::Combined)
}

/// `client user METHOD url HTTP/1.1 status length - 1.2 ms`.
fn short(line: &str, spans: &mut Vec<Span>) -> Option<Form> {
    let mut walk = Walk { line, at: 0 };
    spans.push(walk.until(" ")?);
    spans.push(walk.until(" ")?);
    if !is_method(walk.rest()) {
        return None;
    }
    spans.push(walk.until(" ")?);
    spans.push(walk.until(" HTTP/")?);
    spans.push(walk.until(" ")?);
    spans.push(status(&mut walk)?);
    walk.skip(" ")?;
    spans.push(walk.until(" - ")?);
    spans.push(walk.until(" ms")?);
    walk.rest().is_empty().then_some(Form::Short)
}

/// `METHOD url status 1.2 ms - length` and `METHOD url status length - 1.2 ms`.
fn told(line: &str, spans: &mut Vec<Span>) -> Option<Form> {
    let mut walk = Walk { line, at: 0 };
    spans.push(walk.until(" ")?);
    spans.push(walk.until(" ")?);
    spans.push(status(&mut walk)?);
    walk.skip(" ")?;
    spans.push(walk.word()?);
    let form = if walk.skip(" ms - ").is_some() {
        spans.push(walk.word()?);
        Form::Dev
    } else {
        walk.skip(" - ")?;
        spans.push(walk.word()?);
        walk.skip(" ms")?;
        Form::Tiny
    };
    walk.rest().is_empty().then_some(form)
}

/// Three digits, or morgan's dash for a reply that never was.
fn status(walk: &mut Walk<'_>) -> Option<Span> {
    let span = walk.word()?;
    let text = span.of(walk.line);
    let good = text == "-" || (text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit()));
    good.then_some(span)
}

/// `[Nest] 12345  - 11/25/2026, 2:48:44 PM     LOG [Context] text +3ms`; the context may lack.
fn nest(line: &str, spans: &mut Vec<Span>) -> Option<Form> {
    let mut walk = Walk { line, at: 0 };
    walk.skip("[Nest] ")?;
    spans.push(walk.word()?);
    let rest = walk.rest();
    walk.at += rest.find("- ")? + 2;
    let level_at = {
        let rest = walk.rest();
        let words = ["LOG", "ERROR", "WARN", "DEBUG", "VERBOSE", "FATAL"];
        let found = words.iter().filter_map(|word| {
            let at = rest.find(&format!(" {word} "))?;
            (at < FRONT_BYTES).then_some((at + 1, word.len()))
        });
        found.min()?
    };
    let date = rest_trimmed(&walk, level_at.0);
    spans.push(date);
    walk.at += level_at.0;
    spans.push(walk.word()?);
    walk.skip(" ")?;
    let form = match walk.skip("[") {
        Some(()) => {
            spans.push(walk.until("] ")?);
            Form::Nest
        }
        None => Form::NestBare,
    };
    spans.push(Span::new(walk.at, line.len()));
    Some(form)
}

/// What stands before the level, without the blanks that fill up.
fn rest_trimmed(walk: &Walk<'_>, length: usize) -> Span {
    let text = walk.rest().get(..length).unwrap_or_default();
    Span::new(walk.at, walk.at + text.trim_end().len())
}

/// `info: text`. Not `Error: text`, which an error says of itself.
fn simple(line: &str, spans: &mut Vec<Span>) -> Option<()> {
    let colon = line.as_bytes().iter().take(12).position(|byte| *byte == b':')?;
    let word = line.get(..colon)?;
    if !is_level(word)
        || word.bytes().any(|byte| byte.is_ascii_uppercase())
        || !line.get(colon + 1..)?.starts_with(' ')
    {
        return None;
    }
    spans.push(Span::new(0, colon));
    spans.push(Span::new(colon + 2, line.len()));
    Some(())
}

/// A level in capitals, in brackets or before a colon near the front.
fn levelled(line: &str, spans: &mut Vec<Span>) -> Option<()> {
    let front = line.get(..line.floor_char_boundary(FRONT_BYTES)).unwrap_or(line);
    let mut start = 0;
    for word in front.split([' ', '\t', '|']) {
        let bare = word.trim_start_matches(['[', '(', '<']);
        let from = start + word.len() - bare.len();
        let bare = bare.trim_end_matches([']', ')', '>', ':', ',']);
        let marked = bare.len() < word.len() && word.starts_with(['[', '(', '<']);
        if (marked && is_level(bare)) || LOUD.contains(&bare) {
            // What is before it is mostly a time: not a part of the shape, which lines have in common.
            let before = front
                .get(..from)
                .unwrap_or_default()
                .trim_end_matches([' ', '\t', '|', '[', '(', '<']);
            spans.push(Span::new(0, before.len()));
            spans.push(Span::new(from, from + bare.len()));
            let after = from + bare.len();
            let rest = line.get(after..).unwrap_or_default();
            let blank = rest.find([' ', '\t']).map_or(rest.len(), |at| at + 1);
            spans.push(Span::new(after + blank, line.len()));
            return Some(());
        }
        start += word.len() + 1;
    }
    None
}

fn is_level(word: &str) -> bool {
    (3..=8).contains(&word.len()) && WORDS.iter().any(|known| word.eq_ignore_ascii_case(known))
}

fn is_method(text: &str) -> bool {
    const METHODS: &[&str] =
        &["GET ", "POST ", "PUT ", "DELETE ", "PATCH ", "HEAD ", "OPTIONS ", "CONNECT ", "TRACE "];
    METHODS.iter().any(|method| text.starts_with(method))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, want: Option<Form>, values: &[&str]) {
        let mut spans = Vec::new();
        let form = read(line, &mut spans);
        assert_eq!(form, want, "{line}");
        if let Some(form) = form {
            let found: Vec<&str> = spans.iter().map(|span| span.of(line)).collect();
            assert_eq!(found, values, "{line}");
            assert_eq!(form.names().len(), values.len(), "{line}");
        }
    }

    #[test]
    fn morgan() {
        check(
            r#"::ffff:10.0.0.1 - anna [25/Nov/2026:14:48:44 +0000] "GET /a?b=c HTTP/1.1" 200 512 "https://x/" "curl/8 (\"x\")""#,
            None,
            &[],
        );
        check(
            r#"::1 - anna [25/Nov/2026:14:48:44 +0000] "GET /a?b=c HTTP/1.1" 200 512 "https://x/" "curl/8 (y)""#,
            Some(Form::Combined),
            &[
                "::1",
                "anna",
                "25/Nov/2026:14:48:44 +0000",
                "GET",
                "/a?b=c",
                "1.1",
                "200",
                "512",
                "https://x/",
                "curl/8 (y)",
            ],
        );
        check(
            r#"::1 - - [25/Nov/2026:14:48:44 +0000] "POST / HTTP/1.1" 503 -"#,
            Some(Form::Common),
            &["::1", "-", "25/Nov/2026:14:48:44 +0000", "POST", "/", "1.1", "503", "-"],
        );
        check("GET /a 200 1.234 ms - 12", Some(Form::Dev), &["GET", "/a", "200", "1.234", "12"]);
        check("GET /a 304 - - 1.234 ms", Some(Form::Tiny), &["GET", "/a", "304", "-", "1.234"]);
        check(
            "::1 - GET /a HTTP/1.1 200 12 - 1.234 ms",
            Some(Form::Short),
            &["::1", "-", "GET", "/a", "1.1", "200", "12", "1.234"],
        );
        check("GET on with it", None, &[]);
    }

    #[test]
    fn nest_and_winston() {
        check(
            "[Nest] 4711  - 11/25/2026, 2:48:44 PM     LOG [NestFactory] Starting Nest application... +3ms",
            Some(Form::Nest),
            &[
                "4711",
                "11/25/2026, 2:48:44 PM",
                "LOG",
                "NestFactory",
                "Starting Nest application... +3ms",
            ],
        );
        check(
            "[Nest] 4711  - 11/25/2026, 2:48:44 PM   ERROR it broke",
            Some(Form::NestBare),
            &["4711", "11/25/2026, 2:48:44 PM", "ERROR", "it broke"],
        );
        check(
            "error: no such thing {\"a\":1}",
            Some(Form::Simple),
            &["error", "no such thing {\"a\":1}"],
        );
    }

    #[test]
    fn levels_at_the_front() {
        check(
            "[2026-11-25 14:48:44] [WARN] tea is cold",
            Some(Form::Levelled),
            &["[2026-11-25 14:48:44]", "WARN", "tea is cold"],
        );
        check(
            "2026-11-25T14:48:44Z INFO (web) up",
            Some(Form::Levelled),
            &["2026-11-25T14:48:44Z", "INFO", "(web) up"],
        );
        check(
            "[14:00:00.000] ERROR: bad",
            Some(Form::Levelled),
            &["[14:00:00.000]", "ERROR", "bad"],
        );
        check("WARN tea", Some(Form::Levelled), &["", "WARN", "tea"]);
        check("an error is no level here", None, &[]);
        check("Error: boom\n    at x", None, &[]);
        check("HTTP server is up", None, &[]);
        check("listening on 8080", None, &[]);
    }
}
