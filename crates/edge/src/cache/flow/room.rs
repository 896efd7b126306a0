//! Memory for replies that are coming in: of all threads together, whatever is asked for.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Bytes that are copied at once. A reply for which there is no room is passed on and not kept.
const BYTES_MAX: usize = 128 * 1024 * 1024;

/// What is taken of it.
#[derive(Debug, Default)]
pub struct Room(AtomicUsize);

/// What one reply has taken of it; given back when dropped.
#[derive(Debug)]
pub struct Taken {
    room: Arc<Room>,
    bytes: usize,
}

impl Taken {
    /// Nothing yet.
    pub fn none(room: &Arc<Room>) -> Self {
        Taken { room: room.clone(), bytes: 0 }
    }

    /// Take `bytes` more; false if there are not so many.
    pub fn take(&mut self, bytes: usize) -> bool {
        let before = self.room.0.fetch_add(bytes, Relaxed);
        self.bytes += bytes;
        before.saturating_add(bytes) <= BYTES_MAX
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.room.0.fetch_sub(self.bytes, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_back_can_be_taken_again() {
        let room = Arc::new(Room::default());
        let (mut one, mut other) = (Taken::none(&room), Taken::none(&room));
        assert!(one.take(BYTES_MAX) && !other.take(1));
        drop(one);
        assert!(other.take(BYTES_MAX - 1) && !other.take(1));
        drop(other);
        assert!(Taken::none(&room).take(BYTES_MAX));
    }
}
