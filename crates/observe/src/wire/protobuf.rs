//! Protocol Buffers' wire format, without a schema compiler: the few messages that are sent and read
//! here name their fields by number.

/// Appends fields to a message.
#[derive(Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

/// Room kept for the length of a nested message: up to 2^28 bytes.
const LENGTH_BYTES: usize = 4;

const VARINT: u64 = 0;
const FIXED64: u64 = 1;
const BYTES: u64 = 2;
const FIXED32: u64 = 5;

impl Writer {
    /// The message so far.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    fn key(&mut self, field: u32, kind: u64) {
        self.varint(u64::from(field) << 3 | kind);
    }

    /// A number (`uint64`, `int64`, `enum`, `bool`).
    pub fn number(&mut self, field: u32, value: u64) {
        self.key(field, VARINT);
        self.varint(value);
    }

    /// A `fixed64`.
    pub fn fixed64(&mut self, field: u32, value: u64) {
        self.key(field, FIXED64);
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    /// A `double`.
    pub fn double(&mut self, field: u32, value: f64) {
        self.fixed64(field, value.to_bits());
    }

    /// A `string` or `bytes`.
    pub fn bytes(&mut self, field: u32, value: &[u8]) {
        self.key(field, BYTES);
        self.varint(value.len() as u64);
        self.bytes.extend_from_slice(value);
    }

    /// A nested message, written by `fill`. Its length takes four bytes, however small it is, so that
    /// nothing need be moved afterwards.
    pub fn message(&mut self, field: u32, fill: impl FnOnce(&mut Writer)) {
        self.key(field, BYTES);
        let at = self.bytes.len();
        self.bytes.extend_from_slice(&[0; LENGTH_BYTES]);
        fill(self);
        let mut length = self.bytes.len() - at - LENGTH_BYTES;
        debug_assert!(length < 1 << (7 * LENGTH_BYTES), "messages are far smaller");
        if let Some(place) = self.bytes.get_mut(at..at + LENGTH_BYTES) {
            for (index, byte) in place.iter_mut().enumerate() {
                *byte = (length & 0x7f) as u8 | if index + 1 < LENGTH_BYTES { 0x80 } else { 0 };
                length >>= 7;
            }
        }
    }

    /// A packed list of `double`s.
    pub fn doubles(&mut self, field: u32, values: impl ExactSizeIterator<Item = f64>) {
        self.key(field, BYTES);
        self.varint(values.len() as u64 * 8);
        values.for_each(|value| self.bytes.extend_from_slice(&value.to_bits().to_le_bytes()));
    }

    /// A packed list of `fixed64`s.
    pub fn fixed64s(&mut self, field: u32, values: impl ExactSizeIterator<Item = u64>) {
        self.key(field, BYTES);
        self.varint(values.len() as u64 * 8);
        values.for_each(|value| self.bytes.extend_from_slice(&value.to_le_bytes()));
    }
}

/// One field of a message, as it stands on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// A varint.
    Number(u64),
    /// Eight bytes.
    Fixed64(u64),
    /// A string, bytes, a nested message or a packed list.
    Bytes(&'a [u8]),
    /// Four bytes.
    Fixed32(u32),
}

/// The bytes are no such message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the protobuf message is broken or cut off")]
pub struct Broken;

/// The fields of a message, one after the other.
#[derive(Debug, Clone)]
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Over a whole message.
    pub fn new(bytes: &'a [u8]) -> Self {
        Reader(bytes)
    }

    fn varint(&mut self) -> Result<u64, Broken> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first().ok_or(Broken)?;
            self.0 = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Broken)
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8], Broken> {
        let length = usize::try_from(length).map_err(|_| Broken)?;
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Broken)?;
        self.0 = rest;
        Ok(taken)
    }

    fn field(&mut self) -> Result<(u32, Value<'a>), Broken> {
        let key = self.varint()?;
        let field = u32::try_from(key >> 3).ok().filter(|field| *field != 0).ok_or(Broken)?;
        let value = match key & 7 {
            VARINT => Value::Number(self.varint()?),
            FIXED64 => {
                let bytes = self.take(8)?.try_into().map_err(|_| Broken)?;
                Value::Fixed64(u64::from_le_bytes(bytes))
            }
            BYTES => {
                let length = self.varint()?;
                Value::Bytes(self.take(length)?)
            }
            FIXED32 => {
                let bytes = self.take(4)?.try_into().map_err(|_| Broken)?;
                Value::Fixed32(u32::from_le_bytes(bytes))
            }
            // Groups were given up long before any of these protocols was made.
            _ => return Err(Broken),
        };
        Ok((field, value))
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = Result<(u32, Value<'a>), Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_err() {
            self.0 = &[];
        }
        Some(field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut writer = Writer::default();
        writer.number(1, 300);
        writer.double(2, -1.5);
        writer.bytes(15, "hé".as_bytes());
        writer.message(16, |inner| inner.number(1, u64::MAX));
        writer.message(17, |_| ());
        let bytes = writer.into_bytes();
        // Known from the format's own documentation: field 1, varint 300.
        assert_eq!(bytes.get(..3), Some(&[0x08, 0xac, 0x02][..]));
        let fields: Vec<_> = Reader::new(&bytes).collect::<Result<_, _>>().unwrap();
        assert_eq!(fields[0], (1, Value::Number(300)));
        assert_eq!(fields[1], (2, Value::Fixed64((-1.5f64).to_bits())));
        assert_eq!(fields[2], (15, Value::Bytes("hé".as_bytes())));
        let (16, Value::Bytes(inner)) = fields[3] else { panic!("{:?}", fields[3]) };
        assert_eq!(Reader::new(inner).next(), Some(Ok((1, Value::Number(u64::MAX)))));
        assert_eq!(fields[4], (17, Value::Bytes(&[])));
    }

    #[test]
    fn what_is_cut_off_is_told() {
        let mut writer = Writer::default();
        writer.bytes(1, &[7; 200]);
        let bytes = writer.into_bytes();
        for end in 1..bytes.len() {
            assert_eq!(Reader::new(&bytes[..end]).next(), Some(Err(Broken)), "{end}");
        }
        for broken in
            [&[0xff; 11][..], &[0x00, 0x00], &[0x0b], &[0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]]
        {
            let mut reader = Reader::new(broken);
            assert_eq!(reader.next(), Some(Err(Broken)), "{broken:?}");
            assert_eq!(reader.next(), None);
        }
    }
}
