//! What the edge has to say to whoever runs Ostler: lines of text.
//!
//! Whoever says something never waits: when nobody reads, lines are dropped and counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

/// Lines that may wait to be read.
const LINES_MAX: usize = 256;
/// A longer line is cut.
const CHARS_MAX: usize = 500;

/// The end that speaks.
#[derive(Debug, Clone)]
pub struct News {
    lines: SyncSender<String>,
    dropped: Arc<AtomicU64>,
}

/// The end that reads, line by line; ends when the edge has ended.
#[derive(Debug)]
pub struct NewsReader {
    lines: Receiver<String>,
    dropped: Arc<AtomicU64>,
}

/// A new pair.
pub fn channel() -> (News, NewsReader) {
    let (send, lines) = sync_channel(LINES_MAX);
    let dropped = Arc::new(AtomicU64::new(0));
    (News { lines: send, dropped: dropped.clone() }, NewsReader { lines, dropped })
}

impl News {
    /// Say one line. It may hold what others sent, so what could upset a terminal is replaced.
    pub fn say(&self, line: &str) {
        let clean = |char: char| if char.is_control() { '\u{fffd}' } else { char };
        let line = line.chars().take(CHARS_MAX).map(clean).collect();
        if let Err(TrySendError::Full(_)) = self.lines.try_send(line) {
            self.dropped.fetch_add(1, Relaxed);
        }
    }
}

impl Iterator for NewsReader {
    type Item = String;

    /// The next line; waits for it.
    fn next(&mut self) -> Option<String> {
        match self.dropped.swap(0, Relaxed) {
            0 => self.lines.recv().ok(),
            missed => Some(format!("… {missed} lines of the edge were not told")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_waits_and_what_is_lost_is_counted() {
        let (news, mut reader) = channel();
        (0..LINES_MAX + 3).for_each(|number| news.say(&number.to_string()));
        assert_eq!(reader.next().unwrap(), "… 3 lines of the edge were not told");
        assert_eq!(reader.next().unwrap(), "0");
        news.say("a\x1b[2Jb\n");
        drop(news);
        assert_eq!(reader.last().unwrap(), "a\u{fffd}[2Jb\u{fffd}");
    }
}
