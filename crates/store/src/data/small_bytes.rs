//! Bytes of a key, a member or a field: the shortest ones need no allocation.

use super::size::allocated;

/// Up to so many bytes are kept in place.
const INLINE_MAX: usize = 7;

/// Owned bytes in 16 bytes and, when there are more than 7, an allocation.
#[derive(Clone)]
pub struct SmallBytes(Form);

#[derive(Clone)]
enum Form {
    Inline { len: u8, bytes: [u8; INLINE_MAX] },
    Heap(Box<[u8]>),
}

const _: () = assert!(size_of::<SmallBytes>() == 16);

impl SmallBytes {
    /// Bytes of its allocation.
    pub fn heap(&self) -> usize {
        match &self.0 {
            Form::Inline { .. } => 0,
            Form::Heap(bytes) => allocated(bytes.len()),
        }
    }

    /// The bytes of `parts`, one after the other.
    pub fn concat(parts: &[&[u8]]) -> Self {
        let len: usize = parts.iter().map(|part| part.len()).sum();
        if len > INLINE_MAX {
            return SmallBytes(Form::Heap(parts.concat().into()));
        }
        let (mut bytes, mut at) = ([0; INLINE_MAX], 0);
        for part in parts {
            bytes[at..at + part.len()].copy_from_slice(part);
            at += part.len();
        }
        SmallBytes(Form::Inline { len: len as u8, bytes })
    }

    /// The bytes, to be changed in place.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        match &mut self.0 {
            Form::Inline { len, bytes } => bytes.get_mut(..usize::from(*len)).unwrap_or_default(),
            Form::Heap(bytes) => bytes,
        }
    }
}

impl std::ops::Deref for SmallBytes {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        match &self.0 {
            Form::Inline { len, bytes } => bytes.get(..usize::from(*len)).unwrap_or_default(),
            Form::Heap(bytes) => bytes,
        }
    }
}

impl Default for SmallBytes {
    fn default() -> Self {
        SmallBytes(Form::Inline { len: 0, bytes: [0; INLINE_MAX] })
    }
}

impl From<&[u8]> for SmallBytes {
    fn from(bytes: &[u8]) -> Self {
        SmallBytes::concat(&[bytes])
    }
}

impl std::fmt::Debug for SmallBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(&String::from_utf8_lossy(self), f)
    }
}

#[cfg(test)]
mod tests {
    use super::SmallBytes;

    #[test]
    fn bytes_of_any_length() {
        for len in 0..40 {
            let bytes: Vec<u8> = (0..len).collect();
            let (front, back) = bytes.split_at(bytes.len() / 3);
            let mut small = SmallBytes::concat(&[front, back]);
            assert_eq!(*small, *bytes);
            assert_eq!(small.heap() == 0, len <= 7);
            small.bytes_mut().reverse();
            assert!(small.iter().rev().eq(bytes.iter()));
        }
    }
}
