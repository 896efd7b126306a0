//! One connection, from its first request to its last answer.

use super::patience::Patience;
use crate::api::{self, Desk};
use crate::gate::Peer;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};

/// Serve until the client leaves, breaks a limit, or the server stops.
pub async fn serve<S>(io: S, peer: Peer, desk: Arc<Desk>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let limits = &desk.settings.limits;
    let io = TokioIo::new(Patience::new(io, limits.write_timeout));
    let mut stop = desk.stop.clone();
    let service = service_fn(|request| {
        let desk = Arc::clone(&desk);
        async move { Ok::<_, Infallible>(api::answer(desk, peer, request).await) }
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head_timeout)
            .max_buf_size(limits.head_bytes_max)
            .max_headers(limits.headers_max)
            .serve_connection(io, service)
    );
    // Failures are the client's: it left, sent no HTTP, or was too slow. hyper has answered what
    // could be answered.
    let early = tokio::select! {
        ended = connection.as_mut() => Some(ended),
        () = stop.stopped() => None,
    };
    if early.is_none() {
        connection.as_mut().graceful_shutdown();
        let _ = connection.await;
    }
}
