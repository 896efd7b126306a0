//! How fast a worker answers, compared with the others.
//!
//! An average of logarithms: what counts is by what factor a worker is slower, and one reply that
//! took a thousand times as long (a long poll) weighs no more than one that took four times as long.

use super::view::ONE;

/// The logarithm's fractional bits.
const BITS: u32 = 16;
/// Two powers of two: the largest factor that is told apart.
const REACH: u32 = 2 << BITS;
/// The weight of one sample is 1/16.
const WEIGHT: u64 = 16;
/// Workers that differ by less than half are equal: that much is noise of the average.
const NOISE: u32 = 38_336;
/// Added to every time, in microseconds: how much faster than this a worker is says more of the
/// kernel and of a new connection than of the worker.
const FLOOR_US: u64 = 1_000;

/// `log2` of a time in microseconds, never 0.
pub fn logarithm(us: u64) -> u32 {
    let us = us.saturating_add(FLOOR_US);
    let top = us.ilog2();
    // The mantissa taken as linear: wrong by 6 % at most.
    let fraction = (us << (63 - top) << 1) >> (64 - BITS);
    ((top << BITS) + fraction as u32).max(1)
}

/// A sum of such logarithms as a number. It is too large by what [`FLOOR_US`] adds.
pub fn exact(sum: u64) -> f64 {
    sum as f64 / f64::from(1u32 << BITS)
}

/// The average after one more sample; 0 stands for none, of `average` and of `median`.
pub fn after(average: u32, sample: u32, median: u32) -> u32 {
    if median == 0 {
        return if average == 0 { sample } else { toward(average, sample, 1, WEIGHT) };
    }
    let near = sample.clamp(median.saturating_sub(REACH).max(1), median.saturating_add(REACH));
    // A new worker is taken to be like the others: its first reply, on a new connection, is slow.
    let average = if average == 0 { median } else { average };
    toward(average, near, 1, WEIGHT)
}

/// `average` after `passed_ms` of `forget_ms` without a sample: nearer to the median, and never so
/// far above it that the way back would be longer than from the largest factor.
pub fn forgotten(average: u32, median: u32, passed_ms: u64, forget_ms: u64) -> u32 {
    toward(average.min(median.saturating_add(REACH)), median, passed_ms, forget_ms)
}

/// The time whose logarithm is `value`, in microseconds.
pub fn time_us(value: u32) -> u64 {
    let us = (f64::from(value) / f64::from(1u32 << BITS)).exp2();
    (us as u64).saturating_sub(FLOOR_US)
}

/// `average` moved by `part`/`whole` of the way to `goal`.
fn toward(average: u32, goal: u32, part: u64, whole: u64) -> u32 {
    let way = i64::from(goal) - i64::from(average);
    let step = way * part.min(whole) as i64 / whole.max(1) as i64;
    u32::try_from(i64::from(average) + step).unwrap_or(1).max(1)
}

/// How much slower `average` is than `median`, in parts of [`ONE`]: 1 to 4.
pub fn factor(average: u32, median: u32) -> u16 {
    let above = average.saturating_sub(median).min(REACH);
    if average == 0 || median == 0 || above < NOISE {
        return ONE;
    }
    let factor = (f64::from(above) / f64::from(1u32 << BITS)).exp2();
    (factor * f64::from(ONE)) as u16
}
