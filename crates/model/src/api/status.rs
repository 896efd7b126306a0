//! What `GET /status` answers.

use super::{CacheStatus, ExportStatus};
use crate::{AppName, WorkerId};
use serde::{Deserialize, Serialize};

/// One running Ostler.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Status {
    /// Ostler's version.
    pub version: String,
    /// Ostler's process id.
    pub pid: u32,
    /// The folder whose `ostler.toml` or script is run.
    pub project: String,
    /// Seconds since Ostler started.
    pub uptime_seconds: u64,
    /// Resident memory of Ostler itself in bytes.
    pub rss_bytes: u64,
    /// Addresses on which the edge listens, as URLs.
    pub listen: Vec<String>,
    /// Address of the admin API over TCP, if open, as URL.
    pub admin: Option<String>,
    /// The edge as a whole.
    pub edge: EdgeStatus,
    /// Each app.
    pub apps: Vec<AppStatus>,
    /// Each route, most specific first.
    #[serde(default)]
    pub routes: Vec<RouteStatus>,
    /// Each upstream.
    #[serde(default)]
    pub upstreams: Vec<UpstreamStatus>,
    /// The cache; None from an Ostler that has none.
    #[serde(default)]
    pub cache: Option<CacheStatus>,
    /// The store; None: there is none.
    #[serde(default)]
    pub store: Option<StoreStatus>,
    /// Where logs and metrics are sent to.
    #[serde(default)]
    pub exports: Vec<ExportStatus>,
}

/// The store that workers are told of.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StoreStatus {
    /// Where it is, as a URL without user and password.
    pub url: String,
    /// How the one inside Ostler is; None: it is elsewhere.
    #[serde(default)]
    pub inside: Option<StoreFigures>,
}

/// The store inside Ostler.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct StoreFigures {
    /// False while it is handed to another process, or after it failed.
    pub running: bool,
    /// Why it refuses writes, if it does.
    pub refuses: Option<String>,
    /// When a change is on disk: `always`, `everysec` or `off`; None: never.
    pub durability: Option<String>,
    /// Keys in all databases.
    pub keys: u64,
    /// Bytes of data.
    pub memory_bytes: u64,
    /// Bytes that it may have; 0: no limit.
    pub memory_bytes_max: u64,
    /// Clients now connected.
    pub clients: u64,
    /// Commands a second, lately.
    pub commands_per_second: u64,
}

/// The edge's own figures.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct EdgeStatus {
    /// Client connections now open.
    pub connections: u64,
    /// Requests answered ever.
    pub requests: u64,
    /// Requests a second over the last second.
    pub requests_per_second: f64,
    /// Replies that the edge itself made with a 4xx or 5xx (no worker, timeout, bad request).
    pub refused: u64,
}

/// One route.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RouteStatus {
    /// Its pattern.
    pub pattern: String,
    /// Who answers: the name of an app or an upstream, `files FOLDER`, `redirect URL`; empty: nobody.
    pub to: String,
    /// Replies are cached.
    pub caches: bool,
    /// Requests answered ever.
    pub requests: u64,
    /// Those of them that the cache answered.
    pub cached: u64,
    /// With a 4xx.
    pub client_errors: u64,
    /// With a 5xx.
    pub server_errors: u64,
    /// Requests a second over the last second.
    pub requests_per_second: f64,
    /// With a 4xx.
    pub client_errors_per_second: f64,
    /// With a 5xx.
    pub server_errors_per_second: f64,
}

/// Servers that Ostler does not run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UpstreamStatus {
    /// The upstream's name.
    pub name: AppName,
    /// Names that could not be resolved at the last try, and why.
    pub faults: Vec<String>,
    /// Each address that its URLs lead to.
    pub servers: Vec<ServerStatus>,
}

/// One server of an upstream.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ServerStatus {
    /// The URL and the address, for people.
    pub url: String,
    /// Where it stands.
    pub state: ServerState,
    /// Why the last check failed.
    pub reason: Option<String>,
    /// Requests now being answered.
    pub in_flight: u32,
    /// Upgraded connections now open.
    pub upgraded: u32,
    /// Requests answered ever.
    pub requests: u64,
    /// Failed requests ever.
    pub failures: u64,
}

