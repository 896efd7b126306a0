//! Catalogue: `[log]`.

use super::{Form, Key};

const KB: u64 = 1_000;
const GB: u64 = 1_000_000_000;
const MINUTE: u64 = 60_000;
const DAY: u64 = 1_440 * MINUTE;

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "log",
        &[Form::Section],
        r#"{ format = "json" }"#,
        "What becomes of the lines that workers write to stdout and stderr.",
    )
    .also(&["logs", "logging"]),
    Key::new(
        "log.format",
        &[Form::Word(&["prefixed", "bare", "json"])],
        r#""json""#,
        "How lines look in the foreground: with a short coloured prefix that names the worker, as \
         the worker wrote them, or as one JSON object a line.",
    )
    .default(r#""prefixed""#)
    .restart()
    .also(&["form", "style", "log_type"]),
    Key::new(
        "log.folder",
        &[Form::Text("a path")],
        r#""/var/log/shop""#,
        "Folder of the log files that a daemon writes, one file an app. Made if it does not exist. \
         Without the key it lies in the state folder of the project. Relative to `ostler.toml`.",
    )
    .restart()
    .also(&["dir", "directory", "path", "file", "out_file", "error_file"]),
    Key::new(
        "log.rotate_size",
        &[Form::Size { min: 64 * KB, max: 100 * GB }],
        r#""100MB""#,
        "A log file that grows past this size is put aside and a new one begun.",
    )
    .default(r#""32MB""#)
    .restart()
    .also(&["max_size"]),
    Key::new(
        "log.rotate_age",
        &[Form::Time { min: MINUTE, max: 366 * DAY }],
        r#""7d""#,
        "A log file older than this is put aside and a new one begun. With `keep` at its default, \
         a quiet app's log reaches back a week.",
    )
    .default(r#""1d""#)
    .restart(),
    Key::new(
        "log.keep",
        &[Form::Count { min: 0, max: 10_000 }],
        "30",
        "How many files that were put aside are kept for each app. The disk an app's log takes is \
         at most `rotate_size` × (`keep` + 1).",
    )
    .default("7")
    .restart()
    .also(&["retain", "max_files"]),
];
