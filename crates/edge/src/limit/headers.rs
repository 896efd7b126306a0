//! What replies tell of rates: the IETF's `RateLimit` fields, in the forms of their drafts, and what
//! was usual before.
//!
//! The fields of draft 8 and later (draft-ietf-httpapi-ratelimit-headers) are lists of all rates;
//! the older ones have room for one, and tell of that of which the least is left.

use super::limiter::Standing;
use config::{Limit, LimitHeaders, LimitMost};
use std::io::Write;
use std::time::Duration;

/// A rate, and how somebody stands with it.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// The limit.
    pub limit: &'a Limit,
    /// How somebody stands.
    pub standing: Standing,
}

/// The names of all headers that may be written: an app's own ones of that name give way.
pub const NAMES: [&str; 8] = [
    "ratelimit",
    "ratelimit-policy",
    "ratelimit-limit",
    "ratelimit-remaining",
    "ratelimit-reset",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
];

/// Append the lines that tell of `rates`. `wall`: the time since the Unix epoch.
pub fn write(rates: &[Told<'_>], wall: impl Fn() -> Duration, out: &mut Vec<u8>) {
    let of = |form| rates.iter().filter(move |told| told.limit.headers == Some(form));
    if of(LimitHeaders::Draft8).next().is_some() {
        list(out, "RateLimit-Policy", of(LimitHeaders::Draft8), policy);
        list(out, "RateLimit", of(LimitHeaders::Draft8), |told, out| {
            let Standing { remaining, reset } = told.standing;
            let _ = write!(out, "\"{}\";r={remaining};t={}", told.limit.name, seconds(reset));
        });
    }
    for form in [LimitHeaders::Draft7, LimitHeaders::Draft6, LimitHeaders::Legacy] {
        let Some(told) = of(form).min_by_key(|told| told.standing.remaining) else { continue };
        let Some((count, period)) = told.rate() else { continue };
        let Standing { remaining, reset } = told.standing;
        let (reset_s, period_s) = (seconds(reset), seconds(period));
        // Writing into a Vec cannot fail.
        let _ = match form {
            LimitHeaders::Draft8 => Ok(()),
            LimitHeaders::Draft7 => write!(
                out,
                "RateLimit-Policy: {count};w={period_s}\r\n\
                 RateLimit: limit={count}, remaining={remaining}, reset={reset_s}\r\n"
            ),
            LimitHeaders::Draft6 => write!(
                out,
                "RateLimit-Policy: {count};w={period_s}\r\nRateLimit-Limit: {count}\r\n\
                 RateLimit-Remaining: {remaining}\r\nRateLimit-Reset: {reset_s}\r\n"
            ),
            LimitHeaders::Legacy => write!(
                out,
                "X-RateLimit-Limit: {count}\r\nX-RateLimit-Remaining: {remaining}\r\n\
                 X-RateLimit-Reset: {}\r\n",
                seconds(wall() + reset)
            ),
        };
    }
}

/// The seconds after which it is certainly over.
pub fn seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

fn list<'a>(
    out: &mut Vec<u8>,
    name: &str,
    rates: impl Iterator<Item = &'a Told<'a>>,
    item: impl Fn(&Told<'_>, &mut Vec<u8>),
) {
    let _ = write!(out, "{name}: ");
    for (at, told) in rates.enumerate() {
        if at > 0 {
            out.extend_from_slice(b", ");
        }
        item(told, out);
    }
    out.extend_from_slice(b"\r\n");
}

fn policy(told: &Told<'_>, out: &mut Vec<u8>) {
    if let Some((count, period)) = told.rate() {
        let _ = write!(out, "\"{}\";q={count};w={}", told.limit.name, seconds(period));
    }
}

impl Told<'_> {
    /// Only of rates there is something to tell.
    pub fn is_rate(&self) -> bool {
        self.rate().is_some()
    }

    fn rate(&self) -> Option<(u32, Duration)> {
        match self.limit.most {
            LimitMost::Rate { count, period, .. } => Some((count, period)),
            LimitMost::AtOnce(_) => None,
        }
    }
}
