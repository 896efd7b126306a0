//! Lines that belong together, such as an error and its stack, joined into one. Pure.

use model::{AppName, LogLine, Stream};
use std::collections::HashMap;
use std::sync::Arc;

/// Lines further apart do not belong together.
const GAP_MS: u64 = 20;
/// What is joined is cut at this size: the rest begins anew.
const JOINED_BYTES_MAX: usize = 256 << 10;
/// So many writers' lines wait at once; each worker has two.
const WRITERS_MAX: usize = 1_024;

/// What was read, or several of it as one.
#[derive(Debug, Clone)]
pub enum Whole {
    /// One line, as it was read.
    Line(Arc<LogLine>),
    /// Several, with newlines between.
    Joined {
        /// The first.
        first: Arc<LogLine>,
        /// The text of all.
        text: String,
    },
}

/// Holds the last line of each writer for as long as another may belong to it.
#[derive(Debug, Default)]
pub struct Joiner {
    held: HashMap<(AppName, u32, Stream), Held>,
}

#[derive(Debug)]
struct Held {
    whole: Whole,
    last_ms: u64,
}

impl Joiner {
    /// Take a line; what is whole with it goes to `give`.
    pub fn push(&mut self, line: &Arc<LogLine>, give: &mut impl FnMut(Whole)) {
        let key = (line.app.clone(), line.number, line.stream);
        // The usual: JSON loggers write one line a record.
        let alone = line.text.starts_with('{') && line.text.ends_with('}') && line.text.len() > 1;
        if self.held.is_empty() && alone {
            return give(Whole::Line(line.clone()));
        }
        if let Some(mut held) = self.held.remove(&key) {
            if !alone && held.takes(line) {
                held.add(line);
                self.held.insert(key, held);
                return;
            }
            give(held.whole);
        }
        if alone || self.held.len() >= WRITERS_MAX {
            return give(Whole::Line(line.clone()));
        }
        self.held.insert(key, Held { whole: Whole::Line(line.clone()), last_ms: line.at_ms });
    }

    /// Give what has waited for long enough at `now_ms`, or for any time if `all`.
    pub fn flush(&mut self, now_ms: u64, all: bool, give: &mut impl FnMut(Whole)) {
        // A clock that was set back makes nothing wait.
        let due = |held: &Held| all || now_ms.abs_diff(held.last_ms) > GAP_MS;
        let mut done: Vec<_> =
            self.held.extract_if(|_, held| due(held)).map(|(_, held)| held).collect();
        done.sort_by_key(|held| held.last_ms);
        done.into_iter().for_each(|held| give(held.whole));
    }

    /// Something waits.
    pub fn holds(&self) -> bool {
        !self.held.is_empty()
    }
}

impl Held {
    fn takes(&self, line: &LogLine) -> bool {
        line.at_ms.abs_diff(self.last_ms) <= GAP_MS
            && continues(&line.text)
            && self.bytes() + line.text.len() < JOINED_BYTES_MAX
    }

    fn bytes(&self) -> usize {
        match &self.whole {
            Whole::Line(line) => line.text.len(),
            Whole::Joined { text, .. } => text.len(),
        }
    }

    fn add(&mut self, line: &LogLine) {
        self.last_ms = line.at_ms;
        match &mut self.whole {
            Whole::Line(first) => {
                let text = format!("{}\n{}", first.text, line.text);
                self.whole = Whole::Joined { first: first.clone(), text };
            }
            Whole::Joined { text, .. } => {
                text.push('\n');
                text.push_str(&line.text);
            }
        }
    }
}

/// How a line begins that goes on with what the one before it said: stacks, causes, printed objects.
fn continues(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return false };
    first == ' '
        || first == '\t'
        || ((first == '}' || first == ']' || first == ')') && text.len() <= 16)
        || text.starts_with("Caused by:")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(at_ms: u64, number: u32, text: &str) -> Arc<LogLine> {
        let app = AppName::parse("web").unwrap();
        Arc::new(LogLine { at_ms, app, number, stream: Stream::Err, text: text.into() })
    }

    fn joined(lines: &[(u64, u32, &str)]) -> Vec<String> {
        let (mut joiner, mut out) = (Joiner::default(), Vec::new());
        let mut give = |whole: Whole| match whole {
            Whole::Line(line) => out.push(line.text.clone()),
            Whole::Joined { text, .. } => out.push(text),
        };
        for (at_ms, number, text) in lines {
            joiner.push(&line(*at_ms, *number, text), &mut give);
        }
        joiner.flush(0, true, &mut give);
        assert!(!joiner.holds());
        out
    }

    #[test]
    fn a_stack_is_one() {
        let got = joined(&[
            (1, 0, "TypeError: x"),
            (1, 0, "    at a (b.js:1:2)"),
            (2, 1, "other"),
            (9, 0, "  [cause]: Error: y {"),
            (9, 0, "    code: 'E'"),
            (9, 0, "}"),
            (10, 0, "next"),
        ]);
        assert_eq!(
            got,
            [
                "TypeError: x\n    at a (b.js:1:2)\n  [cause]: Error: y {\n    code: 'E'\n}",
                "other",
                "next"
            ]
        );
    }

    #[test]
    fn what_comes_later_or_from_others_is_not() {
        assert_eq!(joined(&[(1, 0, "a"), (40, 0, "  b"), (41, 1, "  c")]), ["a", "  b", "  c"]);
        assert_eq!(
            joined(&[(1, 0, "a"), (1, 0, r#"{"b":1}"#), (1, 0, "  c")]),
            ["a", r#"{"b":1}"#, "  c"]
        );
    }

    #[test]
    fn without_an_end_it_is_cut() {
        let long = format!("  {}", "x".repeat(60_000));
        let lines: Vec<_> = (0..20).map(|_| (1, 0, long.as_str())).collect();
        let got = joined(&lines);
        assert!(
            got.iter().all(|text| text.len() <= JOINED_BYTES_MAX) && got.len() == 5,
            "{}",
            got.len()
        );
    }

    #[test]
    fn what_waits_is_given_after_a_while() {
        let (mut joiner, mut count) = (Joiner::default(), 0);
        joiner.push(&line(100, 0, "a"), &mut |_| count += 1);
        joiner.flush(110, false, &mut |_| count += 1);
        assert_eq!(count, 0);
        joiner.flush(121, false, &mut |_| count += 1);
        assert_eq!(count, 1);
    }
}
