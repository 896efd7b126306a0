//! Catalogue: `limit`, in `[edge]` and in `[route."…"]`.

use crate::catalogue::{Form, Key};

const MAX: u64 = 1_000_000;

/// The keys below `$section`.
macro_rules! limit_keys {
    ($section:literal) => {
        &[
            Key::new(
                concat!($section, ".limit"),
                &[Form::Off, Form::Tables, Form::Section],
                r#"{ per = "client", rate = "100/min", burst = 20 }"#,
                "How many requests a client, or whoever else, may send: one table, or an array of \
                 tables all of which must let a request pass. Who sends more is answered 429 with \
                 `Retry-After`, and the app is not asked. In `[edge]` it holds for all routes \
                 together, a route's own one in place of it for that route; `false`: none.",
            )
            .also(&[
                "rate_limit",
                "ratelimit",
                "rate-limit",
                "rate_limiting",
                "limit_req",
                "throttle",
                "limiter",
            ]),
            Key::new(
                concat!($section, ".limit.per"),
                &[Form::Text("\"client\", \"route\", \"header:NAME\" or \"cookie:NAME\"")],
                r#""header:x-api-key""#,
                "Who is counted. `\"client\"`: each address, as trusted proxies tell it, IPv6 by its \
                 network. `\"header:NAME\"` or `\"cookie:NAME\"`: each value of it; requests without \
                 it count for their client's address. As anybody can invent values, put a limit per \
                 client beside it. `\"route\"`: all requests of the route together.",
            )
            .default(r#""client""#)
            .also(&["key", "by", "key_by", "keyGenerator", "key_generator", "limit_by", "zone"]),
            Key::new(
                concat!($section, ".limit.rate"),
                &[Form::Text("a rate such as \"100/min\"")],
                r#""100/15min""#,
                "Requests per second, minute, hour or day, or some of them: `\"10/s\"`, \
                 `\"100/min\"`, `\"1000/15min\"`, `\"5000/day\"`.",
            )
            .also(&["limit", "max", "requests", "average", "points", "windowMs", "window"]),
            Key::new(
                concat!($section, ".limit.burst"),
                &[Form::Count { min: 1, max: MAX }],
                "20",
                "Requests that may come at once; after them one may come each `1/rate`. Without it \
                 as many as the rate's number, so that at most twice that many pass in the rate's \
                 time. Only with the algorithm `\"gcra\"`.",
            )
            .also(&["capacity", "bucket", "bucket_size"]),
            Key::new(
                concat!($section, ".limit.algorithm"),
                &[Form::Word(&["gcra", "window"])],
                r#""window""#,
                "`\"gcra\"`: a bucket of `burst` requests that is refilled evenly. `\"window\"`: at \
                 most the rate's number of requests in any time as long as the rate's, whenever \
                 they come; those of the window before are taken as spread evenly over it.",
            )
            .default(r#""gcra""#)
            .also(&["strategy", "policy", "type"])
            .words_also(&[
                ("token-bucket", r#"algorithm = "gcra""#),
                ("token_bucket", r#"algorithm = "gcra""#),
                ("leaky-bucket", r#"algorithm = "gcra""#),
                ("leaky_bucket", r#"algorithm = "gcra""#),
                ("sliding-window", r#"algorithm = "window""#),
                ("sliding_window", r#"algorithm = "window""#),
                ("fixed-window", r#"algorithm = "window""#),
                ("fixed_window", r#"algorithm = "window""#),
            ]),
            Key::new(
                concat!($section, ".limit.at_once"),
                &[Form::Count { min: 1, max: MAX }],
                "10",
                "In place of `rate`: how many requests may be answered at the same time, downloads, \
                 event streams and WebSockets included. Counted on this machine alone.",
            )
            .also(&["concurrency", "concurrent", "limit_conn", "connections", "amount"]),
            Key::new(
                concat!($section, ".limit.status"),
                &[Form::Count { min: 400, max: 599 }],
                "503",
                "The status of the reply to a request that is one too many.",
            )
            .default("429")
            .also(&["statusCode", "status_code", "rejected_code", "limit_req_status"]),
            Key::new(
                concat!($section, ".limit.except"),
                &[Form::Texts("networks such as \"10.0.0.0/8\"")],
                r#"["10.0.0.0/8"]"#,
                "Networks whose clients are not counted.",
            )
            .default("[]")
            .also(&["skip", "allow", "allowlist", "whitelist", "exclude", "sourceCriterion"]),
            Key::new(
                concat!($section, ".limit.methods"),
                &[Form::Texts("methods such as \"POST\"")],
                r#"["POST"]"#,
                "The methods that are counted; an empty array: all.",
            )
            .default("[]")
            .also(&["method", "verbs"]),
            Key::new(
                concat!($section, ".limit.headers"),
                &[Form::Word(&["draft-8", "draft-7", "draft-6", "legacy"]), Form::Off],
                r#""legacy""#,
                "How replies tell what is left. `\"draft-8\"`: `RateLimit` and `RateLimit-Policy` as \
                 the IETF's drafts have them since the eighth; `\"draft-7\"` and `\"draft-6\"`: as \
                 older ones had them; `\"legacy\"`: `X-RateLimit-Limit`, `-Remaining` and `-Reset`. \
                 `false`: nothing but `Retry-After` where a request is refused. For `rate` alone.",
            )
            .default(r#""draft-8""#)
            .also(&["standardHeaders", "legacyHeaders", "standard_headers", "hide_client_headers"]),
            Key::new(
                concat!($section, ".limit.name"),
                &[Form::Text("a name")],
                r#""search""#,
                "What headers and metrics call the limit. Without it `\"100-in-1min\"` or the like.",
            )
            .also(&["identifier", "id"]),
            Key::new(
                concat!($section, ".limit.ipv6_prefix"),
                &[Form::Count { min: 32, max: 128 }],
                "56",
                "How much of an IPv6 address tells clients apart, in bits. A household or a server \
                 has at least a /64 to choose its addresses from.",
            )
            .default("64")
            .also(&["ipv6Subnet", "ipv6_subnet", "ipv6_mask"]),
            Key::new(
                concat!($section, ".limit.keys"),
                &[Form::Count { min: 64, max: 16_777_216 }],
                "1000000",
                "Clients, or whatever `per` counts by, that are remembered at once, 32 to 64 bytes \
                 each, set aside at the start. When there are more, those that would first be \
                 forgotten anyway begin anew.",
            )
            .default("65536")
            .also(&["max_keys", "size", "maxTrackedKeys"]),
            Key::new(
                concat!($section, ".limit.shared"),
                &[Form::Flag],
                "false",
                "Count together with all that use the same `edge.limit_store`, if there is one.",
            )
            .default("true")
            .also(&["global", "distributed", "cluster"]),
        ]
    };
}

pub(super) const OF_EDGE: &[Key] = limit_keys!("edge");
pub(super) const OF_ROUTE: &[Key] = limit_keys!("route.*");
