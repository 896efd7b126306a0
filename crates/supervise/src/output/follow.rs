//! The reading side of a worker's stdout and stderr.

use super::bell::Bell;
use super::capture::{CHUNK_BYTES, Capture};
use super::journal::Journal;
use model::{AppName, LogLine, Stream};
use std::collections::VecDeque;
use std::io;
use std::os::fd::AsFd;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// Lines of stderr that are kept of each worker, for the report of its death.
const LAST_WORDS_MAX: usize = 20;
/// Bytes that are kept of each such line; the rest is `…`.
const WORDS_BYTES_MAX: usize = 1 << 10;
/// And of all of them: every report of a death carries them.
const LAST_WORDS_BYTES_MAX: usize = 16 << 10;

/// One worker's output.
#[derive(Debug, Clone)]
pub struct Output {
    pub journal: Arc<Journal>,
    pub app: AppName,
    pub number: u32,
    last_words: Arc<Mutex<LastWords>>,
}

/// The last lines of stderr, oldest first.
#[derive(Debug, Default)]
struct LastWords {
    lines: VecDeque<String>,
    bytes: usize,
}

/// Becomes true once the worker and its group are gone.
pub type Ended = watch::Receiver<bool>;

impl Output {
    /// Nothing written yet.
    pub fn new(journal: Arc<Journal>, app: AppName, number: u32) -> Self {
        Output { journal, app, number, last_words: Arc::default() }
    }

    /// The last lines of stderr.
    pub fn last_words(&self) -> Vec<String> {
        let words = self.last_words.lock().unwrap_or_else(PoisonError::into_inner);
        words.lines.iter().cloned().collect()
    }

    fn line(&self, stream: Stream, text: String) {
        if stream == Stream::Err {
            let mut words = self.last_words.lock().unwrap_or_else(PoisonError::into_inner);
            words.keep(&text);
        }
        let at_ms = base::clock::wall_ms();
        let (app, number) = (self.app.clone(), self.number);
        self.journal.line(LogLine { at_ms, app, number, stream, text });
    }
}

impl LastWords {
    fn keep(&mut self, line: &str) {
        let head = line.get(..line.floor_char_boundary(WORDS_BYTES_MAX)).unwrap_or_default();
        let ending = if head.len() < line.len() { "…" } else { "" };
        let line = format!("{head}{ending}");
        self.bytes += line.len();
        self.lines.push_back(line);
        while self.lines.len() > LAST_WORDS_MAX || self.bytes > LAST_WORDS_BYTES_MAX {
            let Some(old) = self.lines.pop_front() else { return };
            self.bytes -= old.len();
        }
    }
}

/// Read both streams until the worker has ended and all that it wrote was read.
///
/// # Errors
/// When a stream cannot be read.
pub async fn follow(
    mut out: Capture,
    mut err: Capture,
    output: Output,
    mut ended: Ended,
) -> io::Result<()> {
    let mut bell = Bell::new([out.as_fd(), err.as_fd()]);
    let mut chunk = vec![0; CHUNK_BYTES];
    let mut drain = |out: &mut Capture, err: &mut Capture| {
        let more = out.drain(&mut chunk, &mut |text| output.line(Stream::Out, text))?;
        Ok::<_, io::Error>(
            err.drain(&mut chunk, &mut |text| output.line(Stream::Err, text))? || more,
        )
    };
    while !*ended.borrow() {
        // Other tasks of this thread come first: a worker that writes without end must not hold up the
        // supervision of the others.
        match drain(&mut out, &mut err)? {
            true => tokio::task::yield_now().await,
            false => tokio::select! {
                _ = ended.wait_for(|ended| *ended) => {}
                () = bell.rung() => {}
            },
        }
    }
    out.close();
    err.close();
    while drain(&mut out, &mut err)? {
        tokio::task::yield_now().await;
    }
    out.finish(&mut |text| output.line(Stream::Out, text));
    err.finish(&mut |text| output.line(Stream::Err, text));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(lines: impl IntoIterator<Item = String>) -> VecDeque<String> {
        let mut words = LastWords::default();
        lines.into_iter().for_each(|line| words.keep(&line));
        words.lines
    }

    #[test]
    fn last_words_are_the_last_lines() {
        let lines = kept((0..100).map(|at| at.to_string()));
        assert_eq!(lines, (80..100).map(|at| at.to_string()).collect::<Vec<_>>());
    }

    #[test]
    fn long_last_words_are_cut_and_say_so() {
        let long = format!("x{}", "漢".repeat(20_000));
        let lines = kept(["short".to_owned(), long]);
        assert_eq!(lines[0], "short");
        assert_eq!(lines[1], format!("x{}…", "漢".repeat(341)), "between characters");
        let lines = kept((0..20).map(|at| format!("{at} {}", "x".repeat(60_000))));
        assert!(lines.iter().map(String::len).sum::<usize>() <= LAST_WORDS_BYTES_MAX);
        assert!(lines.len() >= 15 && lines.iter().all(|line| line.ends_with("x…")));
        assert!(lines.back().unwrap().starts_with("19 "), "the last ones stay");
    }
}
