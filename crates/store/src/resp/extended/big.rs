//! Whole numbers of any size: as much of their arithmetic as decimal numbers need to be read and printed exactly.

use std::cmp::Ordering;

/// The digits to the base of 2^32, the lowest first; no zeros at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Big(Vec<u32>);

impl From<u64> for Big {
    fn from(value: u64) -> Self {
        let mut big = Big(vec![value as u32, (value >> 32) as u32]);
        big.trim();
        big
    }
}

impl Big {
    /// Become the number with these decimal digits.
    pub(super) fn set_digits(&mut self, digits: &[u8]) {
        self.0.clear();
        for nine in digits.chunks(9) {
            let value = nine.iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0'));
            self.times_plus(10u32.pow(nine.len() as u32), value);
        }
    }

    pub(super) fn times_ten_to(&mut self, mut power: u64) {
        while power > 0 {
            let step = power.min(9);
            self.times_plus(10u32.pow(step as u32), 0);
            power -= step;
        }
    }

    /// How many binary digits it has.
    pub(super) fn bits(&self) -> u32 {
        let last = self.0.last().map_or(0, |last| 32 - last.leading_zeros());
        (self.0.len() as u32).saturating_sub(1) * 32 + last
    }

    /// Multiply by two to the `places`.
    pub(super) fn shift(&mut self, places: u32) {
        let (words, bits) = ((places / 32) as usize, places % 32);
        if bits > 0 {
            self.times_plus(1 << bits, 0);
        }
        if !self.0.is_empty() {
            self.0.splice(0..0, std::iter::repeat_n(0, words));
        }
    }

    pub(super) fn cmp(&self, other: &Big) -> Ordering {
        let by_length = self.0.len().cmp(&other.0.len());
        by_length.then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }

    /// Subtract `other`, which is not greater.
    pub(super) fn subtract(&mut self, other: &Big) {
        let mut borrow = false;
        for (at, word) in self.0.iter_mut().enumerate() {
            let less = other.0.get(at).copied().unwrap_or(0);
            let (rest, one) = word.overflowing_sub(less);
            let (rest, two) = rest.overflowing_sub(u32::from(borrow));
            (*word, borrow) = (rest, one || two);
        }
        self.trim();
    }

    /// Its decimal digits.
    pub(super) fn text(mut self) -> String {
        const NINE: u64 = 1_000_000_000;
        let mut parts = Vec::new();
        while !self.0.is_empty() {
            let mut rest = 0u64;
            for word in self.0.iter_mut().rev() {
                let value = rest << 32 | u64::from(*word);
                (*word, rest) = ((value / NINE) as u32, value % NINE);
            }
            self.trim();
            parts.push(rest);
        }
        let mut text = parts.pop().unwrap_or(0).to_string();
        for part in parts.iter().rev() {
            text.push_str(&format!("{part:09}"));
        }
        text
    }

    fn times_plus(&mut self, factor: u32, more: u32) {
        let mut carry = u64::from(more);
        for word in &mut self.0 {
            let value = u64::from(*word) * u64::from(factor) + carry;
            (*word, carry) = (value as u32, value >> 32);
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }

    fn trim(&mut self) {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }
}
