//! HTTP's dates (RFC 9110 section 5.6.7), as seconds since the Unix epoch.

use base::calendar::{MONTHS, Moment};
use std::fmt;

const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const LONG_DAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// Seconds since the Unix epoch, shown as `Sun, 06 Nov 1994 08:49:37 GMT`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HttpDate(pub u64);

impl fmt::Display for HttpDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Moment { year, month, day, hour, minute, second, .. } =
            Moment::of(self.0.saturating_mul(1_000));
        // The epoch was a Thursday.
        let weekday = name(&DAYS, self.0 / 86_400 + 4);
        let month = name(&MONTHS, month + 11);
        write!(f, "{weekday}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT")
    }
}

fn name<const N: usize>(names: &[&'static str; N], at: u64) -> &'static str {
    let at = usize::try_from(at).unwrap_or(0) % N;
    names.get(at).copied().unwrap_or_default()
}

/// Read a date in any of the three forms that HTTP has had, in any case. `now` (seconds since the
/// epoch) says which century a year of two digits means. A date before the epoch is the epoch.
pub fn read_date(value: &[u8], now: u64) -> Option<u64> {
    let text = std::str::from_utf8(value).ok()?;
    match text.split_once(',') {
        Some((day, rest)) if is_one_of(&DAYS, day) => current(rest),
        Some((day, rest)) if is_one_of(&LONG_DAYS, day) => rfc850(rest, now),
        Some(_) => None,
        None => asctime(text),
    }
}

/// ` 06 Nov 1994 08:49:37 GMT`
fn current(rest: &str) -> Option<u64> {
    let mut parts = rest.strip_prefix(' ')?.split(' ');
    let (day, month) = (number(parts.next()?, 2)?, month(parts.next()?)?);
    let year = number(parts.next()?, 4)?;
    let clock = clock(parts.next()?)?;
    ends_in_gmt(parts)?;
    seconds(year, month, day, clock)
}

/// ` 06-Nov-94 08:49:37 GMT`
fn rfc850(rest: &str, now: u64) -> Option<u64> {
    let mut parts = rest.strip_prefix(' ')?.split(' ');
    let mut date = parts.next()?.split('-');
    let (day, month) = (number(date.next()?, 2)?, month(date.next()?)?);
    let short = number(date.next()?, 2)?;
    if date.next().is_some() {
        return None;
    }
    let clock = clock(parts.next()?)?;
    ends_in_gmt(parts)?;
    let year_now = Moment::of(now.saturating_mul(1_000)).year;
    let year = year_now / 100 * 100 + short;
    // What seems to be more than 50 years ahead is meant to be past.
    let year = if year > year_now + 50 { year - 100 } else { year };
    seconds(year, month, day, clock)
}

/// `Sun Nov  6 08:49:37 1994`
fn asctime(text: &str) -> Option<u64> {
    let (day, rest) = text.split_at_checked(3)?;
    let (month_name, rest) = rest.strip_prefix(' ')?.split_at_checked(3)?;
    let (date, rest) = rest.strip_prefix(' ')?.split_at_checked(2)?;
    let (time, year) = rest.strip_prefix(' ')?.split_once(' ')?;
    if !is_one_of(&DAYS, day) {
        return None;
    }
    let date = match date.strip_prefix(' ') {
        Some(digit) => number(digit, 1)?,
        None => number(date, 2)?,
    };
    seconds(number(year, 4)?, month(month_name)?, date, clock(time)?)
}

fn ends_in_gmt<'a>(mut parts: impl Iterator<Item = &'a str>) -> Option<()> {
    (parts.next()?.eq_ignore_ascii_case("GMT") && parts.next().is_none()).then_some(())
}

/// Seconds since midnight.
fn clock(text: &str) -> Option<u64> {
    let mut parts = text.split(':');
    let mut part = |max| number(parts.next()?, 2).filter(|number| *number <= max);
    // 60 is a leap second.
    let (hour, minute, second) = (part(23)?, part(59)?, part(60)?);
    parts.next().is_none().then_some(hour * 3_600 + minute * 60 + second)
}

fn number(text: &str, digits: usize) -> Option<u64> {
    let good = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    good.then(|| text.parse().ok())?
}

fn is_one_of(names: &[&str], text: &str) -> bool {
    names.iter().any(|name| name.eq_ignore_ascii_case(text))
}

/// 1 to 12.
fn month(text: &str) -> Option<u64> {
    let at = MONTHS.iter().position(|name| name.eq_ignore_ascii_case(text))?;
    u64::try_from(at + 1).ok()
}

fn seconds(year: u64, month: u64, day: u64, clock: u64) -> Option<u64> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days_of_month = match month {
        2 => 28 + u64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if !(1..=days_of_month).contains(&day) {
        return None;
    }
    if year < 1970 {
        return Some(0);
    }
    // Years from March on, so that the leap day comes last.
    let year = if month <= 2 { year - 1 } else { year };
    let from_march = (month + 9) % 12;
    let days_of_year = (153 * from_march + 2) / 5 + day - 1;
    let days = year * 365 + year / 4 - year / 100 + year / 400 + days_of_year;
    // 1 March of the year 0 is 719,468 days before the epoch.
    Some((days - 719_468) * 86_400 + clock)
}
