//! Numbers of any width, one after the other, without a gap.

/// Writes.
#[derive(Debug, Clone, Default)]
pub struct Writer {
    bytes: Vec<u8>,
    /// Bits still free in the last byte.
    free: u32,
}

impl Writer {
    /// Add the lowest `width` bits of `value`, the highest of them first.
    pub fn push(&mut self, value: u64, width: u32) {
        let mut left = width;
        while left > 0 {
            if self.free == 0 {
                self.bytes.push(0);
                self.free = 8;
            }
            let now = left.min(self.free);
            let part = (value >> (left - now)) & ((1 << now) - 1);
            if let Some(last) = self.bytes.last_mut() {
                *last |= (part << (self.free - now)) as u8;
            }
            self.free -= now;
            left -= now;
        }
    }

    /// What was written; the last byte is filled up with zeros.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Reads what a [`Writer`] wrote.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// From the first bit on.
    pub fn new(bytes: &'a [u8]) -> Self {
        Reader { bytes, at: 0 }
    }

    /// The next `width` bits, at most 64; None if there are not so many left.
    pub fn take(&mut self, width: u32) -> Option<u64> {
        let (mut value, mut left) = (0, width);
        while left > 0 {
            let byte = u64::from(*self.bytes.get(self.at / 8)?);
            let have = 8 - (self.at % 8) as u32;
            let now = left.min(have);
            value = (value << now) | ((byte >> (have - now)) & ((1 << now) - 1));
            self.at += now as usize;
            left -= now;
        }
        Some(value)
    }

    /// How many ones come next, at most `most`; the zero that ends them is taken too.
    pub fn ones(&mut self, most: u32) -> Option<u32> {
        for count in 0..most {
            if self.take(1)? == 0 {
                return Some(count);
            }
        }
        Some(most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let numbers = [(1, 1), (0, 3), (u64::MAX, 64), (5, 7), (0b1110, 4), (123_456, 20)];
        let mut writer = Writer::default();
        numbers.iter().for_each(|(value, width)| writer.push(*value, *width));
        let mut reader = Reader::new(writer.bytes());
        for (value, width) in numbers {
            assert_eq!(reader.take(width), Some(value));
        }
        assert_eq!(reader.take(8), None, "only the filling is left");
        let mut reader = Reader::new(&[0b1110_1111, 0b1000_0000]);
        assert_eq!([reader.ones(5), reader.ones(5), reader.ones(5)], [Some(3), Some(5), Some(0)]);
    }
}
