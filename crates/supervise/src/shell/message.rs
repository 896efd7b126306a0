//! What the supervise thread is told by handles and by its own tasks.

use crate::core::{Event, Ticket};
use crate::error::CommandError;
use crate::worker::check::CheckError;
use crate::worker::notice::Notice;
use config::App;
use model::api::{ReloadReport, ScaleReport};
use model::{AppName, WorkerId};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// The two queues; commands come from outside, messages from this thread's own tasks.
pub struct Inbox {
    pub commands: mpsc::Receiver<Command>,
    pub messages: mpsc::Receiver<Message>,
}

/// Reports that are still to come.
pub type Reports = Vec<oneshot::Receiver<ReloadReport>>;
/// Where the answer to a command goes.
pub type Reply<T> = oneshot::Sender<Result<T, CommandError>>;

/// What a handle asks for.
pub enum Command {
    Reload(Option<AppName>, Reply<Reports>),
    Apply(Vec<App>, Reply<Reports>),
    Scale(AppName, u32, Reply<ScaleReport>),
    Restart(AppName, u32, Reply<()>),
    Stop(oneshot::Sender<()>),
    KillNow(oneshot::Sender<()>),
}

/// What a task reports.
pub enum Message {
    /// Something happened to a worker.
    Worker(AppName, Event),
    /// The agent said something.
    Notice(AppName, WorkerId, Notice),
    /// An app was looked at before its reload, or before its first start.
    Checked { app: Arc<App>, result: Result<(), CheckError>, ticket: Option<Ticket>, fresh: bool },
}
