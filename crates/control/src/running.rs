//! What the admin API needs from the rest of Ostler. The binary implements it over the real
//! handles, tests over a fake.

use crate::feed::Feed;
use crate::session::User;
use meter::Snapshot;
use model::api::{
    Graph, Ingest, IngestReply, IngestRules, LogCounts, LogEntry, LogSearch, PurgeReport,
    PurgeRequest, ReloadReport, ScaleReport, SeriesQuestion, SeriesReply, Status, StoreCommand,
    StoreSlowCommand, UpgradeReport,
};
use model::{AppName, Event, LogLine};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::{mpsc, watch};

/// The answer to a command, once it is carried out.
pub type Answer<T> = Pin<Box<dyn Future<Output = Result<T, Declined>> + Send>>;

/// Why a command was not carried out. Each text says what is wrong and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Declined {
    /// There is no such app or worker: 404.
    #[error("{0}")]
    Unknown(String),
    /// Something under way excludes it: 409.
    #[error("{0}")]
    Busy(String),
    /// The values asked for can never be: 400.
    #[error("{0}")]
    Impossible(String),
    /// It was tried and failed: 500.
    #[error("{0}")]
    Failed(String),
}

/// One running Ostler. The methods that return at once must not block: they are called on the
/// admin API's thread. Commands are carried out to their end even if the asker hangs up.
pub trait Running: Send + Sync + 'static {
    /// Everything about now.
    fn status(&self) -> Status;
    /// The architecture as it runs, drawn anew about once a second as long as the receiver is kept. None until the
    /// first picture is there.
    fn diagram(&self) -> watch::Receiver<Option<Arc<Graph>>>;
    /// A picture as SVG.
    fn draw(&self, graph: &Graph) -> String;
    /// What happened lately, and what happens from now on.
    fn events(&self) -> Feed<Event>;
    /// The last `lines` lines of one app or all, and the lines of all apps from now on.
    fn logs(&self, app: Option<&AppName>, lines: usize) -> Feed<LogLine>;
    /// The lines that are looked for, newest first, some at a time. Who no longer takes them ends the search.
    fn search_logs(&self, search: LogSearch) -> Answer<mpsc::Receiver<Vec<LogEntry>>>;
    /// The newest of the lines that are looked for, oldest first, and those that are written from now on.
    fn follow_logs(&self, search: LogSearch) -> Answer<Feed<LogEntry>>;
    /// How many of the lines that are looked for there are in each stretch of `step_ms`.
    fn count_logs(&self, search: LogSearch, step_ms: u64) -> Answer<LogCounts>;
    /// Rolling reload of one app or all, with the config read again.
    fn reload(&self, app: Option<AppName>) -> Answer<Vec<ReloadReport>>;
    /// Run so many workers of an app.
    fn scale(&self, app: AppName, workers: u32) -> Answer<ScaleReport>;
    /// Replace one worker, the new one ready first.
    fn restart(&self, app: AppName, number: u32) -> Answer<()>;
    /// Purge cached replies: none of them is used any more once this is answered.
    fn purge(&self, request: PurgeRequest) -> Answer<PurgeReport>;
    /// Drain and end everything; resolves when no worker is left. Ostler exits afterwards, once
    /// the answer is sent ([`crate::Control::finish`]).
    fn stop(&self) -> Answer<()>;
    /// Hand over to the binary that now lies where this one was started from.
    fn upgrade(&self) -> Answer<UpgradeReport>;
    /// Who may log in with a password.
    fn users(&self) -> Vec<User>;
    /// The checked config, secrets left out.
    fn config(&self) -> serde_json::Value;
    /// Every key of the config with its value and where that comes from; a list.
    fn origins(&self) -> serde_json::Value;
    /// What was counted of the store's commands; None: no store runs in Ostler.
    fn store_commands(&self) -> Option<Vec<StoreCommand>>;
    /// The store's commands that ran long, the newest first; None: no store runs in Ostler.
    fn store_slow_commands(&self) -> Option<Vec<StoreSlowCommand>>;
    /// What other programs may send as logs; None: nothing.
    fn ingest_rules(&self) -> Option<IngestRules>;
    /// Take logs that another program sends.
    fn ingest(&self, ingest: Ingest) -> Answer<IngestReply>;
    /// What every part counts, now.
    fn metrics(&self) -> Snapshot;
    /// What was counted over time, as Prometheus answers.
    fn series(&self, question: SeriesQuestion) -> Answer<SeriesReply>;
}
