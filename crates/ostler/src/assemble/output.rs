//! Where the workers' lines and Ostler's own news go.

use super::news;
use super::observe::Observed;
use super::operator::Operator;
use super::plan::{Mode, Plan};
use crate::cli::{Failure, print, start};
use base::units::show_duration;
use config::{Config, LogForm};
use control::Running;
use control::place::Held;
use std::path::PathBuf;
use supervise::output::{Files, Sink, Terminal};

/// Begin to write lines and tell news. Returns the log file that a successor writes to as well.
pub fn begin(
    plan: &Plan,
    config: &Config,
    held: &Held,
    supervise: &supervise::Handle,
    observed: Option<&Observed>,
) -> Result<Option<PathBuf>, Failure> {
    news::tell(supervise.events(), observed.map(|observed| observed.logs.clone()))?;
    supervise.attach(sink(plan.mode, config, held))?;
    match plan.mode {
        Mode::Foreground => Ok(None),
        Mode::Daemon => start::log_file(plan).map(Some),
    }
}

fn sink(mode: Mode, config: &Config, held: &Held) -> Box<dyn Sink> {
    match mode {
        Mode::Foreground => {
            let stdout = std::io::stdout();
            let colour = print::colour() && config.log.form == LogForm::Prefixed;
            Box::new(Terminal::new(config.log.form, colour, Box::new(stdout)))
        }
        Mode::Daemon => {
            let usual = || held.place().state_folder().join("logs");
            let folder = config.log.folder.clone().unwrap_or_else(usual);
            Box::new(Files::new(folder, &config.log))
        }
    }
}

/// Say where the app and the admin API are, once they serve.
pub fn banner(operator: &Operator) {
    let status = operator.status();
    for app in &status.apps {
        let (ready, target) = (app.ready(), app.workers_target);
        news::say(&format!("{}: {ready} of {target} workers ready", app.name));
    }
    for upstream in &operator.shown.borrow().upstreams {
        let servers = match upstream.servers.len() {
            1 => String::from("1 server"),
            many => format!("{many} servers"),
        };
        news::say(&format!("{}: upstream of {servers}", upstream.name));
    }
    let what = if status.apps.is_empty() { "edge" } else { "app " };
    for url in &status.listen {
        news::say(&format!(
            "{what}   {}",
            url.replace("0.0.0.0", "localhost").replace("[::]", "localhost")
        ));
    }
    if let Some(store) = &status.store {
        news::say(&format!("store  {}  (in REDIS_URL of every worker)", store.url));
    }
    if let Some(admin) = &status.admin {
        news::say(&format!(
            "admin  {admin}  (dashboard, metrics; `ostler top` in another terminal)"
        ));
    }
    let took = show_duration(operator.started.elapsed());
    news::say(&format!("serving after {took}; Ctrl-C stops gently, twice at once"));
}

/// Say what the end waits for.
pub fn farewell(operator: &Operator) {
    let status = operator.status();
    let workers = || status.apps.iter().flat_map(|app| &app.workers);
    let requests: u32 = workers().map(|worker| worker.in_flight).sum();
    let upgraded: u32 = workers().map(|worker| worker.upgraded).sum();
    let waits = match (requests, upgraded) {
        (0, 0) => String::new(),
        (requests, upgraded) => format!(
            ": {requests} requests in flight and {upgraded} WebSockets may finish first; asking again ends them"
        ),
    };
    news::say(&format!("stopping{waits}"));
}
