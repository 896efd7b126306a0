//! The clock of the arrivals: a thread, since the runtime's own timers count whole milliseconds.

use anyhow::{Context, Result};
use base::random::Random;
use std::time::Duration;
use tokio::sync::mpsc;

/// So many arrivals may wait for the generator to take them; then the clock waits too, and its later
/// arrivals are late by what they were due.
const WAITING_MAX: usize = 65_536;

/// Priority of the generator's threads, where the system allows it: their own waiting for a processor
/// would be counted as the server's.
const NICE: i32 = -10;

/// Instants (of `base::clock::monotonic_ns`), each told when it has come: a Poisson process of `rate` a
/// second that begins now and lasts for `time`. Its thread ends with it or when nobody listens.
pub fn poisson(rate: f64, time: Duration, seed: u64) -> Result<mpsc::Receiver<u64>> {
    let (tell, told) = mpsc::channel(WAITING_MAX);
    let mut random = Random::new(seed);
    let tick = move || {
        hurry();
        let (began, mut due) = (base::clock::now(), Duration::ZERO);
        let began_ns = base::clock::monotonic_ns();
        loop {
            due += Duration::from_secs_f64(-(1.0 - random.unit()).ln() / rate);
            if due >= time {
                return;
            }
            std::thread::sleep(due.saturating_sub(began.elapsed()));
            let due_ns = began_ns.saturating_add(due.as_nanos().try_into().unwrap_or(u64::MAX));
            if tell.blocking_send(due_ns).is_err() {
                return;
            }
        }
    };
    std::thread::Builder::new().name("pace".into()).spawn(tick).context("cannot start a clock")?;
    Ok(told)
}

/// Raise this thread's priority.
pub fn hurry() {
    // Refused without privilege; then the figures are a little worse for all sides alike.
    let _ = rustix::process::setpriority_process(None, NICE);
}
