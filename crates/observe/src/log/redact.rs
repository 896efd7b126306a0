//! Secrets in lines, found by what they are called, and what is written in their place. Pure.
//!
//! Works on text, so it does not matter how deep in JSON, in a string of JSON or in plain words a secret stands.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

/// What stands in the place of a secret.
pub const MARK: &str = "[redacted]";

/// Names that are redacted where the config says nothing of it. A name is meant also as a part of a longer one:
/// `token` in `accessToken`, `refresh_token` and `X-Csrf-Token`, but not in `tokens`.
pub const USUAL: &[&str] = &[
    "authorization",
    "cookie",
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "api_key",
    "credential",
    "credentials",
    "private_key",
    "session_id",
    "sessionid",
    "card",
    "card_number",
    "cvv",
    "cvc",
    "ssn",
];

/// Finds what is called by certain names.
#[derive(Debug)]
pub struct Redactor {
    names: AhoCorasick,
    any: bool,
}

impl Redactor {
    /// Redact what is called by one of `names`.
    pub fn new(names: &[String]) -> Self {
        // A name of several words is written in many ways: its last word finds it, and is checked with those before.
        let plain: Vec<String> =
            names.iter().map(|name| fold(name)).filter(|name| !name.is_empty()).collect();
        let mut patterns: Vec<String> = plain.clone();
        for name in names.iter().map(|name| name.to_lowercase().replace('-', "_")) {
            patterns.push(name.clone());
            patterns.push(name.replace('_', "-"));
        }
        patterns.push("://".into());
        patterns.retain(|name| !name.is_empty());
        patterns.sort();
        patterns.dedup();
        let found = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .kind(Some(AhoCorasickKind::DFA))
            .build(&patterns);
        match found {
            Ok(names) => Redactor { names, any: !plain.is_empty() },
            Err(_) => Redactor { names: none(), any: false },
        }
    }

    /// `line` without its secrets; None if there are none.
    pub fn redact(&self, line: &str) -> Option<String> {
        if !self.any {
            return None;
        }
        let (mut out, mut done) = (String::new(), 0);
        for found in self.names.find_iter(line) {
            if found.start() < done {
                continue;
            }
            let secret = if line.get(found.range()) == Some("://") {
                login(line, found.end())
            } else {
                value(line, found.start(), found.end())
            };
            let Some((start, end, quote)) = secret.filter(|(start, ..)| *start >= done) else {
                continue;
            };
            if line.get(start..end) == Some(MARK) {
                continue;
            }
            out.push_str(line.get(done..start).unwrap_or_default());
            if quote {
                out.push('"');
            }
            out.push_str(MARK);
            if quote {
                out.push('"');
            }
            done = end;
        }
        if done == 0 {
            return None;
        }
        out.push_str(line.get(done..).unwrap_or_default());
        Some(out)
    }
}

fn none() -> AhoCorasick {
    #[expect(clippy::expect_used, reason = "an automaton of no patterns can always be built")]
    AhoCorasick::new::<[&str; 0], &str>([]).expect("no patterns")
}

fn fold(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}

/// `user:password@` behind `://`: the password.
fn login(line: &str, at: usize) -> Option<(usize, usize, bool)> {
    let rest = line.get(at..)?;
    let end =
        rest.find(['/', ' ', '"', '\'', '\\', '?', '#', '\n', ')', '>']).unwrap_or(rest.len());
    let host = rest.get(..end)?;
    let sign = host.rfind('@')?;
    let colon = host.get(..sign)?.find(':')?;
    (colon + 1 < sign).then_some((at + colon + 1, at + sign, false))
}

