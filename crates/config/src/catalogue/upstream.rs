//! Catalogue: `[upstream.NAME]`.

use super::balance::balance_keys;
use super::{Form, Key};

const SECOND: u64 = 1_000;
const HOUR: u64 = 3_600 * SECOND;

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "upstream",
        &[Form::Section],
        r#"{ billing = { url = "http://10.0.0.5:3000" } }"#,
        "Servers that Ostler does not run, such as those on other machines. A file with an \
         upstream needs no app.",
    )
    .also(&["upstreams", "backend", "backends", "reverse_proxy"]),
    Key::new(
        "upstream.*",
        &[Form::Section],
        r#"{ url = "http://10.0.0.5:3000" }"#,
        "Servers of one kind, any of which may answer. The name is made like that of an app, and no \
         app has the same.",
    ),
    Key::new(
        "upstream.*.url",
        &[Form::Text("a URL such as \"http://10.0.0.5:3000\""), Form::Texts("URLs")],
        r#"["http://10.0.0.5:3000", "http://10.0.0.6:3000"]"#,
        "The server, or an array of them: `http://HOST[:PORT]` or `https://HOST[:PORT]`, all of one \
         kind. A name may stand for several addresses; each is a server. Requests keep their path, \
         so a URL has none.",
    )
    .also(&["urls", "server", "servers", "target", "to", "proxy_pass", "address", "host", "addr"]),
    Key::new(
        "upstream.*.health",
        &[Form::Text("a path such as \"/healthz\""), Form::Section],
        r#""/healthz""#,
        "A path that must answer 2xx or 3xx, or the server gets no requests until it does again: a \
         path, or a table of `path`, `timeout` and `interval`. Three failures in a row leave a \
         server out.",
    )
    .also(&["healthcheck", "health_check", "health_uri", "check"]),
    Key::new(
        "upstream.*.health.path",
        &[Form::Text("a path such as \"/healthz\"")],
        r#""/ready""#,
        "The path asked with GET.",
    ),
    Key::new(
        "upstream.*.health.timeout",
        &[Form::Time { min: 10, max: 60 * SECOND }],
        r#""2s""#,
        "How long one answer may take.",
    )
    .default(r#""5s""#),
    Key::new(
        "upstream.*.health.interval",
        &[Form::Time { min: 100, max: HOUR }],
        r#""30s""#,
        "Time between two checks of a server.",
    )
    .default(r#""10s""#),
    Key::new(
        "upstream.*.resolve",
        &[Form::Time { min: SECOND, max: HOUR }],
        r#""5s""#,
        "How often the names in `url` are looked up again. Addresses that are gone get no new \
         requests; while a name cannot be looked up, the last ones hold.",
    )
    .default(r#""30s""#)
    .also(&["resolver", "resolvers", "dns", "ttl", "refresh"]),
    Key::new(
        "upstream.*.ca",
        &[Form::Text("a path")],
        r#""tls/internal-ca.pem""#,
        "PEM file of the authorities that sign the certificates of `https://` servers. Without it \
         those that browsers trust. Relative to `ostler.toml`.",
    )
    .also(&["ca_file", "ca_cert", "cafile", "proxy_ssl_trusted_certificate", "trusted_ca"]),
];

pub(super) const BALANCE_KEYS: &[Key] = &balance_keys!("upstream.*", "server", "servers");
