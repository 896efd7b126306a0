//! Errors as scripts see them: tables with the field `err`, and where they came from.

use super::ffi::*;
use super::to_reply::write_error_line;
use crate::resp::Reply;
use std::ffi::CStr;

/// Pushes the table of an error that a command replied with, or one of our own without `-` before it.
pub fn push_error(lua: Stack<'_>, error: &[u8]) {
    let (code, message): (&[u8], &[u8]) = match error.strip_prefix(b"-") {
        Some(line) => match line.iter().position(|&byte| byte == b' ') {
            Some(space) => {
                (line.get(..space).unwrap_or(line), line.get(space + 1..).unwrap_or(b""))
            }
            None => (b"ERR", line),
        },
        None => (b"ERR", error),
    };
    let newline = |byte: &u8| *byte == b'\r' || *byte == b'\n';
    let start = message.iter().take_while(|byte| newline(byte)).count();
    let message = message.get(start..).unwrap_or(b"");
    let end = message.len() - message.iter().rev().take_while(|byte| newline(byte)).count();
    let mut text = Vec::with_capacity(error.len() + 4);
    text.extend_from_slice(code);
    text.push(b' ');
    text.extend_from_slice(message.get(..end).unwrap_or(message));
    lua_createtable(lua, 0, 2);
    lua.push_bytes(&text);
    lua.set_field(-2, c"err");
}

/// Marks the error on top as one that the command has already counted.
pub fn mark_counted(lua: Stack<'_>) {
    lua_pushboolean(lua, 1);
    lua.set_field(-2, c"ignore_error_stats_update");
}

/// Raises [`push_error`]'s table.
pub fn raise(lua: Stack<'_>, error: &str) -> ! {
    push_error(lua, error.as_bytes());
    lua_error(lua)
}

/// Lua calls this with an error before it leaves the functions that raised it: a table with its place remains.
pub fn handler(lua: Stack<'_>) -> i32 {
    lua_settop(lua, 1);
    let place = match lua.caller(1) {
        // The line that matters is that of the script which called us.
        Some((true, ..)) => lua.caller(2),
        place => place,
    };
    if lua_type(lua, 1) != kind::TABLE {
        push_as_text(lua);
        let text = lua.bytes(-1).unwrap_or(b"?");
        lua_createtable(lua, 0, 3);
        lua.push_bytes(&[b"ERR ", text].concat());
        lua.set_field(-2, c"err");
    }
    if let Some((_, source, line)) = place {
        lua.push_bytes(source);
        lua.set_field(-2, c"source");
        lua_pushnumber(lua, f64::from(line));
        lua.set_field(-2, c"line");
    }
    1
}

/// Pushes what `tostring` makes of the value on top.
fn push_as_text(lua: Stack<'_>) {
    match lua_type(lua, -1) {
        kind::STRING | kind::NUMBER => lua_pushvalue(lua, -1),
        kind::NIL => lua.push_bytes(b"nil"),
        kind::BOOLEAN if lua_toboolean(lua, -1) != 0 => lua.push_bytes(b"true"),
        kind::BOOLEAN => lua.push_bytes(b"false"),
        _ => lua.push_text(format_args!("{}: {:p}", lua.type_name(-1), lua_touserdata(lua, -1))),
    }
}

/// Writes the error on top as the reply of the script `sha`.
pub fn write_error(lua: Stack<'_>, sha: &str, reply: &mut Reply) {
    let mut line = Vec::new();
    if lua_type(lua, -1) == kind::TABLE {
        line.extend_from_slice(&text_field(lua, c"err").unwrap_or(b"ERR unknown error".to_vec()));
        let place = (text_field(lua, c"source"), text_field(lua, c"line"));
        if let (Some(source), Some(number)) = place {
            line.extend_from_slice(format!(" script: {sha}, on ").as_bytes());
            line.extend_from_slice(&source);
            line.push(b':');
            line.extend_from_slice(&number);
            line.push(b'.');
        }
    } else {
        let message = lua.bytes(-1).unwrap_or(b"execution failure");
        line.extend_from_slice(format!("ERR Error running script {sha}, ").as_bytes());
        line.extend_from_slice(message.get(..100).unwrap_or(message));
    }
    write_error_line(&line, reply);
}

/// The field `name` of the table on top as text; a string ends at its first zero byte.
fn text_field(lua: Stack<'_>, name: &CStr) -> Option<Vec<u8>> {
    lua.get_field(-1, name);
    let text = lua.bytes(-1).map(|text| until_zero(text).to_vec());
    lua.pop(1);
    text
}

/// What C sees of a string.
pub fn until_zero(text: &[u8]) -> &[u8] {
    text.split(|&byte| byte == 0).next().unwrap_or(text)
}
