//! Just enough of Rust's grammar to look at code without its comments, texts and tests.

/// `text` with comments and the inside of string and char literals blanked; lines stay where they are.
pub fn code(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = ' ';
    while let Some(first) = rest.chars().next() {
        let (taken, blank) = match literal(rest, before) {
            Some(length) => (length, true),
            None => (first.len_utf8(), false),
        };
        let (token, tail) = rest.split_at(taken);
        if blank {
            out.extend(token.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        } else {
            out.push_str(token);
        }
        before = token.chars().last().unwrap_or(' ');
        rest = tail;
    }
    out
}

/// The length of the comment or literal that `rest` starts with.
fn literal(rest: &str, before: char) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(block_comment(rest));
    }
    let word_before = before.is_alphanumeric() || before == '_';
    let prefix = rest.len() - rest.trim_start_matches(['b', 'c', 'r']).len();
    let (letters, after) = rest.split_at(prefix);
    match after.chars().next()? {
        '"' | '#' if letters.ends_with('r') && !word_before => raw_string(letters, after),
        '"' if !word_before || prefix == 0 => Some(prefix + quoted(after, '"')),
        '\'' if (!word_before && letters == "b") || prefix == 0 => {
            char_literal(after).map(|length| prefix + length)
        }
        _ => None,
    }
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(tail) = rest.get(at..).filter(|tail| !tail.is_empty()) {
        let step = if tail.starts_with("/*") {
            depth += 1;
            2
        } else if tail.starts_with("*/") {
            depth -= 1;
            2
        } else {
            tail.chars().next().map_or(1, char::len_utf8)
        };
        at += step;
        if depth == 0 {
            break;
        }
    }
    at.min(rest.len())
}

fn raw_string(letters: &str, after: &str) -> Option<usize> {
    let hashes = after.len() - after.trim_start_matches('#').len();
    let (fence, body) = after.split_at(hashes);
    let inside = body.strip_prefix('"')?;
    let end = format!("\"{fence}");
    let length = inside.find(&end).map_or(inside.len(), |at| at + end.len());
    Some(letters.len() + hashes + 1 + length)
}

/// The length of a literal that starts and ends with `quote`.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

/// None for a lifetime.
fn char_literal(rest: &str) -> Option<usize> {
    let mut chars = rest.char_indices().skip(1);
    match (chars.next()?.1, chars.next()?) {
        ('\\', _) => Some(quoted(rest, '\'')),
        (_, (at, '\'')) => Some(at + 1),
        _ => None,
    }
}

/// `code` (from [`code`]) with each item under `#[cfg(test)]` blanked.
pub fn without_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(at) = rest.find(MARK) {
        let (before, item) = rest.split_at(at);
        let (item, after) = item.split_at(item_length(item));
        out.push_str(before);
        out.extend(item.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Up to the `;` or the closing brace of the item that `code` starts with.
fn item_length(code: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in code.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth <= 1 => return at + 1,
            '}' => depth -= 1,
            ';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}

/// Whether `word` stands in `line` with no letter, digit or `_` touching it.
pub fn has_word(line: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let (before, after) = (line.get(..at), line.get(at + word.len()..));
        !before.is_some_and(|text| text.ends_with(part))
            && !after.is_some_and(|text| text.starts_with(part))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_blanked() {
        let check = |text: &str, want: &str| {
            let got = code(text);
            assert_eq!(got.split_whitespace().collect::<Vec<_>>().join(" "), want, "{text}");
            assert_eq!(got.lines().count(), text.lines().count(), "{text}");
        };
        check("let a = 1; // unsafe\nlet b;", "let a = 1; let b;");
        check("a /* x /* y */ unsafe */ b", "a b");
        check(r#"f("unsafe \" fs") + g"#, "f( ) + g");
        check("f(r#\"a \" b\"#, br\"x\", b\"y\") + g", "f( , , ) + g");
        check("if c == '\"' || c == '\\'' { x }", "if c == || c == { x }");
        check("fn f<'a>(x: &'a str) -> b'x'", "fn f<'a>(x: &'a str) ->");
        check("let attr = number;", "let attr = number;");
        check("\"open", "");
    }

    #[test]
    fn tests_are_blanked() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n fn b() { {} }\n}\nfn c() {}\n#[cfg(test)]\nmod tests;\nfn d() {}";
        let got = without_tests(text);
        assert!(got.contains("fn a") && got.contains("fn c") && got.contains("fn d"), "{got}");
        assert!(!got.contains("fn b") && !got.contains("mod tests"), "{got}");
        assert_eq!(got.lines().count(), text.lines().count());
    }

    #[test]
    fn words() {
        assert!(has_word("unsafe { x }", "unsafe") && has_word("a::tokio::b", "tokio"));
        assert!(!has_word("unsafety", "unsafe") && !has_word("_tokio_", "tokio"));
    }
}
