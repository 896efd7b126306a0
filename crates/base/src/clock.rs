//! The one place that reads clocks. Shells call it at their rim and pass the value on.
#![expect(clippy::disallowed_methods, reason = "this is the wrapper the lint points to")]

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The monotonic time now.
pub fn now() -> Instant {
    Instant::now()
}

/// Time since the Unix epoch; zero if the machine's clock stands before it.
pub fn wall() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// Milliseconds since the Unix epoch.
pub fn wall_ms() -> u64 {
    u64::try_from(wall().as_millis()).unwrap_or(u64::MAX)
}

/// `CLOCK_MONOTONIC` in nanoseconds: the same clock as Node's `process.hrtime.bigint()`.
pub fn monotonic_ns() -> u64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    u64::try_from(time.tv_sec).unwrap_or(0) * 1_000_000_000
        + u64::try_from(time.tv_nsec).unwrap_or(0)
}

/// The processor time that the calling thread has used.
pub fn thread_spent() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    let (seconds, ns) = (u64::try_from(time.tv_sec), u32::try_from(time.tv_nsec));
    Duration::new(seconds.unwrap_or(0), ns.unwrap_or(0))
}
