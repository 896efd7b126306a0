//! From what a client of Prometheus's HTTP API sends to a question, and to its reply.

use super::history::History;
use super::key::Labels;
use super::query::{Matchers, QueryError, Range, Reply, answer, parse_selector};
use super::select::{Asked, Selection};
use base::units::parse_duration;
use meter::{Kind, names};
use model::api::{SeriesQuestion, SeriesWhat};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Without a time, `labels` and its kin tell of so much time.
const USUAL_MS: u64 = 3_600_000;

/// The history, behind whatever guards it.
pub trait Ask {
    /// Look at it. What is done meanwhile must be short.
    fn with<T>(&self, look: impl FnOnce(&History) -> T) -> T;
}

/// The reply to a question that came at `now_ms`.
pub fn reply(question: &SeriesQuestion, history: &impl Ask, now_ms: u64) -> Reply {
    worked_out(question, history, now_ms).unwrap_or_else(Reply::from)
}

fn worked_out(
    question: &SeriesQuestion,
    history: &impl Ask,
    now_ms: u64,
) -> Result<Reply, QueryError> {
    let given = Given(&question.parameters);
    let fetch = |asked: &Asked<'_>| -> Selection { history.with(|all| all.select(asked, now_ms)) };
    match &question.what {
        SeriesWhat::Instant => {
            let at_ms = given.time("time")?.unwrap_or(now_ms);
            Ok(answer(given.needed("query")?, Range::at(at_ms), false, &fetch))
        }
        SeriesWhat::Range => {
            let range = Range {
                start_ms: time(given.needed("start")?)?,
                end_ms: time(given.needed("end")?)?,
                step_ms: step(given.needed("step")?)?,
            };
            Ok(answer(given.needed("query")?, range, true, &fetch))
        }
        SeriesWhat::Labels => {
            let all = given.labels(history, now_ms)?;
            let labels = all.iter().flat_map(|labels| labels.iter().map(|(name, _)| &**name));
            Ok(Reply::data(json!(labels.collect::<BTreeSet<_>>())))
        }
        SeriesWhat::Values(label) => {
            let all = given.labels(history, now_ms)?;
            let pairs = all.iter().flat_map(|labels| labels.iter());
            let values = pairs.filter(|(name, _)| **name == **label).map(|(_, value)| &**value);
            Ok(Reply::data(json!(values.collect::<BTreeSet<_>>())))
        }
        SeriesWhat::Series => {
            given.needed("match[]")?;
            let all = given.labels(history, now_ms)?;
            Ok(Reply::data(Value::Array(all.iter().map(object).collect())))
        }
        SeriesWhat::Metadata => Ok(Reply::data(metadata(given.first("metric"), given.limit()?))),
    }
}

fn object(labels: &Labels) -> Value {
    let pairs = labels.iter().map(|(name, value)| (name.to_string(), json!(value)));
    Value::Object(pairs.collect::<Map<_, _>>())
}

/// What the catalogue says.
fn metadata(metric: Option<&str>, limit: usize) -> Value {
    let wanted = names::ALL.iter().filter(|one| metric.is_none_or(|metric| metric == one.name));
    let pairs = wanted.take(limit).map(|one| {
        let kind = match one.kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        (one.name.to_owned(), json!([{ "type": kind, "help": one.help, "unit": "" }]))
    });
    Value::Object(pairs.collect::<Map<_, _>>())
}

/// The parameters of a request.
struct Given<'a>(&'a [(String, String)]);

