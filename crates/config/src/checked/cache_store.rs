use std::path::PathBuf;

/// `[edge.cache]`: where cached replies are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheStore {
    /// Memory for them, all overhead counted.
    pub memory_bytes: u64,
    /// The disk tier; None without.
    pub disk: Option<CacheDisk>,
}

/// The disk tier of `[edge.cache]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheDisk {
    /// Bytes of files.
    pub bytes: u64,
    /// Where they are, absolute.
    pub folder: PathBuf,
}

impl Default for CacheStore {
    fn default() -> Self {
        CacheStore { memory_bytes: 64_000_000, disk: None }
    }
}
