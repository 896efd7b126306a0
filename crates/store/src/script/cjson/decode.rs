//! `cjson.decode`. Nothing here calls itself: tables that are being filled lie on Lua's stack.

use super::settings::Settings;
use super::token::{Token, Tokens};
use crate::script::ffi::*;
use std::ffi::c_int;

/// A table that is being filled. Above an object lies the key of the value that is read.
enum Open {
    /// With the index of its next value.
    Array(c_int),
    Object,
}

/// One text.
struct Decoder<'a> {
    lua: Stack<'a>,
    tokens: Tokens<'a>,
    open: Vec<Open>,
    depth_max: i32,
}

pub fn decode(lua: Stack<'_>) -> c_int {
    if lua_gettop(lua) != 1 {
        lua.bad_argument(1, c"expected 1 argument");
    }
    let settings = lua.data::<Settings>().get();
    let text = lua.check_bytes(1);
    if let [first, second, ..] = text
        && (*first == 0 || *second == 0)
    {
        lua.raise(format_args!("JSON parser does not support UTF-16 or UTF-32"));
    }
    let tokens = Tokens::new(text, settings.decode_invalid);
    let depth_max = settings.decode_depth_max;
    let mut decoder = Decoder { lua, tokens, open: Vec::new(), depth_max };
    decoder.value();
    match decoder.tokens.next() {
        Token::End => 1,
        token => decoder.unexpected("the end", token),
    }
}

impl Decoder<'_> {
    /// Pushes the first value of the text.
    fn value(&mut self) {
        let mut token = self.tokens.next();
        loop {
            match self.start(token) {
                Some(first) => token = first,
                None => match self.place() {
                    Some(next) => token = next,
                    None => return,
                },
            }
        }
    }

    /// Pushes the value that starts with `token`; if it is a table with content, the first token of that.
    fn start(&mut self, token: Token) -> Option<Token> {
        match token {
            Token::Text => self.lua.push_bytes(&self.tokens.text),
            Token::Number(number) => lua_pushnumber(self.lua, number),
            Token::Boolean(value) => lua_pushboolean(self.lua, value.into()),
            Token::Null => lua_pushlightuserdata(self.lua, std::ptr::null_mut()),
            Token::ObjectStart => {
                self.descend(3);
                match self.tokens.next() {
                    Token::ObjectEnd => {}
                    token => {
                        self.open.push(Open::Object);
                        return Some(self.key(token));
                    }
                }
            }
            Token::ArrayStart => {
                self.descend(2);
                match self.tokens.next() {
                    Token::ArrayEnd => {}
                    token => {
                        self.open.push(Open::Array(1));
                        return Some(token);
                    }
                }
            }
            token => self.unexpected("value", token),
        }
        None
    }

    /// Puts the finished value on top where it belongs, and so on for tables that end. The first token of the next
    /// value; none if there is no table left to fill.
    fn place(&mut self) -> Option<Token> {
        loop {
            match self.open.last_mut()? {
                Open::Array(index) => {
                    lua_rawseti(self.lua, -2, *index);
                    *index += 1;
                    match self.tokens.next() {
                        Token::ArrayEnd => {}
                        Token::Comma => return Some(self.tokens.next()),
                        token => self.unexpected("comma or array end", token),
                    }
                }
                Open::Object => {
                    lua_rawset(self.lua, -3);
                    match self.tokens.next() {
                        Token::ObjectEnd => {}
                        Token::Comma => {
                            let token = self.tokens.next();
                            return Some(self.key(token));
                        }
                        token => self.unexpected("comma or object end", token),
                    }
                }
            }
            self.open.pop();
        }
    }

    /// Pushes the key that `token` is; the first token of its value.
    fn key(&mut self, token: Token) -> Token {
        if token != Token::Text {
            self.unexpected("object key string", token);
        }
        self.lua.push_bytes(&self.tokens.text);
        match self.tokens.next() {
            Token::Colon => self.tokens.next(),
            token => self.unexpected("colon", token),
        }
    }

    /// Pushes a table, one level deeper, with room for what it needs.
    fn descend(&mut self, slots: c_int) {
        let depth = i32::try_from(self.open.len() + 1).unwrap_or(i32::MAX);
        if depth > self.depth_max || lua_checkstack(self.lua, slots) == 0 {
            self.lua.raise(format_args!(
                "Found too many nested data structures ({depth}) at character {}",
                self.tokens.at
            ));
        }
        lua_createtable(self.lua, 0, 0);
    }

    fn unexpected(&self, wanted: &str, token: Token) -> ! {
        self.lua.raise(format_args!(
            "Expected {wanted} but found {} at character {}",
            token.name(),
            self.tokens.start + 1
        ))
    }
}
