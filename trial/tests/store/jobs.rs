//! BullMQ under load, in a process that outlives Ostler.

use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};
use trial::{apps, until};

/// Adds jobs and does them, as fast as it can. Ended when dropped.
pub struct Jobs {
    child: Child,
    replies: BufReader<ChildStdout>,
}

/// What is known at the end.
#[derive(Debug)]
pub struct Verdict {
    /// Jobs that were acknowledged.
    pub added: u64,
    /// Times a job had to run more than once, as BullMQ's contract has it.
    pub twice: u64,
}

impl Jobs {
    /// Begin, with the store at `url`.
    pub fn begin(url: &str) -> Self {
        let script = apps::folder("store", "bullmq").join("jobs.mjs");
        let mut command = Command::new("node");
        command.arg(script).arg(url).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let replies = BufReader::new(child.stdout.take().unwrap());
        Jobs { child, replies }
    }

    fn ask(&mut self, word: &str) -> Value {
        let stdin = self.child.stdin.as_mut().unwrap();
        writeln!(stdin, "{word}").unwrap();
        let mut line = String::new();
        self.replies.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    /// Jobs that were acknowledged so far.
    pub fn added(&mut self) -> u64 {
        self.ask("count")["added"].as_u64().unwrap()
    }

    /// Wait until more jobs are acknowledged than now.
    pub fn go_on(&mut self) {
        let before = self.added();
        until("jobs are added", || (self.added() > before + 20).then_some(()));
    }

    /// Add no more. Panics unless all that was acknowledged is there and done, and nothing was done again that was
    /// acknowledged as done.
    pub fn check(mut self) -> Verdict {
        let verdict = self.ask("check");
        for what in ["lost", "open", "again", "faults"] {
            let found = verdict[what].as_array().unwrap();
            assert!(found.is_empty(), "{what}: {verdict}");
        }
        let count = |what: &str| verdict[what].as_u64().unwrap();
        assert_eq!(count("undone"), 0, "{verdict}");
        Verdict { added: count("added"), twice: count("twice") }
    }
}

impl Drop for Jobs {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
