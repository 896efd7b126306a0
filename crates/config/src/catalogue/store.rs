//! Catalogue: `[store]`.

use super::{Form, Key};

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "store",
        &[Form::Section],
        r#"{ url = "redis://10.0.0.7" }"#,
        "The store that speaks the Redis protocol: for queues, sessions, caches and WebSocket adapters. \
         Every worker finds its address in `REDIS_URL`, unless the app's environment already has one.",
    )
    .also(&["redis", "valkey", "keydb"]),
    Key::new(
        "store.url",
        &[Form::Text("a URL such as \"rediss://redis.internal:6380\"")],
        r#""rediss://user:secret@redis.internal:6380/0""#,
        "A Redis or Valkey elsewhere: workers get this URL as `REDIS_URL`. `[edge.limit_store]` without a \
         `url` of its own uses it as well.",
    )
    .restart()
    .also(&["remote", "redis_url", "host", "server"]),
];
