//! Dictionaries of structured fields (RFC 9651 section 3.2): what `CDN-Cache-Control` is written in.
//!
//! Read by the letter: whatever deviates makes the whole field none, as RFC 9213 section 2.1 wants.

use crate::http::field::is_token;

/// The most members of a dictionary that are looked at; a field with more is none.
const MEMBERS_MAX: usize = 64;

/// The value of a member, as far as somebody here makes use of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A whole number.
    Integer(i64),
    /// `?1`, `?0`, or a name without a value.
    Boolean(bool),
    /// A string, without its quotes and backslashes.
    Text(String),
    /// Anything else: a decimal, a token, bytes, a date, a list.
    Other,
}

/// The members of a dictionary: of several with one name the last. None if `value` is none. Several
/// field lines are to be joined by commas first.
pub fn dictionary(value: &[u8]) -> Option<Vec<(String, Item)>> {
    let mut input = Input(value.trim_ascii());
    let mut members: Vec<(String, Item)> = Vec::new();
    if input.0.is_empty() {
        return Some(members);
    }
    loop {
        let key = input.key()?;
        let item = match input.eat(b'=') {
            true => input.item_or_list()?,
            false => Item::Boolean(true),
        };
        input.parameters()?;
        members.retain(|(known, _)| *known != key);
        members.push((key, item));
        input.skip_white();
        if input.0.is_empty() {
            return Some(members);
        }
        if !input.eat(b',') || members.len() == MEMBERS_MAX {
            return None;
        }
        input.skip_white();
        if input.0.is_empty() {
            return None;
        }
    }
}

/// What is left to read.
struct Input<'b>(&'b [u8]);

impl<'b> Input<'b> {
    fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn eat(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        if there {
            self.next();
        }
        there
    }

