//! Catalogue: `[observe.export.NAME]`.

use super::{Form, Key};

const KB: u64 = 1_000;
const MB: u64 = 1_000 * KB;
const GB: u64 = 1_000 * MB;
const SECOND: u64 = 1_000;
const HOUR: u64 = 3_600 * SECOND;

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "observe.export",
        &[Form::Section],
        r#"{ loki = { to = "loki", url = "http://loki.internal:3100" } }"#,
        "Other systems that get the same logs and metrics. Each has a queue of its own on disk: while it is \
         away, nothing is lost that fits there, and no other one waits for it.",
    )
    .also(&["exports", "exporter", "exporters", "ship", "output", "outputs", "sinks"]),
    Key::new(
        "observe.export.*",
        &[Form::Section],
        r#"{ to = "loki", url = "http://loki.internal:3100" }"#,
        "One target, under a name made like that of an app.",
    ),
    Key::new(
        "observe.export.*.to",
        &[Form::Word(&["elasticsearch", "loki", "otlp", "prometheus", "fluent", "file"])],
        r#""loki""#,
        "What it speaks. `\"elasticsearch\"`: `_bulk`, also of OpenSearch. `\"loki\"`: its push API. `\"otlp\"`: \
         OpenTelemetry's OTLP/HTTP, which its Collector, Vector, VictoriaLogs and most services take. \
         `\"prometheus\"`: remote write. `\"fluent\"`: Fluentd's and Fluent Bit's forward protocol. `\"file\"`: a \
         file of JSON lines.",
    )
    .also(&["type", "kind", "protocol", "format", "driver"])
    .words_also(&[
        ("elastic", "to = \"elasticsearch\""),
        ("opensearch", "to = \"elasticsearch\""),
        ("es", "to = \"elasticsearch\""),
        ("opentelemetry", "to = \"otlp\""),
        ("otel", "to = \"otlp\""),
        ("vector", "to = \"otlp\""),
        ("remote_write", "to = \"prometheus\""),
        ("fluentd", "to = \"fluent\""),
        ("fluentbit", "to = \"fluent\""),
        ("forward", "to = \"fluent\""),
    ]),
    Key::new(
        "observe.export.*.url",
        &[Form::Text("a URL such as \"http://loki.internal:3100\"")],
        r#""https://logs.example.com:9200""#,
        "Where it is. A path is what the server's own paths come after, such as `/loki/api/v1/push`; where it \
         ends with one of those, it is taken as it is. For `fluent` it is `tcp://HOST:PORT` or \
         `tls://HOST:PORT`.",
    )
    .also(&["endpoint", "host", "hosts", "address", "server", "uri"]),
    Key::new(
        "observe.export.*.file",
        &[Form::Text("a path")],
        r#""/var/log/shop/all.ndjson""#,
        "The file that `to = \"file\"` writes. Relative to `ostler.toml`.",
    )
    .also(&["path", "filename"]),
    Key::new(
        "observe.export.*.rotate_size",
        &[Form::Size { min: 64 * KB, max: 100 * GB }],
        r#""1GB""#,
        "A file that grows past this size is put aside and a new one begun.",
    )
    .default(r#""32MB""#)
    .also(&["max_size"]),
    Key::new(
        "observe.export.*.keep",
        &[Form::Count { min: 0, max: 10_000 }],
        "30",
        "How many files that were put aside are kept.",
    )
    .default("7")
    .also(&["retain", "max_files"]),
    Key::new(
        "observe.export.*.signals",
        &[Form::Texts("\"logs\" and \"metrics\"")],
        r#"["metrics"]"#,
        "What is sent: `\"logs\"`, `\"metrics\"`, or both, which only `otlp` takes. Without the key all that \
         it takes.",
    )
    .also(&["what", "send", "signal", "data"]),
    Key::new(
        "observe.export.*.level",
        &[Form::Word(&["trace", "debug", "info", "warn", "error", "fatal"])],
        r#""warn""#,
        "Logs that are less grave are not sent.",
    )
    .default(r#""trace""#)
    .also(&["min_level", "log_level", "minimum_level"]),
    Key::new(
        "observe.export.*.labels",
        &[Form::Variables],
        r#"{ env = "production" }"#,
        "What is added to everything that is sent: Loki's and Prometheus's labels, attributes of \
         OpenTelemetry's resource, `labels` elsewhere.",
    )
    .also(&["external_labels", "tags", "attributes", "static_labels"]),
    Key::new(
        "observe.export.*.index",
        &[Form::Text("the name of a data stream or index")],
        r#""logs-shop-production""#,
        "Elasticsearch's data stream or index.",
    )
    .default(r#""logs-ostler-default""#)
    .also(&["data_stream", "index_name"]),
    Key::new(
        "observe.export.*.tag",
        &[Form::Text("a tag")],
        r#""shop""#,
        "What Fluentd's tags begin with; a dot and the app's name follow.",
    )
    .default(r#""ostler""#)
    .also(&["tag_prefix"]),
    Key::new(
        "observe.export.*.user",
        &[Form::Text("a name")],
        r#""shop""#,
        "Who Ostler says it is, with `password`.",
    )
    .also(&["username", "login"]),
    Key::new(
        "observe.export.*.password",
        &[Form::Text("a text")],
        r#""3f0c9a51d27b44f6""#,
        "The password of `user`.",
    )
    .also(&["pass"]),
    Key::new(
        "observe.export.*.token",
        &[Form::Text("a text")],
        r#""3f0c9a51d27b44f6""#,
        "Sent as `Authorization: Bearer TOKEN`.",
    )
    .also(&["bearer", "bearer_token", "auth_token"]),
    Key::new(
        "observe.export.*.api_key",
        &[Form::Text("a text")],
        r#""VnVhQ2ZHY0JDZGJrUW0tZTVhT3g6dWkybHAyYXhUTm1zeWFrdzl0dk5udw==""#,
        "Sent as `Authorization: ApiKey KEY`, as Elasticsearch wants it. Where another header carries the key, \
         write it in `headers`.",
    )
    .also(&["apikey", "key"]),
    Key::new(
        "observe.export.*.shared_key",
        &[Form::Text("a text")],
        r#""3f0c9a51d27b44f6""#,
        "The `shared_key` of Fluentd's `<security>`.",
    ),
    Key::new(
        "observe.export.*.headers",
        &[Form::Variables],
        r#"{ X-Scope-OrgID = "shop" }"#,
        "Headers of each request.",
    )
    .also(&["header", "http_headers"]),
    Key::new(
        "observe.export.*.compress",
        &[Form::Flag],
        "false",
        "Whether bodies are compressed with gzip. Prometheus's are always compressed with snappy.",
    )
    .default("true")
    .also(&["gzip", "compression"]),
    Key::new(
        "observe.export.*.ca",
        &[Form::Text("a path")],
        r#""tls/internal-ca.pem""#,
        "PEM file of the authorities that sign the server's certificate. Without it those that browsers \
         trust. Relative to `ostler.toml`.",
    )
    .also(&["ca_file", "ca_cert", "cafile", "trusted_ca"]),
    Key::new(
        "observe.export.*.queue_max",
        &[Form::Size { min: MB, max: 1 << 40 }],
        r#""2GB""#,
        "How much may wait on disk while the server is away, compressed. What is more pushes out the oldest, \
         which is counted.",
    )
    .default(r#""256MB""#)
    .also(&["queue", "buffer", "queue_size", "max_queue", "storage"]),
    Key::new(
        "observe.export.*.delay",
        &[Form::Time { min: 10, max: 60 * SECOND }],
        r#""5s""#,
        "How long lines are collected before they are sent; 1 MB is sent at once.",
    )
    .default(r#""1s""#)
    .also(&["flush_interval", "batch_wait", "interval", "flush"]),
    Key::new(
        "observe.export.*.every",
        &[Form::Time { min: SECOND, max: HOUR }],
        r#""60s""#,
        "Time between two samples of each metric.",
    )
    .default(r#""15s""#)
    .also(&["scrape_interval", "period"]),
    Key::new(
        "observe.export.*.timeout",
        &[Form::Time { min: 100, max: 600 * SECOND }],
        r#""10s""#,
        "How long one request may take, before it is tried again.",
    )
    .default(r#""30s""#)
    .also(&["request_timeout"]),
];
