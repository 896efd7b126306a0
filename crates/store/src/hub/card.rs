//! What others may know of a client.

use crate::resp::Version;
use std::sync::atomic::{
    AtomicBool, AtomicI64, AtomicIsize, AtomicU32, AtomicUsize, Ordering::Relaxed,
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A client that comes.
#[derive(Debug)]
pub struct Arrival {
    /// Its address.
    pub address: String,
    /// Ours.
    pub local: String,
    /// The number of its socket.
    pub fd: i32,
    /// Milliseconds since 1970.
    pub now_ms: i64,
}

/// What others may know of a client. Its session keeps it true.
#[derive(Debug)]
pub struct Card {
    /// Its number.
    pub id: u64,
    /// How it came.
    pub arrival: Arrival,
    /// A key that it watches changed.
    pub watched: Arc<AtomicBool>,
    /// The database that it selected.
    pub db: AtomicUsize,
    /// Commands that it queued since `MULTI`; -1 outside of it.
    pub queued: AtomicIsize,
    /// Their bytes.
    pub queued_bytes: AtomicUsize,
    /// Bytes that it sent and that are looked at now.
    pub input_bytes: AtomicUsize,
    /// Room for more of them, in bytes.
    pub input_room_bytes: AtomicUsize,
    /// Bytes that wait to be sent to it.
    pub output_bytes: AtomicUsize,
    /// Room for more of them, in bytes.
    pub output_room_bytes: AtomicUsize,
    used_ms: AtomicI64,
    is_resp3: AtomicBool,
    marks: AtomicU32,
    words: Mutex<Words>,
}

/// What a client says of itself, and what it did last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// `CLIENT SETNAME`; empty if it has none.
    pub name: Box<[u8]>,
    /// `CLIENT SETINFO LIB-NAME`
    pub library: Box<[u8]>,
    /// `CLIENT SETINFO LIB-VER`
    pub library_version: Box<[u8]>,
    /// The last command, and its subcommand, in capitals.
    pub command: Option<(&'static str, Option<&'static str>)>,
}

/// What a client is in the midst of: a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Marks(u32);

impl Marks {
    /// Between `MULTI` and `EXEC`.
    pub const TRANSACTION: Marks = Marks(1);
    /// Waits for a key.
    pub const WAITS: Marks = Marks(1 << 1);
    /// To be closed after its last reply.
    pub const CLOSING: Marks = Marks(1 << 2);
    /// `CLIENT NO-EVICT ON`
    pub const NO_EVICT: Marks = Marks(1 << 3);
    /// `CLIENT NO-TOUCH ON`
    pub const NO_TOUCH: Marks = Marks(1 << 4);

    /// With `other` if `is` so.
    pub const fn with(self, other: Marks, is: bool) -> Marks {
        if is { Marks(self.0 | other.0) } else { self }
    }

    /// Whether `other` is in it.
    pub const fn has(self, other: Marks) -> bool {
        self.0 & other.0 == other.0
    }
}

impl Card {
    pub(super) fn new(id: u64, arrival: Arrival) -> Self {
        Card {
            id,
            used_ms: AtomicI64::new(arrival.now_ms),
            arrival,
            watched: Arc::default(),
            db: AtomicUsize::new(0),
            queued: AtomicIsize::new(-1),
            queued_bytes: AtomicUsize::new(0),
            input_bytes: AtomicUsize::new(0),
            input_room_bytes: AtomicUsize::new(0),
            output_bytes: AtomicUsize::new(0),
            output_room_bytes: AtomicUsize::new(0),
            is_resp3: AtomicBool::new(false),
            marks: AtomicU32::new(0),
            words: Mutex::default(),
        }
    }

    /// When it sent its last command: milliseconds since 1970.
    pub fn used_ms(&self) -> i64 {
        self.used_ms.load(Relaxed)
    }

    /// It sends a command.
    pub fn uses(&self, now_ms: i64) {
        self.used_ms.store(now_ms, Relaxed);
    }

    /// The form of replies that it asked for.
    pub fn version(&self) -> Version {
        if self.is_resp3.load(Relaxed) { Version::Resp3 } else { Version::Resp2 }
    }

    /// It asks for replies in this form.
    pub fn speaks(&self, version: Version) {
        self.is_resp3.store(version == Version::Resp3, Relaxed);
    }

    /// What it is in the midst of.
    pub fn marks(&self) -> Marks {
        Marks(self.marks.load(Relaxed))
    }

    /// Set what it is in the midst of.
    pub fn mark(&self, marks: Marks) {
        self.marks.store(marks.0, Relaxed);
    }

    /// What it says of itself.
    pub fn words(&self) -> MutexGuard<'_, Words> {
        self.words.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
