//! Catalogue: the keys of `[app.NAME]` and `[upstream.NAME]` that say how requests are shared out.
//! Declared once: a macro, since the path of a key is a literal.

/// The keys below `$section`, one of whose `$many` gets a request. Use [`super::Key`] and
/// [`super::Form`] where it is called.
macro_rules! balance_keys {
    ($section:literal, $one:literal, $many:literal) => {
        [
            Key::new(
                concat!($section, ".balance"),
                &[Form::Word(&["least", "round-robin", "two-choices", "hash"])],
                r#""round-robin""#,
                concat!(
                    "Which ", $one, " gets a request. `\"least\"`: the one with the least requests \
                     in flight, weighed by how fast and how well it answers lately. \
                     `\"round-robin\"`: one after the other. `\"two-choices\"`: the better one of \
                     two that are chosen by chance. `\"hash\"`: always the same one for the same \
                     `hash_by`, as long as it is there; when ", $many, " come or go, few clients \
                     move."
                ),
            )
            .default(r#""least""#)
            .live()
            .also(&["algorithm", "strategy", "policy", "load_balancing", "lb_policy", "lb"])
            .words_also(&[
                ("least_conn", r#"balance = "least""#),
                ("leastconn", r#"balance = "least""#),
                ("least-connections", r#"balance = "least""#),
                ("least_time", r#"balance = "least""#),
                ("ewma", r#"balance = "least""#),
                ("roundrobin", r#"balance = "round-robin""#),
                ("round_robin", r#"balance = "round-robin""#),
                ("rr", r#"balance = "round-robin""#),
                ("random", r#"balance = "two-choices""#),
                ("p2c", r#"balance = "two-choices""#),
                ("power-of-two", r#"balance = "two-choices""#),
                ("two_choices", r#"balance = "two-choices""#),
                ("random_choose", r#"balance = "two-choices""#),
                ("ip_hash", r#"balance = "hash" and hash_by = "client""#),
                ("client_ip_hash", r#"balance = "hash" and hash_by = "client""#),
                ("source", r#"balance = "hash" and hash_by = "client""#),
                ("uri", r#"balance = "hash" and hash_by = "path""#),
                ("uri_hash", r#"balance = "hash" and hash_by = "path""#),
                ("header", r#"balance = "hash" and hash_by = "header:NAME""#),
                ("cookie", r#"sticky = true"#),
                ("sticky", r#"sticky = true"#),
            ]),
            Key::new(
                concat!($section, ".hash_by"),
                &[Form::Text("\"client\", \"path\", \"header:NAME\" or \"cookie:NAME\"")],
                r#""header:x-tenant""#,
                "What of a request decides where it goes under `balance = \"hash\"`: `\"client\"`, \
                 its address as trusted proxies tell it; `\"path\"`, without the query; \
                 `\"header:NAME\"` or `\"cookie:NAME\"`, the value of a header or a cookie. Requests \
                 without that header or cookie go as under `\"least\"`.",
            )
            .live()
            .also(&["hash", "hash_key", "hash_on"]),
            Key::new(
                concat!($section, ".sticky"),
                &[Form::Flag, Form::Text("the name of a cookie")],
                r#""shop-worker""#,
                concat!(
                    "Keep a client at the ", $one, " that it was first given to, by a cookie that \
                     the edge sets, as socket.io's polling needs. `true`: a cookie named `ostler`; \
                     a string: one of that name. When the ", $one, " is gone, the client gets \
                     another one."
                ),
            )
            .default("false")
            .live()
            .also(&["stickiness", "sticky_sessions", "sticky_session", "session_affinity", "affinity"]),
            Key::new(
                concat!($section, ".slow_start"),
                &[Form::Time { min: 0, max: 3_600_000 }],
                r#""10s""#,
                concat!(
                    "A new ", $one, " gets its full share only after so long, and little at first: \
                     its code is not compiled yet, its caches are empty, its connections to the \
                     database are not open. Two seconds do for that; the longer it is, the more \
                     must those carry in a reload that are not replaced yet. `\"0s\"`: its full \
                     share at once."
                ),
            )
            .default(r#""2s""#)
            .live()
            .also(&["slowstart", "warmup", "warm_up"]),
            Key::new(
                concat!($section, ".eject"),
                &[Form::Flag],
                "false",
                concat!(
                    "Leave out for a while ", $many, " that answer with errors or not at all, as \
                     long as others do not: a request that fails at once would else make the worst \
                     one look the least loaded."
                ),
            )
            .default("true")
            .live()
            .also(&["max_fails", "fail_timeout", "outlier_detection", "passive_health"]),
            Key::new(
                concat!($section, ".protocol"),
                &[Form::Word(&["http1", "h2"])],
                r#""h2""#,
                concat!(
                    "What the ", $many, " speak: HTTP/1.1, or HTTP/2, which gRPC needs; without TLS \
                     by prior knowledge (h2c)."
                ),
            )
            .default(r#""http1""#)
            .live()
            .also(&["proto", "http_version", "proxy_http_version", "transport"])
            .words_also(&[
                ("grpc", r#"protocol = "h2""#),
                ("grpcs", r#"protocol = "h2""#),
                ("http2", r#"protocol = "h2""#),
                ("http/2", r#"protocol = "h2""#),
                ("HTTP/2", r#"protocol = "h2""#),
                ("h2c", r#"protocol = "h2""#),
                ("http", r#"protocol = "http1""#),
                ("h1", r#"protocol = "http1""#),
                ("http1.1", r#"protocol = "http1""#),
                ("http/1.1", r#"protocol = "http1""#),
                ("HTTP/1.1", r#"protocol = "http1""#),
            ]),
        ]
    };
}

pub(super) use balance_keys;
