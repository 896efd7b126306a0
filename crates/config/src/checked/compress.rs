/// `compress`: how the replies of a route are compressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compress {
    /// The codings that are offered, the best first.
    pub order: Vec<CompressCoding>,
    /// Smaller replies are left as they are, in bytes.
    pub min_bytes: u64,
    /// Types that are compressed: `text/html`, `text/*`, `*+json`.
    pub types: Vec<String>,
    /// The level of gzip, 1 to 9.
    pub gzip: u8,
    /// The quality of brotli, 0 to 5.
    pub brotli: u8,
    /// The level of zstd, 1 to 9.
    pub zstd: u8,
    /// Levels drop under load.
    pub adapt: bool,
    /// Whose replies are not compressed.
    pub breach: CompressBreach,
}

/// A content coding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompressCoding {
    /// `gzip`
    Gzip,
    /// `br`
    Brotli,
    /// `zstd`
    Zstd,
}

/// From where a request with credentials must come for its reply not to be compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompressBreach {
    /// From another site.
    CrossSite,
    /// From another origin, also of the same site.
    SameSite,
    /// From nowhere: every reply is compressed.
    Off,
}
