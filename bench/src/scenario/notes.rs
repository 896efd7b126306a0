//! What bench/apps/orders.cjs noted: when workers began to listen, and which orders were carried out.

use crate::side::{App, Peers};
use anyhow::{Result, bail};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long workers may take to be replaced.
const REPLACED_WITHIN: Duration = Duration::from_secs(20);

/// The file that all workers of one side append to.
#[derive(Debug)]
pub struct Notes(PathBuf);

/// The app with its notes in `folder`.
pub fn orders(peers: &Peers, folder: &Path, workers: usize) -> (App, Notes) {
    let notes = folder.join("notes");
    let app = App::new(peers, "orders.cjs", workers, "/products");
    (app.with_env("BENCH_NOTES", notes.display()), Notes(notes))
}

impl Notes {
    fn read(&self) -> String {
        std::fs::read_to_string(&self.0).unwrap_or_default()
    }

    /// When workers began to listen, in nanoseconds of the monotonic clock.
    pub fn listening(&self) -> Vec<u64> {
        times(&self.read())
    }

    /// Orders that were carried out more than once.
    pub fn duplicates(&self) -> u64 {
        duplicates(&self.read())
    }
}

/// Wait until workers began to listen `times` times in all.
pub async fn listening(notes: &Notes, times: usize) -> Result<()> {
    let began = base::clock::now();
    while notes.listening().len() < times {
        if began.elapsed() > REPLACED_WITHIN {
            bail!(
                "workers began to listen {} times within {REPLACED_WITHIN:?}, not {times}",
                notes.listening().len()
            );
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}

fn times(text: &str) -> Vec<u64> {
    let lines = text.lines().filter_map(|line| line.strip_prefix("listening "));
    lines.filter_map(|line| line.split_once(' ')?.1.parse().ok()).collect()
}

fn duplicates(text: &str) -> u64 {
    let mut times: HashMap<&str, u64> = HashMap::new();
    for id in text.lines().filter_map(|line| line.strip_prefix("order ")) {
        *times.entry(id).or_default() += 1;
    }
    times.values().map(|times| times - 1).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes() {
        let text =
            "listening 12 345\norder a-1\norder a-2\nlistening 13 346\norder a-1\norder a-1\n";
        assert_eq!(times(text), [345, 346]);
        assert_eq!(duplicates(text), 2);
    }
}
