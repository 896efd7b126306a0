//! Catalogue: `[edge.access_log]`.

use super::{Form, Key};

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "edge.access_log",
        &[Form::Flag, Form::Text("a path"), Form::Section],
        r#""logs/access.log""#,
        "A line for each request: `true` writes them to stdout, a path to that file, a table has \
         `to` and `format`. Without it there are none; the counts of `/metrics` are always there.",
    )
    .default("false")
    .also(&["access", "accesslog", "access_logs", "request_log", "httplog"]),
    Key::new(
        "edge.access_log.to",
        &[Form::Text("\"stdout\" or a path")],
        r#""/var/log/shop/access.log""#,
        "Where the lines go: `\"stdout\"`, or a file in a folder that exists. Relative to \
         `ostler.toml`. Files are put aside and kept as `[log]` says.",
    )
    .default(r#""stdout""#)
    .also(&["path", "file", "output"]),
    Key::new(
        "edge.access_log.format",
        &[Form::Word(&["json", "combined"])],
        r#""combined""#,
        "How a line looks: a JSON object, or the combined format of Apache and nginx.",
    )
    .default(r#""json""#)
    .also(&["log_format", "form", "style"])
    .words_also(&[
        ("common", r#"format = "combined""#),
        ("apache", r#"format = "combined""#),
        ("nginx", r#"format = "combined""#),
        ("clf", r#"format = "combined""#),
    ]),
];
