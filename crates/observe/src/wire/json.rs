//! JSON text, written piece by piece.

/// Append a text in quotes.
pub fn text(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut from = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let escape: &[u8] = match byte {
            b'"' => b"\\\"",
            b'\\' => b"\\\\",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            b'\t' => b"\\t",
            0..0x20 => {
                out.extend_from_slice(bytes.get(from..at).unwrap_or_default());
                control(out, *byte);
                from = at + 1;
                continue;
            }
            _ => continue,
        };
        out.extend_from_slice(bytes.get(from..at).unwrap_or_default());
        out.extend_from_slice(escape);
        from = at + 1;
    }
    out.extend_from_slice(bytes.get(from..).unwrap_or_default());
    out.push(b'"');
}

fn control(out: &mut Vec<u8>, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or(b'0');
    out.extend_from_slice(b"\\u00");
    out.extend_from_slice(&[digit(byte >> 4), digit(byte & 0x0f)]);
}

/// Append `"name":`, with a comma before it unless it is the first of its object.
pub fn name(out: &mut Vec<u8>, name: &str) {
    if out.last().is_some_and(|last| !matches!(last, b'{' | b'[')) {
        out.push(b',');
    }
    text(out, name);
    out.push(b':');
}

/// Append `"name":"value"`.
pub fn pair(out: &mut Vec<u8>, name: &str, value: &str) {
    self::name(out, name);
    text(out, value);
}

/// Append `"name":number`.
pub fn number(out: &mut Vec<u8>, name: &str, value: u64) {
    self::name(out, name);
    out.extend_from_slice(value.to_string().as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_what_another_parser_reads() {
        let every: String =
            (0..0x250).filter_map(char::from_u32).chain("😀\u{2028}".chars()).collect();
        for text in ["", "a", "\"\\", "\n\r\t\u{0}\u{1f}\u{7f}", &every] {
            let mut out = Vec::new();
            super::text(&mut out, text);
            assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
        }
    }

    #[test]
    fn objects_have_their_commas() {
        let mut out = b"{".to_vec();
        pair(&mut out, "a", "b");
        number(&mut out, "n", 7);
        name(&mut out, "o");
        out.push(b'{');
        pair(&mut out, "x", "y");
        out.extend_from_slice(b"}}");
        assert_eq!(out, br#"{"a":"b","n":7,"o":{"x":"y"}}"#);
    }
}
