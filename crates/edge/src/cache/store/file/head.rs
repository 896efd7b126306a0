//! The part of fixed length.

/// Bytes of the part of fixed length.
pub const FIXED_BYTES: usize = 48;
/// The head of a reply is no longer than this: key, header lines, tags.
pub const HEAD_BYTES_MAX: usize = 1024 * 1024;
/// Where a soft purge is noted.
pub const STALE_AT: u64 = 44;

const MAGIC: &[u8; 8] = b"ostlerc1";
const SUMMED: usize = 40;

/// It is no file of this form, or not what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("its content is not what was written ({0})")]
pub struct Corrupt(pub &'static str);

/// What the part of fixed length says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Bytes of the head.
    pub head_bytes: usize,
    /// Bytes of the body.
    pub body_bytes: u64,
    /// The number of the last purge before the app was asked.
    pub mark: u64,
    /// When it is of no use any more, in ms since the Unix epoch.
    pub useless_at_ms: u64,
    /// The sum of the body.
    pub body_sum: u32,
    /// A soft purge was meant for it.
    pub is_stale: bool,
}

impl Head {
    /// Bytes of the whole file.
    pub fn file_bytes(&self) -> u64 {
        (FIXED_BYTES + self.head_bytes) as u64 + self.body_bytes
    }

    pub(super) fn write(&self, head: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(FIXED_BYTES + head.len());
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&u32::try_from(self.head_bytes).unwrap_or(u32::MAX).to_le_bytes());
        out.extend_from_slice(&self.body_bytes.to_le_bytes());
        out.extend_from_slice(&self.mark.to_le_bytes());
        out.extend_from_slice(&self.useless_at_ms.to_le_bytes());
        out.extend_from_slice(&self.body_sum.to_le_bytes());
        let sum = sum(&[&out, head]);
        out.extend_from_slice(&sum.to_le_bytes());
        out.extend_from_slice(&[u8::from(self.is_stale), 0, 0, 0]);
        out.extend_from_slice(head);
        out
    }

    /// From the first bytes of a file, at least [`FIXED_BYTES`]. Nothing is known of its sum yet.
    ///
    /// # Errors
    /// [`Corrupt`].
    pub fn read(bytes: &[u8]) -> Result<Head, Corrupt> {
        let magic = bytes.get(..8).ok_or(Corrupt("too short"))?;
        if magic != MAGIC {
            return Err(Corrupt("no cached reply"));
        }
        let number = |from: usize| {
            let bytes = bytes.get(from..from + 8)?.try_into().ok()?;
            Some(u64::from_le_bytes(bytes))
        };
        let short = |from: usize| {
            let bytes = bytes.get(from..from + 4)?.try_into().ok()?;
            Some(u32::from_le_bytes(bytes))
        };
        let read = || {
            Some(Head {
                head_bytes: short(8)? as usize,
                body_bytes: number(12)?,
                mark: number(20)?,
                useless_at_ms: number(28)?,
                body_sum: short(36)?,
                is_stale: *bytes.get(44)? != 0,
            })
        };
        let head = read().ok_or(Corrupt("too short"))?;
        if bytes.get(45..FIXED_BYTES) != Some(&[0; 3]) {
            return Err(Corrupt("what is not used is"));
        }
        if head.head_bytes > HEAD_BYTES_MAX || head.body_bytes > 1 << 48 {
            return Err(Corrupt("impossible length"));
        }
        Ok(head)
    }

    /// The head behind the fixed part of `bytes`, if its sum is right.
    pub(super) fn verified<'b>(&self, bytes: &'b [u8]) -> Result<&'b [u8], Corrupt> {
        let summed = bytes.get(..SUMMED).ok_or(Corrupt("too short"))?;
        let head = bytes.get(FIXED_BYTES..FIXED_BYTES + self.head_bytes);
        let head = head.ok_or(Corrupt("too short"))?;
        let want = bytes.get(SUMMED..SUMMED + 4).ok_or(Corrupt("too short"))?;
        if sum(&[summed, head]).to_le_bytes() != want {
            return Err(Corrupt("wrong checksum of the head"));
        }
        Ok(head)
    }
}

/// The CRC-32 of all parts together.
pub(super) fn sum(parts: &[&[u8]]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    parts.iter().for_each(|part| hasher.update(part));
    hasher.finalize()
}
