use std::path::PathBuf;
use std::time::Duration;

/// How workers' lines are shown in the foreground.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogForm {
    /// With a short coloured prefix.
    Prefixed,
    /// As written.
    Bare,
    /// One JSON object a line.
    Json,
}

/// `[log]`: workers' output, and the files a daemon writes it to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// How lines look in the foreground.
    pub form: LogForm,
    /// Folder of the files; None: the state folder of this project.
    pub folder: Option<PathBuf>,
    /// A file is rotated at this size in bytes.
    pub rotate_bytes: u64,
    /// A file is rotated at this age.
    pub rotate_age: Duration,
    /// How many rotated files are kept for each app.
    pub keep: u32,
}
