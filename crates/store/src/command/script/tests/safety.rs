//! Scripts that mean harm: each ends with an error that says why, and the next one runs.

use super::replies::ask;
use crate::command::oracle::Ours;
use crate::resp::Version;
use std::sync::Arc;
use std::time::Duration;

/// `script` fails with a text that contains `cause`, and nothing else is changed by that.
fn check_fails(script: &str, cause: &str) {
    let mut ours = Ours::new(Version::Resp2);
    ours.say("SET kept value");
    let error = ask(&mut ours, script);
    assert!(error.starts_with('-') && error.contains(cause), "{script:.80}: {error}");
    assert_eq!(ask(&mut ours, "return redis.call('get','kept')"), "$5\r\nvalue\r\n");
    assert_eq!(ask(&mut ours, "return #string.rep('x', 1000)"), ":1000\r\n");
}

/// CVE-2025-49844: nothing held the chunk's name while the parser, which used it later, asked for more source.
#[test]
fn the_name_of_a_chunk_outlives_its_reading() {
    // The name that the parser sees ends at the zero, so that the argument does not hold it. No source at first, and
    // the parser asks again: that is when all garbage goes, and other strings come into its place.
    let script = r"
        local wrong = 0
        for i = 1, 200 do
            local asked = 0
            local source = function()
                asked = asked + 1
                if asked ~= 2 then return nil end
                collectgarbage('collect')
                collectgarbage('collect')
                local fill = {}
                for n = 1, 50 do fill[n] = string.rep('f', 20) .. i .. n end
                return ')'
            end
            local made, problem = load(source, '@' .. string.rep('n', 20) .. i .. '\0more')
            local want = string.rep('n', 20) .. i .. ':1:'
            if made or string.sub(problem, 1, #want) ~= want then wrong = wrong + 1 end
        end
        return wrong";
    assert_eq!(ask(&mut Ours::new(Version::Resp2), script), ":0\r\n");
}

/// CVE-2025-46819: the level of a long bracket was counted until it overflowed.
#[test]
fn long_brackets_have_a_level_that_ends() {
    let nested = |level: &str| {
        format!("return #loadstring('return [' .. {level} .. '[text]' .. {level} .. ']')()")
    };
    let mut ours = Ours::new(Version::Resp2);
    assert_eq!(ask(&mut ours, &nested("string.rep('=', 1000)")), ":4\r\n");
    let load = "local made, problem = loadstring('return [' .. string.rep('=', 1000001) .. '[')
        return {tostring(made), string.find(problem, 'too high a level', 1, true) ~= nil}";
    assert_eq!(ask(&mut ours, load), "*2\r\n$3\r\nnil\r\n:1\r\n");
}

/// CVE-2024-46981: finalizers ran while the state was closed. No script can make one.
#[test]
fn scripts_have_no_finalizers() {
    check_fails("return newproxy(true)", "nonexistent global variable 'newproxy'");
    check_fails("return debug.setmetatable", "nonexistent global variable 'debug'");
    let mut ours = Ours::new(Version::Resp2);
    let script = "local t = setmetatable({}, {__gc = function() redis.call('set','ran','1') end})
        t = nil collectgarbage('collect') return redis.call('get','ran')";
    assert_eq!(ask(&mut ours, script), "$-1\r\n", "a table's field of that name means nothing");
    ours.say("SCRIPT FLUSH");
    assert_eq!(ours.say("GET ran"), "$-1\r\n");
}

/// CVE-2025-46817: the count of what `unpack` gives overflowed.
#[test]
fn unpack_gives_what_the_stack_holds() {
    for range in ["0, 2147483647", "-2147483648, 2147483647", "-2, 2147483645", "1, 8001"] {
        check_fails(&format!("return {{unpack({{}}, {range})}}"), "too many results to unpack");
    }
}

#[test]
fn patterns_do_not_use_up_the_stack() {
    check_fails(
        "return string.find(string.rep('a', 100000), string.rep('a?', 100000))",
        "pattern too complex",
    );
    check_fails("return string.find(string.rep('x', 9), string.rep('(', 33))", "too many captures");
    let fine = "return {string.find(string.rep('a', 1000) .. 'b', string.rep('a?', 1000) .. 'b')}";
    assert_eq!(ask(&mut Ours::new(Version::Resp2), fine), "*2\r\n:1\r\n:1001\r\n");
}

#[test]
fn a_script_without_end_of_memory_is_ended() {
    check_fails(
        "local t = {} for i = 1, 1e9 do t[i] = string.rep('x', 1000) .. i end",
        "may use 256 MB",
    );
    check_fails("local s = 'x' while true do s = s .. s end", "may use 256 MB");
    check_fails(
        "redis.call('set', 'big', string.rep('x', 1e6)) local t = {}
         for i = 1, 1e6 do t[i] = redis.call('get', 'big') .. i end",
        "may use 256 MB",
    );
}

/// What is made for a script outside of Lua is bounded too.
#[test]
fn results_have_a_size_that_ends() {
    const SHARED: &str =
        "local s = string.rep('x', 1e6) local t = {} for i = 1, 1000 do t[i] = s end";
    for make in [
        "cjson.encode(t)",
        "cmsgpack.pack(t)",
        "t",
        "struct.pack(string.rep('s', 1000), unpack(t))",
    ] {
        check_fails(
            &format!("{SHARED} return {make}"),
            "not enough memory: one result may have 256 MB",
        );
    }
}

#[test]
fn a_script_is_killed_from_another_thread() {
    for script in [
        "while true do end",
        "while true do pcall(function() while true do end end) end",
        "while true do redis.call('get','a') end",
        "while true do redis.pcall('get','a') end",
        "local t = {} while true do table.sort({3,2,1}, function(a, b) return a < b end) end",
    ] {
        let mut ours = Ours::new(Version::Resp2);
        let hub = Arc::clone(&ours.engine.hub);
        let killer = std::thread::spawn(move || {
            for _ in 0..20_000 {
                if hub.script.kill().is_ok() {
                    return;
                }
                std::thread::sleep(Duration::from_millis(1));
            }
            panic!("no script began");
        });
        let error = ask(&mut ours, script);
        assert!(error.contains("Script killed by user with SCRIPT KILL"), "{script}: {error}");
        killer.join().unwrap();
        assert!(!ours.engine.hub.script.is_running());
        assert_eq!(ask(&mut ours, "return 1"), ":1\r\n", "the next one runs to its end");
    }
}
