//! What clients may do. Changed while the store runs.

use crate::resp;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

/// How much may wait to be sent to a client; 0 is no limit.
#[derive(Debug, Default)]
pub struct OutputLimit {
    /// Beyond so many bytes it is closed at once.
    pub hard_bytes: AtomicUsize,
    /// Beyond so many bytes for longer than `soft_s` it is closed.
    pub soft_bytes: AtomicUsize,
    /// Seconds.
    pub soft_s: AtomicU64,
}

/// Limits and switches that both threads look at.
#[derive(Debug)]
pub struct Limits {
    /// How many databases there are.
    pub databases: AtomicUsize,
    /// `maxclients`
    pub clients_max: AtomicUsize,
    /// `timeout`: seconds without a command after which a client is closed; 0 is never.
    pub idle_s: AtomicU64,
    /// `tcp-keepalive`: seconds; 0 is off.
    pub keepalive_s: AtomicU64,
    /// `client-query-buffer-limit`
    pub query_bytes_max: AtomicUsize,
    /// `proto-max-bulk-len`
    pub bulk_bytes_max: AtomicUsize,
    /// `busy-reply-threshold`, in milliseconds.
    pub busy_ms: AtomicU64,
    /// `slowlog-log-slower-than`, in microseconds; negative is off.
    pub slower_us: AtomicI64,
    /// `slowlog-max-len`
    pub slowlog_len: AtomicUsize,
    /// `latency-monitor-threshold`, in milliseconds; 0 is off.
    pub latency_ms: AtomicU64,
    /// `latency-tracking`
    pub latency_tracking: AtomicBool,
    /// `client-output-buffer-limit normal`
    pub normal: OutputLimit,
    /// `client-output-buffer-limit replica`
    pub replica: OutputLimit,
    /// `client-output-buffer-limit pubsub`
    pub pubsub: OutputLimit,
    /// `DEBUG SET-DISABLE-DENY-SCRIPTS`
    pub scripts_may_all: AtomicBool,
    /// `DEBUG SET-ACTIVE-EXPIRE`
    pub active_expire: AtomicBool,
    password: Mutex<Option<Box<[u8]>>>,
    /// There is one: looked at without the lock.
    guarded: AtomicBool,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            databases: AtomicUsize::new(0),
            clients_max: AtomicUsize::new(10_000),
            idle_s: AtomicU64::new(0),
            keepalive_s: AtomicU64::new(300),
            query_bytes_max: AtomicUsize::new(1 << 30),
            bulk_bytes_max: AtomicUsize::new(512 << 20),
            busy_ms: AtomicU64::new(5_000),
            slower_us: AtomicI64::new(10_000),
            slowlog_len: AtomicUsize::new(128),
            latency_ms: AtomicU64::new(0),
            latency_tracking: AtomicBool::new(true),
            normal: OutputLimit::default(),
            replica: OutputLimit {
                hard_bytes: AtomicUsize::new(256 << 20),
                soft_bytes: AtomicUsize::new(64 << 20),
                soft_s: AtomicU64::new(60),
            },
            pubsub: OutputLimit {
                hard_bytes: AtomicUsize::new(32 << 20),
                soft_bytes: AtomicUsize::new(8 << 20),
                soft_s: AtomicU64::new(60),
            },
            scripts_may_all: AtomicBool::new(false),
            active_expire: AtomicBool::new(true),
            password: Mutex::default(),
            guarded: AtomicBool::new(false),
        }
    }
}

impl Limits {
    /// What a known client may send.
    pub fn of_requests(&self) -> resp::Limits {
        let bulk_bytes_max = self.bulk_bytes_max.load(Relaxed);
        resp::Limits { bulk_bytes_max, ..resp::Limits::default() }
    }

    /// Milliseconds without a command after which a client is closed; 0 is never.
    pub fn idle_ms(&self) -> i64 {
        (self.idle_s.load(Relaxed) as i64).saturating_mul(1000)
    }

    /// A password is needed.
    pub fn is_guarded(&self) -> bool {
        self.guarded.load(Relaxed)
    }

    /// `requirepass`: none, or an empty one, lets everybody in.
    pub fn set_password(&self, password: &[u8]) {
        let password = (!password.is_empty()).then(|| Box::from(password));
        self.guarded.store(password.is_some(), Relaxed);
        *self.password.lock().unwrap_or_else(PoisonError::into_inner) = password;
    }

    /// The password, empty if none is needed.
    pub fn password(&self) -> Box<[u8]> {
        let password = self.password.lock().unwrap_or_else(PoisonError::into_inner);
        password.clone().unwrap_or_default()
    }

    /// Whether `given` is the password. Takes the same time wherever they differ.
    pub fn opens(&self, given: &[u8]) -> bool {
        let password = self.password.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(password) = &*password else { return true };
        let mut differ = password.len() ^ given.len();
        for (at, byte) in given.iter().enumerate() {
            let known = password.get(at % password.len()).copied().unwrap_or_default();
            differ |= usize::from(byte ^ known);
        }
        differ == 0
    }
}

impl OutputLimit {
    /// The three numbers as `CONFIG GET` prints them.
    pub fn text(&self) -> String {
        let (hard, soft) = (self.hard_bytes.load(Relaxed), self.soft_bytes.load(Relaxed));
        format!("{hard} {soft} {}", self.soft_s.load(Relaxed))
    }

    /// Set all three.
    pub fn set(&self, hard_bytes: usize, soft_bytes: usize, soft_s: u64) {
        self.hard_bytes.store(hard_bytes, Relaxed);
        self.soft_bytes.store(soft_bytes, Relaxed);
        self.soft_s.store(soft_s, Relaxed);
    }
}
