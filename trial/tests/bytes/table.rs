//! Tables of raw bytes.
//!
//! A line is `expected | RFC and section | what it is: why | bytes`. In the bytes `~` stands for CRLF; `\n \r \t \0 \\ \~`
//! and `\xHH` for one byte; `{5*ab}` stands for `ab` five times. `#` begins a comment line. A line that begins with
//! `=>` belongs to the case above it and says what a request of it becomes.

/// One line of a table.
#[derive(Debug, Clone)]
pub struct Case {
    /// File and line.
    pub place: String,
    /// The first column, as words.
    pub expected: Vec<String>,
    /// RFC and section.
    pub section: String,
    /// What it is, and why it is treated so.
    pub what: String,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The texts of the `=>` lines.
    pub becomes: Vec<String>,
}

impl Case {
    /// True if `word` stands in the first column.
    pub fn has(&self, word: &str) -> bool {
        self.expected.iter().any(|expected| expected == word)
    }

    /// The numbers in the first column.
    pub fn statuses(&self) -> Vec<u16> {
        self.expected.iter().filter_map(|word| word.parse().ok()).collect()
    }
}

/// Read a table; a line that cannot be read ends the test.
pub fn read(name: &str, text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let place = format!("{name}:{}", at + 1);
        let line = line.trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(becomes) = line.strip_prefix("=>") {
            let case = cases.last_mut().unwrap_or_else(|| panic!("{place}: belongs to no case"));
            case.becomes.push(becomes.trim().to_owned());
            continue;
        }
        let columns: Vec<_> = line.splitn(4, " | ").map(str::trim_start).collect();
        let [expected, section, what, bytes] = columns[..] else {
            panic!("{place}: not four columns: {line}");
        };
        cases.push(Case {
            expected: expected.split_whitespace().map(str::to_owned).collect(),
            section: section.trim().to_owned(),
            what: what.trim().to_owned(),
            bytes: unescape(bytes, &place),
            becomes: Vec::new(),
            place,
        });
    }
    cases
}

/// The bytes that `text` stands for.
pub fn unescape(text: &str, place: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        assert!(first.is_ascii_graphic() || first == ' ', "{place}: write {first:?} as \\xHH");
        let taken = match first {
            '~' => {
                out.extend(b"\r\n");
                1
            }
            '\\' => escape(rest, &mut out).unwrap_or_else(|| panic!("{place}: {rest:?}")),
            '{' if repeated(rest).is_some() => {
                let (times, part, length) = repeated(rest).unwrap();
                out.extend(unescape(part, place).repeat(times));
                length
            }
            _ => {
                out.push(first as u8);
                1
            }
        };
        rest = &rest[taken..];
    }
    out
}

/// The parts of the `{5*ab}` that `rest` begins with, and its length.
fn repeated(rest: &str) -> Option<(usize, &str, usize)> {
    let (times, part) = rest[1..].split_once('*')?;
    let times = times.parse().ok()?;
    let mut depth = 1;
    let end = part.find(|char| {
        depth += i32::from(char == '{') - i32::from(char == '}');
        depth == 0
    });
    let part = &part[..end?];
    Some((times, part, 1 + times.to_string().len() + 1 + part.len() + 1))
}

/// Append the byte of the escape that `rest` begins with; its length, or None if there is no such escape.
fn escape(rest: &str, out: &mut Vec<u8>) -> Option<usize> {
    let byte = match rest.as_bytes().get(1)? {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'0' => 0,
        b'x' => {
            out.push(u8::from_str_radix(rest.get(2..4)?, 16).ok()?);
            return Some(4);
        }
        literal @ (b'\\' | b'~') => *literal,
        _ => return None,
    };
    out.push(byte);
    Some(2)
}

#[test]
fn a_table_is_read() {
    let cases = read(
        "x",
        "# no\n200 close | 9112 3 | a: b | G\\x00\\~|{2*a{2*b}}{} | ~\n => GET / \"\"\n\n",
    );
    assert_eq!(cases.len(), 1);
    let case = &cases[0];
    assert_eq!(
        (case.place.as_str(), case.section.as_str(), case.what.as_str()),
        ("x:2", "9112 3", "a: b")
    );
    assert_eq!((case.statuses(), case.has("close"), case.has("cut")), (vec![200], true, false));
    assert_eq!(case.bytes, b"G\0~|abbabb{} | \r\n");
    assert_eq!(case.becomes, ["GET / \"\""]);
}
