use crate::site::{Place, eventually, example, is_alive, kill};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

/// An Ostler of its own, that can be killed.
struct Ostler {
    child: Child,
    place: Place,
}

impl Ostler {
    fn start() -> Ostler {
        let place = Place::new();
        let script = place.write(
            "server.js",
            "const { spawn } = require('child_process');
             const fs = require('fs');
             const near = spawn('sleep', ['600']);
             spawn('setsid', ['-f', 'sh', '-c', `echo $$ > far; exec sleep 600`]);
             require('http').createServer().listen(1, () =>
                fs.writeFileSync('pids', `${process.pid} ${near.pid}`));",
        );
        let mut command = Command::new(example());
        command.arg(place.0.join("run")).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped());
        Ostler { child: command.spawn().unwrap(), place }
    }

    fn wait_ready(&mut self) {
        let lines = BufReader::new(self.child.stdout.as_mut().unwrap()).lines();
        let ready = lines.map_while(Result::ok).any(|line| line.starts_with("WorkerReady"));
        assert!(ready);
    }

    /// Reload, and return the reports as they are printed.
    fn reload(&mut self) -> String {
        self.child.stdin.as_mut().unwrap().write_all(b"reload\n").unwrap();
        let lines = BufReader::new(self.child.stdout.as_mut().unwrap()).lines();
        let mut lines = lines.map_while(Result::ok);
        lines.find(|line| line.starts_with("[ReloadReport")).unwrap()
    }

    /// Let it have so many bytes of memory more than it has now, thread stacks included.
    fn limit_memory(&self, more: Option<u64>) {
        let pid = self.child.id();
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        let kibibytes = status.lines().find_map(|line| line.strip_prefix("VmSize:")).unwrap();
        let kibibytes = kibibytes.split_whitespace().next().unwrap().parse::<u64>().unwrap();
        let current = more.map(|more| kibibytes * 1_024 + more);
        let pid = rustix::process::Pid::from_raw(pid as i32);
        let limit = rustix::process::Rlimit { current, maximum: None };
        rustix::process::prlimit(pid, rustix::process::Resource::As, limit).unwrap();
    }

    async fn pids(&self) -> Vec<u32> {
        let read = || format!("{} {}", self.place.read("pids"), self.place.read("far"));
        eventually(|| read().split_whitespace().count() == 3).await;
        let pids: Vec<u32> = read().split_whitespace().map(|pid| pid.parse().unwrap()).collect();
        assert!(pids.iter().all(|pid| is_alive(*pid)), "{pids:?}");
        pids
    }

    fn warden(&self) -> Option<u32> {
        let own = self.child.id();
        let tasks = std::fs::read_dir(format!("/proc/{own}/task")).ok()?.flatten();
        let children =
            tasks.filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok());
        let pids: Vec<u32> = children
            .flat_map(|text| {
                text.split_whitespace().map(|pid| pid.parse().unwrap()).collect::<Vec<_>>()
            })
            .collect();
        pids.into_iter().find(|pid| {
            let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            line.ends_with(b"__warden\0")
        })
    }

    fn run_folder(&self) -> std::path::PathBuf {
        self.place.0.join("run").join(self.child.id().to_string())
    }
}

impl Drop for Ostler {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn a_killed_ostler_leaves_nothing_behind() {
    let mut ostler = Ostler::start();
    ostler.wait_ready();
    let (pids, folder) = (ostler.pids().await, ostler.run_folder());
    assert!(folder.exists());
    ostler.child.kill().unwrap();
    ostler.child.wait().unwrap();
    eventually(|| pids.iter().all(|pid| !is_alive(*pid))).await;
    eventually(|| !folder.exists()).await;
}

#[tokio::test]
async fn a_killed_warden_comes_again_and_knows_all() {
    let mut ostler = Ostler::start();
    ostler.wait_ready();
    let pids = ostler.pids().await;
    let first = ostler.warden().unwrap();
    kill(first);
    eventually(|| ostler.warden().is_some_and(|pid| pid != first && is_alive(pid))).await;
    ostler.child.kill().unwrap();
    ostler.child.wait().unwrap();
    eventually(|| pids.iter().all(|pid| !is_alive(*pid))).await;
}

#[tokio::test]
async fn the_warden_is_small_and_deaf_to_the_terminal() {
    let mut ostler = Ostler::start();
    ostler.wait_ready();
    let warden = ostler.warden().unwrap();
    let pid = rustix::process::Pid::from_raw(warden as i32).unwrap();
    for signal in
        [rustix::process::Signal::INT, rustix::process::Signal::TERM, rustix::process::Signal::HUP]
    {
        rustix::process::kill_process(pid, signal).unwrap();
    }
    let status = std::fs::read_to_string(format!("/proc/{warden}/status")).unwrap();
    let field = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap()
    };
    // What it does not share with others: a heap and a stack.
    assert!(field("RssAnon:") < 1_000, "{status}");
    assert_eq!(field("Threads:"), 1);
    assert!(is_alive(warden));
}

#[tokio::test]
async fn an_ostler_that_is_told_to_end_ends_in_order() {
    let mut ostler = Ostler::start();
    ostler.wait_ready();
    let (pids, folder) = (ostler.pids().await, ostler.run_folder());
    drop(ostler.child.stdin.take());
    assert!(ostler.child.wait().unwrap().success());
    assert!(pids.iter().all(|pid| !is_alive(*pid)) && !folder.exists());
}

#[tokio::test]
async fn a_reload_without_a_thread_to_spare_is_answered_and_the_next_one_works() {
    let mut ostler = Ostler::start();
    ostler.wait_ready();
    ostler.pids().await;
    ostler.limit_memory(Some(512 << 10));
    let report = ostler.reload();
    assert!(report.contains("ok: false") && report.contains("no thread to spare"), "{report}");
    ostler.limit_memory(None);
    let report = ostler.reload();
    assert!(report.contains("ok: true"), "{report}");
}
