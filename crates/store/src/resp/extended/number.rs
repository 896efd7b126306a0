//! Reading, adding and printing.

use super::big::Big;
use std::cmp::Ordering;

/// A number: `mantissa` times two to the `exponent`. The highest bit of `mantissa` is set unless all is zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extended {
    negative: bool,
    mantissa: u64,
    exponent: i32,
    infinite: bool,
}

/// Where the highest digit of a number is that is neither infinite nor nought.
const PLACES: std::ops::RangeInclusive<i32> = -16_445..=16_384;

/// Longer texts are no numbers to Redis.
pub(super) const TEXT_BYTES_MAX: usize = 5 * 1024 - 1;

/// No number is beyond ten to this power, and none that is not zero below its inverse.
const POWER_MAX: i64 = 5_000;

/// Digits after the point that are printed.
const FRACTION_DIGITS: usize = 17;

impl Extended {
    /// Nought.
    pub const ZERO: Extended =
        Extended { negative: false, mantissa: 0, exponent: 0, infinite: false };

    /// A decimal number as `strtold` takes it, rounded to the nearest.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok().filter(|text| text.len() <= TEXT_BYTES_MAX)?;
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let negative = text.starts_with('-');
        if unsigned.eq_ignore_ascii_case("inf") || unsigned.eq_ignore_ascii_case("infinity") {
            return Some(Extended { negative, infinite: true, ..Extended::ZERO });
        }
        let (number, power) = match unsigned.find(['e', 'E']) {
            Some(at) => (unsigned.get(..at)?, power(unsigned.get(at + 1..)?)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits = || whole.bytes().chain(fraction.bytes());
        if digits().count() == 0 || !digits().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        let digits: Vec<u8> = digits().skip_while(|digit| *digit == b'0').collect();
        let power = power.saturating_sub(fraction.len() as i64);
        if digits.is_empty() {
            return Some(Extended { negative, ..Extended::ZERO });
        }
        let highest = power.saturating_add(digits.len() as i64);
        if !(-POWER_MAX..=POWER_MAX).contains(&highest) {
            return None;
        }
        let (mut above, mut below) = (Big::from(1), Big::from(1));
        above.set_digits(&digits);
        let scaled = if power >= 0 { &mut above } else { &mut below };
        scaled.times_ten_to(power.unsigned_abs());
        let (mantissa, exponent) = nearest(above, below);
        Extended { negative, mantissa, exponent, infinite: false }.in_range()
    }

    /// It is beyond all numbers.
    pub fn is_infinite(self) -> bool {
        self.infinite
    }

    /// The sum, rounded to the nearest; nothing if it is infinite.
    pub fn plus(self, other: Extended) -> Option<Extended> {
        /// Places below the mantissa that are kept until the sum is rounded.
        const GUARD: i32 = 62;
        if self.infinite || other.infinite {
            return None;
        }
        let weight = |number: &Extended| match number.mantissa {
            0 => (i32::MIN, 0),
            mantissa => (number.exponent, mantissa),
        };
        let (high, low) =
            if weight(&self) >= weight(&other) { (self, other) } else { (other, self) };
        if low.mantissa == 0 {
            let zero = high.mantissa == 0 && !(high.negative && low.negative);
            return Some(if zero { Extended::ZERO } else { high });
        }
        let shift = u32::try_from(high.exponent - low.exponent).unwrap_or(u32::MAX);
        let whole = u128::from(low.mantissa) << GUARD;
        let moved = whole.checked_shr(shift).unwrap_or(0);
        let cut = u128::from(moved.checked_shl(shift) != Some(whole));
        let top = u128::from(high.mantissa) << GUARD;
        let sum = if high.negative == low.negative { top + moved } else { top - moved - cut };
        let (mantissa, exponent) = rounded(sum | cut, high.exponent - GUARD);
        if mantissa == 0 {
            return Some(Extended::ZERO);
        }
        Extended { negative: high.negative, mantissa, exponent, infinite: false }.in_range()
    }

    /// Its decimal digits, 17 after the point, without zeros at the end.
    pub fn text(self) -> String {
        let digits = if self.exponent >= 0 {
            let mut whole = Big::from(self.mantissa);
            whole.shift(self.exponent as u32);
            whole.text()
        } else {
            let scaled = u128::from(self.mantissa) * 10u128.pow(FRACTION_DIGITS as u32);
            let digits = divided(scaled, self.exponent.unsigned_abs());
            let digits = format!("{digits:0>width$}", width = FRACTION_DIGITS + 1);
            let (whole, fraction) = digits.split_at(digits.len() - FRACTION_DIGITS);
            match fraction.trim_end_matches('0') {
                "" => whole.to_owned(),
                fraction => format!("{whole}.{fraction}"),
            }
        };
        if self.negative && digits != "0" { format!("-{digits}") } else { digits }
    }

    fn in_range(self) -> Option<Self> {
        PLACES.contains(&self.exponent.checked_add(64)?).then_some(self)
    }
}

/// The power of ten after `e`; so high or low that there is no such number if it has too many digits.
fn power(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let size = digits.parse().unwrap_or(i64::MAX / 2).min(i64::MAX / 2);
    Some(if text.starts_with('-') { -size } else { size })
}

/// `above / below` as a mantissa and an exponent.
fn nearest(mut above: Big, mut below: Big) -> (u64, i32) {
    let mut scale = above.bits() as i32 - below.bits() as i32;
    let shifted = if scale >= 0 { &mut below } else { &mut above };
    shifted.shift(scale.unsigned_abs());
    if above.cmp(&below) == Ordering::Less {
        above.shift(1);
        scale -= 1;
    }
    let mut mantissa: u64 = 0;
    for _ in 0..64 {
        mantissa <<= 1;
        if above.cmp(&below) != Ordering::Less {
            above.subtract(&below);
            mantissa |= 1;
        }
        above.shift(1);
    }
    let up = match above.cmp(&below) {
        Ordering::Less => false,
        Ordering::Equal => mantissa & 1 == 1,
        Ordering::Greater => true,
    };
    carried(mantissa, up, scale - 63)
}

/// `sum` times two to the `exponent` as a mantissa and an exponent. The lowest bit stands for all that is below it.
fn rounded(sum: u128, exponent: i32) -> (u64, i32) {
    let bits = 128 - sum.leading_zeros();
    match bits.checked_sub(64) {
        None if sum == 0 => (0, 0),
        None => {
            let up = 64 - bits;
            ((sum << up) as u64, exponent - up as i32)
        }
        Some(over) => {
            let mantissa = divided(sum, over);
            match u64::try_from(mantissa) {
                Ok(mantissa) => (mantissa, exponent + over as i32),
                Err(_) => (1 << 63, exponent + over as i32 + 1),
            }
        }
    }
}

fn carried(mantissa: u64, up: bool, exponent: i32) -> (u64, i32) {
    match mantissa.checked_add(u64::from(up)) {
        Some(mantissa) => (mantissa, exponent),
        None => (1 << 63, exponent + 1),
    }
}

/// `number` without its last `places` binary places, rounded to the nearest, to an even one if both are as near.
fn divided(number: u128, places: u32) -> u128 {
    match places {
        0 => number,
        1..128 => {
            let (whole, rest) = (number >> places, number & ((1 << places) - 1));
            let half = 1u128 << (places - 1);
            let up = rest > half || (rest == half && whole & 1 == 1);
            whole + u128::from(up)
        }
        _ => 0,
    }
}
