//! Catalogue: `[edge.cache]`.

use super::{Form, Key};

const MIB: u64 = 1024 * 1024;

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "edge.cache",
        &[Form::Section],
        r#"{ memory = "256MB" }"#,
        "Where the replies are kept that routes with `cache` keep: one place for all routes.",
    ),
    Key::new(
        "edge.cache.memory",
        &[Form::Size { min: MIB, max: 1 << 50 }],
        r#""256MB""#,
        "Memory for cached replies: their heads, their bodies, compressed forms of them, and all \
         that finds them. A reply takes at most an eighth of it. When it is full, what was not asked \
         for again goes first.",
    )
    .default(r#""64MB""#)
    .also(&["size", "max_size", "maxsize", "keys_zone", "mem", "memory_max"]),
    Key::new(
        "edge.cache.disk",
        &[Form::Off, Form::Size { min: 8 * MIB, max: 1 << 50 }],
        r#""10GB""#,
        "Keep replies in files as well, in `folder`, of so many bytes in all: they are still there \
         after a restart, and after `ostler upgrade`. A reply takes at most an eighth. `false`: in \
         memory only.",
    )
    .default("false")
    .restart()
    .also(&["disk_size", "disk_max", "proxy_cache_path"]),
    Key::new(
        "edge.cache.folder",
        &[Form::Text("a path")],
        r#""/var/cache/shop""#,
        "Where those files are. Relative to `ostler.toml`; made if need be. Each Ostler needs its \
         own.",
    )
    .default(r#"".ostler/cache""#)
    .restart()
    .also(&["path", "dir", "directory", "cache_dir"]),
];
