//! Log lines made safe for the screen: what a worker writes must not move the cursor.

use std::iter::Peekable;
use std::str::Chars;

const ESCAPE: char = '\u{1b}';
const BELL: char = '\u{7}';

/// `text` without escape sequences and control characters; tabs become spaces.
pub fn plain(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            ESCAPE => skip_sequence(&mut chars),
            '\t' => safe.push_str("  "),
            c if c.is_control() => {}
            c => safe.push(c),
        }
    }
    safe
}

/// Skip what follows an escape character (ECMA-48, section 5.3).
fn skip_sequence(chars: &mut Peekable<Chars<'_>>) {
    match chars.next() {
        // Control sequence: parameters, then one final character.
        Some('[') => {
            while chars.next_if(|c| (' '..='?').contains(c)).is_some() {}
            chars.next_if(|c| ('@'..='~').contains(c));
        }
        // Operating system command, such as a title or a link: up to BEL or ESC \\.
        Some(']') => {
            while let Some(c) = chars.next() {
                if c == BELL || (c == ESCAPE && chars.next_if_eq(&'\\').is_some()) {
                    return;
                }
            }
        }
        // Two characters in all.
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_text_is_left() {
        let check = |text: &str, want: &str| assert_eq!(plain(text), want, "{text:?}");
        check("plain ümläut \u{1f40e}", "plain ümläut \u{1f40e}");
        check("\u{1b}[31mred\u{1b}[0m, \u{1b}[38;5;1mtoo\u{1b}[m", "red, too");
        check("\u{1b}[2J\u{1b}[1;1Hgone", "gone");
        check("\u{1b}]0;title\u{7}text \u{1b}]8;;http://x\u{1b}\\link", "text link");
        check("a\tb\r\u{8}\u{0}\u{9b}c", "a  bc");
        check("cut \u{1b}[3", "cut ");
        check("cut \u{1b}", "cut ");
    }
}
