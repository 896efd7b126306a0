//! Sizes and durations as people write them: `512MB`, `1.5GiB`, `250ms`, `1m30s`.

use std::time::Duration;

/// Why a text is not a size or a duration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnitError {
    /// The text does not start with a number.
    #[error("{0:?} does not start with a number")]
    NoNumber(String),
    /// A number without its unit.
    #[error("{0:?} has no unit")]
    NoUnit(String),
    /// A unit that is not known.
    #[error("{unit:?} is not a unit (use {known})")]
    UnknownUnit {
        /// What was written.
        unit: String,
        /// The units that exist.
        known: &'static str,
    },
    /// The value does not fit.
    #[error("{0:?} is too large")]
    TooLarge(String),
}

const SIZES: &str = "B, kB, MB, GB, KiB, MiB, GiB";
const TIMES: &str = "ms, s, m, h, d";

/// A size in bytes: decimal (`kB`, `MB`, `GB`) or binary (`KiB`, `MiB`, `GiB`) units, any case.
pub fn parse_bytes(text: &str) -> Result<u64, UnitError> {
    let (number, unit) = split(text.trim())?;
    let factor: u64 = match unit.to_ascii_lowercase().as_str() {
        "" => return Err(UnitError::NoUnit(text.into())),
        "b" => 1,
        "k" | "kb" => 1_000,
        "m" | "mb" => 1_000_000,
        "g" | "gb" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => return Err(UnitError::UnknownUnit { unit: unit.into(), known: SIZES }),
    };
    let value = number * factor as f64;
    if value < 9e18 { Ok(value as u64) } else { Err(UnitError::TooLarge(text.into())) }
}

/// A duration: one or more numbers with units, such as `250ms`, `10s`, `1m30s`, `2h`, `7d`.
pub fn parse_duration(text: &str) -> Result<Duration, UnitError> {
    let mut rest = text.trim();
    let mut total = 0.0;
    while {
        let (number, tail) = split(rest)?;
        let end = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
        let (unit, next) = tail.split_at(end);
        let seconds = match unit.trim() {
            "" => return Err(UnitError::NoUnit(text.into())),
            "ms" => 0.001,
            "s" => 1.0,
            "m" | "min" => 60.0,
            "h" => 3_600.0,
            "d" => 86_400.0,
            unit => return Err(UnitError::UnknownUnit { unit: unit.into(), known: TIMES }),
        };
        total += number * seconds;
        rest = next;
        !rest.is_empty()
    } {}
    if total < 1e10 {
        Ok(Duration::from_secs_f64(total))
    } else {
        Err(UnitError::TooLarge(text.into()))
    }
}

fn split(text: &str) -> Result<(f64, &str), UnitError> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let number = number.parse().map_err(|_| UnitError::NoNumber(text.into()))?;
    Ok((number, unit.trim_start()))
}

/// `1.5 GB`-style text of a byte count, for people.
pub fn show_bytes(bytes: u64) -> String {
    let steps = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    match steps.into_iter().find(|(size, _)| bytes >= *size) {
        Some((size, unit)) if bytes >= 100 * size => format!("{} {unit}", bytes / size),
        Some((size, unit)) => format!("{:.1} {unit}", bytes as f64 / size as f64),
        None => format!("{bytes} B"),
    }
}

/// `3d4h`-style text of a duration, its two largest units, for people.
pub fn show_duration(duration: Duration) -> String {
    let (ms, s) = (duration.as_millis(), duration.as_secs());
    match s {
        0 => format!("{ms}ms"),
        1..60 if ms % 1_000 >= 100 => format!("{:.1}s", duration.as_secs_f64()),
        1..60 => format!("{s}s"),
        60..3_600 => format!("{}m{}s", s / 60, s % 60),
        3_600..86_400 => format!("{}h{}m", s / 3_600, s / 60 % 60),
        _ => format!("{}d{}h", s / 86_400, s / 3_600 % 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_as_people_write_them() {
        assert_eq!(parse_bytes("512MB"), Ok(512_000_000));
        assert_eq!(parse_bytes("1.5 GiB"), Ok(1_610_612_736));
        assert_eq!(parse_bytes("64 kib"), Ok(65_536));
        assert_eq!(parse_bytes("512"), Err(UnitError::NoUnit("512".into())));
        assert!(matches!(parse_bytes("5 parsecs"), Err(UnitError::UnknownUnit { .. })));
        assert!(matches!(parse_bytes("99999999999GB"), Err(UnitError::TooLarge(_))));
        assert!(matches!(parse_bytes("big"), Err(UnitError::NoNumber(_))));
    }

    #[test]
    fn durations_as_people_write_them() {
        assert_eq!(parse_duration("250ms"), Ok(Duration::from_millis(250)));
        assert_eq!(parse_duration("1m30s"), Ok(Duration::from_secs(90)));
        assert_eq!(parse_duration("0.5s"), Ok(Duration::from_millis(500)));
        assert_eq!(parse_duration("10"), Err(UnitError::NoUnit("10".into())));
        assert!(parse_duration("").is_err() && parse_duration("10 fortnights").is_err());
    }

    #[test]
    fn shown_for_people() {
        assert_eq!(show_bytes(1_500_000), "1.5 MB");
        assert_eq!(show_bytes(999), "999 B");
        assert_eq!(show_duration(Duration::from_secs(90)), "1m30s");
        assert_eq!(show_duration(Duration::from_millis(2_500)), "2.5s");
    }
}
