//! Catalogue: `[route."PATTERN"]`.

use super::{Form, Key};

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "route",
        &[Form::Section],
        r#"{ "/api/*" = { app = "web" } }"#,
        "Which app or upstream answers which requests. With only one of them and no route there is \
         one, `/*`.",
    )
    .also(&["routes", "location"]),
    Key::new(
        "route.*",
        &[Form::Section],
        r#"{ app = "web" }"#,
        "The pattern is a path, or a host and a path: `/api/*`, `/health`, `example.org/*`, \
         `*.example.org/shop/*`. A `*` at the end takes everything that begins so, and `/api/*` is for `/api` as \
         well; one at the start, before a dot, takes every subdomain. Of the patterns that match, the most specific \
         answers: a host before none, an exact host before a `*`, an exact path before a prefix, \
         a longer prefix before a shorter one.",
    ),
    Key::new(
        "route.*.app",
        &[Form::Text("the name of an app")],
        r#""api""#,
        "The app that answers; or write `upstream`. Where there is only one of them, it need not be named.",
    )
    .also(&["service"]),
    Key::new(
        "route.*.upstream",
        &[Form::Text("the name of an upstream")],
        r#""billing""#,
        "The upstream that answers, in place of `app`.",
    )
    .also(&[
        "proxy_pass",
        "backend",
        "default_backend",
        "use_backend",
        "reverse_proxy",
        "target",
        "to",
    ]),
];
