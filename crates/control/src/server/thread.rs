//! The thread that serves, from its start to its end.

use super::accept::accept;
use super::{Listeners, Settings};
use crate::api::Desk;
use crate::audit::Journal;
use crate::gate::Peer;
use crate::running::Running;
use base::stop::{self, Stopper};
use base::task::Tasks;
use std::io;
use std::sync::{Arc, Mutex};
use std::thread;
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::{Semaphore, oneshot};

/// The running server.
#[derive(Debug)]
pub struct Control {
    stopper: Stopper,
    closed: Option<oneshot::Receiver<()>>,
    finished: oneshot::Receiver<()>,
}

impl Control {
    /// Accept no more; resolves when that is so. Answers under way go on.
    pub async fn close(&mut self) {
        self.stopper.stop();
        if let Some(closed) = self.closed.take() {
            // An error means that the thread has ended, which closes everything.
            let _ = closed.await;
        }
    }

    /// Accept no more, finish the answers under way (up to `finish_timeout`), end all streams.
    pub async fn finish(self) {
        self.stopper.stop();
        // An error means that the thread has ended, which is what is waited for.
        let _ = self.finished.await;
    }
}

/// Serve on a thread named "control" until [`Control::finish`] or until the `Control` is dropped.
pub fn start(
    listeners: Listeners,
    settings: Settings,
    running: Arc<dyn Running>,
) -> io::Result<Control> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    listeners.unix.set_nonblocking(true)?;
    listeners.tcp.as_ref().map_or(Ok(()), |tcp| tcp.set_nonblocking(true))?;
    let (unix, tcp) = {
        let _inside = runtime.enter();
        let tcp = listeners.tcp.map(TcpListener::from_std).transpose()?;
        (UnixListener::from_std(listeners.unix)?, tcp)
    };
    let (stopper, stop) = stop::pair();
    let journal = Journal::open(settings.audit.clone())?;
    let (close, closed) = oneshot::channel();
    let (done, finished) = oneshot::channel();
    let limits = settings.limits.clone();
    let desk = Arc::new(Desk {
        running,
        settings,
        tasks: Tasks::new(),
        stop,
        streams: Arc::new(Semaphore::new(limits.streams_max)),
        ingesting: Semaphore::new(limits.ingesting_max),
        sessions: Mutex::default(),
        attempts: Mutex::default(),
        hashing: Semaphore::new(1),
        journal,
    });
    thread::Builder::new().name("control".into()).spawn(move || {
        runtime.block_on(serve(unix, tcp, desk, close));
        // Nobody may be waiting.
        let _ = done.send(());
    })?;
    Ok(Control { stopper, closed: Some(closed), finished })
}

async fn serve(
    unix: UnixListener,
    tcp: Option<TcpListener>,
    desk: Arc<Desk>,
    closed: oneshot::Sender<()>,
) {
    let (tasks, limits) = (desk.tasks.clone(), desk.settings.limits.clone());
    let owners = accept(&desk, limits.unix_connections_max, || async {
        let (io, _) = unix.accept().await?;
        Ok((io, Peer::Owner))
    });
    match &tcp {
        None => owners.await,
        Some(tcp) => {
            let visitors = accept(&desk, limits.tcp_connections_max, || async {
                let (io, from) = tcp.accept().await?;
                io.set_nodelay(true)?;
                let to = io.local_addr()?;
                Ok((io, Peer::Tcp { from, to }))
            });
            tokio::join!(owners, visitors);
        }
    }
    drop((unix, tcp));
    let _ = closed.send(());
    tasks.finish(limits.finish_timeout).await;
    desk.journal.finish();
}
