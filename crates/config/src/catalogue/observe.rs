//! Catalogue: `[observe]`.

use super::{Form, Key};

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "observe",
        &[Form::Section],
        r#"{ folder = "/var/lib/shop/observe" }"#,
        "What is kept and told of everything that runs. It is there without a word in the file, within fixed \
         limits of memory and disk.",
    )
    .also(&["observability", "monitoring", "telemetry"]),
    Key::new(
        "observe.enabled",
        &[Form::Flag],
        "false",
        "`false`: nothing is kept. Counters are still told at `/metrics`, and lines are still written \
         where `[log]` says.",
    )
    .default("true")
    .restart()
    .also(&["enable", "on", "off"]),
    Key::new(
        "observe.folder",
        &[Form::Text("a path")],
        r#""/var/lib/shop/observe""#,
        "Where it is kept. Made if need be. Without the key it lies in the state folder of the project. \
         Relative to `ostler.toml`.",
    )
    .restart()
    .also(&["dir", "directory", "path", "data"]),
];
