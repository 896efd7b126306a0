//! Whole numbers of as many bytes as they need, seven bits a byte, the lowest first.

/// Append `value`.
pub fn put(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Append a text with its length before it.
pub fn put_text(bytes: &mut Vec<u8>, text: &str) {
    put(bytes, text.len() as u64);
    bytes.extend_from_slice(text.as_bytes());
}

/// Bytes that are read from the front.
#[derive(Debug, Clone)]
pub struct Bytes<'a> {
    all: &'a [u8],
    at: usize,
}

impl<'a> Bytes<'a> {
    /// From the first on.
    pub fn new(all: &'a [u8]) -> Self {
        Bytes { all, at: 0 }
    }

    /// How many were taken.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Whether all were taken.
    pub fn is_empty(&self) -> bool {
        self.at >= self.all.len()
    }

    /// The next `count` bytes; None if there are not so many.
    pub fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(count)?;
        let taken = self.all.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    /// The next number; None if it is cut off or longer than 64 bits.
    pub fn varint(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let [byte] = *self.take(1)? else { return None };
            let part = u64::from(byte & 0x7f);
            if shift == 63 && part > 1 {
                return None;
            }
            value |= part << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// The next text of at most `most` bytes.
    pub fn text(&mut self, most: usize) -> Option<&'a str> {
        let length = usize::try_from(self.varint()?).ok().filter(|length| *length <= most)?;
        std::str::from_utf8(self.take(length)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_texts() {
        let numbers = [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX];
        let mut bytes = Vec::new();
        numbers.iter().for_each(|number| put(&mut bytes, *number));
        put_text(&mut bytes, "größe");
        let mut rest = Bytes::new(&bytes);
        for number in numbers {
            assert_eq!(rest.varint(), Some(number));
        }
        assert_eq!(rest.clone().text(3), None);
        assert_eq!(rest.text(100), Some("größe"));
        assert!(rest.is_empty() && rest.varint().is_none());
        assert_eq!(Bytes::new(&[0xff; 10]).varint(), None);
        assert_eq!(Bytes::new(&[0x80]).varint(), None);
    }
}