/// Where a server stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ServerState {
    /// Its first check is under way.
    Checking,
    /// It passes its checks.
    Healthy,
    /// It does not.
    Unhealthy,
    /// Its name stands for it no more; it finishes what it has.
    Leaving,
}

/// Where an app stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AppState {
    /// No worker is ready yet.
    Starting,
    /// At least one worker is ready.
    Online,
    /// A rolling reload is under way.
    Reloading,
    /// Some workers die again and again; others serve.
    Degraded,
    /// No worker ever became ready.
    Failed,
    /// Being stopped.
    Stopping,
    /// Stopped.
    Stopped,
}

/// One app.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AppStatus {
    /// Its name.
    pub name: AppName,
    /// Where it stands.
    pub state: AppState,
    /// Why, when failed or degraded.
    pub reason: Option<String>,
    /// How many workers are wanted now.
    pub workers_target: u32,
    /// The least automatic scaling goes to.
    pub workers_min: u32,
    /// The most automatic scaling goes to.
    pub workers_max: u32,
    /// 1 for the first start, plus one a reload.
    pub generation: u32,
    /// Unasked deaths of its workers ever.
    pub restarts: u64,
    /// Its worker processes, by number and then age.
    pub workers: Vec<WorkerStatus>,
}

impl AppStatus {
    /// How many workers take requests.
    pub fn ready(&self) -> usize {
        self.workers.iter().filter(|worker| worker.state == WorkerState::Ready).count()
    }

    /// Whether a start has come to its end: every worker is ready, or it is known that not every
    /// one will be.
    pub fn is_settled(&self) -> bool {
        match self.state {
            AppState::Starting => false,
            AppState::Online | AppState::Reloading => self.ready() >= self.workers_target as usize,
            AppState::Degraded | AppState::Failed | AppState::Stopping | AppState::Stopped => true,
        }
    }
}

/// Where a worker stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WorkerState {
    /// Started, not ready.
    Starting,
    /// Taking requests.
    Ready,
    /// Ready, but its event loop is stuck.
    Stalled,
    /// Finishing what it has.
    Draining,
    /// Told to end.
    Stopping,
    /// Waiting to be started again after a death; has no process.
    Waiting,
}

/// One worker.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WorkerStatus {
    /// The process's id within this Ostler.
    pub id: WorkerId,
    /// `OSTLER_WORKER`.
    pub number: u32,
    /// Process id; 0 while waiting.
    pub pid: u32,
    /// Where it stands.
    pub state: WorkerState,
    /// The generation of the app it runs.
    pub generation: u32,
    /// Seconds since its start.
    pub uptime_seconds: u64,
    /// Unasked deaths under this number ever.
    pub restarts: u64,
    /// Processor time over the last second, in percent of one core.
    pub cpu_percent: f64,
    /// Resident memory in bytes, of the whole process group.
    pub rss_bytes: u64,
    /// Processor time so far, in seconds.
    #[serde(default)]
    pub cpu_seconds: f64,
    /// Time that its garbage collector stopped it so far, in seconds; None without an agent.
    #[serde(default)]
    pub gc_seconds: Option<f64>,
    /// How often that was; None without an agent.
    #[serde(default)]
    pub gc_runs: Option<u64>,
    /// Used JS heap in bytes; 0 when it runs no agent.
    pub heap_bytes: u64,
    /// Largest event-loop delay over the last second in milliseconds; None without an agent.
    pub loop_delay_ms: Option<f64>,
    /// Event-loop utilisation, 0.0 to 1.0; None without an agent.
    pub loop_utilisation: Option<f64>,
    /// Requests now being answered.
    pub in_flight: u32,
    /// Upgraded connections now open.
    pub upgraded: u32,
    /// Requests answered ever.
    pub requests: u64,
    /// Requests a second over the last second.
    pub requests_per_second: f64,
    /// Failed requests ever.
    pub failures: u64,
    /// Median time of the requests of the last ten seconds in milliseconds.
    pub p50_ms: Option<f64>,
    /// 99th percentile of the same.
    pub p99_ms: Option<f64>,
}
