//! Where the values of a JSON line are, without building a tree. Pure.
//!
//! Objects are flattened down to a depth; arrays, and what lies deeper, are one value as it is written. What is
//! between the values (braces, keys, quotes) is the line's shape.

use memchr::memchr2;

/// Objects that lie deeper are one value.
const DEPTH_MAX: usize = 8;
/// What is skipped inside of a value may nest so deep; a line that nests deeper is text.
const NESTING_MAX: usize = 256;

/// A value's bytes in its line: of a string without its quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Its first byte.
    pub start: u32,
    /// The byte after its last.
    pub end: u32,
}

impl Span {
    /// The bytes from `start` to `end`; lines are shorter than 4 GiB.
    pub fn new(start: usize, end: usize) -> Self {
        let narrow = |at| u32::try_from(at).unwrap_or(u32::MAX);
        Span { start: narrow(start), end: narrow(end) }
    }

    /// What it covers of `line`.
    pub fn of(self, line: &str) -> &str {
        line.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

/// Who hears of what is found.
pub trait Found {
    /// The key of what follows.
    fn key(&mut self, _span: Span) {}
    /// An object begins, whose values follow.
    fn open(&mut self) {}
    /// It has ended.
    fn close(&mut self) {}
    /// A value.
    fn value(&mut self, span: Span);
}

impl Found for Vec<Span> {
    fn value(&mut self, span: Span) {
        self.push(span);
    }
}

/// Tell `found` of the values of `line`, if it is one JSON object and nothing else.
/// None: it is not, and what was told so far means nothing.
pub fn scan(line: &str, found: &mut impl Found) -> Option<()> {
    let mut scanner = Scanner { line: line.as_bytes(), at: 0 };
    scanner.blanks();
    if scanner.peek()? != b'{' {
        return None;
    }
    scanner.object(found, 0)?;
    scanner.blanks();
    (scanner.at == line.len()).then_some(())
}

struct Scanner<'l> {
    line: &'l [u8],
    at: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.line.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// From `{` to behind `}`. Not an empty one: that is a value.
    fn object(&mut self, found: &mut impl Found, depth: usize) -> Option<()> {
        self.take(b'{')?;
        self.blanks();
        if self.peek()? == b'}' {
            self.at += 1;
            return Some(());
        }
        loop {
            self.blanks();
            let key = self.string()?;
            found.key(key);
            self.blanks();
            self.take(b':')?;
            self.blanks();
            self.member(found, depth)?;
            self.blanks();
            match self.peek()? {
                b',' => self.at += 1,
                b'}' => {
                    self.at += 1;
                    return Some(());
                }
                _ => return None,
            }
        }
    }

    fn member(&mut self, found: &mut impl Found, depth: usize) -> Option<()> {
        let start = self.at;
        match self.peek()? {
            b'"' => {
                let span = self.string()?;
                found.value(span);
            }
            b'{' if depth < DEPTH_MAX && !self.is_empty_object() => {
                found.open();
                self.object(found, depth + 1)?;
                found.close();
            }
            b'{' | b'[' => {
                self.nested()?;
                found.value(Span::new(start, self.at));
            }
            _ => {
                self.bare()?;
                found.value(Span::new(start, self.at));
            }
        }
        Some(())
    }

    fn is_empty_object(&self) -> bool {
        let rest = self.line.get(self.at + 1..).unwrap_or_default();
        rest.trim_ascii_start().first() == Some(&b'}')
    }

    /// From a quote to behind the one that ends the string.
    fn string(&mut self) -> Option<Span> {
        self.take(b'"')?;
        let start = self.at;
        loop {
            let rest = self.line.get(self.at..)?;
            let end = memchr2(b'"', b'\\', rest)?;
            self.at += end + 1;
            if rest.get(end) == Some(&b'"') {
                return Some(Span::new(start, self.at - 1));
            }
            // A backslash: the byte after it says nothing, and a line cannot end there.
            self.peek()?;
            self.at += 1;
        }
    }

    /// A number, `true`, `false` or `null`.
    fn bare(&mut self) -> Option<()> {
        let rest = self.line.get(self.at..)?;
        let is_part =
            |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+');
        let length = rest.iter().position(|byte| !is_part(byte))?;
        let word = rest.get(..length)?;
        let good = match word.first()? {
            b'-' | b'0'..=b'9' => {
                word.iter().all(|b| !b.is_ascii_alphabetic() || matches!(b, b'e' | b'E'))
            }
            _ => matches!(word, b"true" | b"false" | b"null"),
        };
        self.at += length;
        good.then_some(())
    }

    /// An array or object, as it is written. Its brackets are counted, not its grammar checked.
    fn nested(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'[' | b'{' => depth += 1,
                b']' | b'}' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            match depth {
                0 => return Some(()),
                NESTING_MAX.. => return None,
                _ => {}
            }
        }
    }
}

