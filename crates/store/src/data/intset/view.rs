//! Reading.

/// Bytes before the first integer.
pub(super) const HEAD_BYTES: usize = 8;
/// Where the width of an integer stands.
pub(super) const WIDTH_AT: usize = 7;

/// A set of integers, to be read.
#[derive(Debug, Clone, Copy)]
pub struct IntView<'a> {
    bytes: &'a [u8],
}

impl<'a> IntView<'a> {
    /// Of the bytes that [`super::IntSet::into_raw`] gave.
    pub fn new(raw: &'a [u8]) -> Self {
        IntView { bytes: raw }
    }

    /// How many.
    pub fn len(self) -> usize {
        self.bytes.first_chunk().map_or(0, |count| u32::from_le_bytes(*count) as usize)
    }

    /// None.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Bytes of each.
    pub(super) fn width(self) -> usize {
        self.bytes.get(WIDTH_AT).copied().unwrap_or(2).into()
    }

    /// The one before which there are `index` smaller ones.
    pub fn get(self, index: usize) -> Option<i64> {
        if index >= self.len() {
            return None;
        }
        let at = HEAD_BYTES + index * self.width();
        match self.width() {
            2 => Some(i16::from_le_bytes(*self.bytes.get(at..)?.first_chunk()?).into()),
            4 => Some(i32::from_le_bytes(*self.bytes.get(at..)?.first_chunk()?).into()),
            _ => Some(i64::from_le_bytes(*self.bytes.get(at..)?.first_chunk()?)),
        }
    }

    /// Where `value` is, or where it belongs.
    pub(super) fn search(self, value: i64) -> Result<usize, usize> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.get(middle) {
                Some(other) if other < value => low = middle + 1,
                Some(other) if other == value => return Ok(middle),
                _ => high = middle,
            }
        }
        Err(low)
    }

    /// Whether `value` is in it.
    pub fn contains(self, value: i64) -> bool {
        self.search(value).is_ok()
    }

    /// All, the smallest first.
    pub fn iter(self) -> impl Iterator<Item = i64> + 'a {
        (0..self.len()).map_while(move |index| self.get(index))
    }
}
