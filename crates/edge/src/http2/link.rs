//! An HTTP/2 connection to a worker, shared by the requests of a thread.

use super::backlog::Backlog;
use super::pipe::{Tap, pipe};
use super::question::Question;
use crate::socket::{Buffer, Buffers, Transport};
use bytes::Bytes;
use h2::client::{Connection, SendRequest};
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// What a worker may send on one stream, and on all, before it must wait.
const STREAM_WINDOW_BYTES: u32 = 256 * 1024;
const CONNECTION_WINDOW_BYTES: u32 = 4 * 1024 * 1024;
/// What is held of requests that the worker does not read.
const SEND_BYTES_MAX: usize = 128 * 1024;
/// The largest head of a reply, in bytes; as of HTTP/1.
const HEAD_BYTES_MAX: u32 = crate::http::head::reply::HEAD_BYTES_MAX as u32;

/// A connection that requests can be sent on.
#[derive(Debug, Clone)]
pub struct Link {
    send: SendRequest<Bytes>,
    backlog: Rc<Backlog>,
}

impl Link {
    /// Begin to speak HTTP/2 on a connection to a worker. There is no limit of time in here.
    ///
    /// # Errors
    /// When the worker does not speak it, or closes.
    pub async fn open(transport: Transport, stock: &Rc<Buffers>) -> io::Result<Link> {
        let (pipe, tap) = pipe(transport, Buffer::new(stock), Buffer::new(stock), None);
        let mut builder = h2::client::Builder::new();
        builder
            .initial_window_size(STREAM_WINDOW_BYTES)
            .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
            .max_send_buffer_size(SEND_BYTES_MAX)
            .max_header_list_size(HEAD_BYTES_MAX)
            .enable_push(false);
        let (send, connection) = builder.handshake(pipe).await.map_err(super::error::broken)?;
        let backlog = Rc::new(Backlog::default());
        tokio::task::spawn_local(carry(connection, tap, backlog.clone()));
        Ok(Link { send, backlog })
    }

    /// Room for one request, which waits inside `h2` if the worker has as many streams as it allows.
    ///
    /// # Errors
    /// When the connection can carry none, ever.
    pub fn ask(&mut self) -> io::Result<Question> {
        // Pending only for a handle whose own last request waits to be sent: this one sends none.
        let mut nobody = Context::from_waker(Waker::noop());
        if let Poll::Ready(ready) = self.send.poll_ready(&mut nobody) {
            ready.map_err(super::error::broken)?;
        }
        Ok(Question::new(self.send.clone(), self.backlog.clone()))
    }
}

/// Carry a connection's bytes until nobody needs it any more or it breaks. Requests on it learn of
/// that from their streams.
async fn carry(
    mut connection: Connection<super::pipe::Pipe, Bytes>,
    tap: Tap,
    backlog: Rc<Backlog>,
) {
    poll_fn(|cx| {
        let over = Pin::new(&mut connection).poll(cx).is_ready();
        let flushed = tap.poll_flush(cx);
        // Whoever waits for room on a connection that is over learns of it at the next try.
        if over || flushed.is_ready() {
            backlog.clear();
        }
        match flushed {
            Poll::Ready(Err(_)) => Poll::Ready(()),
            _ if over => Poll::Ready(()),
            _ => Poll::Pending,
        }
    })
    .await;
}
