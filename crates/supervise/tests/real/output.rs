use crate::site::{SERVER, Site, eventually, workers};
use model::{EventKind, LogLine, Stream};
use std::io::Write;
use std::sync::{Arc, Condvar, Mutex};
use supervise::output::{Sink, Terminal, Written};

/// Keeps what it is given.
#[derive(Debug, Clone, Default)]
struct Kept(Arc<Mutex<Vec<Arc<LogLine>>>>);

impl Kept {
    fn texts(&self, stream: Stream) -> Vec<String> {
        let lines = self.0.lock().unwrap();
        let texts = lines.iter().filter(|line| line.stream == stream).map(|line| line.text.clone());
        texts.collect()
    }
}

impl Sink for Kept {
    fn write(&mut self, lines: &[Arc<LogLine>], dropped: u64) -> Written {
        assert_eq!(dropped, 0);
        self.0.lock().unwrap().extend(lines.iter().cloned());
        Written::All
    }
}

#[tokio::test]
async fn nothing_written_before_process_exit_is_lost() {
    let site = Site::start(
        "const fs = require('fs');
         for (let i = 0; i < 20000; i++) console.log('line', i, 'x'.repeat(i % 300));
         fs.writeSync(2, 'torn \\xff'); fs.writeSync(2, Buffer.from([0xff, 10]));
         console.error('last words');
         process.stdout.write('no newline');
         process.exit(3);",
        |app| app.restart.crash_loop_after = 1,
    );
    let kept = Kept::default();
    site.handle.attach(Box::new(kept.clone())).unwrap();
    let stderr = site
        .event(|kind| match kind {
            EventKind::WorkerDied { how, stderr, .. } if how == "exit code 3" => {
                Some(stderr.clone())
            }
            _ => None,
        })
        .await;
    assert_eq!(stderr, ["torn ÿ\u{fffd}", "last words"]);
    site.handle.stop().await;
    let out = kept.texts(Stream::Out);
    assert_eq!(out.len(), 20_001, "{:?}", out.last());
    assert!(
        out.iter()
            .take(20_000)
            .enumerate()
            .all(|(at, line)| line.starts_with(&format!("line {at} ")))
    );
    assert_eq!(out[20_000], "no newline");
    site.end().await;
}

#[tokio::test]
async fn what_a_grandchild_holds_open_holds_up_nobody() {
    let site = Site::start(
        "require('child_process').spawn('env', ['-i', 'setsid', '-f', 'sleep', '600'], { stdio: 'inherit' })
            .on('close', () => { console.log('said'); process.exit(1); });",
        |app| app.restart.crash_loop_after = 1,
    );
    site.event(|kind| matches!(kind, EventKind::AppFailed { .. }).then_some(())).await;
    let lines = site.handle.recent_logs(None, 10);
    assert_eq!(lines[0].text, "said");
    site.handle.stop().await;
    // With an empty environment and a session of its own the sleep is nobody's any more.
    for pid in adopted_sleeps() {
        crate::site::kill(pid);
    }
}

/// `sleep 600` processes whose parent is this test.
fn adopted_sleeps() -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let own = std::process::id();
    let is_ours = |pid: &u32| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let line = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let parent = stat
            .rsplit_once(')')
            .and_then(|(_, rest)| rest.split_whitespace().nth(1)?.parse().ok());
        parent == Some(own) && line == "sleep\x00600\0"
    };
    pids.filter(is_ours).collect()
}

/// A terminal that takes nothing until it is opened.
#[derive(Debug, Clone, Default)]
struct Stuck(Arc<(Mutex<bool>, Condvar)>);

impl Stuck {
    fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }
}

impl Write for Stuck {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut open = self.0.0.lock().unwrap();
        while !*open {
            open = self.0.1.wait(open).unwrap();
        }
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_stuck_terminal_never_blocks_a_worker() {
    let site = Site::start(
        "const line = 'x'.repeat(1000) + '\\n';
         require('http').createServer((q, s) => {
            for (let i = 0; i < 30000; i++) process.stdout.write(line);
            s.end('wrote');
         }).listen(1);",
        workers(1),
    );
    let stuck = Stuck::default();
    let terminal = Terminal::new(config::LogForm::Prefixed, false, Box::new(stuck.clone()));
    site.handle.attach(Box::new(terminal)).unwrap();
    site.settled().await;
    assert_eq!(site.ask("/").await, ["wrote"]);
    let dropped = || {
        let mut page = meter::Snapshot::new(0);
        site.handle.write(&mut page);
        let text = meter::text::encode(&page, meter::Format::Prometheus);
        let line = text
            .lines()
            .find(|line| line.starts_with("ostler_log_dropped_total{"))
            .map(str::to_owned);
        line.and_then(|line| line.rsplit(' ').next()?.parse::<u64>().ok()).unwrap_or(0)
    };
    eventually(|| dropped() > 10_000).await;
    assert_eq!(site.ask("/").await, ["wrote"]);
    stuck.open();
    site.end().await;
}

#[tokio::test]
async fn lines_are_told_live_with_their_writer() {
    let site =
        Site::start(&format!("{SERVER} console.log('hello'); console.error('oops');"), workers(2));
    let mut live = site.handle.logs();
    site.settled().await;
    eventually(|| site.handle.recent_logs(None, 10).len() == 4).await;
    let mut seen = site.handle.recent_logs(None, 10);
    while let Ok(line) = live.try_recv() {
        assert!(seen.contains(&line));
    }
    seen.sort_by_key(|line| (line.number, line.stream == Stream::Err));
    let words: Vec<_> = seen.iter().map(|line| (line.number, line.text.as_str())).collect();
    assert_eq!(words, [(0, "hello"), (0, "oops"), (1, "hello"), (1, "oops")]);
    site.end().await;
}
