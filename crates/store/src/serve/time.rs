//! The data thread's clock: read once for each command.

use crate::engine::Now;

/// The time as it was read last.
#[derive(Debug, Clone, Copy, Default)]
pub struct Time {
    /// Of the monotonic clock.
    at_ns: u64,
    /// What is to be added to it for milliseconds since 1970.
    offset_ms: i64,
}

impl Time {
    /// Read both clocks.
    pub fn set(&mut self) {
        self.at_ns = base::clock::monotonic_ns();
        self.offset_ms = base::clock::wall_ms() as i64 - self.at_ms();
    }

    /// Read the monotonic clock only; what happened to the other is seen at the next [`Time::set`].
    pub fn go_on(&mut self) {
        self.at_ns = base::clock::monotonic_ns();
    }

    /// Nanoseconds since the clock was read last; that is now.
    pub fn lap_ns(&mut self) -> u64 {
        let now_ns = base::clock::monotonic_ns();
        let lap_ns = now_ns.saturating_sub(self.at_ns);
        self.at_ns = now_ns;
        lap_ns
    }

    /// The time of a command that begins now.
    pub fn now(&self) -> Now {
        let rest_us = (self.at_ns / 1000 % 1000) as u32;
        Now { wall_ms: self.wall_ms(), rest_us }
    }

    /// Milliseconds since 1970.
    pub fn wall_ms(&self) -> i64 {
        self.at_ms() + self.offset_ms
    }

    fn at_ms(&self) -> i64 {
        (self.at_ns / 1_000_000) as i64
    }
}