    fn while_true(&mut self, good: impl Fn(u8) -> bool) -> &'b [u8] {
        let end = self.0.iter().position(|byte| !good(*byte)).unwrap_or(self.0.len());
        let (taken, rest) = self.0.split_at_checked(end).unwrap_or((&[], self.0));
        self.0 = rest;
        taken
    }

    fn skip_white(&mut self) {
        self.while_true(|byte| matches!(byte, b' ' | b'\t'));
    }

    fn skip_spaces(&mut self) {
        self.while_true(|byte| byte == b' ');
    }

    fn key(&mut self) -> Option<String> {
        if !matches!(self.peek()?, b'a'..=b'z' | b'*') {
            return None;
        }
        let key = self.while_true(
            |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.' | b'*'),
        );
        Some(std::str::from_utf8(key).ok()?.to_owned())
    }

    fn parameters(&mut self) -> Option<()> {
        while self.eat(b';') {
            self.skip_spaces();
            self.key()?;
            if self.eat(b'=') {
                self.bare_item()?;
            }
        }
        Some(())
    }

    fn item_or_list(&mut self) -> Option<Item> {
        if !self.eat(b'(') {
            return self.bare_item();
        }
        loop {
            self.skip_spaces();
            if self.eat(b')') {
                return Some(Item::Other);
            }
            self.bare_item()?;
            self.parameters()?;
            if !matches!(self.peek()?, b' ' | b')') {
                return None;
            }
        }
    }

    fn bare_item(&mut self) -> Option<Item> {
        match self.peek()? {
            b'-' | b'0'..=b'9' => self.number(),
            b'"' => self.text(),
            b':' => self.bytes(),
            b'?' => self.boolean(),
            b'@' => {
                self.next();
                matches!(self.number()?, Item::Integer(_)).then_some(Item::Other)
            }
            b'%' => self.display_string(),
            byte if byte.is_ascii_alphabetic() || byte == b'*' => {
                self.while_true(|byte| is_token(&byte) || matches!(byte, b':' | b'/'));
                Some(Item::Other)
            }
            _ => None,
        }
    }

    fn number(&mut self) -> Option<Item> {
        let negative = self.eat(b'-');
        let digits = self.while_true(|byte| byte.is_ascii_digit());
        if digits.is_empty() || digits.len() > 15 {
            return None;
        }
        if self.eat(b'.') {
            let fraction = self.while_true(|byte| byte.is_ascii_digit());
            let good = digits.len() <= 12 && (1..=3).contains(&fraction.len());
            return good.then_some(Item::Other);
        }
        let number: i64 = std::str::from_utf8(digits).ok()?.parse().ok()?;
        Some(Item::Integer(if negative { -number } else { number }))
    }

    fn text(&mut self) -> Option<Item> {
        self.next();
        let mut text = String::new();
        loop {
            match self.next()? {
                b'"' => return Some(Item::Text(text)),
                b'\\' => match self.next()? {
                    byte @ (b'"' | b'\\') => text.push(byte.into()),
                    _ => return None,
                },
                byte @ 0x20..=0x7e => text.push(byte.into()),
                _ => return None,
            }
        }
    }

    fn bytes(&mut self) -> Option<Item> {
        self.next();
        self.while_true(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='));
        self.eat(b':').then_some(Item::Other)
    }

    fn boolean(&mut self) -> Option<Item> {
        self.next();
        match self.next()? {
            b'1' => Some(Item::Boolean(true)),
            b'0' => Some(Item::Boolean(false)),
            _ => None,
        }
    }

    fn display_string(&mut self) -> Option<Item> {
        self.next();
        if !self.eat(b'"') {
            return None;
        }
        loop {
            match self.next()? {
                b'"' => return Some(Item::Other),
                b'%' => {
                    let lower_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
                    if !lower_hex(self.next()?) || !lower_hex(self.next()?) {
                        return None;
                    }
                }
                0x20..=0x7e => {}
                _ => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &str, want: Option<&[(&str, Item)]>) {
        let want: Option<Vec<(String, Item)>> = want
            .map(|all| all.iter().map(|(key, item)| ((*key).to_owned(), item.clone())).collect());
        assert_eq!(dictionary(value.as_bytes()), want, "{value}");
    }

    #[test]
    fn dictionaries_are_read() {
        use Item::{Boolean, Integer, Other, Text};
        check("", Some(&[]));
        check("max-age=60", Some(&[("max-age", Integer(60))]));
        check("max-age=-60, a", Some(&[("max-age", Integer(-60)), ("a", Boolean(true))]));
        check(" a=?0 ,\tb=?1 ", Some(&[("a", Boolean(false)), ("b", Boolean(true))]));
        check("a=1, b, a=2", Some(&[("b", Boolean(true)), ("a", Integer(2))]));
        check("a=1.5;x=y;z, b=tok/en", Some(&[("a", Other), ("b", Other)]));
        check(r#"private="a, b\"""#, Some(&[("private", Text("a, b\"".into()))]));
        check("a=(1 2;q=3  \"x\"), b=:YWI=:", Some(&[("a", Other), ("b", Other)]));
        check("a=@1659578233, b=%\"f%c3%bc\"", Some(&[("a", Other), ("b", Other)]));
    }

    #[test]
    fn what_is_none_is_ignored_as_a_whole() {
        for value in [
            "max-age=60, &&&&",
            "max-age =60",
            "max-age= 60",
            "Max-Age=60",
            "max-age=60,",
            ",max-age=60",
            "max-age=60 no-store",
            "a=1.",
            "a=1.2345",
            "a=1234567890123456",
            "a=\"x",
            "a=\"\\x\"",
            "a=?2",
            "a=(1",
            "a=(1,2)",
            "a=:x",
            "a=%x",
            "a=;b",
            "a=\u{fc}",
        ] {
            check(value, None);
        }
        let many = "a, ".repeat(10) + &(0..70).map(|at| format!("k{at}, ")).collect::<String>();
        check(many.trim_end_matches(", "), None);
    }
}
