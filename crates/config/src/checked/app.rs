use model::AppName;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// `[app.NAME]`.
#[derive(Debug, Clone, PartialEq)]
pub struct App {
    /// Its name.
    pub name: AppName,
    /// What is run.
    pub run: Run,
    /// Arguments after the script.
    pub args: Vec<String>,
    /// Working folder, absolute.
    pub folder: PathBuf,
    /// Environment that is added to Ostler's own. Wins over `env_file`.
    pub env: BTreeMap<String, String>,
    /// A `.env` file to read at each start of a worker, absolute.
    pub env_file: Option<PathBuf>,
    /// The node program: a name on the path or a path.
    pub node: String,
    /// Arguments for node before the script, e.g. `--import tsx`.
    pub node_args: Vec<String>,
    /// How many workers.
    pub workers: Workers,
    /// What makes a worker ready.
    pub ready: ReadyOn,
    /// How long a worker may take to become ready.
    pub ready_timeout: Duration,
    /// A path that must answer 2xx before a worker is ready.
    pub health: Option<Health>,
    /// Limits of memory.
    pub memory: Memory,
    /// An event loop stuck for longer than this: the worker gets no new requests, and is replaced
    /// when it recovers. Stuck for three times as long: killed.
    pub stall_max: Duration,
    /// How workers end.
    pub stopping: Stopping,
    /// How workers that died are started again.
    pub restart: Restart,
    /// Reload when files change.
    pub watch: Option<Watch>,
    /// When to scale between `workers.min` and `workers.max`.
    pub scale: Scale,
}

/// What is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Run {
    /// A script for node, absolute.
    Script(PathBuf),
    /// A script of package.json: `npm run NAME`.
    Npm(String),
    /// Any program, which listens on `127.0.0.1:$PORT`; reached over TCP.
    Command(Vec<String>),
}

/// How many workers. `cores` was resolved when the config was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Workers {
    /// At least, at least 1.
    pub min: u32,
    /// At most. Equal to `min`: no automatic scaling. A start begins with `min`.
    pub max: u32,
}

/// What makes a worker ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadyOn {
    /// It listens.
    Listening,
    /// It says `process.send('ready')`, like PM2's `wait_ready`, and listens.
    Message,
}

/// A health check over HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// The path asked with GET.
    pub path: String,
    /// For one answer.
    pub timeout: Duration,
    /// Between checks of a ready worker; three failures in a row replace it.
    pub interval: Duration,
}

/// Limits of a worker's resident memory, of its whole process group, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// Above it the worker is replaced, the new one ready first.
    pub max: Option<u64>,
    /// Above it the worker is killed at once.
    pub hard_max: Option<u64>,
}

/// How workers end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopping {
    /// How long requests in flight may take to finish.
    pub drain_timeout: Duration,
    /// How long upgraded connections (WebSockets) may go on before they are closed.
    pub websocket_grace: Duration,
    /// The signal that asks the worker to end: `SIGTERM`, `SIGINT`, `SIGQUIT`, `SIGHUP`, `SIGUSR2`.
    pub signal: String,
    /// From that signal to SIGKILL.
    pub kill_after: Duration,
}

/// Restart of workers that died.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restart {
    /// Wait before the second restart in a row (the first is at once); doubled each time, with jitter.
    pub delay_min: Duration,
    /// The longest wait.
    pub delay_max: Duration,
    /// A worker that ran for so long was stable: the wait starts from the beginning.
    pub stable_after: Duration,
    /// Deaths in a row without a stable run that are told as a crash loop.
    pub crash_loop_after: u32,
}

/// Reload when files change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    /// Folders or files, absolute.
    pub paths: Vec<PathBuf>,
    /// Names that are ignored wherever they are (`node_modules`, `.git` always are), and absolute
    /// paths that are ignored with all that is in them.
    pub ignore: Vec<String>,
    /// Quiet time after the last change before the reload.
    pub settle: Duration,
}

/// When to scale automatically.
#[derive(Debug, Clone, PartialEq)]
pub struct Scale {
    /// Scale up above so many requests in flight to each worker, on average.
    pub in_flight: f64,
    /// Scale up above this event-loop utilisation or share of one core, 0.0 to 1.0, on average.
    pub utilisation: f64,
    /// How long load must be high before scaling up.
    pub up_after: Duration,
    /// How long load must be low before scaling down, one worker at a time.
    pub down_after: Duration,
}
