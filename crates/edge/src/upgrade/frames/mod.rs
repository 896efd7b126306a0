//! Where WebSocket frames begin and end (RFC 6455 section 5.2). Pure.
//!
//! Nothing is decoded: a frame's length is read so that, when the worker is about to end, a close
//! frame of the edge's own can be put between two frames of the worker's.

/// The close frame a client gets: unmasked, status 1001 (going away), no text.
pub const CLOSE_GOING_AWAY: [u8; 4] = [0x88, 0x02, 0x03, 0xE9];

/// The longest frame head: two bytes, eight of length, four of mask.
const HEAD_BYTES_MAX: usize = 14;

/// Follows one direction of a WebSocket connection.
#[derive(Debug, Clone, Default)]
pub struct Frames {
    head: [u8; HEAD_BYTES_MAX],
    head_len: usize,
    payload_left: u64,
    /// A close frame has begun: nothing may follow it.
    closed: bool,
}

impl Frames {
    /// Take note of the next bytes.
    pub fn pass(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let taken = self.pass_one(bytes);
            bytes = bytes.get(taken..).unwrap_or_default();
        }
    }

    /// How many of the next bytes still belong to the frame that has begun.
    pub fn rest_of_frame(&self, bytes: &[u8]) -> usize {
        let mut ahead = self.clone();
        if ahead.is_at_boundary() { 0 } else { ahead.pass_one(bytes) }
    }

    /// Take note of bytes up to the end of one frame; returns how many there were.
    fn pass_one(&mut self, bytes: &[u8]) -> usize {
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            if self.payload_left > 0 {
                let left = usize::try_from(self.payload_left).unwrap_or(usize::MAX);
                let part = left.min(bytes.len() - at);
                self.payload_left -= part as u64;
                at += part;
            } else {
                at += 1;
                if let Some(place) = self.head.get_mut(self.head_len) {
                    *place = *byte;
                    self.head_len += 1;
                }
                if let Some(payload) = self.payload() {
                    self.closed |= self.opcode() == 0x8;
                    self.payload_left = payload;
                    self.head_len = 0;
                }
            }
            if self.is_at_boundary() {
                break;
            }
        }
        at
    }

    /// True between two frames.
    pub fn is_at_boundary(&self) -> bool {
        self.head_len == 0 && self.payload_left == 0
    }

    /// True once a close frame has begun.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// The length of the frame's payload, once its head is complete.
    fn payload(&self) -> Option<u64> {
        let [_, second, length @ ..] = &self.head;
        let extended: usize = match second & 0x7f {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        let mask = if second & 0x80 == 0 { 0 } else { 4 };
        if self.head_len < 2 || self.head_len < 2 + extended + mask {
            return None;
        }
        let number = |digits: &[u8]| digits.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
        Some(match extended {
            0 => u64::from(second & 0x7f),
            count => number(length.get(..count).unwrap_or_default()),
        })
    }

    fn opcode(&self) -> u8 {
        self.head.first().map_or(0, |byte| byte & 0xf)
    }
}

#[cfg(test)]
mod tests;
