use crate::catalogue::{Form, Key};

pub(super) const KEYS: &[Key] = &[Key::new(
    "route.*.body_bytes",
    &[Form::Size { min: 1, max: 1 << 50 }, Form::Count { min: 0, max: 0 }],
    r#""100MB""#,
    "The largest body of a request to this route, in place of `edge.limits.body_bytes`; `0`: any. A \
     larger one is answered with 413 as soon as that is known.",
)
.also(&["client_max_body_size", "body_limit", "body_max", "max_body_size", "body_size"])];
