//! Speed of sides under full load, in turn.

use super::noise::Noise;
use crate::load::{Load, Plan, Tls};
use crate::side::{App, Kind, Side};
use anyhow::{Context, Result, ensure};
use std::time::Duration;

/// Share of the machine that other programs may use while something is measured.
const FOREIGN_MAX: f64 = 0.05;
/// After so many tries the machine's noise is accepted, and told in the table.
const TRIES: usize = 3;

/// One round of one side.
#[derive(Debug, Clone, Copy)]
pub struct Speed {
    pub requests_per_second: f64,
    /// Of all processes of the side.
    pub cpu_us: f64,
    /// Of those that do not run the app.
    pub runner_us: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub failures: u64,
    /// Of a reply's head and body as they came; 0 over HTTP/2.
    pub reply_bytes: f64,
    /// Share of the machine that programs outside this comparison used, 0 to 1.
    pub foreign: f64,
    /// Share of TLS handshakes that resumed a session, 0 to 1; NaN without TLS.
    pub resumed: f64,
}

/// What is measured, and for how long.
#[derive(Debug)]
pub struct Trial<'a> {
    /// Those that are compared, in turn.
    pub sides: Vec<Kind>,
    pub app: &'a App,
    /// The load; its address is set when a side has one, and its TLS begins anew with each.
    pub plan: Plan,
    pub rounds: usize,
    pub time: Duration,
    /// Not measured after each start.
    pub warm_up: Duration,
}

/// All rounds of all sides.
#[derive(Debug, Default)]
pub struct Speeds(Vec<(Kind, Speed)>);

impl Speeds {
    /// Run every side once a round, each started anew by `start`.
    pub async fn measure(
        trial: &Trial<'_>,
        start: impl AsyncFn(Kind) -> Result<Side>,
    ) -> Result<Self> {
        let mut speeds = Speeds::default();
        for round in 1..=trial.rounds {
            for kind in &trial.sides {
                let name = kind.name();
                let mut side = start(*kind).await.with_context(|| format!("start {name}"))?;
                let speed = quiet(&mut side, trial).await.with_context(|| name)?;
                eprintln!(
                    "round {round}: {name}: {:.0} requests/s, {:.1} CPU µs/request, {:.1} of them the runner's",
                    speed.requests_per_second, speed.cpu_us, speed.runner_us
                );
                speeds.0.push((*kind, speed));
            }
        }
        Ok(speeds)
    }

    fn all(&self, kind: Kind) -> impl Iterator<Item = &Speed> {
        self.0.iter().filter(move |(of, _)| *of == kind).map(|(_, speed)| speed)
    }

    /// The median over a side's rounds; NaN if it was not measured.
    pub fn median(&self, kind: Kind, what: fn(&Speed) -> f64) -> f64 {
        median(self.all(kind).map(what))
    }

    /// Requests a second.
    pub fn rate(&self, kind: Kind) -> f64 {
        self.median(kind, |speed| speed.requests_per_second)
    }

    /// CPU microseconds a request.
    pub fn cpu(&self, kind: Kind) -> f64 {
        self.median(kind, |speed| speed.cpu_us)
    }

    /// Failed requests of all rounds.
    pub fn failures(&self, kind: Kind) -> u64 {
        self.all(kind).map(|speed| speed.failures).sum()
    }
}

/// Measure while the machine is quiet: a noisy measurement is made again.
async fn quiet(side: &mut Side, trial: &Trial<'_>) -> Result<Speed> {
    for _ in 1..TRIES {
        let speed = speed(side, trial).await?;
        if speed.foreign <= FOREIGN_MAX {
            return Ok(speed);
        }
        eprintln!("other programs used {:.0} % of the machine: again", speed.foreign * 100.0);
    }
    speed(side, trial).await
}

/// Load `side` fully: warm up, then count for the set time.
async fn speed(side: &mut Side, trial: &Trial<'_>) -> Result<Speed> {
    let tls = trial.plan.tls.as_ref().map(Tls::anew).transpose()?;
    let resumed = tls.clone();
    let headers = trial.plan.headers.clone() + &side.lines;
    let load = Load::start(Plan { address: side.address, headers, tls, ..trial.plan.clone() })?;
    tokio::time::sleep(trial.warm_up).await;
    let workers = side.workers(trial.app);
    let cpu = || {
        let all = side.processes();
        (all.cpu(), all.without(&workers).cpu())
    };
    let noise = Noise::begin(side);
    let (began, before, cpu_before) = (base::clock::now(), load.snapshot(), cpu());
    tokio::time::sleep(trial.time).await;
    let (took, after, cpu_after) = (began.elapsed(), load.snapshot(), cpu());
    let foreign = noise.share(side);
    side.check()?;
    let counted = after.since(&before);
    let answered = counted.answered() as f64;
    ensure!(answered > 0.0, "no request was answered: {}", counted.gets.described());
    let ms = |q| counted.latency.quantile(q).unwrap_or_default().as_secs_f64() * 1e3;
    let us = |before: Duration, after: Duration| {
        after.saturating_sub(before).as_secs_f64() * 1e6 / answered
    };
    Ok(Speed {
        requests_per_second: answered / took.as_secs_f64(),
        cpu_us: us(cpu_before.0, cpu_after.0),
        runner_us: us(cpu_before.1, cpu_after.1),
        p50_ms: ms(0.5),
        p99_ms: ms(0.99),
        reply_bytes: counted.reply_bytes as f64 / answered,
        failures: load.finish().0.failures(),
        foreign,
        resumed: resumed.map_or(f64::NAN, |tls| tls.resumed()),
    })
}

/// The middle of `values`; the mean of the middle two if their number is even; NaN without any.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.into_iter().collect();
    sorted.sort_by(f64::total_cmp);
    let middle = |at: usize| sorted.get(at).copied().unwrap_or(f64::NAN);
    let half = sorted.len() / 2;
    if sorted.len() % 2 == 1 {
        middle(half)
    } else {
        f64::midpoint(middle(half.wrapping_sub(1)), middle(half))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        assert_eq!(median([3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median([4.0, 1.0, 2.0, 3.0]), 2.5);
        assert!(median([]).is_nan());
    }
}
