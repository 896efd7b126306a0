//! From text to tokens.

use super::error::QueryError;

/// A token and where it begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    /// The character at which it begins, from 1 on.
    pub at: usize,
    /// What it is.
    pub kind: Kind,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A name or a word.
    Word(String),
    /// A number.
    Number(f64),
    /// A time in milliseconds.
    Duration(u64),
    /// A text, without its quotes.
    Text(String),
    /// A sign.
    Sign(&'static str),
}

/// Longer ones first.
const SIGNS: [&str; 22] = [
    "=~", "!~", "!=", "==", "<=", ">=", "(", ")", "{", "}", "[", "]", ",", "=", "<", ">", "+", "-",
    "*", "/", "%", "^",
];

/// All tokens of a text.
pub fn lex(text: &str) -> Result<Vec<Token>, QueryError> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        if rest.starts_with('#') {
            rest = rest.split_once('\n').map_or("", |(_, after)| after);
            continue;
        }
        let at = text.get(..text.len() - rest.len()).unwrap_or_default().chars().count() + 1;
        let wrong = |what: String| QueryError::Syntax { at, what };
        let Some(first) = rest.chars().next() else { return Ok(tokens) };
        let (kind, after) = match first {
            '"' | '\'' | '`' => quoted(rest, first).ok_or_else(|| {
                wrong("the text has no end, or an escape that there is not".into())
            })?,
            '0'..='9' | '.' => number(rest).map_err(wrong)?,
            'a'..='z' | 'A'..='Z' | '_' | ':' => {
                let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == ':'));
                let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
                (Kind::Word(word.into()), after)
            }
            '@' => return Err(QueryError::Unsupported("@".into())),
            _ => match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
                Some(sign) => (Kind::Sign(sign), rest.strip_prefix(sign).unwrap_or_default()),
                None => return Err(wrong(format!("unexpected {first:?}"))),
            },
        };
        tokens.push(Token { at, kind });
        rest = after;
    }
}

fn quoted(rest: &str, quote: char) -> Option<(Kind, &str)> {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            c if c == quote => return Some((Kind::Text(text), rest.get(at + 1..)?)),
            '\\' if quote != '`' => text.push(match chars.next()?.1 {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                c @ ('\\' | '"' | '\'') => c,
                _ => return None,
            }),
            c => text.push(c),
        }
    }
    None
}

/// A number, or a time if units follow.
fn number(rest: &str) -> Result<(Kind, &str), String> {
    if let Some((ms, after)) = duration(rest) {
        return Ok((Kind::Duration(ms), after));
    }
    let mut end = 0;
    let mut before = ' ';
    for (at, c) in rest.char_indices() {
        let signed = (c == '+' || c == '-') && before.eq_ignore_ascii_case(&'e');
        if !(c.is_ascii_alphanumeric() || c == '.' || signed) {
            break;
        }
        (end, before) = (at + c.len_utf8(), c);
    }
    let (text, after) = rest.split_at(end);
    let value = match text.strip_prefix("0x").or(text.strip_prefix("0X")) {
        Some(digits) => u64::from_str_radix(digits, 16).ok().map(|value| value as f64),
        None => text.parse().ok(),
    };
    value.map(|value| (Kind::Number(value), after)).ok_or_else(|| format!("{text:?} is no number"))
}

/// A time such as `5m` or `1h30m`, and what follows; None: it is none.
pub fn duration(text: &str) -> Option<(u64, &str)> {
    const UNITS: [(&str, u64); 8] = [
        ("ms", 1),
        ("s", 1_000),
        ("m", 60_000),
        ("h", 3_600_000),
        ("d", 86_400_000),
        ("w", 604_800_000),
        ("y", 31_536_000_000),
        ("", 0),
    ];
    let (mut rest, mut sum) = (text, 0_u64);
    loop {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (number, after) = rest.split_at(digits);
        if number.is_empty() {
            break;
        }
        let (unit, ms) = *UNITS.iter().find(|(unit, _)| after.starts_with(unit))?;
        if unit.is_empty() {
            return None;
        }
        sum = sum.checked_add(number.parse::<u64>().ok()?.checked_mul(ms)?)?;
        rest = after.strip_prefix(unit)?;
    }
    let ends = !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.');
    (ends && rest.len() < text.len()).then_some((sum, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens() {
        let kinds = |text| {
            let tokens = lex(text).unwrap();
            tokens.into_iter().map(|token| token.kind).collect::<Vec<_>>()
        };
        let word = |text: &str| Kind::Word(text.into());
        assert_eq!(
            kinds("rate(a:b{c=~\"x\\\"\"}[1h5m])"),
            [
                word("rate"),
                Kind::Sign("("),
                word("a:b"),
                Kind::Sign("{"),
                word("c"),
                Kind::Sign("=~"),
                Kind::Text("x\"".into()),
                Kind::Sign("}"),
                Kind::Sign("["),
                Kind::Duration(3_900_000),
                Kind::Sign("]"),
                Kind::Sign(")"),
            ]
        );
        assert_eq!(kinds("1.5e-3 # why\n 0x10 .5"), [1.5e-3, 16.0, 0.5].map(Kind::Number));
        assert_eq!(kinds("100ms"), [Kind::Duration(100)]);
        for text in ["\"open", "5mx", "a ~ b", "1..2", "x @ 5"] {
            assert!(lex(text).is_err(), "{text}");
        }
        let error = lex("größe").unwrap_err();
        assert_eq!(error, QueryError::Syntax { at: 3, what: "unexpected 'ö'".into() });
    }
}