/// The text of a JSON string from between its quotes; None if it is as it is written.
pub fn unescape(raw: &str) -> Option<String> {
    memchr::memchr(b'\\', raw.as_bytes())?;
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        out.push_str(rest.get(..at).unwrap_or_default());
        let mut after = rest.get(at + 1..).unwrap_or_default().chars();
        let used = match after.next() {
            Some('n') => put(&mut out, '\n'),
            Some('t') => put(&mut out, '\t'),
            Some('r') => put(&mut out, '\r'),
            Some('b') => put(&mut out, '\u{8}'),
            Some('f') => put(&mut out, '\u{c}'),
            Some('u') => {
                let (letter, used) = unicode(after.as_str());
                out.push(letter);
                1 + used
            }
            Some(other) => put(&mut out, other),
            None => 0,
        };
        rest = rest.get(at + 1 + used..).unwrap_or_default();
    }
    out.push_str(rest);
    Some(out)
}

fn put(out: &mut String, letter: char) -> usize {
    out.push(letter);
    letter_bytes(letter)
}

/// Bytes of what stands behind the backslash for `letter`.
fn letter_bytes(letter: char) -> usize {
    if letter.is_ascii() { 1 } else { letter.len_utf8() }
}

/// The character whose hexadecimal digits `text` begins with, also from two halves; and how many bytes it took.
fn unicode(text: &str) -> (char, usize) {
    let digits = |text: &str| text.get(..4).and_then(|four| u32::from_str_radix(four, 16).ok());
    let Some(first) = digits(text) else { return (char::REPLACEMENT_CHARACTER, 0) };
    if (0xD800..0xDC00).contains(&first) {
        let second = text.get(4..).and_then(|rest| rest.strip_prefix("\\u")).and_then(digits);
        if let Some(second) = second.filter(|second| (0xDC00..0xE000).contains(second)) {
            let code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
            return (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 10);
        }
    }
    (char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER), 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(line: &str) -> Option<Vec<&str>> {
        let mut spans = Vec::new();
        scan(line, &mut spans)?;
        Some(spans.iter().map(|span| span.of(line)).collect())
    }

    #[test]
    fn values_are_found_as_they_are_written() {
        let line = r#"{"level":30,"msg":"a \"b\" é","req":{"id":"x","big":{}},"tags":["a",{"b":"]"}],"ok":true} "#;
        let want = ["30", r#"a \"b\" é"#, "x", "{}", r#"["a",{"b":"]"}]"#, "true"];
        assert_eq!(values(line).unwrap(), want);
        assert_eq!(values(r#" { "a" : -1.5e+3 , "b" : null } "#).unwrap(), ["-1.5e+3", "null"]);
        assert_eq!(values("{}").unwrap(), [""; 0]);
        let deep = format!("{}1{}", r#"{"a":"#.repeat(12), "}".repeat(12));
        assert_eq!(values(&deep).unwrap(), [r#"{"a":{"a":{"a":1}}}"#]);
    }

    #[test]
    fn what_is_no_object_is_not() {
        for line in [
            "",
            "x",
            "[1]",
            "{",
            r#"{"a"}"#,
            r#"{"a":1"#,
            r#"{"a":1}x"#,
            r#"{"a":nil}"#,
            r#"{"a":"b}"#,
            r#"{"a":1,}"#,
            r#"{"a":"b\"#,
            r#"{"a":[1}"#,
            r#"{a:1}"#,
            r#"{"a":0x1f}"#,
        ] {
            assert_eq!(values(line), None, "{line}");
        }
        assert_eq!(values(&format!(r#"{{"a":{}}}"#, "[".repeat(100_000))), None);
    }

    #[test]
    fn escapes() {
        assert_eq!(unescape("plain é"), None);
        let check = |raw: &str| {
            let want: String = serde_json::from_str(&format!("\"{raw}\"")).unwrap();
            assert_eq!(unescape(raw).as_deref(), Some(want.as_str()), "{raw}");
        };
        check(r#"a\"b\\c\/d\n\t\r\b\fé\u00e9\ud83d\udc0e."#);
        assert_eq!(unescape(r"\ud83d!").as_deref(), Some("\u{fffd}!"));
        assert_eq!(unescape(r"\u12").as_deref(), Some("\u{fffd}12"));
        assert_eq!(unescape("\\").as_deref(), Some(""));
        assert_eq!(unescape("\\é").as_deref(), Some("é"));
    }
}
