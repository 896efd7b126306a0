//! Logs that other programs send.

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IngestForm {
    /// Elasticsearch's `_bulk`.
    Bulk,
    /// Loki's push.
    Loki,
    /// OTLP's logs.
    Otlp,
}

/// A request, as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ingest {
    /// In which form.
    pub form: IngestForm,
    /// The index in the path of `_bulk`.
    pub index: Option<String>,
    /// `Content-Type`; empty: none.
    pub content_type: String,
    /// `Content-Encoding`; empty: none.
    pub encoding: String,
    /// The body, as it came.
    pub body: Vec<u8>,
}

/// What its sender is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IngestReply {
    /// The status.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: &'static str,
    /// The body.
    pub body: Vec<u8>,
}

/// What may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IngestRules {
    /// Programs on this machine need the token, too.
    pub token: bool,
    /// Bytes of a body, also after it was unpacked.
    pub body_bytes_max: usize,
}
