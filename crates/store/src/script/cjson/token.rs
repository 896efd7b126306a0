//! JSON's tokens. The text ends at its first zero byte, as C sees it.

use crate::script::ffi::Stack;
use std::ffi::CStr;

/// One token. The text of a string is in [`Tokens::text`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Token {
    /// `{`
    ObjectStart,
    /// `}`
    ObjectEnd,
    /// `[`
    ArrayStart,
    /// `]`
    ArrayEnd,
    /// A string.
    Text,
    /// A number.
    Number(f64),
    /// `true` or `false`
    Boolean(bool),
    /// `null`
    Null,
    /// `:`
    Colon,
    /// `,`
    Comma,
    /// Nothing follows.
    End,
    /// Not a token.
    Wrong(&'static str),
}

impl Token {
    /// As errors call it.
    pub fn name(self) -> &'static str {
        match self {
            Token::ObjectStart => "T_OBJ_BEGIN",
            Token::ObjectEnd => "T_OBJ_END",
            Token::ArrayStart => "T_ARR_BEGIN",
            Token::ArrayEnd => "T_ARR_END",
            Token::Text => "T_STRING",
            Token::Number(_) => "T_NUMBER",
            Token::Boolean(_) => "T_BOOLEAN",
            Token::Null => "T_NULL",
            Token::Colon => "T_COLON",
            Token::Comma => "T_COMMA",
            Token::End => "T_END",
            Token::Wrong(why) => why,
        }
    }
}

/// A text that is being read.
pub struct Tokens<'a> {
    bytes: &'a [u8],
    /// The next byte.
    pub at: usize,
    /// Where the last token starts, or what is wrong with it.
    pub start: usize,
    /// The last string.
    pub text: Vec<u8>,
    invalid_numbers: bool,
}

impl<'a> Tokens<'a> {
    /// From the start of `bytes`.
    pub fn new(bytes: &'a [u8], invalid_numbers: bool) -> Self {
        Self { bytes, at: 0, start: 0, text: Vec::new(), invalid_numbers }
    }

    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// The next token.
    pub fn next(&mut self) -> Token {
        while matches!(self.byte(self.at), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
        self.start = self.at;
        let single = match self.byte(self.at) {
            b'{' => Token::ObjectStart,
            b'}' => Token::ObjectEnd,
            b'[' => Token::ArrayStart,
            b']' => Token::ArrayEnd,
            b',' => Token::Comma,
            b':' => Token::Colon,
            0 => return Token::End,
            b'"' => return self.string(),
            b'-' | b'0'..=b'9' => {
                return if !self.invalid_numbers && self.is_invalid_number() {
                    self.wrong("invalid number")
                } else {
                    self.number()
                };
            }
            b'f' | b'i' | b'I' | b'n' | b'N' | b't' | b'+' => return self.word(),
            _ => return self.wrong("invalid token"),
        };
        self.at += 1;
        single
    }

    fn wrong(&mut self, why: &'static str) -> Token {
        self.start = self.at;
        Token::Wrong(why)
    }

    fn word(&mut self) -> Token {
        for (word, token) in [
            (&b"true"[..], Token::Boolean(true)),
            (b"false", Token::Boolean(false)),
            (b"null", Token::Null),
        ] {
            if self.rest().starts_with(word) {
                self.at += word.len();
                return token;
            }
        }
        if self.invalid_numbers && self.is_invalid_number() {
            return self.number();
        }
        self.wrong("invalid token")
    }

    /// What C reads as a number, but JSON does not know.
    fn is_invalid_number(&self) -> bool {
        let text = self.rest();
        if text.starts_with(b"+") {
            return true;
        }
        let text = text.strip_prefix(b"-").unwrap_or(text);
        let second = text.get(1).copied().unwrap_or(0);
        match text.first().copied().unwrap_or(0) {
            b'0' => second | 0x20 == b'x' || second.is_ascii_digit(),
            first if first <= b'9' => false,
            _ => {
                let word = text.get(..3).unwrap_or(text);
                word.eq_ignore_ascii_case(b"inf") || word.eq_ignore_ascii_case(b"nan")
            }
        }
    }

    fn number(&mut self) -> Token {
        let part = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+-._()".contains(*byte);
        let length = self.rest().iter().take_while(part).count();
        let text = self.rest().get(..length).unwrap_or_default();
        if let Some(number) = small_integer(text) {
            self.at += length;
            return Token::Number(number);
        }
        let mut text = text.to_vec();
        text.push(0);
        let (number, taken) =
            Stack::number_prefix(CStr::from_bytes_until_nul(&text).unwrap_or_default());
        if taken == 0 {
            return self.wrong("invalid number");
        }
        self.at += taken;
        Token::Number(number)
    }

    fn string(&mut self) -> Token {
        self.at += 1;
        self.text.clear();
        loop {
            let rest = self.rest();
            let plain = memchr::memchr3(b'"', b'\\', 0, rest).unwrap_or(rest.len());
            self.text.extend_from_slice(rest.get(..plain).unwrap_or(rest));
            self.at += plain;
            match self.byte(self.at) {
                b'"' => {
                    self.at += 1;
                    return Token::Text;
                }
                b'\\' => {
                    if let Err(why) = self.escape() {
                        return self.wrong(why);
                    }
                }
                _ => return self.wrong("unexpected end of string"),
            }
        }
    }

    fn escape(&mut self) -> Result<(), &'static str> {
        let byte = match self.byte(self.at + 1) {
            byte @ (b'"' | b'\\' | b'/') => byte,
            b'b' => 8,
            b't' => 9,
            b'n' => 10,
            b'f' => 12,
            b'r' => 13,
            b'u' => return self.unicode().ok_or("invalid unicode escape code"),
            _ => return Err("invalid escape code"),
        };
        self.text.push(byte);
        self.at += 2;
        Ok(())
    }

    /// `\uXXXX`, or two of them for a character beyond 16 bits.
    fn unicode(&mut self) -> Option<()> {
        let high = self.hex(self.at + 2)?;
        let mut taken = 6;
        let code = if high & 0xF800 == 0xD800 {
            let second = self.bytes.get(self.at + 6..self.at + 8);
            let low = if second == Some(b"\\u") { self.hex(self.at + 8)? } else { return None };
            if high & 0x400 != 0 || low & 0xFC00 != 0xDC00 {
                return None;
            }
            taken = 12;
            ((high & 0x3FF) << 10 | (low & 0x3FF)) + 0x1_0000
        } else {
            high
        };
        let character = char::from_u32(code)?;
        self.text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        self.at += taken;
        Some(())
    }

    fn hex(&self, at: usize) -> Option<u32> {
        (at..at + 4)
            .try_fold(0, |code, at| Some(code << 4 | char::from(self.byte(at)).to_digit(16)?))
    }
}

/// The most usual numbers, without C.
fn small_integer(text: &[u8]) -> Option<f64> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    if digits.is_empty() || digits.len() > 9 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = digits.iter().fold(0_u32, |value, digit| value * 10 + u32::from(digit - b'0'));
    let value = f64::from(value);
    Some(if digits.len() == text.len() { value } else { -value })
}
