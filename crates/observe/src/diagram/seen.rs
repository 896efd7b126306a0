//! What one look at everything that runs gave.

use super::rates::Counts;
use model::api::{NodeKind, Status};
use model::{AppName, WorkerId};

/// Everything that a picture is made of.
#[derive(Debug, Clone)]
pub struct Seen {
    /// When, in milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// Apps, workers, upstreams and the store.
    pub status: Status,
    /// Client connections of each listener of the status, in its order; empty: not counted.
    pub connections: Vec<u32>,
    /// The routes in force, most specific first.
    pub routes: Vec<RouteSeen>,
    /// The workers that take or took requests.
    pub workers: Vec<WorkerSeen>,
    /// Whom workers talk to.
    pub talks: Vec<Talk>,
    /// Queues in the store.
    pub queues: Vec<Queue>,
    /// What could not be seen, and why.
    pub notes: Vec<String>,
}

/// A route.
#[derive(Debug, Clone)]
pub struct RouteSeen {
    /// Its pattern.
    pub pattern: String,
    /// Who answers.
    pub answerer: Answerer,
    /// Replies are cached.
    pub caches: bool,
    /// Requests answered.
    pub answered: Counts,
    /// Those of them that an app's worker or an upstream's server answered.
    pub passed: Counts,
    /// Those that the cache answered.
    pub cached: u64,
    /// Requests answered, by the listener that they came by.
    pub by_listener: Vec<Counts>,
}

/// Who answers the requests of a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answerer {
    /// An app or an upstream.
    App(AppName),
    /// Files of this folder, and where none is found the app or upstream.
    Files(String, Option<AppName>),
    /// Clients are sent to this URL.
    Redirect(String),
    /// Nobody.
    Nobody,
}

/// What the edge counted of a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkerSeen {
    /// The worker's process.
    pub worker: WorkerId,
    /// Requests answered.
    pub counts: Counts,
}

/// A worker has connections to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Talk {
    /// Whose worker it is.
    pub app: AppName,
    /// The worker's process.
    pub worker: WorkerId,
    /// To whom.
    pub to: Target,
    /// How many are open; none: it had some a moment ago.
    pub connections: u32,
    /// How many wait for the first answer.
    pub pending: u32,
    /// What they are for, as far as they say.
    pub detail: String,
}

/// Whom a worker talks to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// The store that it was told of.
    Store,
    /// A listener of the edge, by its place in the status.
    Listener(usize),
    /// Another worker's port.
    Worker(WorkerId),
    /// Somebody outside.
    Outside {
        /// A database or a service.
        kind: NodeKind,
        /// What it is: `PostgreSQL`, `HTTPS`.
        what: String,
        /// What it is called, if that is known, else its address.
        name: String,
        /// Where it is.
        address: String,
    },
}

/// A queue of jobs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// Its name.
    pub name: String,
    /// What its keys begin with: `bull`.
    pub prefix: String,
    /// It takes no jobs out.
    pub is_paused: bool,
    /// Jobs that wait, whether in line, by priority, or while it is paused.
    pub waiting: u64,
    /// Jobs that workers are busy with.
    pub active: u64,
    /// Jobs for later.
    pub delayed: u64,
    /// Jobs that failed and are kept.
    pub failed: u64,
    /// Jobs ever added.
    pub added: u64,
}
