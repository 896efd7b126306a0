//! What the balancer thinks of a worker, in one word that all threads read.

/// One request in flight, in units of a score.
pub const UNIT: u64 = 64;
/// The factor 1.
pub const ONE: u16 = 256;
/// The share of a worker that is not new.
pub const FULL_SHARE: u16 = 256;
/// The largest penalty, in units of a score: what the word has room for.
pub const PENALTY_MAX: u32 = (1 << 30) - 1;

/// Whether a worker gets requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Like any other.
    In,
    /// One request is to show whether it is well again.
    OnTrial,
    /// Only when there is no other.
    Out,
}

/// What the balancer thinks of a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// Whether it gets requests.
    pub standing: Standing,
    /// How much slower than the others it is, in parts of [`ONE`]: 1 to 4.
    pub factor: u16,
    /// The share of a new worker, in parts of [`FULL_SHARE`].
    pub share: u16,
    /// Added to its score for errors; at most [`PENALTY_MAX`].
    pub penalty: u32,
}

impl Default for View {
    fn default() -> Self {
        View { standing: Standing::In, factor: ONE, share: FULL_SHARE, penalty: 0 }
    }
}

impl View {
    /// As one word.
    pub fn pack(self) -> u64 {
        let standing = match self.standing {
            Standing::In => 0,
            Standing::OnTrial => 1,
            Standing::Out => 2,
        };
        let penalty = u64::from(self.penalty.min(PENALTY_MAX));
        u64::from(self.factor) << 48 | u64::from(self.share) << 32 | penalty << 2 | standing
    }

    /// From one word.
    pub fn unpack(word: u64) -> Self {
        View {
            standing: match word & 3 {
                0 => Standing::In,
                1 => Standing::OnTrial,
                _ => Standing::Out,
            },
            factor: (word >> 48) as u16,
            share: (word >> 32) as u16,
            penalty: (word as u32) >> 2,
        }
    }
}
