mod script;
mod tables;
mod world;

use config::{App, Memory, ReadyOn, Restart, Run, Scale, Stopping, Workers};
use model::AppName;
use std::sync::Arc;
use std::time::Duration;

/// Settings with round figures.
pub fn app(change: impl FnOnce(&mut App)) -> Arc<App> {
    let mut app = App {
        name: AppName::parse("web").unwrap(),
        run: Run::Script("/app/server.js".into()),
        args: Vec::new(),
        folder: "/app".into(),
        env: Default::default(),
        env_file: None,
        node: "node".into(),
        node_args: Vec::new(),
        workers: Workers { min: 1, max: 1 },
        ready: ReadyOn::Listening,
        ready_timeout: Duration::from_secs(30),
        health: None,
        memory: Memory { max: Some(500_000_000), hard_max: Some(1_000_000_000) },
        stall_max: Duration::from_secs(2),
        stopping: Stopping {
            drain_timeout: Duration::from_secs(20),
            websocket_grace: Duration::from_secs(5),
            signal: "SIGTERM".into(),
            kill_after: Duration::from_secs(10),
        },
        restart: Restart {
            delay_min: Duration::from_secs(1),
            delay_max: Duration::from_secs(8),
            stable_after: Duration::from_secs(60),
            crash_loop_after: 3,
        },
        watch: None,
        scale: Scale {
            in_flight: 10.0,
            utilisation: 0.8,
            up_after: Duration::from_secs(5),
            down_after: Duration::from_secs(60),
        },
    };
    change(&mut app);
    Arc::new(app)
}

pub fn workers(count: u32) -> Arc<App> {
    app(|app| app.workers = Workers { min: count, max: count })
}
