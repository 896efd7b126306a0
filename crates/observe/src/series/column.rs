//! The values of one series one after the other, packed. When they were is kept once for all series.
//!
//! Whole numbers (counters, bytes) are kept as differences, others as what differs from the number before in
//! their bits, as Facebook's Gorilla does. A value that stays costs one bit.

use super::bits::{Reader, Writer};

/// Widths of a difference that is not zero, by the number of ones before it.
const WIDTHS: [u32; 4] = [7, 14, 24, 64];
/// Ones that stand for a missing value among whole numbers.
const MISSING_WHOLE: u32 = 5;
/// And among others.
const MISSING_REAL: u32 = 3;
/// Whole numbers up to this have no other floating-point number between them.
const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;
/// Values in a column at most.
pub const VALUES_MAX: usize = 4_096;

const WHOLE: u8 = 0;
const REAL: u8 = 1;

/// A column being written.
#[derive(Debug, Clone)]
pub struct Column {
    form: Form,
    bits: Writer,
    count: u16,
}

#[derive(Debug, Clone)]
enum Form {
    /// The number before.
    Whole(i64),
    /// The bits of the number before, and the window that held its difference: zeros before it, its width.
    Real { last: u64, before: u32, width: u32 },
}

impl Default for Column {
    fn default() -> Self {
        Column { form: Form::Whole(0), bits: Writer::default(), count: 0 }
    }
}

impl Column {
    /// How many values there are, missing ones counted.
    pub fn count(&self) -> usize {
        usize::from(self.count)
    }

    /// Bytes of memory that its values take.
    pub fn weight(&self) -> usize {
        self.bits.bytes().len()
    }

    /// Add a value; NaN: there is none.
    pub fn push(&mut self, value: f64) {
        if matches!(self.form, Form::Whole(_)) && !value.is_nan() && whole(value).is_none() {
            self.become_real();
        }
        match &mut self.form {
            Form::Whole(last) => push_whole(&mut self.bits, last, whole(value)),
            Form::Real { last, before, width } => {
                push_real(&mut self.bits, last, before, width, value);
            }
        }
        self.count += 1;
    }

    /// Rarely more than once in a column's life: the numbers so far are few.
    fn become_real(&mut self) {
        let so_far = decode(&self.encode()).unwrap_or_default();
        self.form = Form::Real { last: 0, before: 0, width: 0 };
        (self.bits, self.count) = (Writer::default(), 0);
        so_far.into_iter().for_each(|value| self.push(value));
    }

    /// As bytes.
    pub fn encode(&self) -> Vec<u8> {
        let form = if matches!(self.form, Form::Whole(_)) { WHOLE } else { REAL };
        let mut bytes = Vec::with_capacity(3 + self.weight());
        bytes.push(form);
        bytes.extend_from_slice(&self.count.to_le_bytes());
        bytes.extend_from_slice(self.bits.bytes());
        bytes
    }
}

fn whole(value: f64) -> Option<i64> {
    let fits = value.fract() == 0.0 && value.abs() < WHOLE_MAX;
    (fits && !(value == 0.0 && value.is_sign_negative())).then_some(value as i64)
}

fn push_whole(bits: &mut Writer, last: &mut i64, value: Option<i64>) {
    let Some(value) = value else { return bits.push(0b1_1111, MISSING_WHOLE) };
    // Both are below 2^53.
    let difference = value - std::mem::replace(last, value);
    let folded = ((difference << 1) ^ (difference >> 63)) as u64;
    if folded == 0 {
        return bits.push(0, 1);
    }
    let fitting = WIDTHS.iter().zip(1..).find(|(width, _)| **width == 64 || folded >> **width == 0);
    let (width, ones) = fitting.map_or((64, 4), |(width, ones)| (*width, ones));
    bits.push(((1 << ones) - 1) << 1, ones + 1);
    bits.push(folded, width);
}

fn push_real(bits: &mut Writer, last: &mut u64, before: &mut u32, width: &mut u32, value: f64) {
    if value.is_nan() {
        return bits.push(0b111, MISSING_REAL);
    }
    let differs = value.to_bits() ^ std::mem::replace(last, value.to_bits());
    if differs == 0 {
        return bits.push(0, 1);
    }
    let (zeros, after) = (differs.leading_zeros().min(31), differs.trailing_zeros());
    if *width > 0 && zeros >= *before && after >= 64 - *before - *width {
        bits.push(0b10, 2);
    } else {
        (*before, *width) = (zeros, 64 - zeros - after);
        bits.push(0b110, 3);
        bits.push(u64::from(*before), 5);
        bits.push(u64::from(*width - 1), 6);
    }
    bits.push(differs >> (64 - *before - *width), *width);
}

