/// `[edge.cache]`: where cached replies are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheStore {
    /// Memory for them, all overhead counted.
    pub memory_bytes: u64,
}

impl Default for CacheStore {
    fn default() -> Self {
        CacheStore { memory_bytes: 64_000_000 }
    }
}
