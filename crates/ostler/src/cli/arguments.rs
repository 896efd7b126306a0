//! What can be typed, and which command carries it out.

use super::{
    Failure, admin, check, connect, diagram, explain, import, logs, operate, purge, reference,
    start, status, stop, store,
};
use clap::{Args, Parser, Subcommand};
use model::AppName;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Runs an unmodified Node.js app on every core, behind an edge, and keeps it up.
#[derive(Debug, Parser)]
#[command(name = "ostler", version, propagate_version = true, max_term_width = 100)]
#[command(
    after_help = "Start with: ostler run server.js\nExit codes and every config key: docs/reference/"
)]
pub struct Arguments {
    /// The project's folder (where ostler.toml or the script is) [default: the current one].
    #[arg(long, short = 'C', global = true, value_name = "DIR")]
    project: Option<PathBuf>,
    /// The config file [default: ostler.toml in the project's folder].
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run in the foreground: one app, or everything in ostler.toml.
    Run(RunArguments),
    /// The same in the background; returns when the app serves.
    Start(RunArguments),
    /// Stop what runs: requests in flight finish first.
    Stop,
    /// Show apps and workers.
    #[command(visible_aliases = ["ls", "list", "ps"])]
    Status {
        /// As JSON (documented and stable).
        #[arg(long)]
        json: bool,
    },
    /// Replace all workers with new ones, without losing a request; reads ostler.toml again.
    Reload {
        /// Only this app [default: all].
        app: Option<AppName>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Replace one worker, the new one ready first.
    Restart {
        /// The app.
        app: AppName,
        /// The worker's number.
        worker: u32,
    },
    /// Set the number of workers.
    Scale {
        /// The app.
        app: AppName,
        /// How many: a number, +N or -N for more or fewer, or "cores".
        #[arg(allow_hyphen_values = true, value_parser = operate::Amount::parse)]
        workers: operate::Amount,
    },
    /// Show what workers wrote, or look for something in it.
    Logs(logs::LogsArguments),
    /// A live view of apps, routes and logs, with keys to reload, scale and restart.
    Top {
        /// Print the view once and end.
        #[arg(long)]
        once: bool,
    },
    /// Draw the architecture as it runs: edge, routes, apps, workers, and whom they talk to.
    Diagram(diagram::DiagramArguments),
    /// Take replies out of the cache.
    Purge(purge::PurgeArguments),
    /// Show what the cache keeps.
    Cache {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Print the store's URL, with its password: redis-cli -u "$(ostler store)".
    Store,
    /// What one needs to log in at the dashboard: the token, or the hash of a password.
    Admin {
        #[command(subcommand)]
        command: admin::AdminCommand,
    },
    /// Check the config, and say every mistake at once.
    Check,
    /// Say what the config and the apps' packages leave open, and what cures it.
    Audit(super::audit::AuditArguments),
    /// Say what a config key does, its default and unit.
    Explain {
        /// The key, for example app.workers [default: list all].
        key: Option<String>,
    },
    /// Turn PM2's ecosystem.config.js into an ostler.toml.
    Import {
        /// The file [default: ecosystem.config.js or .cjs in the project's folder].
        file: Option<PathBuf>,
        /// Write ostler.toml instead of printing it.
        #[arg(long)]
        write: bool,
    },
    /// Hand the listening sockets over to a new ostler binary, without refusing a connection.
    Upgrade,
    /// Print shell completions.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the man page.
    Man,
    /// Print a page of the reference.
    #[command(hide = true)]
    Reference {
        /// Which page.
        page: reference::Page,
    },
    /// Waits for Ostler to end and kills what it leaves behind.
    #[command(name = supervise::warden::ARGUMENT, hide = true)]
    Warden,
}

/// What `run` and `start` take.
#[derive(Debug, Clone, Default, Args)]
pub struct RunArguments {
    /// A script, a folder with a package.json, or "npm run NAME" [default: everything in ostler.toml].
    pub what: Option<String>,
    /// Arguments for the script.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGS")]
    pub args: Vec<String>,
    /// Address to listen on, e.g. :8080, 127.0.0.1:3000.
    #[arg(long, short, value_name = "ADDRESS", value_parser = address)]
    pub listen: Vec<SocketAddr>,
    /// How many workers: a number, MIN-MAX, or "cores" [default: cores].
    #[arg(long, short, value_name = "N", value_parser = workers)]
    pub workers: Option<(u32, u32)>,
    /// Reload when files of the project change.
    #[arg(long)]
    pub watch: bool,
    /// Read environment from this file for the workers.
    #[arg(long, value_name = "FILE")]
    pub env_file: Option<PathBuf>,
    /// Arguments for node before the script, e.g. "--import tsx".
    #[arg(long, value_name = "ARGS", allow_hyphen_values = true)]
    pub node_args: Option<String>,
    /// Address of the admin API, or "off" [default: 127.0.0.1:7700].
    #[arg(long, value_name = "ADDRESS")]
    pub admin: Option<String>,
    /// Take the sockets over from the running Ostler (used by `ostler upgrade`).
    #[arg(long, hide = true)]
    pub takeover: bool,
    /// Run as the daemon that `ostler start` began.
    #[arg(long, hide = true)]
    pub daemon: bool,
}

fn address(text: &str) -> Result<SocketAddr, String> {
    config::listen_address(text).ok_or_else(|| {
        format!("{text:?} is not an address to listen on; write :8080, 127.0.0.1:8080 or [::]:8080")
    })
}

fn workers(text: &str) -> Result<(u32, u32), String> {
    let cores = supervise::cores();
    let count = |text: &str| match text {
        "cores" | "auto" | "max" => Some(cores),
        number => number.parse().ok().filter(|count| (1..=supervise::WORKERS_MAX).contains(count)),
    };
    let range = match text.split_once('-') {
        Some((min, max)) => count(min).zip(count(max)).filter(|(min, max)| min <= max),
        None => count(text).map(|count| (count, count)),
    };
    range.ok_or_else(|| {
        format!(
            "write a number from 1 to {}, a range such as 1-4, or cores",
            supervise::WORKERS_MAX
        )
    })
}

/// Carry out what was typed.
pub fn carry_out(arguments: Arguments) -> Result<(), Failure> {
    let project = connect::Project::find(arguments.project, arguments.config)?;
    match arguments.command {
        Command::Run(options) => super::run::run(&project, &options),
        Command::Start(options) => start::start(&project, &options),
        Command::Stop => stop::stop(&project),
        Command::Status { json } => status::status(&project, json),
        Command::Reload { app, json } => operate::reload(&project, app, json),
        Command::Restart { app, worker } => operate::restart(&project, app, worker),
        Command::Scale { app, workers } => operate::scale(&project, app, workers),
        Command::Logs(arguments) => logs::logs(&project, &arguments),
        Command::Top { once } => status::top(&project, once),
        Command::Diagram(arguments) => diagram::diagram(&project, &arguments),
        Command::Purge(what) => purge::purge(&project, what),
        Command::Cache { json } => purge::cache(&project, json),
        Command::Store => store::store(&project),
        Command::Admin { command } => admin::admin(&project, &command),
        Command::Check => check::check(&project),
        Command::Audit(arguments) => super::audit::audit(&project, &arguments),
        Command::Explain { key } => explain::explain(key.as_deref()),
        Command::Import { file, write } => import::import(&project, file, write),
        Command::Upgrade => operate::upgrade(&project),
        Command::Completions { shell } => reference::completions(shell),
        Command::Man => reference::man(),
        Command::Reference { page } => reference::page(page),
        Command::Warden => Ok(supervise::warden::run()?),
    }
}
