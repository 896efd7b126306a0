//! The smallest program around the supervisor, for trying it and for tests that kill it:
//!
//!     cargo run -p supervise --example fleet -- FOLDER SCRIPT [WORKERS]
//!
//! Runs SCRIPT and prints an event a line until its stdin ends; then it drains and ends. Each line of
//! stdin reloads.

use config::{App, Memory, ReadyOn, Restart, Run, Scale, Stopping, Workers};
use model::{AppName, Event};
use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [supervise::warden::ARGUMENT] => Ok(supervise::warden::run()?),
        [folder, script] => run(folder.into(), script, 1),
        [folder, script, workers] => run(folder.into(), script, workers.parse()?),
        _ => Err("usage: fleet FOLDER SCRIPT [WORKERS]".into()),
    }
}

fn run(folder: PathBuf, script: &str, workers: u32) -> Result<(), Box<dyn Error>> {
    let options = supervise::Options { folder, edge_port: 8080, variables: Vec::new(), seed: 1 };
    let handle = supervise::start(options, vec![app(&std::path::absolute(script)?, workers)?])?;
    let (mut events, past) = (handle.events(), handle.recent_events());
    std::thread::spawn(move || {
        let print = |event: &Event| drop(writeln!(std::io::stdout(), "{:?}", event.kind));
        past.iter().for_each(|event| print(event));
        while let Ok(event) = events.blocking_recv() {
            if !past.iter().any(|known| Arc::ptr_eq(known, &event)) {
                print(&event);
            }
        }
    });
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    for line in std::io::stdin().lines() {
        line?;
        writeln!(std::io::stdout(), "{:?}", runtime.block_on(handle.reload(None))?)?;
    }
    runtime.block_on(handle.stop());
    Ok(())
}

fn app(script: &Path, workers: u32) -> Result<App, Box<dyn Error>> {
    let seconds = Duration::from_secs;
    Ok(App {
        name: AppName::parse("web")?,
        run: Run::Script(script.to_owned()),
        args: Vec::new(),
        folder: script.parent().unwrap_or(Path::new("/")).to_owned(),
        env: Default::default(),
        env_file: None,
        node: "node".into(),
        node_args: Vec::new(),
        workers: Workers { min: workers, max: workers },
        ready: ReadyOn::Listening,
        ready_timeout: seconds(30),
        health: None,
        memory: Memory { max: None, hard_max: None },
        stall_max: seconds(10),
        stopping: Stopping {
            drain_timeout: seconds(10),
            websocket_grace: seconds(10),
            signal: "SIGTERM".into(),
            kill_after: seconds(10),
        },
        restart: Restart {
            delay_min: Duration::from_millis(100),
            delay_max: seconds(15),
            stable_after: seconds(30),
            crash_loop_after: 5,
        },
        watch: None,
        scale: Scale {
            in_flight: 100.0,
            utilisation: 0.8,
            up_after: seconds(10),
            down_after: seconds(120),
        },
    })
}
