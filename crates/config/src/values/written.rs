use std::time::Duration;

const UNITS: [(u64, &str); 6] = [
    (1 << 30, "GiB"),
    (1_000_000_000, "GB"),
    (1 << 20, "MiB"),
    (1_000_000, "MB"),
    (1 << 10, "KiB"),
    (1_000, "kB"),
];

/// A size in the largest unit that divides it.
pub(crate) fn written_bytes(bytes: u64) -> String {
    let unit = UNITS.into_iter().find(|(size, _)| bytes != 0 && bytes.is_multiple_of(*size));
    match unit {
        Some((size, unit)) => format!("{}{unit}", bytes / size),
        None => format!("{bytes}B"),
    }
}

/// A duration in the largest unit that divides it, to the millisecond.
pub(crate) fn written_time(time: Duration) -> String {
    let ms = time.as_millis();
    let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s")];
    match units.into_iter().find(|(size, _)| ms != 0 && ms.is_multiple_of(*size)) {
        Some((size, unit)) => format!("{}{unit}", ms / size),
        None => format!("{ms}ms"),
    }
}

/// A name in a key's path, quoted unless TOML takes it bare.
pub(crate) fn written_name(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !name.is_empty() && name.chars().all(bare) { name.into() } else { format!("{name:?}") }
}
