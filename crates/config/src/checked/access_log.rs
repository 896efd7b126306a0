use std::path::PathBuf;

/// `[edge.access_log]`: a line for each request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessLog {
    /// Where the lines go.
    pub to: AccessLogTo,
    /// How a line looks.
    pub format: AccessLogFormat,
}

/// Where access lines go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessLogTo {
    /// Ostler's standard output.
    Stdout,
    /// A file, absolute; rotated as those of `[log]`.
    File(PathBuf),
}

/// How an access line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessLogFormat {
    /// One JSON object.
    Json,
    /// The combined format of Apache and nginx.
    Combined,
}
