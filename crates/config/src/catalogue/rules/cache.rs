use crate::catalogue::{Form, Key};

const YEAR_MS: u64 = 365 * 24 * 3_600 * 1_000;

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "route.*.cache",
        &[Form::Flag, Form::Section],
        r#"{ for = "1s", stale = "10s" }"#,
        "Keep replies to GET, and answer GET and HEAD with them. `true`, or a table: what the app says in \
         `Cache-Control`, `Expires` and `Vary` is followed (RFC 9111), as by a cache that many clients share. Replies \
         with `Set-Cookie`, and those to requests with `Authorization`, are kept only where the app says that others \
         may have them. Where they are kept: `edge.cache`.",
    )
    .live()
    .also(&["proxy_cache", "caching"]),
    Key::new(
        "route.*.cache.respect",
        &[Form::Word(&["headers"])],
        r#""headers""#,
        "What decides about replies: what they say themselves. Always so, also with `for`.",
    )
    .default(r#""headers""#)
    .live(),
    Key::new(
        "route.*.cache.for",
        &[Form::Time { min: 1, max: YEAR_MS }],
        r#""1s""#,
        "For how long replies are kept that say nothing about it, such as those of most apps. Not those to requests \
         with cookies or `Authorization`, not those that set a cookie, and not those that say `private`, `no-store` or \
         `no-cache`.",
    )
    .live()
    .also(&["ttl", "max_age", "proxy_cache_valid", "expires"]),
    Key::new(
        "route.*.cache.stale",
        &[Form::Time { min: 0, max: YEAR_MS }],
        r#""30s""#,
        "For how long after that a reply is still used, at once, while one request fetches a newer one, unless the reply \
         says `stale-while-revalidate` itself or forbids it.",
    )
    .default(r#""0s""#)
    .live()
    .also(&["grace", "stale_while_revalidate", "proxy_cache_background_update"]),
    Key::new(
        "route.*.cache.stale_if_error",
        &[Form::Time { min: 0, max: YEAR_MS }],
        r#""10min""#,
        "For how long after that a reply is still used when the app answers 500, 502, 503 or 504 or cannot be reached, \
         unless the reply says `stale-if-error` itself or forbids it. Not written: a minute, for an app that cannot be \
         reached alone.",
    )
    .live()
    .also(&["keep", "proxy_cache_use_stale"]),
    Key::new(
        "route.*.cache.client",
        &[Form::Word(&["ignore", "obey"])],
        r#""obey""#,
        "Whether clients have a say in it by `Cache-Control` in their requests. `\"ignore\"`: no, or any of them could \
         make the app work. `\"obey\"`: a reload in a browser asks the app.",
    )
    .default(r#""ignore""#)
    .live(),
    Key::new(
        "route.*.cache.cookies",
        &[Form::Word(&["bypass", "ignore"])],
        r#""ignore""#,
        "What a request's cookies mean for replies that say nothing about being kept. `\"bypass\"`: they may be made for \
         this client alone. `\"ignore\"`: nothing; write it only if the route does not look at cookies.",
    )
    .default(r#""bypass""#)
    .live(),
    Key::new(
        "route.*.cache.set_cookie",
        &[Form::Word(&["refuse", "public"])],
        r#""public""#,
        "Replies that set a cookie. `\"refuse\"`: they are not kept. `\"public\"`: they are, with the cookie, if they say \
         `public`.",
    )
    .default(r#""refuse""#)
    .live(),
    Key::new(
        "route.*.cache.key",
        &[Form::Section],
        r#"{ ignore_query = ["utm_*"], headers = ["x-country"] }"#,
        "What tells requests apart beside scheme, host, port, path, query and what replies name in `Vary`.",
    )
    .live()
    .also(&["cache_key", "proxy_cache_key", "vary"]),
    Key::new(
        "route.*.cache.key.ignore_query",
        &[Form::Texts("names of query parameters")],
        r#"["utm_*", "fbclid"]"#,
        "Query parameters that do not tell requests apart. A `*` at the end takes all that begin so. The app still sees \
         them.",
    )
    .default("[]")
    .live(),
    Key::new(
        "route.*.cache.key.headers",
        &[Form::Texts("names of headers")],
        r#"["x-country"]"#,
        "Headers that tell requests apart, as if each reply named them in `Vary`.",
    )
    .default("[]")
    .live(),
    Key::new(
        "route.*.cache.key.cookies",
        &[Form::Texts("names of cookies")],
        r#"["lang"]"#,
        "Cookies that tell requests apart, each by its own value.",
    )
    .default("[]")
    .live(),
    Key::new(
        "route.*.cache.bypass",
        &[Form::Section],
        r#"{ cookies = ["session*"] }"#,
        "Requests that go to the app whatever is kept, and whose replies are not kept.",
    )
    .live()
    .also(&["proxy_cache_bypass", "skip", "proxy_no_cache"]),
    Key::new(
        "route.*.cache.bypass.headers",
        &[Form::Texts("names of headers")],
        r#"["x-preview"]"#,
        "Those with one of these headers.",
    )
    .default("[]")
    .live(),
    Key::new(
        "route.*.cache.bypass.cookies",
        &[Form::Texts("names of cookies")],
        r#"["session*"]"#,
        "Those with one of these cookies. A `*` at the end takes all that begin so.",
    )
    .default("[]")
    .live(),
    Key::new(
        "route.*.cache.statuses",
        &[Form::Texts("status codes")],
        r#"["200", "404"]"#,
        "The statuses that are kept under `for`. Others are kept if they say so themselves.",
    )
    .default(r#"["200", "203", "204", "300", "301", "308", "404", "405", "410", "414", "501"]"#)
    .live()
    .also(&["status"]),
    Key::new(
        "route.*.cache.object_max",
        &[Form::Size { min: 1, max: 1 << 40 }],
        r#""1MB""#,
        "The largest body that is kept. A larger one is passed on all the same, and nobody waits for it.",
    )
    .default(r#""8MB""#)
    .live()
    .also(&["max_object_size", "max_size", "maxobj"]),
    Key::new(
        "route.*.cache.wait",
        &[Form::Time { min: 0, max: 3_600_000 }],
        r#""2s""#,
        "How long a request waits for a reply that another one for the same is fetching, before it asks the app itself.",
    )
    .default(r#""5s""#)
    .live()
    .also(&["lock_timeout", "proxy_cache_lock_timeout", "coalesce"]),
    Key::new(
        "route.*.cache.report",
        &[Form::Word(&["on", "off", "key"])],
        r#""off""#,
        "The `Cache-Status` header of replies (RFC 9211): what became of the request. `\"key\"`: and under which key.",
    )
    .default(r#""on""#)
    .live()
    .also(&["cache_status", "header"]),
];