/// The value of what is named by the word at `start..end`, if it is a name: where it is, and whether quotes must be
/// put around what replaces it.
fn value(line: &str, start: usize, end: usize) -> Option<(usize, usize, bool)> {
    let bytes = line.as_bytes();
    let at = |place: usize| bytes.get(place).copied();
    // A part of a name begins at a change of letters or at a mark, and ends there: `accessToken`, not `tokens`.
    let before = start.checked_sub(1).and_then(at);
    let begins = match before {
        Some(byte) if byte.is_ascii_lowercase() => {
            at(start).is_some_and(|first| first.is_ascii_uppercase())
        }
        Some(byte) if byte.is_ascii_uppercase() => {
            at(start).is_some_and(|first| first.is_ascii_uppercase())
                && at(start + 1).is_some_and(|second| second.is_ascii_lowercase())
        }
        _ => true,
    } || is_escape(bytes, start);
    if !begins || at(end).is_some_and(|next| next.is_ascii_lowercase() || next.is_ascii_digit()) {
        return None;
    }
    // The rest of the name, as `Number` in `cardNumber` and `_hash` in `password_hash`.
    let mut place = end;
    while at(place).is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
    {
        place += 1;
    }
    let is_longer = place > end;
    place = quotes(bytes, place);
    while at(place) == Some(b' ') {
        place += 1;
    }
    let mark = at(place)?;
    if mark != b':' && mark != b'=' {
        return None;
    }
    place += 1;
    while at(place) == Some(b' ') {
        place += 1;
    }
    written(line, place, is_longer)
}

/// The letter at `place` stands behind `\n` or the like, which is no part of a name.
fn is_escape(bytes: &[u8], place: usize) -> bool {
    place >= 2 && bytes.get(place - 2) == Some(&b'\\')
}

/// Behind the quote at `place`, which may have backslashes before it, if one is there.
fn quotes(bytes: &[u8], place: usize) -> usize {
    let mut at = place;
    while bytes.get(at) == Some(&b'\\') {
        at += 1;
    }
    if matches!(bytes.get(at), Some(b'"' | b'\'')) { at + 1 } else { place }
}

/// The value that is written at `place`.
fn written(line: &str, place: usize, is_longer: bool) -> Option<(usize, usize, bool)> {
    let bytes = line.as_bytes();
    let mut open = place;
    while bytes.get(open) == Some(&b'\\') {
        open += 1;
    }
    match bytes.get(open)? {
        quote @ (b'"' | b'\'') => {
            // It ends with what it began with: a quote behind as many backslashes.
            let (start, depth) = (open + 1, open - place);
            let end = closing(bytes, start, *quote, depth);
            (end > start).then_some((start, end, false))
        }
        b'{' | b'[' => {
            let end = balanced(bytes, open);
            // `[redacted]` and the like.
            (bytes.get(open..end) != Some(MARK.as_bytes())).then_some((open, end, true))
        }
        _ => {
            let rest = line.get(open..)?;
            let mut length = rest
                .find([' ', ',', ';', '&', '"', '\'', '}', ']', ')', '\n', '\\', '<'])
                .unwrap_or(rest.len());
            let word = rest.get(..length)?;
            let plain = word.parse::<f64>().is_ok()
                || matches!(word, "true" | "false" | "null" | "undefined");
            if length == 0
                || (plain && is_longer)
                || matches!(word, "true" | "false" | "null" | "undefined")
            {
                return None;
            }
            // `Authorization: Bearer xyz`.
            if matches!(word.to_ascii_lowercase().as_str(), "bearer" | "basic" | "digest" | "token")
            {
                let after = rest.get(length + 1..)?;
                length +=
                    1 + after.find([' ', ',', ';', '"', '\'', '\n', '\\']).unwrap_or(after.len());
            }
            // A number in JSON may only be replaced by a string.
            let is_json = plain
                && place > 1
                && bytes.get(place - 1) == Some(&b':')
                && bytes.get(place - 2) == Some(&b'"');
            Some((open, open + length, is_json))
        }
    }
}

/// Where the string ends that began at `start` behind a quote with `depth` backslashes.
fn closing(bytes: &[u8], start: usize, quote: u8, depth: usize) -> usize {
    let (mut at, mut slashes) = (start, 0);
    while let Some(byte) = bytes.get(at) {
        match *byte {
            b'\\' => slashes += 1,
            // In plain JSON a quote behind two backslashes is one; in JSON inside of a string they are doubled.
            byte if byte == quote && depth == 0 && slashes % 2 == 0 => return at,
            byte if byte == quote && depth > 0 && slashes <= depth => return at - slashes,
            _ => slashes = 0,
        }
        at += 1;
    }
    bytes.len()
}

