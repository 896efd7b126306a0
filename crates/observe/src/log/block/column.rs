//! The values of one field in one block, as small as they can be. Pure.

use super::super::bytes::{Take, put_counted, put_number, put_signed};
use std::borrow::Cow;
use std::collections::HashMap;
use zstd::bulk::{Compressor, Decompressor};

/// Different values that a column may have to be kept by their numbers.
const DIFFERENT_MAX: usize = 256;
/// What a column may take unpacked, which a damaged file may exceed.
const UNPACKED_BYTES_MAX: usize = 16 << 20;
/// Less is not packed.
const PACKED_BYTES_MIN: usize = 64;
/// zstd's fastest but one, by which the disk takes a tenth of what was written.
const EFFORT: i32 = 1;

/// Values in the order of their rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Column {
    /// One value, in every row.
    Same(String),
    /// Few values, by number.
    Few {
        /// Each once.
        values: Vec<String>,
        /// One number a row.
        numbers: Vec<u8>,
    },
    /// Whole numbers.
    Whole(Vec<i64>),
    /// Texts.
    Texts {
        /// All, one after the other.
        text: String,
        /// Where each ends.
        ends: Vec<u32>,
    },
}

/// Packs columns; used again, since it is large.
pub struct Packer(Compressor<'static>);

/// Unpacks columns; used again.
pub struct Unpacker(Decompressor<'static>);

impl Packer {
    /// None: there is no memory for it.
    pub fn new() -> Option<Self> {
        Compressor::new(EFFORT).ok().map(Packer)
    }

    /// Append `column` to `out` with a checksum.
    pub fn put(&mut self, column: &Column, out: &mut Vec<u8>) {
        let start = out.len();
        let mut plain = Vec::new();
        out.push(column.write(&mut plain));
        let packed =
            (plain.len() >= PACKED_BYTES_MIN).then(|| self.0.compress(&plain).ok()).flatten();
        put_number(out, plain.len() as u64);
        match packed.filter(|packed| packed.len() < plain.len()) {
            Some(packed) => {
                out.push(1);
                out.extend_from_slice(&packed);
            }
            None => {
                out.push(0);
                out.extend_from_slice(&plain);
            }
        }
        let sum = crc32fast::hash(out.get(start..).unwrap_or_default());
        out.extend_from_slice(&sum.to_le_bytes());
    }
}

impl Unpacker {
    /// None: there is no memory for it.
    pub fn new() -> Option<Self> {
        Decompressor::new().ok().map(Unpacker)
    }

    /// The column of `rows` rows that [`Packer::put`] made of; None if it is damaged.
    pub fn take(&mut self, bytes: &[u8], rows: usize) -> Option<Column> {
        let (body, sum) = bytes.split_last_chunk::<4>()?;
        if crc32fast::hash(body) != u32::from_le_bytes(*sum) {
            return None;
        }
        let mut take = Take(body);
        let kind = take.byte()?;
        let length =
            usize::try_from(take.number()?).ok().filter(|length| *length <= UNPACKED_BYTES_MAX)?;
        match take.byte()? {
            0 => Column::read(kind, Take(take.0.get(..length)?), rows),
            1 => {
                let plain =
                    self.0.decompress(take.0, length).ok().filter(|plain| plain.len() == length)?;
                Column::read(kind, Take(&plain), rows)
            }
            _ => None,
        }
    }
}

impl Column {
    /// The best form for `values`. Whether texts deserve a filter is [`Column::is_texts`].
    pub fn of(values: &[&str]) -> Column {
        let first = values.first().copied().unwrap_or_default();
        if values.iter().all(|value| *value == first) {
            return Column::Same(first.into());
        }
        if let Some(numbers) = values.iter().map(|value| whole(value)).collect::<Option<Vec<i64>>>()
        {
            return Column::Whole(numbers);
        }
        few(values).unwrap_or_else(|| texts(values))
    }

    /// The value of a row, as it was written.
    pub fn get(&self, row: usize) -> Cow<'_, str> {
        match self {
            Column::Same(value) => Cow::Borrowed(value),
            Column::Few { values, numbers } => {
                let value = numbers.get(row).and_then(|number| values.get(usize::from(*number)));
                Cow::Borrowed(value.map_or("", String::as_str))
            }
            Column::Whole(numbers) => {
                Cow::Owned(numbers.get(row).map(ToString::to_string).unwrap_or_default())
            }
            Column::Texts { text, ends } => {
                let end = ends.get(row).map_or(0, |end| *end as usize);
                let start = row
                    .checked_sub(1)
                    .and_then(|before| ends.get(before))
                    .map_or(0, |end| *end as usize);
                Cow::Borrowed(text.get(start..end).unwrap_or_default())
            }
        }
    }

    /// The number in a row, where all are numbers.
    pub fn number(&self, row: usize) -> Option<i64> {
        match self {
            Column::Whole(numbers) => numbers.get(row).copied(),
            Column::Same(value) => whole(value),
            _ => None,
        }
    }

    /// Append the content; returns the kind.
    fn write(&self, out: &mut Vec<u8>) -> u8 {
        match self {
            Column::Same(value) => {
                out.extend_from_slice(value.as_bytes());
                0
            }
            Column::Few { values, numbers } => {
                put_number(out, values.len() as u64);
                values.iter().for_each(|value| put_counted(out, value.as_bytes()));
                out.extend_from_slice(numbers);
                1
            }
            Column::Whole(numbers) => {
                let mut last = 0_i64;
                for number in numbers {
                    put_signed(out, number.wrapping_sub(last));
                    last = *number;
                }
                2
            }
            Column::Texts { text, ends } => {
                let mut last = 0;
                for end in ends {
                    put_number(out, u64::from(end - last));
                    last = *end;
                }
                out.extend_from_slice(text.as_bytes());
                3
            }
        }
    }

    fn read(kind: u8, mut take: Take<'_>, rows: usize) -> Option<Column> {
        match kind {
            0 => std::str::from_utf8(take.0).ok().map(|value| Column::Same(value.into())),
            1 => {
                let count = take.count()?;
                let values = (0..count)
                    .map(|_| take.text().map(Into::into))
                    .collect::<Option<Vec<String>>>()?;
                let numbers = take.bytes(rows)?.to_vec();
                let good = numbers.iter().all(|number| usize::from(*number) < values.len());
                good.then_some(Column::Few { values, numbers })
            }
            2 => {
                let mut last = 0_i64;
                let next = |_| {
                    last = last.wrapping_add(take.signed()?);
                    Some(last)
                };
                (0..rows).map(next).collect::<Option<Vec<i64>>>().map(Column::Whole)
            }
            3 => {
                let mut last = 0_u32;
                let next = |_| {
                    last = last.checked_add(take.small()?)?;
                    Some(last)
                };
                let ends = (0..rows).map(next).collect::<Option<Vec<u32>>>()?;
                let text = String::from_utf8(take.0.to_vec()).ok()?;
                let good = ends.iter().all(|end| text.is_char_boundary(*end as usize));
                (good && ends.last().is_none_or(|end| *end as usize == text.len()))
                    .then_some(Column::Texts { text, ends })
            }
            _ => None,
        }
    }
}

/// A whole number that is written in the one way in which it would be shown.
pub fn whole(value: &str) -> Option<i64> {
    let bytes = value.as_bytes();
    let digits = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let good = match digits {
        [b'0'] => digits.len() == bytes.len(),
        [b'1'..=b'9', rest @ ..] => rest.len() < 18 && rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if !good {
        return None;
    }
    let number = digits.iter().fold(0_i64, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    Some(if digits.len() < bytes.len() { -number } else { number })
}

fn few(values: &[&str]) -> Option<Column> {
    // When half of the first are different, so are the rest.
    let sample = values.get(..DIFFERENT_MAX.min(values.len())).unwrap_or_default();
    let mut seen: HashMap<&str, u8, foldhash::fast::FixedState> = HashMap::default();
    let mut list: Vec<&str> = Vec::new();
    let mut numbers = Vec::with_capacity(values.len());
    for (at, value) in values.iter().enumerate() {
        let number = match seen.get(value) {
            Some(number) => *number,
            None => {
                let number = u8::try_from(list.len()).ok()?;
                seen.insert(value, number);
                list.push(value);
                number
            }
        };
        numbers.push(number);
        if at + 1 == sample.len() && at > 16 && list.len() * 2 > sample.len() {
            return None;
        }
    }
    Some(Column::Few { values: list.into_iter().map(Into::into).collect(), numbers })
}

fn texts(values: &[&str]) -> Column {
    let mut text = String::with_capacity(values.iter().map(|value| value.len()).sum());
    let mut ends = Vec::with_capacity(values.len());
    for value in values {
        text.push_str(value);
        ends.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
    }
    Column::Texts { text, ends }
}

impl std::fmt::Debug for Packer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Packer")
    }
}

impl std::fmt::Debug for Unpacker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Unpacker")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[&str], form: fn(&Column) -> bool) {
        let column = Column::of(values);
        assert!(form(&column), "{column:?}");
        let mut bytes = Vec::new();
        Packer::new().unwrap().put(&column, &mut bytes);
        let mut unpacker = Unpacker::new().unwrap();
        let back = unpacker.take(&bytes, values.len()).unwrap();
        assert!(values.iter().enumerate().all(|(row, value)| back.get(row) == *value));
        for at in 0..bytes.len().min(50) {
            let mut bad = bytes.clone();
            bad[at] ^= 4;
            assert_eq!(unpacker.take(&bad, values.len()), None);
        }
    }

    #[test]
    fn every_form() {
        check(&["é"; 9], |column| matches!(column, Column::Same(_)));
        check(&[], |column| matches!(column, Column::Same(_)));
        check(&["1", "-5", "0", "123456789012345678"], |column| matches!(column, Column::Whole(_)));
        check(&["1", "01"], |column| matches!(column, Column::Few { .. }));
        let many: Vec<String> = (0..3_000).map(|at| format!("é{}", at * 7_919)).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        check(&many, |column| matches!(column, Column::Texts { .. }));
        let few: Vec<&str> = (0..3_000).map(|at| many[at % 200]).collect();
        check(&few[..400], |column| matches!(column, Column::Texts { .. } | Column::Few { .. }));
    }

    #[test]
    fn whole_numbers_are_those_that_come_back_as_they_were() {
        for good in ["0", "-1", "999999999999999999"] {
            assert_eq!(whole(good).map(|number| number.to_string()).as_deref(), Some(good));
        }
        for bad in ["", "-", "-0", "01", "+1", "1.0", "1e3", "9999999999999999999", " 1"] {
            assert_eq!(whole(bad), None, "{bad}");
        }
    }
}
