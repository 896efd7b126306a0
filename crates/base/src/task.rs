//! Tasks with a name and an end.
#![expect(clippy::disallowed_methods, reason = "this is the wrapper the lint points to")]

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinHandle;

/// The tasks one owner started. Cloning shares the set.
#[derive(Debug, Clone, Default)]
pub struct Tasks(Arc<Mutex<Vec<Named>>>);

type Named = (&'static str, JoinHandle<()>);

impl Tasks {
    /// An empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Start `work` on the current runtime under `name`.
    pub fn spawn(&self, name: &'static str, work: impl Future<Output = ()> + Send + 'static) {
        self.keep(name, tokio::spawn(work));
    }

    /// Start a `work` that need not be `Send` on the current `LocalSet` or local runtime.
    pub fn spawn_local(&self, name: &'static str, work: impl Future<Output = ()> + 'static) {
        self.keep(name, tokio::task::spawn_local(work));
    }

    fn keep(&self, name: &'static str, handle: JoinHandle<()>) {
        let mut tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.retain(|(_, task)| !task.is_finished());
        tasks.push((name, handle));
    }

    /// Wait up to `limit` for all tasks to end, then abort the rest and return their names.
    pub async fn finish(&self, limit: Duration) -> Vec<&'static str> {
        let tasks = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let deadline = tokio::time::Instant::now() + limit;
        let mut late = Vec::new();
        for (name, mut task) in tasks {
            if tokio::time::timeout_at(deadline, &mut task).await.is_err() {
                task.abort();
                late.push(name);
            }
        }
        late
    }
}
