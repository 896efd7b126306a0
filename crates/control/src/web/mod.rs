//! The dashboard's files, which are part of the binary.
//!
//! In: a path and what the browser takes. Out: the file, compressed as it was at build time, or "not changed".
//! Every file but the page itself is named after its content and may be kept for ever.
//! Not here: what the dashboard shows (`dashboard/`), who may see it (`gate`).

mod serve;
mod table;
#[cfg(test)]
mod tests;

pub use serve::{find, serve};

/// One file.
#[derive(Debug)]
pub struct File {
    /// Below the admin address; `/` is the page.
    pub path: &'static str,
    /// `Content-Type`.
    pub kind: &'static str,
    /// Differs when the content does.
    pub tag: &'static str,
    /// As it is.
    pub plain: &'static [u8],
    /// Compressed with brotli.
    pub brotli: Option<&'static [u8]>,
    /// Compressed with gzip.
    pub gzip: Option<&'static [u8]>,
}