/// The values of an encoded column, NaN for missing ones; None if it is none.
pub fn decode(bytes: &[u8]) -> Option<Vec<f64>> {
    let [form, low, high, bits @ ..] = bytes else { return None };
    let count = usize::from(u16::from_le_bytes([*low, *high]));
    if count > VALUES_MAX {
        return None;
    }
    let mut reader = Reader::new(bits);
    let mut values = Vec::with_capacity(count);
    match *form {
        WHOLE => {
            let mut last = 0_i64;
            for _ in 0..count {
                values.push(take_whole(&mut reader, &mut last)?);
            }
        }
        REAL => {
            let mut state = (0, 0, 0);
            for _ in 0..count {
                values.push(take_real(&mut reader, &mut state)?);
            }
        }
        _ => return None,
    }
    Some(values)
}

fn take_whole(reader: &mut Reader<'_>, last: &mut i64) -> Option<f64> {
    let ones = reader.ones(MISSING_WHOLE)?;
    if ones == MISSING_WHOLE {
        return Some(f64::NAN);
    }
    if let Some(width) = ones.checked_sub(1).and_then(|at| WIDTHS.get(at as usize)) {
        let folded = reader.take(*width)?;
        let difference = (folded >> 1) as i64 ^ -((folded & 1) as i64);
        *last = last.wrapping_add(difference);
    }
    Some(*last as f64)
}

fn take_real(reader: &mut Reader<'_>, (last, before, width): &mut (u64, u32, u32)) -> Option<f64> {
    match reader.ones(MISSING_REAL)? {
        0 => return Some(f64::from_bits(*last)),
        1 => {}
        2 => {
            *before = reader.take(5)? as u32;
            *width = reader.take(6)? as u32 + 1;
        }
        _ => return Some(f64::NAN),
    }
    // No writer makes such a window.
    let after = 64_u32.checked_sub(*before + *width).filter(|_| *width > 0)?;
    *last ^= reader.take(*width)? << after;
    Some(f64::from_bits(*last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::random::Random;

    fn back(values: &[f64]) -> usize {
        let mut column = Column::default();
        values.iter().for_each(|value| column.push(*value));
        let bytes = column.encode();
        let read = decode(&bytes).unwrap();
        let bits = |values: &[f64]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        let plain = |values: &[f64]| {
            bits(values).iter().map(|b| if f64::from_bits(*b).is_nan() { 1 } else { *b }).collect()
        };
        let (a, b): (Vec<u64>, Vec<u64>) = (plain(&read), plain(values));
        assert_eq!(a, b);
        bytes.len()
    }

    #[test]
    fn values_come_back_as_they_were() {
        back(&[]);
        back(&[0.0, -0.0, 1.5, f64::NAN, 1.5, f64::INFINITY, f64::NEG_INFINITY, f64::MIN_POSITIVE]);
        back(&[WHOLE_MAX - 1.0, 1.0 - WHOLE_MAX, 0.0, WHOLE_MAX, 1e300, -1e-300]);
        back(&[5.0, f64::NAN, f64::NAN, 6.0, 6.0, 7.25, 8.0, f64::NAN]);
        let mut random = Random::new(7);
        for _ in 0..500 {
            let count = random.below(300);
            let kind = random.below(4);
            let mut value = 0.0;
            let values: Vec<f64> = (0..count)
                .map(|_| {
                    let any = random.below(u64::MAX);
                    match (kind, any % 11) {
                        (_, 10) => return f64::NAN,
                        (0, _) => value += (any % 1_000) as f64,
                        (1, _) => value += (any % 1_000) as f64 / 977.0,
                        (2, _) => value = f64::from_bits(any),
                        (_, unit) if unit < 5 => {}
                        _ => value = (any % 7) as f64,
                    }
                    value
                })
                .collect();
            back(&values);
        }
    }

    #[test]
    fn what_stays_costs_a_bit() {
        assert!(back(&[12_345.0; 300]) <= 3 + 5 + 38);
        assert!(back(&[0.1; 300]) <= 3 + 10 + 38);
        let counter: Vec<f64> = (0..300).map(|n| f64::from(n * 57)).collect();
        assert!(back(&counter) <= 3 + 300 * 9 / 8 + 2);
    }

    #[test]
    fn rubbish_is_refused() {
        let mut random = Random::new(3);
        for _ in 0..2_000 {
            let bytes: Vec<u8> = (0..random.below(40)).map(|_| random.below(256) as u8).collect();
            if let Some(values) = decode(&bytes) {
                assert!(values.len() <= VALUES_MAX);
            }
        }
    }
}
