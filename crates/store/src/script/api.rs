//! The table `redis`.

use super::ffi::*;
use super::{REDIS_VERSION, REDIS_VERSION_NUMBER, Sha, call, failure};
use crate::resp::Version;
use std::ffi::{CStr, c_int};

/// Constants: levels of the log, and what `set_repl` takes.
const NUMBERS: &[(&CStr, i32)] = &[
    (c"LOG_DEBUG", 0),
    (c"LOG_VERBOSE", 1),
    (c"LOG_NOTICE", 2),
    (c"LOG_WARNING", 3),
    (c"REPL_NONE", 0),
    (c"REPL_AOF", 1),
    (c"REPL_SLAVE", 2),
    (c"REPL_REPLICA", 2),
    (c"REPL_ALL", 3),
    (c"REDIS_VERSION_NUM", REDIS_VERSION_NUMBER),
];

/// Pushes the table.
pub fn push(lua: Stack<'_>) {
    lua_createtable(lua, 0, 32);
    for &(name, number) in NUMBERS {
        lua_pushnumber(lua, number.into());
        lua.set_field(-2, name);
    }
    lua.push_bytes(REDIS_VERSION.as_bytes());
    lua.set_field(-2, c"REDIS_VERSION");
    call::install(lua);
    lua.push_function(sha1hex);
    lua.set_field(-2, c"sha1hex");
    lua.push_function(error_reply);
    lua.set_field(-2, c"error_reply");
    lua.push_function(status_reply);
    lua.set_field(-2, c"status_reply");
    lua.push_function(log);
    lua.set_field(-2, c"log");
    lua.push_function(set_resp);
    lua.set_field(-2, c"setresp");
    lua.push_function(set_repl);
    lua.set_field(-2, c"set_repl");
    lua.push_function(acl_check_cmd);
    lua.set_field(-2, c"acl_check_cmd");
    lua.push_function(|lua| {
        lua_pushboolean(lua, 1);
        1
    });
    lua.set_field(-2, c"replicate_commands");
    // There is no debugger to stop in or to print to.
    lua.push_function(|lua| {
        lua_pushboolean(lua, 0);
        1
    });
    lua.set_field(-2, c"breakpoint");
    lua.push_function(|_| 0);
    lua.set_field(-2, c"debug");
}

fn sha1hex(lua: Stack<'_>) -> c_int {
    if lua_gettop(lua) != 1 {
        failure::raise(lua, "wrong number of arguments");
    }
    lua.push_text(format_args!("{}", Sha::of(lua.bytes(1).unwrap_or_default())));
    1
}

fn error_reply(lua: Stack<'_>) -> c_int {
    match the_only_text(lua) {
        Some(text) if text.starts_with(b"-") => failure::push_error(lua, text),
        Some(text) => failure::push_error(lua, &[b"-", text].concat()),
        None => failure::push_error(lua, b"wrong number or type of arguments"),
    }
    1
}

fn status_reply(lua: Stack<'_>) -> c_int {
    if the_only_text(lua).is_some() {
        lua_createtable(lua, 0, 1);
        lua_pushvalue(lua, 1);
        lua.set_field(-2, c"ok");
    } else {
        failure::push_error(lua, b"wrong number or type of arguments");
    }
    1
}

fn the_only_text<'a>(lua: Stack<'a>) -> Option<&'a [u8]> {
    let text = lua_gettop(lua) == 1 && lua_type(lua, 1) == kind::STRING;
    text.then(|| lua.bytes(1)).flatten().map(failure::until_zero)
}

fn log(lua: Stack<'_>) -> c_int {
    if lua_gettop(lua) < 2 {
        failure::raise(lua, "redis.log() requires two arguments or more.");
    }
    if lua_isnumber(lua, 1) == 0 {
        failure::raise(lua, "First argument must be a number (log level).");
    }
    let Ok(level @ 0..=3) = u8::try_from(lua_tointeger(lua, 1)) else {
        failure::raise(lua, "Invalid debug level.");
    };
    let mut text = Vec::new();
    for argument in 2..=lua_gettop(lua) {
        if let Some(part) = lua.bytes(argument) {
            if argument > 2 {
                text.push(b' ');
            }
            text.extend_from_slice(part);
            lua.check_size(text.len());
        }
    }
    lua.context().host(|host| host.log(level, &text));
    0
}

fn set_resp(lua: Stack<'_>) -> c_int {
    if lua_gettop(lua) != 1 {
        failure::raise(lua, "redis.setresp() requires one argument.");
    }
    lua.context().version.set(match lua_tointeger(lua, 1) {
        2 => Version::Resp2,
        3 => Version::Resp3,
        _ => failure::raise(lua, "RESP version must be 2 or 3."),
    });
    0
}

/// Nothing to choose: what a script does is one record, or a restart would undo half of it.
fn set_repl(lua: Stack<'_>) -> c_int {
    if lua_gettop(lua) != 1 {
        failure::raise(lua, "redis.set_repl() requires two arguments.");
    }
    if !(0..=3).contains(&lua_tointeger(lua, 1)) {
        failure::raise(
            lua,
            "Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.",
        );
    }
    0
}

fn acl_check_cmd(lua: Stack<'_>) -> c_int {
    let knows = call::with_arguments(lua, |args| lua.context().host(|host| host.knows(args)));
    match knows {
        Ok(Some(true)) => lua_pushboolean(lua, 1),
        Ok(Some(false)) => failure::raise(lua, "Invalid command passed to redis.acl_check_cmd()"),
        Ok(None) => {
            failure::raise(lua, "redis.acl_check_cmd can only be called inside a script invocation")
        }
        Err(error) => failure::raise(lua, error),
    }
    1
}
