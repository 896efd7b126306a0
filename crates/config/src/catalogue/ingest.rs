//! Catalogue: `[observe.ingest]`.

use super::{Form, Key};

const MB: u64 = 1_000_000;

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "observe.ingest",
        &[Form::Section],
        r#"{ access = "token" }"#,
        "Logs that other programs send to the address of the admin API, as they would to Elasticsearch \
         (`/_bulk`), Loki (`/loki/api/v1/push`) or an OpenTelemetry Collector (`/v1/logs`). They are kept, \
         searched and exported like those of workers.",
    )
    .also(&["receive", "receiver", "input", "inputs", "intake"]),
    Key::new(
        "observe.ingest.enabled",
        &[Form::Flag],
        "false",
        "`false`: none are taken.",
    )
    .default("true")
    .also(&["enable", "on", "off"]),
    Key::new(
        "observe.ingest.access",
        &[Form::Word(&["local", "token"])],
        r#""token""#,
        "Who may send. `\"local\"`: every program on this machine; those on others need the admin token. \
         `\"token\"`: all need it.",
    )
    .default(r#""local""#)
    .also(&["auth", "allow"]),
    Key::new(
        "observe.ingest.body_max",
        &[Form::Size { min: 64_000, max: 256 * MB }],
        r#""5MB""#,
        "The largest body, also after it was unpacked. A larger one is refused with 413.",
    )
    .default(r#""20MB""#)
    .also(&["max_body", "body_bytes", "max_size"]),
];
