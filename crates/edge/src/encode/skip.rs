//! Why content goes out as it is.

/// Why a reply that has content was not encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skip {
    /// The client accepts none of the codings that are offered.
    Unwanted,
    /// The client speaks HTTP/1.0.
    Old,
    /// Too small to be worth it.
    Small,
    /// Of a type that is not in the list.
    Type,
    /// Encoded already.
    Encoded,
    /// `no-transform`, said by the request or by the reply.
    NoTransform,
    /// A part of something larger.
    Partial,
    /// The reply carries a checksum of its content.
    Digest,
    /// A request from another site, with the user's credentials.
    Breach,
    /// There was no time for it.
    Load,
    /// It would have become larger.
    Larger,
    /// The encoder failed.
    Failed,
}

impl Skip {
    /// All of them.
    pub const ALL: [Skip; 12] = [
        Skip::Unwanted,
        Skip::Old,
        Skip::Small,
        Skip::Type,
        Skip::Encoded,
        Skip::NoTransform,
        Skip::Partial,
        Skip::Digest,
        Skip::Breach,
        Skip::Load,
        Skip::Larger,
        Skip::Failed,
    ];

    /// Its name in metrics.
    pub fn name(self) -> &'static str {
        match self {
            Skip::Unwanted => "unwanted",
            Skip::Old => "old",
            Skip::Small => "small",
            Skip::Type => "type",
            Skip::Encoded => "encoded",
            Skip::NoTransform => "no_transform",
            Skip::Partial => "partial",
            Skip::Digest => "digest",
            Skip::Breach => "breach",
            Skip::Load => "load",
            Skip::Larger => "larger",
            Skip::Failed => "failed",
        }
    }
}
