//! Lists of entity tags (RFC 9110 section 8.8.3) as they stand in `If-Match` and `If-None-Match`.

/// The tags of a list, each with its `W/` and quotes. What is no tag is left out.
fn tags(list: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = list;
    std::iter::from_fn(move || {
        loop {
            if let Some((tag, after)) = first(rest) {
                rest = after;
                return Some(tag);
            }
            let comma = rest.iter().position(|byte| *byte == b',')?;
            rest = rest.get(comma + 1..)?;
        }
    })
}

/// The tag that a list begins with, and what follows it.
fn first(list: &[u8]) -> Option<(&[u8], &[u8])> {
    let list = list.trim_ascii_start();
    let quote = if list.starts_with(b"W/") { 2 } else { 0 };
    let inner = list.get(quote..)?.strip_prefix(b"\"")?;
    let end = inner.iter().position(|byte| *byte == b'"')?;
    list.split_at_checked(quote + 1 + end + 1)
}

/// True if a list names the weak form of `strong`.
pub(super) fn has_weak(list: &[u8], strong: &[u8]) -> bool {
    tags(list).any(|tag| tag.strip_prefix(b"W/") == Some(strong))
}

/// A list with every tag made strong, if any was weak and the list is nothing but tags.
pub(super) fn strengthened(list: &[u8]) -> Option<Vec<u8>> {
    let (mut out, mut weak, mut rest) = (Vec::with_capacity(list.len()), false, list);
    loop {
        let (tag, after) = first(rest)?;
        let strong = tag.strip_prefix(b"W/").unwrap_or(tag);
        weak |= strong.len() < tag.len();
        out.extend_from_slice(strong);
        rest = after.trim_ascii_start();
        if rest.is_empty() {
            return weak.then_some(out);
        }
        rest = rest.strip_prefix(b",")?;
        out.extend_from_slice(b", ");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_told_apart() {
        let check = |list: &str, want: &[&str]| {
            let got: Vec<_> = tags(list.as_bytes()).map(String::from_utf8_lossy).collect();
            assert_eq!(got, want, "{list}");
        };
        check(r#""a""#, &[r#""a""#]);
        check(r#" W/"a" ,"b,c", W/"""#, &[r#"W/"a""#, r#""b,c""#, r#"W/"""#]);
        check("*", &[]);
        check("", &[]);
        check(r#"a, "b"#, &[]);
        check(r#"a, "b""#, &[r#""b""#]);
        check(r#"w/"b", W/, "c""#, &[r#""c""#]);
        check(r#""a" "b""#, &[r#""a""#, r#""b""#]);
    }

    #[test]
    fn a_weakened_tag_is_found_and_undone() {
        assert!(has_weak(br#""x", W/"y""#, br#""y""#));
        assert!(!has_weak(br#""y""#, br#""y""#));
        let strong =
            |list: &str| strengthened(list.as_bytes()).map(|one| String::from_utf8(one).unwrap());
        assert_eq!(strong(r#"W/"a""#).as_deref(), Some(r#""a""#));
        assert_eq!(strong(r#"W/"a,b" , "W/c""#).as_deref(), Some(r#""a,b", "W/c""#));
        assert_eq!(strong(r#""a""#), None);
        assert_eq!(strong("*"), None);
        assert_eq!(strong(r#"W/"a", *"#), None);
        assert_eq!(strong(r#"W/"a", b"#), None);
    }
}
