//! Catalogue: which requests are let in: `allow`, `deny`, `hosts`, `methods`, `https`, `target_bytes`.

use crate::catalogue::{Form, Key};

/// The keys of `$section`.
macro_rules! guard_keys {
    ($section:literal, $text:literal) => {
        [
            Key::new(
                concat!($section, ".allow"),
                &[Form::Word(&["any"]), Form::Texts("networks such as \"10.0.0.0/8\"")],
                r#"["10.0.0.0/8", "203.0.113.7"]"#,
                concat!(
                    "Networks of the clients that are let in, as trusted proxies tell them; others are \
                     answered 403. `\"any\"`: everybody. ",
                    $text
                ),
            )
            .also(&["allow_from", "whitelist", "allowlist", "allow_ips", "require_ip", "networks"]),
            Key::new(
                concat!($section, ".deny"),
                &[Form::Texts("networks such as \"10.0.0.0/8\"")],
                r#"["198.51.100.0/24"]"#,
                concat!(
                    "Networks of clients that are answered 403, even if they are in `allow`. `[]`: \
                     nobody. ",
                    $text
                ),
            )
            .also(&["deny_from", "blacklist", "blocklist", "denylist", "block"]),
            Key::new(
                concat!($section, ".hosts"),
                &[Form::Word(&["any"]), Form::Texts("hosts such as \"example.org\"")],
                r#"["example.org", "*.example.org"]"#,
                concat!(
                    "Hosts that are served; a request for another one is answered 421. A `*` stands for \
                     every subdomain. `\"any\"`: whatever host a client names. ",
                    $text
                ),
            )
            .also(&["server_name", "allowed_hosts", "host", "domains", "server_names"]),
            Key::new(
                concat!($section, ".methods"),
                &[Form::Word(&["any"]), Form::Texts("methods")],
                r#"["GET", "POST"]"#,
                concat!(
                    "Methods that are taken; another one is answered 405. GET stands for HEAD too. \
                     `\"any\"`: all that the edge passes on. ",
                    $text
                ),
            )
            .also(&["method", "allowed_methods", "limit_except", "verbs"]),
            Key::new(
                concat!($section, ".https"),
                &[Form::Word(&["optional", "redirect", "required"])],
                r#""redirect""#,
                concat!(
                    "What is done with a request that came without TLS, as far as trusted proxies tell. \
                     `\"optional\"`: it is served. `\"redirect\"`: its client is sent to `https://` with \
                     308. `\"required\"`: it is answered 403. ",
                    $text
                ),
            )
            .also(&["ssl_redirect", "redirect_https", "force_https", "force_ssl", "https_redirect"])
            .words_also(&[
                ("require", r#"https = "required""#),
                ("force", r#"https = "redirect""#),
                ("only", r#"https = "redirect""#),
                ("on", r#"https = "redirect""#),
                ("off", r#"https = "optional""#),
            ]),
            Key::new(
                concat!($section, ".target_bytes"),
                &[Form::Size { min: 16, max: 1 << 20 }, Form::Count { min: 0, max: 0 }],
                r#""2KiB""#,
                concat!(
                    "The longest path with its query, in bytes; a longer one is answered 414. `0`: as \
                     long as `limits.head_bytes` lets it be. ",
                    $text
                ),
            )
            .also(&["uri_max", "target_max", "max_uri", "url_max", "uri_bytes", "url_bytes"]),
        ]
    };
}

pub(super) const EDGE: &[Key] =
    &guard_keys!("edge", "A route's own value stands in place of this.");
pub(super) const ROUTE: &[Key] = &guard_keys!("route.*", "In place of the value in `[edge]`.");

pub(super) const REDIRECT: &[Key] = &[
    Key::new(
        "route.*.redirect",
        &[Form::Text("a path or a URL"), Form::Section],
        r#""https://www.example.org/*""#,
        "Send the clients of this route elsewhere: a path or a URL, or a table with `to` and `status`. \
         A `*` at its end stands for what the route's own `*` does. The query goes with it. Such a \
         route has no `app`.",
    )
    .also(&["return", "rewrite", "redirect_to", "redir", "redirects"]),
    Key::new(
        "route.*.redirect.to",
        &[Form::Text("a path or a URL")],
        r#""/new/*""#,
        "Where to.",
    )
    .also(&["url", "location", "target"]),
    Key::new(
        "route.*.redirect.status",
        &[Form::Count { min: 301, max: 308 }],
        "302",
        "301, 302, 303, 307 or 308. 308 is for good and keeps the method; 307 is for now.",
    )
    .default("308")
    .also(&["code", "permanent"]),
];
