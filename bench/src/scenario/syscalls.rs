//! System calls a request, counted by strace.

use crate::load::{Load, Plan, Tls};
use crate::process::{Child, Folder, program, terminate};
use crate::side::Side;
use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;
use std::time::Duration;

/// How long strace listens, and how long it may take to begin and to sum up.
const TIME: Duration = Duration::from_millis(1_500);
const ATTACH_LIMIT: Duration = Duration::from_secs(5);

/// System calls of all of a side's processes.
#[derive(Debug, Default, PartialEq)]
pub struct Syscalls {
    /// For each request.
    pub all: f64,
    /// By name, the most frequent first.
    pub names: Vec<(String, f64)>,
}

impl Syscalls {
    /// Count while `plan` runs, its connections' beginnings included: they are few beside the requests.
    pub async fn count(side: &mut Side, plan: Plan) -> Result<Self> {
        let folder = Folder::new("strace")?;
        let summary = folder.path().join("summary");
        let mut strace = program("strace");
        strace.args(["-c", "-f", "-U", "calls,name", "-o"]).arg(&summary);
        for pid in side.processes().pids() {
            strace.arg("-p").arg(pid.to_string());
        }
        let mut strace = Child::start("strace", strace, folder.path())?;
        let began = base::clock::now();
        while !strace.last_lines().contains("attached") {
            strace.check()?;
            ensure!(began.elapsed() < ATTACH_LIMIT, "strace attached to nothing");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let tls = plan.tls.as_ref().map(Tls::anew).transpose()?;
        let load = Load::start(Plan { address: side.address, tls, ..plan })?;
        tokio::time::sleep(TIME).await;
        let requests = load.finish().0.answered();
        side.check()?;
        terminate(strace.pid());
        let began = base::clock::now();
        while strace.check().is_ok() && began.elapsed() < ATTACH_LIMIT {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let text = std::fs::read_to_string(&summary).context("strace wrote no summary")?;
        ensure!(requests > 0, "no request was answered under strace");
        Ok(Syscalls::of(&text, requests))
    }

    /// From lines of a count and a name; several processes may name the same call.
    fn of(summary: &str, requests: u64) -> Self {
        let mut calls: BTreeMap<&str, u64> = BTreeMap::new();
        for line in summary.lines() {
            let mut words = line.split_whitespace();
            if let (Some(count), Some(name), None) = (words.next(), words.next(), words.next())
                && let Ok(count) = count.parse::<u64>()
                && name != "total"
            {
                *calls.entry(name).or_default() += count;
            }
        }
        let each = |count: u64| count as f64 / requests as f64;
        let mut names: Vec<(String, f64)> =
            calls.iter().map(|(name, count)| ((*name).to_owned(), each(*count))).collect();
        names.sort_by(|(_, one), (_, other)| other.total_cmp(one));
        Syscalls { all: each(calls.values().sum()), names }
    }

    /// `writev 2.0, readv 2.0`: those that come more often than once in a hundred requests.
    pub fn described(&self) -> String {
        let often = self.names.iter().filter(|(_, each)| *each >= 0.01);
        let parts: Vec<String> = often.map(|(name, each)| format!("{name} {each:.2}")).collect();
        parts.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary() {
        let text = "    calls syscall\n--------- ----------------\n      200 writev\n      300 readv\n\
                    \x20       1 accept4\n--------- ----------------\n      501 total\n";
        let got = Syscalls::of(text, 100);
        assert!((got.all - 5.01).abs() < 1e-9);
        assert_eq!(got.described(), "readv 3.00, writev 2.00, accept4 0.01");
        assert_eq!(Syscalls::of("", 1), Syscalls::default());
    }
}
