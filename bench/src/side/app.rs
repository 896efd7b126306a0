//! The app that is run on a side.

use super::Peers;
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
    /// Lines of Ostler's `[edge]`.
    pub edge: String,
    /// Lines of Ostler's `[edge.limits]`.
    pub limits: String,
    /// A Redis of its own is part of each side; `REDIS_URL` in the environment says where.
    pub redis: bool,
}

impl App {
    /// `script` of bench/apps, with nothing set.
    pub fn new(peers: &Peers, script: &str, workers: usize, path: &str) -> Self {
        App {
            script: peers.repository.join("bench/apps").join(script),
            workers,
            path: path.into(),
            env: Vec::new(),
            edge: String::new(),
            limits: String::new(),
            redis: false,
        }
    }

    /// The same with one more environment variable.
    pub fn with_env(mut self, name: &str, value: impl ToString) -> Self {
        self.env.push((name.to_owned(), value.to_string()));
        self
    }

    /// For a proxy alone: nothing is run.
    pub fn none() -> Self {
        App {
            script: "/none".into(),
            workers: 0,
            path: "/".into(),
            env: Vec::new(),
            edge: String::new(),
            limits: String::new(),
            redis: false,
        }
    }
}
