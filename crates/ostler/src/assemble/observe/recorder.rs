//! Once a second: what every part counts, to whoever keeps, shows or ships it.

use crate::assemble::operator::Operator;
use base::{background, clock};
use control::Running;
use meter::Snapshot;
use observe::series::Series;
use std::io;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::watch;

/// The thread that takes a snapshot a second.
#[derive(Debug)]
pub struct Recorder {
    latest: watch::Sender<Arc<Snapshot>>,
    thread: Mutex<Option<(SyncSender<()>, JoinHandle<()>)>>,
}

impl Default for Recorder {
    fn default() -> Self {
        let latest = watch::Sender::new(Arc::new(Snapshot::new(0)));
        Recorder { latest, thread: Mutex::default() }
    }
}

impl Recorder {
    /// The last snapshot, a new one each second.
    #[expect(dead_code, reason = "what shows and ships samples follows")]
    pub fn latest(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.latest.subscribe()
    }

    /// Begin. It ends with `operator`, or when it is told to.
    ///
    /// # Errors
    /// When the system starts no more threads.
    pub fn begin(&self, operator: Weak<Operator>, series: Arc<Series>) -> io::Result<()> {
        let (stop, stopped) = sync_channel::<()>(0);
        let latest = self.latest.clone();
        let thread = background::spawn("observe-record", move || {
            series.load();
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(until_next_second()) {
                let Some(operator) = operator.upgrade() else { break };
                let snapshot = Arc::new(operator.metrics());
                if let Some(observed) = &operator.observed {
                    observed.ship.measure(&snapshot);
                }
                drop(operator);
                series.record(&snapshot);
                latest.send_replace(snapshot);
            }
            series.end();
        })?;
        *self.thread.lock().unwrap_or_else(PoisonError::into_inner) = Some((stop, thread));
        Ok(())
    }

    /// Record no more, and write what was: another process records from now on, or none.
    pub fn end(&self) {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((stop, thread)) = thread {
            drop(stop);
            let _ = thread.join();
        }
    }
}

fn until_next_second() -> Duration {
    Duration::from_millis(1_000 - clock::wall_ms() % 1_000)
}
