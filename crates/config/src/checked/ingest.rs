/// `[observe.ingest]`: logs that other programs send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObserveIngest {
    /// Whether any are taken.
    pub enabled: bool,
    /// Programs on this machine need the token, too.
    pub token: bool,
    /// Bytes of a body, also after it was unpacked.
    pub body_bytes_max: usize,
}
