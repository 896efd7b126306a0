//! Rates as people write them: `100/min`, `1000/15min`.

use std::time::Duration;

const COUNT_MAX: u32 = 10_000_000;
const PERIOD_MAX: Duration = Duration::from_secs(31 * 86_400);
const EXAMPLE: &str = "write for example \"100/min\"";

/// So many in so long.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rate {
    pub count: u32,
    pub period: Duration,
    /// The time as the limit's own name has it: `1min`.
    pub unit: String,
}

/// Read a rate; else what is wrong, and the cure.
pub(super) fn rate(text: &str) -> Result<Rate, (String, String)> {
    let wrong = |what: &str, cure: String| Err((format!("{text:?} {what}"), cure));
    let trimmed = text.trim();
    let Some((count, time)) = trimmed.split_once('/') else {
        let digits = trimmed.trim_end_matches(|c: char| !c.is_ascii_digit());
        let cure = match (digits.parse::<u32>(), trimmed.strip_prefix(digits).map(str::trim)) {
            (Ok(count), Some("rps" | "r")) => format!("write \"{count}/s\""),
            (Ok(count), Some("rpm")) => format!("write \"{count}/min\""),
            (Ok(count), _) => format!("write \"{count}/min\", or another time"),
            _ => EXAMPLE.into(),
        };
        return wrong("does not say in what time", cure);
    };
    let (count, time) = (count.trim(), time.trim());
    let digits = count.trim_end_matches("requests").trim_end_matches(['r', ' ']);
    let Some(number) = digits.parse::<u32>().ok().filter(|_| digits == count) else {
        let cure = match digits.parse::<u32>() {
            Ok(number) => format!("write \"{number}/{time}\""),
            Err(_) => EXAMPLE.into(),
        };
        return wrong("does not begin with a whole number", cure);
    };
    if !(1..=COUNT_MAX).contains(&number) {
        return wrong("is out of range", format!("write 1 to {COUNT_MAX} requests"));
    }
    let Some((period, unit)) = period(time) else {
        let cure =
            format!("write \"{number}/s\", \"{number}/min\", \"{number}/h\" or \"{number}/day\"");
        return wrong(&format!("has no unit of time called {time:?}"), cure);
    };
    if period < Duration::from_secs(1) || period > PERIOD_MAX {
        return wrong("is out of range", "write a time from 1s to 31d".into());
    }
    Ok(Rate { count: number, period, unit })
}

/// `min`, `15min`, and how it is written without a doubt.
fn period(text: &str) -> Option<(Duration, String)> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at_checked(digits)?;
    let number = if number.is_empty() { 1 } else { number.parse::<u32>().ok()? };
    let (seconds, unit) = match unit.trim() {
        "s" | "sec" | "second" | "seconds" => (1, "s"),
        "m" | "min" | "mins" | "minute" | "minutes" => (60, "min"),
        "h" | "hour" | "hours" => (3_600, "h"),
        "d" | "day" | "days" => (86_400, "d"),
        _ => return None,
    };
    let period = Duration::from_secs(seconds).checked_mul(number)?;
    Some((period, format!("{number}{unit}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_as_people_write_them() {
        let good = |text: &str| {
            let Rate { count, period, unit } = rate(text).unwrap();
            (count, period.as_secs(), unit)
        };
        assert_eq!(good("100/min"), (100, 60, "1min".into()));
        assert_eq!(good("100/15min"), (100, 900, "15min".into()));
        assert_eq!(good(" 5 / s "), (5, 1, "1s".into()));
        assert_eq!(good("5/ 10 s"), (5, 10, "10s".into()));
        assert_eq!(good("1/31d"), (1, 31 * 86_400, "31d".into()));
        assert_eq!(good("5000/hour"), (5_000, 3_600, "1h".into()));
    }

    #[test]
    fn what_is_no_rate() {
        let cure = |text: &str| rate(text).unwrap_err().1;
        assert_eq!(cure("100"), "write \"100/min\", or another time");
        assert_eq!(cure("10r/s"), "write \"10/s\"");
        assert_eq!(cure("100 rpm"), "write \"100/min\"");
        assert_eq!(cure("100/week"), "write \"100/s\", \"100/min\", \"100/h\" or \"100/day\"");
        assert_eq!(cure("many/min"), EXAMPLE);
        assert_eq!(cure("0/min"), "write 1 to 10000000 requests");
        assert_eq!(cure("1/32d"), "write a time from 1s to 31d");
        assert_eq!(cure("1/0s"), "write a time from 1s to 31d");
        assert_eq!(cure(""), EXAMPLE);
        assert!(rate("1/99999999999999d").is_err() && rate("1/é").is_err());
    }
}
