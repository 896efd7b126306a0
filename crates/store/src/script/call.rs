//! `redis.call` and `redis.pcall`: the arguments as they lie on Lua's stack, the reply as Lua values.

use super::ffi::*;
use super::host::Verdict;
use super::{failure, from_reply, numbers};
use smallvec::SmallVec;
use std::ffi::c_int;

/// So many arguments need no memory of their own.
const FEW: usize = 16;
/// So many bytes of numbers among them need none either.
const DIGITS: usize = 64;

/// Puts both into the table on top.
pub fn install(lua: Stack<'_>) {
    lua.push_function(call);
    lua.set_field(-2, c"call");
    lua.push_function(protected_call);
    lua.set_field(-2, c"pcall");
}

fn call(lua: Stack<'_>) -> c_int {
    if !execute(lua) {
        lua_error(lua);
    }
    1
}

fn protected_call(lua: Stack<'_>) -> c_int {
    execute(lua);
    1
}

/// Leaves the reply on top; false if it is an error.
fn execute(lua: Stack<'_>) -> bool {
    let context = lua.context();
    context.reply(|reply| {
        let called = with_arguments(lua, |args| {
            context.host(|host| {
                let verdict = host.slow();
                if verdict == Verdict::Go {
                    host.call(args, reply);
                }
                verdict
            })
        });
        match called {
            Ok(Some(Verdict::Go)) => {}
            Ok(Some(Verdict::Kill)) => super::machine::kill(lua),
            Ok(None) => failure::raise(
                lua,
                "redis.call/pcall can only be called inside a script invocation",
            ),
            Err(error) => {
                failure::push_error(lua, error.as_bytes());
                return false;
            }
        }
        lua_settop(lua, 0);
        from_reply::push(lua, reply.bytes());
        reply.bytes().first() != Some(&b'-')
    })
}

/// Runs `then` with the arguments of the running function, numbers as their texts.
pub fn with_arguments<T>(
    lua: Stack<'_>,
    then: impl FnOnce(&[&[u8]]) -> T,
) -> Result<T, &'static str> {
    let count = lua_gettop(lua);
    if count == 0 {
        return Err("Please specify at least one argument for this redis lib call");
    }
    // Each argument that is a number: what its text is, one after the other.
    let mut digits: SmallVec<[u8; DIGITS]> = SmallVec::new();
    let mut ends: SmallVec<[usize; FEW]> = SmallVec::new();
    for index in 1..=count {
        match lua_type(lua, index) {
            kind::STRING => {}
            kind::NUMBER => {
                numbers::write_argument(lua_tonumber(lua, index), &mut digits);
                ends.push(digits.len());
            }
            _ => return Err("Lua redis lib command arguments must be strings or integers"),
        }
    }
    let mut args: SmallVec<[&[u8]; FEW]> = SmallVec::new();
    let (mut start, mut ends) = (0, ends.into_iter());
    for index in 1..=count {
        if lua_type(lua, index) == kind::STRING {
            args.push(lua.bytes(index).unwrap_or_default());
        } else {
            let end = ends.next().unwrap_or(start);
            args.push(digits.get(start..end).unwrap_or_default());
            start = end;
        }
    }
    Ok(then(&args))
}
