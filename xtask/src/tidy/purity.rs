//! Pure folders: time, bytes and chance come in as arguments.

use super::{Fault, Tree, rust};

/// Paths (prefixes) whose code touches no clock, file, socket, runtime or source of chance.
const PURE: &[&str] = &[
    "crates/model/src/",
    "crates/meter/src/",
    "crates/config/src/check",
    "crates/config/src/difference",
    "crates/supervise/src/core/",
    "crates/edge/src/http/head",
    "crates/edge/src/http/body",
    "crates/edge/src/http/conditional/",
    "crates/edge/src/access/line/",
    "crates/edge/src/balance/",
    "crates/edge/src/cache/policy/",
    "crates/edge/src/cors/",
    "crates/edge/src/guard/",
    "crates/edge/src/headers/",
    "crates/edge/src/origin/core/",
    "crates/edge/src/encode/",
    "crates/edge/src/cache/store/file/",
    "crates/edge/src/cache/store/purge/",
    "crates/edge/src/cache/store/queues/",
    "crates/edge/src/proxy_protocol/",
    "crates/edge/src/route/",
    "crates/edge/src/shed/",
    "crates/observe/src/series/block/open",
    "crates/observe/src/series/block/payload",
    "crates/observe/src/series/file/",
    "crates/observe/src/series/history/",
    "crates/observe/src/series/query/",
    "crates/observe/src/series/select/",
    "crates/store/src/data/",
    "crates/observe/src/log/block/",
    "crates/observe/src/log/parse/",
    "crates/observe/src/ingest/",
    "crates/observe/src/wire/",
    "crates/observe/src/ship/encode/",
    "crates/observe/src/ship/queue/form/",
];

/// Words that give such a thing away, and what it would be.
const FORBIDDEN: &[(&str, &str)] = &[
    ("tokio", "a runtime"),
    ("TcpStream", "a socket"),
    ("TcpListener", "a socket"),
    ("UdpSocket", "a socket"),
    ("UnixStream", "a socket"),
    ("UnixListener", "a socket"),
    ("std::fs", "a file"),
    ("base::files", "a file"),
    ("std::process", "a process"),
    ("std::thread", "a thread"),
    ("std::env", "the environment"),
    ("rustix", "a system call"),
    ("libc", "a system call"),
    ("Instant::now", "a clock"),
    ("SystemTime", "a clock"),
    ("base::clock", "a clock"),
    ("clock::now", "a clock"),
    ("random::secret", "chance"),
];

/// A fault for each forbidden word in pure code; tests may do what they like.
pub fn check(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    let pure = |path: &str| PURE.iter().any(|prefix| path.starts_with(prefix));
    for file in tree.rust().filter(|file| pure(&file.path) && !file.is_test()) {
        let code = rust::without_tests(&rust::code(&file.text));
        for (at, line) in code.lines().enumerate() {
            for (word, what) in FORBIDDEN.iter().filter(|(word, _)| rust::has_word(line, word)) {
                let text =
                    format!("`{word}` is {what}, but this folder is pure: take it as an argument");
                faults.push(Fault::new(&file.path, at + 1, text));
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pure_folders_and_only_code() {
        let faults = |path: &str, text: &str| check(&Tree::of(&[(path, text)])).len();
        assert_eq!(faults("crates/edge/src/balance/pick.rs", "fn f() { Instant::now(); }"), 1);
        assert_eq!(faults("crates/edge/src/balance/pick.rs", "use tokio::net::TcpStream;"), 2);
        assert_eq!(faults("crates/edge/src/balance/pick.rs", "// tokio\nfn f(now: Instant) {}"), 0);
        assert_eq!(faults("crates/edge/src/balance/tests.rs", "use std::fs;"), 0);
        assert_eq!(
            faults("crates/edge/src/balance/pick.rs", "#[cfg(test)]\nmod tests { use std::fs; }"),
            0
        );
        assert_eq!(faults("crates/edge/src/listen/mod.rs", "use tokio::net::TcpStream;"), 0);
    }
}
