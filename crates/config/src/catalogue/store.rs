//! Catalogue: `[store]`.

use super::{Form, Key};

const KIB: u64 = 1_024;
const MIB: u64 = 1_024 * KIB;
const SECOND: u64 = 1_000;

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "store",
        &[Form::Section],
        r#"{ listen = "127.0.0.1:6379" }"#,
        "The store inside Ostler that speaks the Redis protocol: for queues, sessions, caches and \
         WebSocket adapters. Every worker finds its address in `REDIS_URL`, unless the app's \
         environment already has one. It is there without a word in the file.",
    )
    .also(&["redis", "valkey", "keydb"]),
    Key::new(
        "store.enabled",
        &[Form::Flag],
        "false",
        "`false`: there is no store, and workers get no `REDIS_URL`.",
    )
    .default("true")
    .restart()
    .also(&["enable", "on", "off", "embedded"]),
    Key::new(
        "store.url",
        &[Form::Text("a URL such as \"rediss://redis.internal:6380\"")],
        r#""rediss://user:secret@redis.internal:6380/0""#,
        "A Redis or Valkey elsewhere: workers get this URL as `REDIS_URL`, and no store is started \
         here. `[edge.limit_store]` without a `url` of its own uses it as well.",
    )
    .restart()
    .also(&["remote", "redis_url", "host", "server"]),
    Key::new(
        "store.listen",
        &[
            Form::Text("an address such as \"127.0.0.1:6379\""),
            Form::Texts("addresses"),
            Form::Count { min: 0, max: 65_535 },
        ],
        r#""127.0.0.1:6379""#,
        "Where it listens: one address or an array; a port alone, `6379` or `\":6379\"`, means 127.0.0.1, \
         and `\"unix:/run/shop/redis.sock\"` a unix socket. Without the key it takes a free port of \
         127.0.0.1. A unix socket in Ostler's private folder is always there as well. An address that \
         other machines can reach needs a `password`.",
    )
    .restart()
    .also(&["port", "bind", "address", "addr", "unixsocket"]),
    Key::new(
        "store.password",
        &[Form::Text("a text"), Form::Off],
        r#""3f0c9a51d27b44f6""#,
        "What clients must say with AUTH; it is part of `REDIS_URL`. Without the key Ostler makes one and \
         keeps it in its state folder, since every user of the machine can connect to 127.0.0.1. \
         `false`: none is asked for.",
    )
    .restart()
    .also(&["requirepass", "auth", "token", "secret"]),
    Key::new(
        "store.folder",
        &[Form::Text("a path"), Form::Off],
        r#""/var/lib/shop/store""#,
        "Where its data is. Made if need be. Without the key it lies in the state folder of the \
         project. Relative to `ostler.toml`. Each store needs its own. `false`: in memory only, and a \
         restart or an upgrade begins empty.",
    )
    .restart()
    .also(&["dir", "directory", "path", "data", "data_dir", "appendonly"]),
    Key::new(
        "store.durability",
        &[Form::Word(&["always", "everysec", "off"])],
        r#""everysec""#,
        "When a change is on disk. `\"always\"`: before it is answered; many changes share one sync. \
         `\"everysec\"`: within a second, which a crash may take back. `\"off\"`: when the system writes \
         it, so that a loss of power may take back more.",
    )
    .default(r#""always""#)
    .also(&["appendfsync", "fsync", "sync", "persistence", "save"])
    .words_also(&[
        ("no", "durability = \"off\""),
        ("yes", "durability = \"always\""),
        ("none", "durability = \"off\""),
    ]),
    Key::new(
        "store.memory_max",
        &[Form::Size { min: MIB, max: 1 << 50 }, Form::Count { min: 0, max: 0 }],
        r#""512MB""#,
        "Memory for its data. What happens when it is full is said by `eviction`. 0: no limit.",
    )
    .default("0")
    .also(&["maxmemory", "memory", "max_memory"]),
    Key::new(
        "store.eviction",
        &[Form::Word(&[
            "noeviction",
            "allkeys-lru",
            "allkeys-lfu",
            "allkeys-random",
            "volatile-lru",
            "volatile-lfu",
            "volatile-random",
            "volatile-ttl",
        ])],
        r#""allkeys-lru""#,
        "At `memory_max`, in Redis's words: `\"noeviction\"`: commands that need more memory fail, others \
         go on, which is what queues need. `lru`: keys go that were not used for the longest time, \
         `lfu`: those that are used least often, `random`: any, `ttl`: those that expire next; `allkeys`: of all, `volatile`: of those that expire.",
    )
    .default(r#""noeviction""#)
    .also(&["maxmemory_policy", "maxmemory-policy", "policy"])
    .words_also(&[
        ("none", "eviction = \"noeviction\""),
        ("lru", "eviction = \"allkeys-lru\""),
        ("ttl", "eviction = \"volatile-ttl\""),
    ]),
    Key::new(
        "store.databases",
        &[Form::Count { min: 1, max: 1_024 }],
        "4",
        "How many databases SELECT knows, from 0 on.",
    )
    .default("16")
    .restart(),
    Key::new(
        "store.clients_max",
        &[Form::Count { min: 1, max: 100_000 }],
        "1000",
        "Connections open at once. One more is told so and closed.",
    )
    .default("10000")
    .also(&["maxclients", "max_clients", "clients", "connections"]),
    Key::new(
        "store.script_timeout",
        &[Form::Time { min: 1, max: 3_600 * SECOND }],
        r#""1s""#,
        "A script that runs for longer is told of: until it ends, others get `BUSY` as the answer to \
         commands that need the data, and `SCRIPT KILL` ends one that has not written.",
    )
    .default(r#""5s""#)
    .also(&["busy_reply_threshold", "busy-reply-threshold", "lua_time_limit", "lua-time-limit"]),
];