/// Behind the bracket that closes the one at `open`, or the end.
fn balanced(bytes: &[u8], open: usize) -> usize {
    let (mut depth, mut quoted, mut at) = (0_usize, false, open);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => depth += 1,
            b'}' | b']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
        if depth == 0 {
            break;
        }
    }
    at.min(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual() -> Redactor {
        Redactor::new(&USUAL.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
    }

    fn check(line: &str, want: &str) {
        let got = usual().redact(line);
        assert_eq!(got.as_deref().unwrap_or(line), want);
        // What is redacted stays as it is.
        assert_eq!(usual().redact(want), None, "{want}");
        if serde_json::from_str::<serde_json::Value>(line).is_ok() {
            assert!(serde_json::from_str::<serde_json::Value>(want).is_ok(), "{want}");
        }
    }

    #[test]
    fn json() {
        check(r#"{"password":"a\"b","user":"x"}"#, r#"{"password":"[redacted]","user":"x"}"#);
        check(
            r#"{"req":{"headers":{"authorization":"Bearer abc.def","set-cookie":["a=b"],"x":1}}}"#,
            r#"{"req":{"headers":{"authorization":"[redacted]","set-cookie":"[redacted]","x":1}}}"#,
        );
        check(
            r#"{"accessToken" : "x", "card_number":4111, "cvv":12}"#,
            r#"{"accessToken" : "[redacted]", "card_number":"[redacted]", "cvv":"[redacted]"}"#,
        );
        check(r#"{"list":[{"secret":{"a":[1,"}"]}}]}"#, r#"{"list":[{"secret":"[redacted]"}]}"#);
        check(
            r#"{"body":"{\"password\":\"abc\",\"b\":1}"}"#,
            r#"{"body":"{\"password\":\"[redacted]\",\"b\":1}"}"#,
        );
        check(
            r#"{"password":"a\\","csrf":1,"CSRFToken":"x"}"#,
            r#"{"password":"[redacted]","csrf":1,"CSRFToken":"[redacted]"}"#,
        );
        check(
            r#"{"apiKey":"k","api-key":"k","API_KEY":"k"}"#,
            r#"{"apiKey":"[redacted]","api-key":"[redacted]","API_KEY":"[redacted]"}"#,
        );
    }

    #[test]
    fn text() {
        check("login password=abc&user=x", "login password=[redacted]&user=x");
        check("Authorization: Bearer abc.def end", "Authorization: [redacted] end");
        check("cookie: sid=1; b=2", "cookie: [redacted]; b=2");
        check("db postgres://app:geheim@db:5432/x", "db postgres://app:[redacted]@db:5432/x");
        check("{ token: 'abc' }", "{ token: '[redacted]' }");
    }

    #[test]
    fn what_only_sounds_so_stays() {
        for line in [
            r#"{"tokens":12,"cardinality":3,"discard":"x","prompt_tokens":5,"token_count":7,"password":null}"#,
            "the token is gone",
            "forgot password?",
            "https://example.com/a:b@c",
            "secretary: anna",
        ] {
            assert_eq!(usual().redact(line), None, "{line}");
        }
        assert_eq!(Redactor::new(&[]).redact("password=abc"), None);
    }

    #[test]
    fn any_bytes_are_borne() {
        let words =
            ["token", "=", ":", "\"", "\\", "{", "[", "é", " ", "://", "a:b@", "Bearer ", "'", "}"];
        let mut random = base::random::Random::new(7);
        for _ in 0..20_000 {
            let count = random.below(12);
            let line: String =
                (0..count).map(|_| words[random.below(words.len() as u64) as usize]).collect();
            if let Some(out) = usual_once().redact(&line) {
                assert!(out.contains(MARK));
            }
        }
        fn usual_once() -> &'static Redactor {
            static ONCE: std::sync::OnceLock<Redactor> = std::sync::OnceLock::new();
            ONCE.get_or_init(usual)
        }
    }
}
