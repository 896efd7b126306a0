//! Catalogue: `cors`, in `[edge]` for all routes and in `[route."…"]` for one.

use crate::catalogue::{Form, Key};

const DAY_MS: u64 = 86_400_000;

/// The keys below `$section`.
macro_rules! cors_keys {
    ($section:literal, $text:literal) => {
        [
            Key::new(
                concat!($section, ".cors"),
                &[Form::Flag, Form::Section],
                r#"{ origins = ["https://app.example.org"], credentials = true }"#,
                concat!(
                    $text,
                    "The edge answers preflights itself and adds the headers to replies; those of the \
                     app are left out. `true`: every origin, without credentials. `false`: none of \
                     this, the app's headers and preflights pass."
                ),
            )
            .also(&["cross_origin", "CORS", "access_control"]),
            Key::new(
                concat!($section, ".cors.origins"),
                &[Form::Texts("origins such as \"https://app.example.org\"")],
                r#"["https://app.example.org", "https://*.example.com"]"#,
                "Whose pages may use the replies. A `*` stands for every subdomain; `[\"*\"]` is \
                 everybody, and then there are no credentials.",
            )
            .default(r#"["*"]"#)
            .also(&["origin", "allow_origin", "allowOrigin", "allowed_origins"]),
            Key::new(
                concat!($section, ".cors.methods"),
                &[Form::Texts("methods")],
                r#"["GET", "POST"]"#,
                "Methods that a preflight allows. GET, HEAD and POST need none.",
            )
            .default(r#"["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"]"#)
            .also(&["allow_methods", "allowed_methods", "method"]),
            Key::new(
                concat!($section, ".cors.headers"),
                &[Form::Texts("names of headers")],
                r#"["Content-Type", "X-CSRF-Token"]"#,
                "Request headers that a preflight allows. Without the key: those that it asks for.",
            )
            .also(&["allowedHeaders", "allowed_headers", "allow_headers"]),
            Key::new(
                concat!($section, ".cors.expose"),
                &[Form::Texts("names of headers")],
                r#"["X-Total-Count"]"#,
                "Reply headers that scripts may read, beside the few that they always may.",
            )
            .default("[]")
            .also(&["exposedHeaders", "exposed_headers", "expose_headers"]),
            Key::new(
                concat!($section, ".cors.credentials"),
                &[Form::Flag],
                "true",
                "Requests may carry cookies and other credentials of the user.",
            )
            .default("false")
            .also(&["allow_credentials", "allowCredentials"]),
            Key::new(
                concat!($section, ".cors.max_age"),
                &[
                    Form::Time { min: 0, max: 7 * DAY_MS },
                    Form::Count { min: 0, max: 7 * DAY_MS / 1_000 },
                ],
                r#""1h""#,
                "How long a browser may keep the answer to a preflight. A number is in seconds, as in \
                 the header itself. Without it browsers take 5 s; Chromium takes 2 h at most.",
            )
            .also(&["maxAge", "maxage"]),
            Key::new(
                concat!($section, ".cors.private_network"),
                &[Form::Flag],
                "true",
                "Pages of public networks may use this, which lies in a private one \
                 (`Access-Control-Allow-Private-Network`).",
            )
            .default("false")
            .also(&["allow_private_network", "local_network"]),
        ]
    };
}

pub(super) const EDGE: &[Key] = &cors_keys!(
    "edge",
    "Which pages of other origins may use the replies of every route; a route's own `cors` stands in \
     place of this. "
);
pub(super) const ROUTE: &[Key] = &cors_keys!(
    "route.*",
    "Which pages of other origins may use this route's replies, in place of `edge.cors`. "
);
