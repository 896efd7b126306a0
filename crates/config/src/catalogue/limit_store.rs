//! Catalogue: `[edge.limit_store]`.

use super::{Form, Key};

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "edge.limit_store",
        &[Form::Section],
        r#"{ url = "redis://10.0.0.7" }"#,
        "A server that speaks the Redis protocol and runs scripts (Redis, Valkey, KeyDB, Dragonfly), \
         through which several machines count the requests of a `limit` together. Without it each \
         counts its own.",
    )
    .also(&["limit_redis", "redis", "rate_limit_store"]),
    Key::new(
        "edge.limit_store.url",
        &[Form::Text("a URL such as \"redis://10.0.0.7\"")],
        r#""rediss://user:secret@redis.internal:6380/2""#,
        "Where it is: `redis://`, or `rediss://` for TLS, with user, password, port and number of the \
         database if need be, or `unix:/run/redis.sock`. Characters that a URL gives a meaning to \
         are written as %XX. Without it that of `[store]`.",
    )
    .also(&["address", "addr", "host", "endpoint"]),
    Key::new(
        "edge.limit_store.failure",
        &[Form::Word(&["open", "closed"])],
        r#""closed""#,
        "While it cannot be asked: `\"open\"`: each machine goes by what it counts itself. \
         `\"closed\"`: requests that count are answered with 503.",
    )
    .default(r#""open""#)
    .also(&["on_failure", "fail", "mode", "passOnStoreError", "fault_tolerant"]),
    Key::new(
        "edge.limit_store.timeout",
        &[Form::Time { min: 1, max: 10_000 }],
        r#""20ms""#,
        "How long a request waits for its answer. When one does not come in that time, the connection \
         is given up, and tried again a moment later.",
    )
    .default(r#""100ms""#),
    Key::new(
        "edge.limit_store.prefix",
        &[Form::Text("a text")],
        r#""shop:limit""#,
        "What its keys begin with. Those that use the same server and the same prefix count together.",
    )
    .default(r#""ostler:limit""#)
    .also(&["key_prefix", "namespace"]),
    Key::new(
        "edge.limit_store.ca",
        &[Form::Text("a path")],
        r#""tls/redis-ca.pem""#,
        "For `rediss://`: a PEM file with the certificates of the authorities that are trusted. Without \
         it those that browsers trust. Relative to `ostler.toml`.",
    ),
];
