//! Accepting and limiting connections, on a thread and runtime of its own, so that a busy edge
//! stays observable.

mod connection;
mod patience;

use crate::api::Desk;
use crate::gate::{Peer, Token};
use crate::running::Running;
use base::stop::{self, Stop, Stopper};
use base::task::Tasks;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::{Semaphore, oneshot};

/// Where the admin API listens. Bound before anything runs; may be handed over by another Ostler.
#[derive(Debug)]
pub struct Listeners {
    /// From [`crate::place::Held::bind`].
    pub unix: std::os::unix::net::UnixListener,
    /// `admin.listen`.
    pub tcp: Option<std::net::TcpListener>,
}

/// How the admin API behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What TCP clients must show.
    pub token: Token,
    /// Every limit.
    pub limits: Limits,
}

/// Limits of the admin API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Connections over TCP; further ones wait in the kernel's queue.
    pub tcp_connections_max: usize,
    /// Connections over the unix socket.
    pub unix_connections_max: usize,
    /// Open streams in all; fewer than `tcp_connections_max`, so that health checks get through.
    pub streams_max: usize,
    /// Request line and headers together; hyper takes no less than 8192.
    pub head_bytes_max: usize,
    /// Headers in a request.
    pub headers_max: usize,
    /// A request's body.
    pub body_bytes_max: usize,
    /// Without a whole request head: at the start and between requests.
    pub head_timeout: Duration,
    /// For a request's body.
    pub body_timeout: Duration,
    /// Without the client reading anything of what is to be sent.
    pub write_timeout: Duration,
    /// A stream with nothing to tell sends a blank at this period.
    pub keep_alive: Duration,
    /// For answers under way when the server is stopped.
    pub finish_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            tcp_connections_max: 64,
            unix_connections_max: 256,
            streams_max: 48,
            head_bytes_max: 16 * 1024,
            headers_max: 64,
            body_bytes_max: 64 * 1024,
            head_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(20),
            keep_alive: Duration::from_secs(15),
            finish_timeout: Duration::from_secs(3),
        }
    }
}

/// The running server.
#[derive(Debug)]
pub struct Control {
    stopper: Stopper,
    finished: oneshot::Receiver<()>,
}

impl Control {
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
    let (done, finished) = oneshot::channel();
    thread::Builder::new().name("control".into()).spawn(move || {
        runtime.block_on(serve(unix, tcp, settings, running, stop));
        // Nobody may be waiting.
        let _ = done.send(());
    })?;
    Ok(Control { stopper, finished })
}

async fn serve(
    unix: UnixListener,
    tcp: Option<TcpListener>,
    settings: Settings,
    running: Arc<dyn Running>,
    stop: Stop,
) {
    let tasks = Tasks::new();
    let limits = settings.limits.clone();
    let streams = Arc::new(Semaphore::new(limits.streams_max));
    let desk = Arc::new(Desk { running, settings, tasks: tasks.clone(), stop, streams });
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
    tasks.finish(limits.finish_timeout).await;
}

/// Accept until stopped, at most `connections_max` at a time.
async fn accept<S, F>(desk: &Arc<Desk>, connections_max: usize, mut next: impl FnMut() -> F)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    F: Future<Output = io::Result<(S, Peer)>>,
{
    let mut stop = desk.stop.clone();
    let connections = Arc::new(Semaphore::new(connections_max));
    loop {
        let arrived = async {
            let permit = Arc::clone(&connections).acquire_owned().await;
            (permit, next().await)
        };
        let (permit, arrived) = tokio::select! {
            arrived = arrived => arrived,
            () = stop.stopped() => return,
        };
        match arrived {
            Ok((io, peer)) => {
                let desk = Arc::clone(desk);
                desk.tasks.clone().spawn("control.connection", async move {
                    let _permit = permit;
                    connection::serve(io, peer, desk).await;
                });
            }
            // The client is gone again, or file descriptors have run out: others may end meanwhile.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}
