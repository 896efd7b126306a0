//! Patterns of keys and members as Redis matches them: `*`, `?`, `[a-z]`, `[^a]`, and `\` before any of them.

/// Whether `text` matches `pattern`. Takes at most the product of their lengths, whatever the pattern.
pub fn matches(pattern: &[u8], text: &[u8]) -> bool {
    if text.is_empty() {
        // To Redis several stars are more than nothing.
        return matches!(pattern, b"" | b"*");
    }
    let (mut at, mut from) = (0, 0);
    // Where to go on after a star that took too little: the pattern behind it, and the text.
    let mut star: Option<(usize, usize)> = None;
    loop {
        let step = match pattern.get(at) {
            Some(b'*') => {
                star = Some((at + 1, from));
                at += 1;
                continue;
            }
            None if from == text.len() => return true,
            None => None,
            Some(_) => text.get(from).and_then(|byte| one(pattern, at, *byte)),
        };
        match (step, star) {
            (Some(next), _) => (at, from) = (next, from + 1),
            (None, Some((behind, taken))) if taken < text.len() => {
                star = Some((behind, taken + 1));
                (at, from) = (behind, taken + 1);
            }
            (None, _) => return false,
        }
    }
}

/// Where the pattern goes on if its element at `at`, which is no star, takes `byte`.
fn one(pattern: &[u8], at: usize, byte: u8) -> Option<usize> {
    match (pattern.get(at)?, pattern.get(at + 1)) {
        (b'?', _) => Some(at + 1),
        (b'[', _) => class(pattern, at + 1, byte),
        (b'\\', Some(escaped)) => (*escaped == byte).then_some(at + 2),
        (plain, _) => (*plain == byte).then_some(at + 1),
    }
}

/// Where the pattern goes on if the class that begins at `at` has `byte`. One that is not closed ends with the
/// pattern.
fn class(pattern: &[u8], mut at: usize, byte: u8) -> Option<usize> {
    let negated = pattern.get(at) == Some(&b'^');
    at += usize::from(negated);
    let mut found = false;
    loop {
        match (pattern.get(at), pattern.get(at + 1), pattern.get(at + 2)) {
            (None, _, _) => break,
            (Some(b'\\'), Some(escaped), _) => {
                found |= *escaped == byte;
                at += 2;
            }
            (Some(b']'), _, _) => {
                at += 1;
                break;
            }
            (Some(one), Some(b'-'), Some(other)) => {
                found |= (*one.min(other)..=*one.max(other)).contains(&byte);
                at += 3;
            }
            (Some(plain), _, _) => {
                found |= *plain == byte;
                at += 1;
            }
        }
    }
    (found != negated).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns() {
        for (pattern, text, want) in [
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("a*c", "abbc", true),
            ("a*c", "abbcd", false),
            ("h?llo", "hello", true),
            ("h?llo", "hllo", false),
            ("h[ae]llo", "hallo", true),
            ("h[^e]llo", "hello", false),
            ("h[a-c]llo", "hbllo", true),
            ("h[c-a]llo", "hbllo", true),
            ("\\*", "*", true),
            ("\\*", "a", false),
            ("[\\]]", "]", true),
            ("[abc", "c", true),
            ("a\\", "a\\", true),
            ("*a*b*c*", "xxaxxbxxc", true),
            ("*a*b*c*", "xxaxxcxxb", false),
        ] {
            assert_eq!(matches(pattern.as_bytes(), text.as_bytes()), want, "{pattern} {text}");
        }
        assert!(!matches(&b"*a".repeat(500), &[b'a'; 400]));
        assert!(!matches(&b"a*".repeat(50), &[b'b'; 100_000]));
    }
}
