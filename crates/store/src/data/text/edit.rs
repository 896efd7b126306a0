//! Making, reading and changing a string.

use super::{Form, INLINE_BYTES_MAX, Text};
use crate::data::size::allocated;
use crate::resp::parse_int;

/// Up to this length Redis keeps a string that was never edited in one piece with its head.
const EMBSTR_BYTES_MAX: usize = 44;

/// No number has more characters.
const INT_TEXT_MAX: usize = 20;

/// A string that grows doubles its room up to here, then takes so much more at a time.
const GROWTH_BYTES_MAX: usize = 1 << 20;

impl Text {
    /// Of `bytes`; kept as a number if they are the digits of one.
    pub fn new(bytes: &[u8]) -> Self {
        let number = if bytes.len() <= INT_TEXT_MAX { parse_int(bytes) } else { None };
        number.map_or_else(|| Text::plain(bytes), Text::from)
    }

    /// Of `bytes`, not as a number whatever they are.
    pub fn plain(bytes: &[u8]) -> Self {
        if bytes.len() > INLINE_BYTES_MAX {
            return Text(Form::Heap { edited: false, len: bytes.len() as u32, room: bytes.into() });
        }
        let mut inline = [0; INLINE_BYTES_MAX];
        inline[..bytes.len()].copy_from_slice(bytes);
        Text(Form::Inline { len: bytes.len() as u8, bytes: inline })
    }

    /// Its bytes; those of a number are written to `digits`.
    pub fn bytes<'a>(&'a self, digits: &'a mut itoa::Buffer) -> &'a [u8] {
        match &self.0 {
            Form::Int(value) => digits.format(*value).as_bytes(),
            Form::Inline { len, bytes } => &bytes[..usize::from(*len)],
            Form::Heap { len, room, .. } => &room[..*len as usize],
        }
    }

    /// A copy of its bytes.
    pub fn to_vec(&self) -> Vec<u8> {
        self.bytes(&mut itoa::Buffer::new()).to_vec()
    }

    /// How many bytes.
    pub fn len(&self) -> usize {
        match &self.0 {
            Form::Int(value) => itoa::Buffer::new().format(*value).len(),
            Form::Inline { len, .. } => usize::from(*len),
            Form::Heap { len, .. } => *len as usize,
        }
    }

    /// No byte.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number whose digits it is.
    pub fn int(&self) -> Option<i64> {
        match &self.0 {
            Form::Int(value) => Some(*value),
            _ if self.len() > INT_TEXT_MAX => None,
            _ => parse_int(self.bytes(&mut itoa::Buffer::new())),
        }
    }

    /// What `OBJECT ENCODING` says.
    pub fn encoding(&self) -> &'static str {
        match &self.0 {
            Form::Int(_) => "int",
            Form::Inline { .. } => "embstr",
            Form::Heap { edited: false, len, .. } if *len as usize <= EMBSTR_BYTES_MAX => "embstr",
            Form::Heap { .. } => "raw",
        }
    }

    /// Bytes allocated.
    pub fn memory(&self) -> usize {
        if let Form::Heap { room, .. } = &self.0 { allocated(room.len()) } else { 0 }
    }

    /// Add `more` at the end. Its length then.
    pub fn append(&mut self, more: &[u8]) -> usize {
        self.set_range(self.len(), more)
    }

    /// Put `part` at `offset`, after zeros where there was nothing. Its length then. The caller sees to it that this
    /// is below 4 GB.
    pub fn set_range(&mut self, offset: usize, part: &[u8]) -> usize {
        let end = offset + part.len();
        let room = self.edit(end);
        room[offset..end].copy_from_slice(part);
        self.len()
    }

    /// Room for `end` bytes or more, all in use up to there; zeros are new.
    fn edit(&mut self, end: usize) -> &mut [u8] {
        let (len, exact) = match &self.0 {
            Form::Heap { len, room, .. } => (*len as usize, room.len() >= end),
            _ => (self.len(), false),
        };
        if !exact {
            let spare = if len == 0 { 0 } else { end.min(GROWTH_BYTES_MAX) };
            let mut bytes = Vec::with_capacity(end.max(len) + spare);
            bytes.extend_from_slice(self.bytes(&mut itoa::Buffer::new()));
            bytes.resize(bytes.capacity(), 0);
            self.0 = Form::Heap { edited: true, len: 0, room: bytes.into_boxed_slice() };
        }
        let Form::Heap { edited, len: used, room } = &mut self.0 else { return &mut [] };
        (*edited, *used) = (true, len.max(end) as u32);
        room
    }
}

impl From<i64> for Text {
    fn from(value: i64) -> Self {
        Text(Form::Int(value))
    }
}

impl Default for Text {
    fn default() -> Self {
        Text::plain(b"")
    }
}
