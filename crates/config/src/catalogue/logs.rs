//! Catalogue: `[observe.logs]`.

use super::{Form, Key};

const MB: u64 = 1_000_000;
const TB: u64 = 1_000_000 * MB;
const HOUR: u64 = 3_600_000;

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "observe.logs",
        &[Form::Section],
        r#"{ disk_max = "5GB" }"#,
        "The logs that are kept for searches: everything that workers write, and Ostler's own news. The files \
         of `[log]` are beside them.",
    ),
    Key::new(
        "observe.logs.disk_max",
        &[Form::Size { min: 16 * MB, max: 100 * TB }],
        r#""5GB""#,
        "Disk that they take. When it is reached, the oldest go. A gigabyte holds about five to ten gigabytes \
         of lines.",
    )
    .default(r#""1GB""#)
    .also(&["max_size", "size", "limit", "storage_max", "retention_size"]),
    Key::new(
        "observe.logs.age_max",
        &[Form::Time { min: HOUR, max: 3_660 * 24 * HOUR }],
        r#""30d""#,
        "Lines that are older go.",
    )
    .default(r#""7d""#)
    .also(&["retention", "max_age", "keep", "ttl"]),
    Key::new(
        "observe.logs.redact",
        &[Form::Texts("names such as \"iban\""), Form::Off],
        r#"["iban", "tax_id"]"#,
        "Names whose values are replaced by `[redacted]` before anything is kept or exported, beside the usual \
         ones (authorization, cookie, password, secret, token, api_key, card and the like, in any spelling and as \
         a part of longer names). `false`: nothing is redacted.",
    )
    .also(&["mask", "scrub", "secrets", "redact_keys"]),
];
