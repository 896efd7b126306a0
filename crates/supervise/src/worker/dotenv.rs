//! `.env` files. Pure.
//!
//! `KEY=value` a line, `export ` before it allowed; `#` starts a comment; `'…'` is taken as it is,
//! `"…"` may run over lines and knows `\n`, `\t`, `\"`, `\\`. No variable is expanded.

/// Why a `.env` file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DotenvError {
    /// A line without `=`.
    #[error("line {line}: expected KEY=value, found {text:?}")]
    NoValue { line: usize, text: String },
    /// A key that no environment can hold.
    #[error("line {line}: {key:?} is not a name: use letters, digits and _")]
    BadKey { line: usize, key: String },
    /// A quote that is never closed.
    #[error("line {line}: the quote after {key}= is never closed")]
    OpenQuote { line: usize, key: String },
}

/// The pairs in `text`, in order.
pub fn parse(text: &str) -> Result<Vec<(String, String)>, DotenvError> {
    let mut pairs = Vec::new();
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut line = 1;
    while !rest.is_empty() {
        let (first, _) = rest.split_once('\n').unwrap_or((rest, ""));
        let statement = first.trim_start();
        if statement.trim_end().is_empty() || statement.starts_with('#') {
            (rest, line) = (after(rest, first.len()), line + 1);
            continue;
        }
        let Some((key, value)) = statement.split_once('=') else {
            return Err(DotenvError::NoValue { line, text: statement.trim_end().to_owned() });
        };
        let key = key.trim().strip_prefix("export ").unwrap_or(key).trim();
        if !is_name(key) {
            return Err(DotenvError::BadKey { line, key: key.to_owned() });
        }
        let begin = first.len() - value.len() + (value.len() - value.trim_start().len());
        let value = rest.get(begin..).unwrap_or_default();
        let (value, used) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => quoted(value, quote)
                .ok_or_else(|| DotenvError::OpenQuote { line, key: key.to_owned() })?,
            _ => (bare(value), 0),
        };
        pairs.push((key.to_owned(), value));
        let taken = rest.get(..begin + used).unwrap_or(rest);
        line += taken.matches('\n').count() + 1;
        let tail = rest.get(begin + used..).unwrap_or_default();
        rest = tail.split_once('\n').map_or("", |(_, next)| next);
    }
    Ok(pairs)
}

fn after(text: &str, length: usize) -> &str {
    text.get(length + 1..).unwrap_or_default()
}

fn is_name(key: &str) -> bool {
    let mut bytes = key.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'.' || b == b'-')
}

/// An unquoted value: to the end of the line or to ` #`.
fn bare(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let value =
        if line.starts_with('#') { "" } else { line.split(" #").next().unwrap_or_default() };
    value.trim().to_owned()
}

/// A quoted value and how many bytes it takes with its quotes.
fn quoted(text: &str, quote: char) -> Option<(String, usize)> {
    let mut value = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            c if c == quote => return Some((value, at + 1)),
            '\\' if quote == '"' => match chars.next()?.1 {
                'n' => value.push('\n'),
                't' => value.push('\t'),
                'r' => value.push('\r'),
                c @ ('"' | '\\' | '$') => value.push(c),
                c => value.extend(['\\', c]),
            },
            c => value.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        parse(text).unwrap()
    }

    #[test]
    fn values_as_people_write_them() {
        let text = "# a comment\n\nA=1\nexport B = two words # not this\nC='as $it # is'\n\
                    D=\"two\\nlines\" # end\nE=\nF=\"real\nbreak\"\nG=x\r\nH=#none\nI=a#b";
        let want = [
            ("A", "1"),
            ("B", "two words"),
            ("C", "as $it # is"),
            ("D", "two\nlines"),
            ("E", ""),
            ("F", "real\nbreak"),
            ("G", "x"),
            ("H", ""),
            ("I", "a#b"),
        ];
        assert_eq!(pairs(text), want.map(|(key, value)| (key.to_owned(), value.to_owned())));
    }

    #[test]
    fn mistakes_name_their_line() {
        assert_eq!(parse("A=1\n\nB"), Err(DotenvError::NoValue { line: 3, text: "B".into() }));
        assert_eq!(
            parse("A=\"x\ny\"\n1B=2"),
            Err(DotenvError::BadKey { line: 3, key: "1B".into() })
        );
        assert_eq!(parse("A='x\n"), Err(DotenvError::OpenQuote { line: 1, key: "A".into() }));
    }

    #[test]
    fn any_text_is_read_or_refused() {
        let mut random = base::random::Random::new(3);
        let alphabet: Vec<char> = "ab=\"'\\\n\r #é_1 export".chars().collect();
        for _ in 0..20_000 {
            let length = random.below(24);
            let text: String = (0..length)
                .map(|_| alphabet[random.below(alphabet.len() as u64) as usize])
                .collect();
            let _ = parse(&text);
        }
    }
}
