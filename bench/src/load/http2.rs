//! HTTP/2: connections with many streams at once, each stream a closed loop.

use super::source;
use super::stream::Stream;
use super::tally::{Outcome, Tally};
use super::{Method, Plan};
use h2::client::{Builder, SendRequest};
use http::Request;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;
use tokio::task::JoinSet;

/// A connection that failed waits so long before it is made again.
const AFTER_FAILURE: Duration = Duration::from_millis(50);
/// Room for replies, of a stream and of a connection: flow control is not what is measured.
const STREAM_WINDOW_BYTES: u32 = 1 << 20;
const CONNECTION_WINDOW_BYTES: u32 = 1 << 26;

/// Ask over one connection, with `streams` requests at a time, until `stop`.
pub async fn ask(
    plan: Rc<Plan>,
    number: usize,
    streams: usize,
    tally: Arc<Tally>,
    stop: Arc<AtomicBool>,
) {
    while !stop.load(Relaxed) {
        if session(&plan, number, streams, &tally, &stop).await.is_err() {
            tally.count(Method::Get, Outcome::Unconnected, Duration::ZERO);
        }
        if !stop.load(Relaxed) {
            tokio::time::sleep(AFTER_FAILURE).await;
        }
    }
}

/// One connection, until it fails or nothing more is to be asked.
async fn session(
    plan: &Rc<Plan>,
    number: usize,
    streams: usize,
    tally: &Arc<Tally>,
    stop: &Arc<AtomicBool>,
) -> anyhow::Result<()> {
    let tcp = source::connect(plan.address, source::of(number), None).await?;
    let stream = Stream::over(tcp, plan.tls.as_ref()).await?;
    let (sender, connection) = Builder::new()
        .initial_window_size(STREAM_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .enable_push(false)
        .handshake::<_, bytes::Bytes>(stream)
        .await?;
    let scheme = if plan.tls.is_some() { "https" } else { "http" };
    let request = Request::get(format!("{scheme}://localhost{}", plan.path))
        .header("accept", "*/*")
        .body(())?;
    let mut work = JoinSet::new();
    for _ in 0..streams {
        let (sender, request) = (sender.clone(), request.clone());
        work.spawn_local(stream_loop(plan.clone(), sender, request, tally.clone(), stop.clone()));
    }
    drop(sender);
    tokio::select! {
        // Its end with an error is told by the streams that it broke.
        _ = connection => {}
        () = async { while work.join_next().await.is_some() {} } => {}
    }
    Ok(())
}

/// Requests one after the other, until one ends with the connection.
async fn stream_loop(
    plan: Rc<Plan>,
    mut sender: SendRequest<bytes::Bytes>,
    request: Request<()>,
    tally: Arc<Tally>,
    stop: Arc<AtomicBool>,
) {
    while !stop.load(Relaxed) {
        let began = base::clock::now();
        let (ready, exchange) = match tokio::time::timeout(plan.timeout, sender.ready()).await {
            Ok(Ok(ready)) => (ready.clone(), exchange(ready, request.clone())),
            Ok(Err(_)) => return,
            Err(_) => return tally.count(Method::Get, Outcome::Late, began.elapsed()),
        };
        sender = ready;
        let ended = tokio::time::timeout(plan.timeout, exchange).await;
        let (outcome, broken) = match ended {
            Ok(Ok(outcome)) => (outcome, false),
            Ok(Err(outcome)) => (outcome, true),
            Err(_) => (Outcome::Late, true),
        };
        tally.count(Method::Get, outcome, began.elapsed());
        if broken {
            return;
        }
    }
}

/// One request and its whole reply; an error if the connection is not to be used further.
async fn exchange(
    mut sender: SendRequest<bytes::Bytes>,
    request: Request<()>,
) -> Result<Outcome, Outcome> {
    let (reply, _) = sender.send_request(request, true).map_err(|_| Outcome::Unanswered)?;
    let reply = reply.await.map_err(|_| Outcome::Unanswered)?;
    let (status, mut body) = (reply.status(), reply.into_body());
    while let Some(data) = body.data().await {
        let data = data.map_err(|_| Outcome::Truncated)?;
        body.flow_control().release_capacity(data.len()).map_err(|_| Outcome::Truncated)?;
    }
    Ok(if status.is_success() { Outcome::Answered } else { Outcome::Refused(status.as_u16()) })
}
