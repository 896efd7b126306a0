//! When a line was written, by its own account. Pure.

/// A line's own time counts if it is this close to the time at which it was read: clocks of processes on one
/// machine are the same, so what is further off is a different thing with the name of a time.
const FAR_MS: u64 = 60_000;

/// The time of a line that was read at `read_ms` and says of itself `said`. Seconds without a fraction say less than
/// when it was read.
pub fn of_line(said: &str, read_ms: u64) -> u64 {
    let own = parse(said).filter(|own| own.abs_diff(read_ms) <= FAR_MS);
    own.unwrap_or(read_ms)
}

/// Milliseconds since the Unix epoch, of 13 digits or of RFC 3339 with a fraction.
fn parse(said: &str) -> Option<u64> {
    if said.len() == 13 {
        return said.bytes().all(|byte| byte.is_ascii_digit()).then(|| said.parse().ok()).flatten();
    }
    rfc3339(said).filter(|(_, exact)| *exact).map(|(ms, _)| ms)
}

/// The time that people mean by `15m` (so long ago), `2026-11-25T14:48:44Z`, `2026-11-25`, or seconds or milliseconds
/// since the Unix epoch.
pub fn moment(text: &str, now_ms: u64) -> Option<u64> {
    let text = text.trim();
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let number: u64 = text.parse().ok()?;
        return if text.len() >= 12 { Some(number) } else { number.checked_mul(1_000) };
    }
    if let Ok(ago) = base::units::parse_duration(text) {
        return Some(now_ms.saturating_sub(u64::try_from(ago.as_millis()).ok()?));
    }
    let whole = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.to_owned() };
    rfc3339(&whole).map(|(at_ms, _)| at_ms)
}

/// Milliseconds of `2026-11-25T14:48:44.123Z` or with `+01:00`, and whether it has a fraction.
pub fn rfc3339(text: &str) -> Option<(u64, bool)> {
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| -> Option<u64> {
        let digits = bytes.get(from..to)?;
        digits
            .iter()
            .all(u8::is_ascii_digit)
            .then(|| digits.iter().fold(0, |sum, b| sum * 10 + u64::from(b - b'0')))
    };
    let mark =
        |at: usize, marks: &[u8]| bytes.get(at).filter(|byte| marks.contains(byte)).map(|_| ());
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    mark(4, b"-")?;
    mark(7, b"-")?;
    mark(10, b"T ")?;
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    mark(13, b":")?;
    mark(16, b":")?;
    let good = (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    if !good || year < 1970 {
        return None;
    }
    let (mut at, mut ms) = (19, 0);
    let exact = bytes.get(at) == Some(&b'.');
    if exact {
        let digits = bytes.iter().skip(20).take_while(|byte| byte.is_ascii_digit()).count();
        ms = (0..3).fold(0, |sum, place| {
            let digit = bytes
                .get(20 + place)
                .filter(|_| place < digits)
                .map_or(0, |byte| u64::from(byte - b'0'));
            sum * 10 + digit
        });
        at = 20 + digits;
    }
    let days = days(year, month, day);
    let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second;
    let at_ms = seconds * 1_000 + ms;
    let shift = match bytes.get(at) {
        Some(b'Z' | b'z') if at + 1 == bytes.len() => return Some((at_ms, exact)),
        Some(b'+' | b'-') if at + 6 == bytes.len() => {
            (number(at + 1, at + 3)? * 60 + number(at + 4, at + 6)?) * 60_000
        }
        _ => return None,
    };
    let east = bytes.get(at) == Some(&b'+');
    let at_ms = if east { at_ms.checked_sub(shift)? } else { at_ms + shift };
    Some((at_ms, exact))
}

/// Days from the Unix epoch to a date.
fn days(year: u64, month: u64, day: u64) -> u64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year / 400, year % 400);
    let from_march = (month + 9) % 12;
    let of_year = (153 * from_march + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::calendar::Moment;

    #[test]
    fn times_are_read_as_they_are_shown() {
        for at_ms in [0, 951_782_400_000, 1_709_210_096_789, 4_102_444_799_999, 1_764_082_124_001] {
            assert_eq!(rfc3339(&Moment::of(at_ms).to_string()), Some((at_ms, true)));
        }
        assert_eq!(rfc3339("1970-01-01T01:00:00+01:00"), Some((0, false)));
        assert_eq!(rfc3339("1970-01-01T00:00:00.123456-00:30"), Some((1_800_123, true)));
        for bad in [
            "",
            "2026-11-25",
            "2026-13-25T00:00:00Z",
            "2026-11-25T00:00:00",
            "2026-11-25T00:00:00+1",
            "é026-11-25T00:00:00Z",
        ] {
            assert_eq!(rfc3339(bad), None, "{bad}");
        }
    }

    #[test]
    fn moments_as_people_write_them() {
        assert_eq!(moment("15m", 1_000_000), Some(100_000));
        assert_eq!(moment("1970-01-02", 0), Some(86_400_000));
        assert_eq!(moment("1970-01-01 00:00:01Z", 0), Some(1_000));
        assert_eq!(
            (moment("1764082124", 0), moment("1764082124001", 0)),
            (Some(1_764_082_124_000), Some(1_764_082_124_001))
        );
        assert_eq!((moment("soon", 0), moment("", 0)), (None, None));
    }

    #[test]
    fn a_lines_own_time_counts_if_it_can_be() {
        assert_eq!(of_line("1764082124001", 1_764_082_124_500), 1_764_082_124_001);
        assert_eq!(of_line("1764082124001", 1_764_092_124_500), 1_764_092_124_500);
        assert_eq!(of_line("1764082124", 5), 5);
        assert_eq!(of_line("2025-11-25T14:48:44.100Z", 1_764_082_124_500), 1_764_082_124_100);
        assert_eq!(of_line("2025-11-25T14:48:44Z", 1_764_082_124_500), 1_764_082_124_500);
    }
}
