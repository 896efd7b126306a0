//! Accepting connections.

use super::connection;
use crate::api::Desk;
use crate::gate::Peer;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Semaphore;

/// Accept until stopped, at most `connections_max` at a time.
pub async fn accept<S, F>(desk: &Arc<Desk>, connections_max: usize, mut next: impl FnMut() -> F)
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
