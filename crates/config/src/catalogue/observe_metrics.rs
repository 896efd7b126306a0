//! Catalogue: `[observe.metrics]`.

use super::{Form, Key};

const MB: u64 = 1_000_000;
const DAY: u64 = 86_400_000;

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "observe.metrics",
        &[Form::Section],
        r#"{ keep = "90d", disk = "1GB" }"#,
        "Metrics over time: each second of the last hour, ten seconds of the last day, minutes of the time before. \
         They are asked for as Prometheus is, at `/api/v1/query` of the admin address.",
    )
    .also(&["metric", "prometheus", "history", "stats"]),
    Key::new(
        "observe.metrics.keep",
        &[Form::Time { min: DAY, max: 3_660 * DAY }],
        r#""90d""#,
        "How long minutes are kept.",
    )
    .default(r#""14d""#)
    .restart()
    .also(&["retention", "retention_time", "max_age"]),
    Key::new(
        "observe.metrics.series",
        &[Form::Count { min: 100, max: 100_000 }],
        "10000",
        "How many series are kept. What comes when there are so many is not kept, and counted in \
         `ostler_observe_metrics_dropped_total`. A series takes at most 25 kB of memory, usually a fifth of that.",
    )
    .default("2000")
    .restart()
    .also(&["max_series", "series_max", "limit"]),
    Key::new(
        "observe.metrics.disk",
        &[Form::Size { min: MB, max: 1_000_000 * MB }],
        r#""1GB""#,
        "Bytes that they may take on disk. When they would take more, the oldest go, and are counted in \
         `ostler_observe_metrics_dropped_total`.",
    )
    .default(r#""256MB""#)
    .restart()
    .also(&["retention_size", "max_size", "size"]),
];
