//! Catalogue: `[edge]` and `[edge.limits]`.

use super::{Form, Key};

const KIB: u64 = 1_024;
const MIB: u64 = 1_024 * KIB;
const GIB: u64 = 1_024 * MIB;
const SECOND: u64 = 1_000;
const HOUR: u64 = 3_600 * SECOND;

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "edge",
        &[Form::Section],
        r#"{ listen = ":3000" }"#,
        "The part that clients connect to: where it listens and how it carries requests.",
    )
    .also(&["server", "http", "proxy"]),
    Key::new(
        "edge.listen",
        &[
            Form::Text("an address such as \"0.0.0.0:8080\""),
            Form::Texts("addresses"),
            Form::Count { min: 0, max: 65_535 },
        ],
        r#"":3000""#,
        "TCP addresses to listen on: one, or an array. `\":8080\"`, `\"8080\"` and `8080` mean every \
         IPv4 address of the machine, `\"0.0.0.0:8080\"`; `\"[::]:8080\"` means every IPv6 address. \
         Port 0 lets the system choose a free one. With `[edge.tls]` the array may be empty: then \
         there is only TLS.",
    )
    .default(r#""0.0.0.0:8080""#)
    .restart()
    .also(&["port", "bind", "address", "addr", "host"]),
    Key::new(
        "edge.threads",
        &[Form::Count { min: 1, max: 512 }, Form::Word(&["cores"])],
        "2",
        "Edge threads. Each has its own listener and its own connections to the workers, so they \
         share nothing. `\"cores\"`: as many as the cores that Ostler may use.",
    )
    .default(r#""cores""#)
    .restart()
    .also(&["workers", "worker_processes"]),
    Key::new(
        "edge.trusted_proxies",
        &[Form::Texts("networks such as \"10.0.0.0/8\"")],
        r#"["10.0.0.0/8", "fd00::/8"]"#,
        "Networks of the load balancers in front of Ostler. Only from them `X-Forwarded-For`, \
         `X-Forwarded-Proto` and `Forwarded` are believed; from anyone else they are replaced by \
         what Ostler sees, since every client can write them.",
    )
    .default("[]")
    .also(&["trust_proxy", "set_real_ip_from"]),
    Key::new(
        "edge.server_timing",
        &[Form::Flag],
        "true",
        "Add `Server-Timing: edge;dur=…` to replies: the milliseconds that a request spent in \
         Ostler beside the app's own time. Browsers show it in their network panel.",
    )
    .default("false"),
    Key::new(
        "edge.http2",
        &[Form::Flag],
        "false",
        "Speak HTTP/2 as well with clients that ask for it: by ALPN over TLS, by prior knowledge \
         (h2c) without. `false`: HTTP/1.1 only.",
    )
    .default("true")
    .also(&["h2", "http_2", "spdy"]),
    Key::new(
        "edge.proxy_protocol",
        &[Form::Flag],
        "true",
        "Connections from `trusted_proxies` begin with a PROXY protocol header, version 1 or 2, \
         which names the client; a connection from there without one is closed. Load balancers \
         that work on TCP (HAProxy's `send-proxy`, Amazon's NLB) tell the client so.",
    )
    .default("false")
    .also(&["accept_proxy", "accept-proxy", "real_ip_header"]),
    Key::new(
        "edge.forwarded",
        &[Form::Flag],
        "true",
        "Send the header `Forwarded` (RFC 7239) to apps and upstreams as well, beside \
         `X-Forwarded-For`, `X-Forwarded-Proto` and `X-Forwarded-Host`.",
    )
    .default("false"),
    Key::new(
        "edge.limits",
        &[Form::Section],
        r#"{ head_bytes = "64KiB" }"#,
        "What the edge lets a client or a worker cost. Nothing is without a limit.",
    )
    .also(&["sizes"]),
    Key::new(
        "edge.limits.head_bytes",
        &[Form::Size { min: KIB, max: MIB }],
        r#""64KiB""#,
        "Request line and headers together. A larger head is answered 431, or 414 if its request \
         line alone is larger. Node itself stops at 16 KiB and nginx at 4 × 8 KiB of large \
         headers, so what either takes passes.",
    )
    .default(r#""32KiB""#)
    .also(&["max_header_size", "large_client_header_buffers"]),
    Key::new(
        "edge.limits.headers",
        &[Form::Count { min: 8, max: 256 }],
        "200",
        "Headers in one request. More are answered 431. Apache stops at 100 as well; browsers \
         send about 20.",
    )
    .default("100"),
    Key::new(
        "edge.limits.body_bytes",
        &[Form::Size { min: KIB, max: 1_024 * GIB }, Form::Count { min: 0, max: 0 }],
        r#""10MB""#,
        "A request's whole body. A larger one is answered 413. 0: no limit, since bodies are \
         streamed and cost the edge no memory, and frameworks have limits of their own (100 kB \
         for JSON in Express, 1 MiB in Fastify).",
    )
    .default("0")
    .also(&["client_max_body_size", "body_limit"]),
    Key::new(
        "edge.limits.connections",
        &[Form::Count { min: 16, max: 1_000_000 }],
        "50000",
        "Client connections open at once, in all. More are left in the kernel's queue until one \
         closes. Each takes a file descriptor and some kilobytes.",
    )
    .default("16384")
    .also(&["maxconn", "worker_connections", "max_connections"]),
    Key::new(
        "edge.limits.head_timeout",
        &[Form::Time { min: 100, max: HOUR }],
        r#""30s""#,
        "From the first byte of a request to the end of its head. It stops clients that send a \
         byte at a time to hold connections (Slowloris); honest ones need one packet.",
    )
    .default(r#""10s""#)
    .also(&["client_header_timeout", "headers_timeout"]),
    Key::new(
        "edge.limits.idle_timeout",
        &[Form::Time { min: 100, max: 24 * HOUR }],
        r#""2m""#,
        "How long a keep-alive connection may wait for its next request. 75 s is nginx's value, \
         and longer than the 60 s after which Amazon's load balancers let go; were it \
         shorter, they would now and then send a request into a closing connection.",
    )
    .default(r#""75s""#)
    .also(&["keepalive_timeout", "keep_alive_timeout"]),
    Key::new(
        "edge.limits.stall_timeout",
        &[Form::Time { min: 100, max: 24 * HOUR }],
        r#""30s""#,
        "How long a request's body, or the client's reading of a reply, may go on without moving \
         a byte. nginx waits 60 s for both as well. Streams that are silent because the app sends \
         nothing are not stalled.",
    )
    .default(r#""60s""#)
    .also(&["client_body_timeout", "send_timeout"]),
    Key::new(
        "edge.limits.client_rate",
        &[Form::Size { min: 1, max: MIB }, Form::Count { min: 0, max: 0 }],
        r#""2KiB""#,
        "The least that a client must send of a request's body, or take of a reply, in bytes a \
         second, once it was waited for for 20 s. It stops clients that send or take a byte at a \
         time to hold a worker's place; `stall_timeout` alone begins anew with each byte. Only time \
         in which the client is waited for counts, so slow apps and silent streams are not meant. \
         Apache asks for 500 bytes a second as well. 0: no least pace.",
    )
    .default(r#""500B""#)
    .also(&["minrate", "min_rate", "slow_client"]),
    Key::new(
        "edge.limits.reply_timeout",
        &[Form::Time { min: 100, max: 24 * HOUR }],
        r#""5m""#,
        "From a request sent to a worker to the head of its reply; then the client gets 504. \
         nginx gives up after 60 s.",
    )
    .default(r#""120s""#)
    .also(&["proxy_read_timeout", "request_timeout"]),
    Key::new(
        "edge.limits.connect_timeout",
        &[Form::Time { min: 10, max: 60 * SECOND }],
        r#""3s""#,
        "To connect to a worker. Workers are on the same machine: what takes longer than this is \
         a worker that accepts nothing, and another one is tried.",
    )
    .default(r#""1s""#)
    .also(&["proxy_connect_timeout"]),
    Key::new(
        "edge.limits.wait_timeout",
        &[Form::Time { min: 10, max: HOUR }],
        r#""30s""#,
        "How long a request waits for a worker to become ready or free; then the client gets 503. \
         It bridges the restart of an app's only worker.",
    )
    .default(r#""10s""#),
    Key::new(
        "edge.limits.in_flight",
        &[Form::Count { min: 1, max: 1_000_000 }],
        "100",
        "Requests that one worker is given and has not begun to answer. More wait. Replies that have \
         begun do not count, so neither event streams nor slow readers take a place; a long poll \
         does, which is why the default is high. Lower it to what your app or its database takes \
         at once: then what is too much waits, or is answered 503, instead of making all slow.",
    )
    .default("1024"),
    Key::new(
        "edge.limits.streams",
        &[Form::Count { min: 1, max: 4_096 }],
        "250",
        "Requests at once on one HTTP/2 connection; a client is told so, and one more is refused \
         in a way that lets it try again. nginx has 128 as well.",
    )
    .default("128")
    .also(&["http2_max_concurrent_streams", "max_concurrent_streams", "h2_max_streams"]),
    Key::new(
        "edge.limits.waiting",
        &[Form::Count { min: 0, max: 1_000_000 }],
        "200",
        "Requests that wait for a worker, in all. One more is answered 503 at once: a queue that \
         cannot be served in time helps nobody.",
    )
    .default("1024"),
    Key::new(
        "edge.limits.drain_timeout",
        &[Form::Time { min: 0, max: 24 * HOUR }],
        r#""10s""#,
        "How long requests in flight may take to finish when Ostler stops. Together \
         with an app's `kill_after` it should fit into the grace of what stops Ostler: 30 s in \
         Kubernetes, 10 s in Docker, 90 s in systemd.",
    )
    .default(r#""20s""#),
];
