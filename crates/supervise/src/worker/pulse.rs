//! The heartbeat page that the agent writes: 80 bytes, little-endian. Pure but for [`read`].

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::time::Duration;

/// Size of the page.
pub const PULSE_BYTES: usize = 80;

/// A beat comes each 50 ms, unless the event loop is held up.
const OVERDUE: Duration = Duration::from_millis(150);

/// One heartbeat.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pulse {
    /// Number of the beat; grows by one.
    pub seq: u64,
    /// `CLOCK_MONOTONIC` of the beat in nanoseconds.
    pub at_ns: u64,
    /// Event-loop utilisation since the beat before, 0.0 to 1.0.
    pub utilisation: f64,
    /// Largest event-loop delay since the beat before, in milliseconds.
    pub delay_ms: f64,
    /// Used JS heap in bytes.
    pub heap_bytes: u64,
    /// Who wrote it.
    pub pid: u32,
    /// Time that the garbage collector stopped it, so far, in milliseconds.
    pub gc_ms: f64,
    /// How often that was.
    pub gc_runs: u64,
}

impl Pulse {
    /// How busy the event loop is, in parts of a thousand: while a beat is overdue, wholly.
    pub fn busy(&self, now_ns: u64) -> u16 {
        if self.age(now_ns) > OVERDUE { 1_000 } else { (self.utilisation * 1_000.0) as u16 }
    }

    /// How old the beat is; zero if its clock is ahead of ours.
    pub fn age(&self, now_ns: u64) -> Duration {
        Duration::from_nanos(now_ns.saturating_sub(self.at_ns))
    }
}

/// The beat on `page`; None if there was none yet, or if the page was caught half-written.
pub fn parse(page: &[u8; PULSE_BYTES]) -> Option<Pulse> {
    let word = |at: usize| -> Option<[u8; 8]> { page.get(at * 8..at * 8 + 8)?.try_into().ok() };
    let number = |at: usize| word(at).map(u64::from_le_bytes);
    let real = |at: usize| word(at).map(f64::from_le_bytes).filter(|value| value.is_finite());
    let seq = number(0)?;
    if seq == 0 || number(9)? != seq {
        return None;
    }
    Some(Pulse {
        seq,
        at_ns: number(1)?,
        utilisation: real(2).unwrap_or(0.0).clamp(0.0, 1.0),
        delay_ms: real(3).unwrap_or(0.0).max(0.0),
        heap_bytes: number(4)?,
        pid: (number(5)? & u64::from(u32::MAX)) as u32,
        gc_ms: real(7).unwrap_or(0.0).max(0.0),
        gc_runs: number(8)?,
    })
}

/// Read the page; twice if it was caught half-written.
pub fn read(file: &File) -> Option<Pulse> {
    let mut page = [0; PULSE_BYTES];
    (0..2).find_map(|_| {
        file.read_exact_at(&mut page, 0).ok()?;
        parse(&page)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(seq: u64, last: u64) -> [u8; PULSE_BYTES] {
        let [busy, delay, gc] = [0.25f64, 3.5, 12.5].map(f64::to_bits);
        let words = [seq, 5_000_000, busy, delay, 1 << 20, 77, 0, gc, 9, last];
        let mut page = [0; PULSE_BYTES];
        for (at, word) in words.iter().enumerate() {
            page[at * 8..at * 8 + 8].copy_from_slice(&word.to_le_bytes());
        }
        page
    }

    #[test]
    fn a_beat() {
        let pulse = parse(&page(9, 9)).unwrap();
        assert_eq!((pulse.seq, pulse.pid, pulse.heap_bytes), (9, 77, 1 << 20));
        assert_eq!((pulse.utilisation, pulse.delay_ms), (0.25, 3.5));
        assert_eq!((pulse.gc_ms, pulse.gc_runs), (12.5, 9));
        assert_eq!(pulse.age(8_000_000), Duration::from_millis(3));
        assert_eq!(pulse.age(1), Duration::ZERO);
        assert_eq!((pulse.busy(100_000_000), pulse.busy(200_000_000)), (250, 1_000));
    }

    #[test]
    fn no_beat_yet_or_half_of_one() {
        assert_eq!(parse(&[0; PULSE_BYTES]), None);
        assert_eq!(parse(&page(9, 8)), None);
        let mut odd = page(9, 9);
        odd[16..24].copy_from_slice(&f64::NAN.to_le_bytes());
        assert_eq!(parse(&odd).unwrap().utilisation, 0.0);
    }
}