impl Given<'_> {
    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn first(&self, name: &str) -> Option<&str> {
        self.all(name).next().filter(|value| !value.is_empty())
    }

    fn needed(&self, name: &str) -> Result<&str, QueryError> {
        self.first(name).ok_or_else(|| QueryError::Bad(format!("the parameter {name} is missing")))
    }

    fn time(&self, name: &str) -> Result<Option<u64>, QueryError> {
        self.first(name).map(time).transpose()
    }

    fn limit(&self) -> Result<usize, QueryError> {
        let wrong = |text| QueryError::Bad(format!("limit={text}: write a number"));
        match self.first("limit") {
            None | Some("0" | "-1") => Ok(usize::MAX),
            Some(text) => text.parse().map_err(|_| wrong(text)),
        }
    }

    /// The labels of the series that `match[]` selects, or of all.
    fn labels(&self, history: &impl Ask, now_ms: u64) -> Result<Vec<Labels>, QueryError> {
        let matchers: Vec<Matchers> =
            self.all("match[]").map(parse_selector).collect::<Result<_, _>>()?;
        let to_ms = self.time("end")?.unwrap_or(now_ms);
        let from_ms = self.time("start")?.unwrap_or(to_ms.saturating_sub(USUAL_MS));
        let wanted = |labels: &Labels| {
            matchers.is_empty() || matchers.iter().any(|matchers| matchers.fit(labels))
        };
        Ok(history.with(|all| all.labels(&wanted, from_ms, to_ms)))
    }
}

/// Seconds since the Unix epoch, or a date as RFC 3339 has it in UTC.
fn time(text: &str) -> Result<u64, QueryError> {
    let wrong = || {
        let wanted = "write seconds since 1970 or a time such as 2026-11-25T15:00:00Z";
        QueryError::Bad(format!("the time {text}: {wanted}"))
    };
    if let Ok(seconds) = text.parse::<f64>() {
        let fits = seconds.is_finite() && seconds.abs() < 1e11;
        return if fits { Ok((seconds.max(0.0) * 1_000.0).round() as u64) } else { Err(wrong()) };
    }
    date(text).ok_or_else(wrong)
}

fn date(text: &str) -> Option<u64> {
    let (date, clock) = text.strip_suffix('Z')?.split_once('T')?;
    let number = |text: &str| text.parse::<i64>().ok();
    let mut date = date.splitn(3, '-').map(number);
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let mut clock = clock.splitn(3, ':').map(number);
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    let ranges = [(month, 1, 12), (day, 1, 31), (hour, 0, 23), (minute, 0, 59), (second, 0, 60)];
    if !(1970..10_000).contains(&year) || ranges.iter().any(|(n, low, high)| n < low || n > high) {
        return None;
    }
    // Days since 1970, with years that begin in March.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days =
        365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1 - 719_468;
    let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second;
    let fraction: f64 = format!("0.{fraction}").parse().ok()?;
    u64::try_from(seconds * 1_000 + (fraction * 1_000.0) as i64).ok()
}

/// Seconds, or a time such as `15s`.
fn step(text: &str) -> Result<u64, QueryError> {
    let wrong = || QueryError::Bad(format!("step={text}: write seconds or a time such as 15s"));
    if let Ok(seconds) = text.parse::<f64>() {
        let fits = seconds > 0.0 && seconds < 1e9;
        return if fits { Ok((seconds * 1_000.0) as u64) } else { Err(wrong()) };
    }
    let time = parse_duration(text).map_err(|_| wrong())?;
    u64::try_from(time.as_millis()).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        assert_eq!(time("1700000000.123"), Ok(1_700_000_000_123));
        assert_eq!(time("2023-11-14T22:13:20Z"), Ok(1_700_000_000_000));
        assert_eq!(time("2024-02-29T00:00:00.5Z"), Ok(1_709_164_800_500));
        assert_eq!(time("1970-01-01T00:00:00Z"), Ok(0));
        for text in ["", "now", "2023-13-01T00:00:00Z", "2023-11-14", "1e300", "NaN", "T:Z"] {
            assert!(time(text).is_err(), "{text}");
        }
        assert_eq!(step("15"), Ok(15_000));
        assert_eq!(step("0.5"), Ok(500));
        assert_eq!(step("1m"), Ok(60_000));
        assert!(step("0").is_err() && step("x").is_err());
    }
}
