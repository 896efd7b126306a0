//! Bytes into lines. Pure.

/// A longer line is cut into pieces of this size.
pub const LINE_BYTES_MAX: usize = 64 * 1024;

/// The piece of a line that has no newline yet.
#[derive(Debug, Default)]
pub struct Lines {
    held: Vec<u8>,
}

impl Lines {
    /// Take in `bytes`, and give each line that is complete now to `give`, without its newline.
    pub fn push(&mut self, bytes: &[u8], give: &mut impl FnMut(String)) {
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let (line, next) = rest.split_at(end);
            self.hold(line, give);
            self.end(give);
            rest = next.get(1..).unwrap_or_default();
        }
        self.hold(rest, give);
    }

    /// No more bytes will come: the last line may lack its newline.
    pub fn finish(&mut self, give: &mut impl FnMut(String)) {
        if !self.held.is_empty() {
            self.end(give);
        }
    }

    fn hold(&mut self, mut bytes: &[u8], give: &mut impl FnMut(String)) {
        while self.held.len() + bytes.len() > LINE_BYTES_MAX {
            let (now, later) = bytes.split_at(LINE_BYTES_MAX - self.held.len());
            self.held.extend_from_slice(now);
            // Not in the middle of a character: its first bytes wait for the rest.
            let whole = whole_characters(&self.held);
            let torn = self.held.split_off(whole);
            self.end(give);
            self.held = torn;
            bytes = later;
        }
        self.held.extend_from_slice(bytes);
    }

    fn end(&mut self, give: &mut impl FnMut(String)) {
        if self.held.last() == Some(&b'\r') {
            self.held.pop();
        }
        give(String::from_utf8_lossy(&self.held).into_owned());
        self.held.clear();
    }
}

/// How many of `bytes` end with a whole character, as far as UTF-8 can tell.
fn whole_characters(bytes: &[u8]) -> usize {
    let tail = bytes.len().saturating_sub(3);
    let lead = bytes.iter().enumerate().skip(tail).rfind(|(_, byte)| **byte >= 0xC0);
    let Some((at, byte)) = lead else { return bytes.len() };
    let length = match byte {
        0xF0.. => 4,
        0xE0.. => 3,
        _ => 2,
    };
    if at + length > bytes.len() { at } else { bytes.len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(bytes: &[u8], size: usize) -> Vec<String> {
        let (mut lines, mut got) = (Lines::default(), Vec::new());
        for piece in bytes.chunks(size) {
            lines.push(piece, &mut |line| got.push(line));
        }
        lines.finish(&mut |line| got.push(line));
        got
    }

    #[test]
    fn lines_come_in_any_pieces() {
        let text = "one\r\n\ntwo é 漢 🐎\nlast".as_bytes();
        for size in 1..=text.len() {
            assert_eq!(cut(text, size), ["one", "", "two é 漢 🐎", "last"], "in pieces of {size}");
        }
        assert_eq!(cut(b"a\n", 1), ["a"]);
        assert_eq!(cut(b"\xff\xfe\n", 9), ["\u{fffd}\u{fffd}"]);
    }

    #[test]
    fn long_lines_are_cut_between_characters() {
        let text = "漢".repeat(LINE_BYTES_MAX);
        for size in [1_000, 4_096, 100_000_000] {
            let got = cut(text.as_bytes(), size);
            assert!(
                got.iter().all(|line| line.len() <= LINE_BYTES_MAX && !line.contains('\u{fffd}'))
            );
            assert_eq!(got.concat(), text);
        }
    }
}
