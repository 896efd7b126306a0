//! Catalogue: `shed` of an app.

use super::{Form, Key};

pub(super) const KEYS: &[Key] = &[Key::new(
    "app.*.shed",
    &[Form::Flag, Form::Time { min: 50, max: 60_000 }],
    r#""200ms""#,
    "When the event loops of all workers have more to do than they can, refuse with 503 and `Retry-After` \
     what would have to wait for longer than this, at once, and answer the rest in time. `true`: 500 ms, \
     beside what a reply takes anyway. An app that is slow because it waits for something else, a \
     database or news to tell, is never meant: its loop has time to spare. `false`: only \
     `edge.limits` holds.",
)
.default("true")
.live()
.also(&[
    "shedding",
    "load_shedding",
    "overload",
    "adaptive_concurrency",
    "backpressure",
    "under_pressure",
    "concurrency_limit",
])];
