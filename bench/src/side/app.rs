//! The app that is run on a side.

use std::path::PathBuf;

/// A Node app.
#[derive(Debug, Clone)]
pub struct App {
    /// Absolute path of its main script. It listens on `PORT`.
    pub script: PathBuf,
    /// How many processes run it.
    pub workers: usize,
    /// A path that answers 200.
    pub path: String,
    /// Environment beside `PORT`.
    pub env: Vec<(String, String)>,
}

impl App {
    /// For a proxy alone: nothing is run, `/` is asked.
    pub fn none() -> Self {
        App { script: "/none".into(), workers: 0, path: "/".into(), env: Vec::new() }
    }
}
