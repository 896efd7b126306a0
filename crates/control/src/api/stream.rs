//! Bodies without an end: a feed written out entry by entry.
//!
//! The writer keeps at most one entry waiting for the connection. A reader that falls behind loses
//! entries and is told how many; one that reads nothing at all is dropped by the connection's own
//! write limit.

use super::{Body, Desk, Refused};
use crate::feed::{Feed, Item};
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Frame;
use serde::Serialize;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::time::timeout;

/// How entries are separated.
#[derive(Debug, Clone, Copy)]
pub enum Form {
    /// `text/event-stream`: `data: {…}` and an empty line.
    Events,
    /// `application/x-ndjson`: one object a line.
    Lines,
}

/// Which entries of a feed are sent.
pub type Keep<T> = Box<dyn Fn(&T) -> bool + Send>;

impl Form {
    /// Its `Content-Type`.
    pub fn content_type(self) -> &'static str {
        match self {
            Form::Events => "text/event-stream",
            Form::Lines => "application/x-ndjson",
        }
    }

    /// Sent when there is nothing to say, so that both ends notice a dead connection.
    fn keep_alive(self) -> Bytes {
        match self {
            Form::Events => Bytes::from_static(b":\n\n"),
            Form::Lines => Bytes::from_static(b"\n"),
        }
    }

    /// One entry; None if it cannot be written as JSON, which plain data always can.
    pub fn encode<T: Serialize>(self, item: &Item<T>) -> Option<Bytes> {
        let (before, after): (&[u8], &[u8]) = match self {
            Form::Events => (b"data: ", b"\n\n"),
            Form::Lines => (b"", b"\n"),
        };
        let mut text = before.to_vec();
        serde_json::to_writer(&mut text, item).ok()?;
        text.extend_from_slice(after);
        Some(text.into())
    }
}

/// Room for one more stream, for as long as it is held.
pub(super) fn permit(desk: &Desk) -> Result<OwnedSemaphorePermit, Refused> {
    Arc::clone(&desk.streams).try_acquire_owned().map_err(|_| {
        Refused::not_now("Too many streams are open. Close a dashboard or a `logs -f`.")
    })
}

/// The feed as a body that ends when the reader hangs up or the server stops.
pub fn body<T>(desk: &Desk, form: Form, feed: Feed<T>, keep: Keep<T>) -> Result<Body, Refused>
where
    T: Serialize + Clone + Send + Sync + 'static,
{
    let permit = permit(desk)?;
    let (sender, receiver) = mpsc::channel(1);
    let mut stop = desk.stop.clone();
    let period = desk.settings.limits.keep_alive;
    desk.tasks.spawn("control.stream", async move {
        let _permit = permit;
        tokio::select! {
            () = write(&sender, form, feed, keep, period) => {}
            () = sender.closed() => {}
            () = stop.stopped() => {}
        }
    });
    Ok(Pieces(receiver).boxed_unsync())
}

/// What a search finds, as JSON lines, until it ends or the reader hangs up.
pub fn found<T: Serialize + Send + 'static>(
    desk: &Desk,
    mut found: mpsc::Receiver<Vec<T>>,
) -> Result<Body, Refused> {
    let permit = permit(desk)?;
    let (sender, receiver) = mpsc::channel(1);
    let mut stop = desk.stop.clone();
    let write = async move {
        while let Some(entries) = found.recv().await {
            let lines =
                entries.into_iter().filter_map(|entry| Form::Lines.encode(&Item::Entry(entry)));
            let bytes: Vec<u8> = lines.flatten().collect();
            if sender.send(bytes.into()).await.is_err() {
                return;
            }
        }
    };
    desk.tasks.spawn("control.found", async move {
        let _permit = permit;
        tokio::select! {
            () = write => {}
            () = stop.stopped() => {}
        }
    });
    Ok(Pieces(receiver).boxed_unsync())
}

/// Write `feed` until it ends or nobody takes what is written.
async fn write<T: Serialize + Clone>(
    sender: &mpsc::Sender<Bytes>,
    form: Form,
    mut feed: Feed<T>,
    keep: Keep<T>,
    period: Duration,
) {
    // The head goes out with the first byte of the body: say something at once.
    let mut next = Some(form.keep_alive());
    loop {
        if let Some(bytes) = next.take()
            && sender.send(bytes).await.is_err()
        {
            return;
        }
        next = match timeout(period, feed.next()).await {
            Ok(Some(Item::Entry(entry))) if !keep(&entry) => None,
            Ok(Some(item)) => form.encode(&item),
            Ok(None) => return,
            Err(_) => Some(form.keep_alive()),
        };
    }
}

/// A body that is what a channel gives.
pub(super) struct Pieces(pub mpsc::Receiver<Bytes>);

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(context).map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
    }
}
