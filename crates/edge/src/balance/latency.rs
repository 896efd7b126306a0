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
const WEIGHT: i64 = 16;
/// Workers that differ by less than a quarter are equal: that much is noise of the average.
const NOISE: u32 = 21_098;

/// `log2` of a time in microseconds, never 0.
pub fn logarithm(us: u64) -> u32 {
    let us = us.max(1);
    let top = us.ilog2();
    // The mantissa taken as linear: wrong by 6 % at most.
    let fraction = (us << (63 - top) << 1) >> (64 - BITS);
    ((top << BITS) + fraction as u32).max(1)
}

/// The average after one more sample; 0 stands for none, of `average` and of `median`.
pub fn after(average: u32, sample: u32, median: u32) -> u32 {
    let near = match median {
        0 => sample,
        median => sample.clamp(median.saturating_sub(REACH).max(1), median.saturating_add(REACH)),
    };
    match average {
        0 => near,
        average => toward(average, near, 1, WEIGHT as u64),
    }
}

/// `average` moved by `part`/`whole` of the way to `goal`.
pub fn toward(average: u32, goal: u32, part: u64, whole: u64) -> u32 {
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
