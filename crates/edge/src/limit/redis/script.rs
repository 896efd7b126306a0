//! The checks as scripts, what they are asked, and what they answer. Pure.

use super::resp::Value;
use config::{LimitAlgorithm, LimitMost};
use std::time::Duration;

/// By the server's clock, in microseconds. The second call is for servers before version 5, which
/// else let nothing be written after the time was asked for.
const CLOCK: &str = "if redis.replicate_commands then redis.replicate_commands() end \
    local now = redis.call('TIME') local t = now[1] * 1000000 + now[2] \
    local function say(ok, left, us) return {ok, math.floor(left), math.ceil(us)} end ";

/// ARGV: the interval in microseconds, the burst. As [`super::super::gcra`].
const GCRA: &str = "local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2]) \
    local full = tonumber(redis.call('GET', KEYS[1]) or '0') or 0 \
    if full < t then full = t end \
    local owed, room = full - t + interval, interval * burst \
    if owed > room + 0.5 then return say(0, 0, owed - room) end \
    redis.call('SET', KEYS[1], string.format('%.3f', t + owed), 'PX', math.ceil(owed / 1000) + 1) \
    return say(1, (room - owed) / interval + 0.000001, owed)";

/// ARGV: the count, the period in microseconds. As [`super::super::window`].
const WINDOW: &str = "local count, period = tonumber(ARGV[1]), tonumber(ARGV[2]) \
    local number = math.floor(t / period) local left = period - (t - number * period) \
    local before, here = 0, 0 \
    local a, b, c = string.match(redis.call('GET', KEYS[1]) or '', '^(%d+):(%d+):(%d+)$') \
    if tonumber(a) == number then before, here = tonumber(b), tonumber(c) \
    elseif tonumber(a) == number - 1 then before = tonumber(c) end \
    local taken = math.ceil(before * left / period) + here \
    if taken >= count then \
      if here < count then \
        return say(0, 0, math.max(1, left - math.floor(period * (count - 1 - here) / before))) \
      end \
      return say(0, 0, left + period - math.floor(period * (count - 1) / here)) \
    end \
    redis.call('SET', KEYS[1], string.format('%.0f:%d:%d', number, before, here + 1), \
      'PX', math.ceil((left + period) / 1000) + 1) \
    return say(1, count - taken - 1, left + period)";

/// How many scripts there are.
pub const SCRIPTS: usize = 2;

/// The text of script `number`.
pub fn text(number: usize) -> String {
    format!("{CLOCK}{}", if number == 0 { GCRA } else { WINDOW })
}

/// A rate as a script is asked about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The script's number.
    pub script: usize,
    /// Its arguments.
    pub arguments: [String; 2],
}

/// What a script says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// The request may pass.
    pub passes: bool,
    /// Requests that may still come at once.
    pub remaining: u64,
    /// Until all of the rate is there again, or until one more may come.
    pub reset: Duration,
}

impl Check {
    /// Of what is counted in time; None of what is answered at once.
    pub fn new(most: &LimitMost) -> Option<Self> {
        let LimitMost::Rate { count, period, algorithm } = most else { return None };
        let period_us = period.as_micros();
        Some(match algorithm {
            LimitAlgorithm::Gcra { burst } => {
                let interval_us = period.as_secs_f64() * 1e6 / f64::from((*count).max(1));
                Check { script: 0, arguments: [format!("{interval_us:.3}"), burst.to_string()] }
            }
            LimitAlgorithm::Window => {
                Check { script: 1, arguments: [count.to_string(), period_us.to_string()] }
            }
        })
    }
}

impl Answer {
    /// What `value` says; None: it is no answer of ours.
    pub fn of(value: &Value) -> Option<Self> {
        let Value::Array(items) = value else { return None };
        let [Value::Number(passes), Value::Number(remaining), Value::Number(reset_us)] =
            items.as_slice()
        else {
            return None;
        };
        Some(Answer {
            passes: *passes == 1,
            remaining: u64::try_from(*remaining).unwrap_or(0),
            reset: Duration::from_micros(u64::try_from(*reset_us).unwrap_or(0)),
        })
    }
}

/// Append a command.
pub fn command(parts: &[&[u8]], out: &mut Vec<u8>) {
    out.extend_from_slice(format!("*{}\r\n", parts.len()).as_bytes());
    for part in parts {
        out.extend_from_slice(format!("${}\r\n", part.len()).as_bytes());
        out.extend_from_slice(part);
        out.extend_from_slice(b"\r\n");
    }
}
