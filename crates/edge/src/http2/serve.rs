//! An HTTP/2 connection of a client: each of its streams becomes a request.

use super::Stream;
use super::pipe::{Tap, pipe};
use super::request::{self, Form};
use super::stream::Connection as Shared;
use crate::forward::{self, Client, Remote};
use crate::http::Method;
use crate::reply;
use crate::socket::{Buffer, Transport};
use crate::thread::Thread;
use crate::timer::Alarm;
use bytes::Bytes;
use h2::ext::Protocol;
use h2::server::{Builder, Connection, SendResponse};
use h2::{Reason, RecvStream};
use http::Request;
use std::fmt::Display;
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

/// What a client may send on one stream, and on all of a connection, before it must wait. Bytes of
/// which nobody has read any are held in memory.
const STREAM_WINDOW_BYTES: u32 = 256 * 1024;
const CONNECTION_WINDOW_BYTES: u32 = 1024 * 1024;
/// What is held of replies that the client does not read.
const SEND_BYTES_MAX: usize = 128 * 1024;
/// Streams that a connection may make the edge reset: errors of which HTTP/2 says that they end their
/// stream only, while its request may be with a worker already.
const ERRORS_MAX: usize = 100;
/// How long a connection may take to end once it was said to.
const GOODBYE: Duration = Duration::from_secs(2);

/// Serve a connection until it ends. The client's input may hold bytes already.
pub async fn serve(client: Client) {
    let Client { thread, transport, input, alarm, remote } = client;
    let output = Buffer::new(&thread.buffers);
    let (pipe, tap) = pipe(transport, input, output, Some(thread.clone()));
    alarm.set(thread.plan().limits.head_timeout);
    let mut shaking = pin!(builder(&thread).handshake::<_, Bytes>(pipe));
    let shaken = poll_fn(|cx| match shaking.as_mut().poll(cx) {
        Poll::Ready(done) => Poll::Ready(done.ok()),
        Poll::Pending => match tap.poll_flush(cx) {
            Poll::Ready(Err(_)) => Poll::Ready(None),
            _ if thread.is_cut() => Poll::Ready(None),
            _ => alarm.poll(cx).map(|()| None),
        },
    });
    let Some(connection) = shaken.await else { return };
    let ending = Ending::No;
    let shared = Shared::default();
    let mut life =
        Life { thread, connection, tap, alarm, remote, shared, ending, blocked: false, written: 0 };
    poll_fn(|cx| life.poll(cx)).await;
    let Life { thread, connection, tap, alarm, remote, .. } = life;
    drop(connection);
    if let Some(transport) = tap.into_transport() {
        let input = Buffer::new(&thread.buffers);
        forward::linger(Client { thread, transport, input, alarm, remote }).await;
    }
}

fn builder(thread: &Thread) -> Builder {
    let limits = &thread.plan().limits;
    let mut builder = h2::server::Builder::new();
    builder
        .max_concurrent_streams(limits.streams_max)
        .max_header_list_size(limits.head_bytes_max)
        .initial_window_size(STREAM_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .max_send_buffer_size(SEND_BYTES_MAX)
        .max_local_error_reset_streams(Some(ERRORS_MAX))
        .enable_connect_protocol();
    builder
}

/// How far a connection is on its way to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    No,
    /// The client was told to begin nothing new.
    Told,
    /// The client was told that it has gone too far.
    Thrown,
}

struct Life {
    thread: Rc<Thread>,
    connection: Connection<super::pipe::Pipe, Bytes>,
    tap: Tap,
    alarm: Alarm,
    remote: Rc<Remote>,
    shared: Shared,
    ending: Ending,
    /// The client does not read.
    blocked: bool,
    /// Bytes written when it was last seen to read.
    written: u64,
}

impl Life {
    /// Ready when the connection is over.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            match self.connection.poll_accept(cx) {
                Poll::Ready(Some(Ok((request, respond)))) => self.begin(request, respond),
                // The client breaks the protocol, or has gone; it was told.
                Poll::Ready(Some(Err(error))) => {
                    if !error.is_io() && !error.is_remote() {
                        self.tell(&error);
                    }
                    let _ = self.tap.poll_flush(cx);
                    return Poll::Ready(());
                }
                Poll::Ready(None) => {
                    let _ = self.tap.poll_flush(cx);
                    return Poll::Ready(());
                }
                Poll::Pending if self.throws_out() => {}
                Poll::Pending => break,
            }
        }
        match self.tap.poll_flush(cx) {
            Poll::Ready(Err(_)) => Poll::Ready(()),
            flushed => {
                if flushed.is_ready() {
                    self.shared.backlog.clear();
                }
                self.look_around(cx, flushed.is_pending())
            }
        }
    }

    /// End the connection of a client that has gone too far, by what its streams have told.
    fn throws_out(&mut self) -> bool {
        let what = match &self.shared {
            _ if self.ending == Ending::Thrown => return false,
            shared if shared.conduct.is_spent() => "it gives up most of what it asks",
            shared if shared.backlog.is_crumbled() => "it takes replies in crumbs",
            _ => return false,
        };
        self.ending = Ending::Thrown;
        self.tell(&what);
        self.connection.abrupt_shutdown(Reason::ENHANCE_YOUR_CALM);
        true
    }

    /// Count and tell of what ends the connection.
    fn tell(&self, what: &dyn Display) {
        let reason = reply::Reason::Http2Connection;
        self.thread.refused(reason, || self.remote.told(reason, what));
    }

    /// `blocked`: the client does not read what there is to write.
    fn look_around(&mut self, cx: &mut Context<'_>, blocked: bool) -> Poll<()> {
        if self.thread.is_cut() {
            return Poll::Ready(());
        }
        if std::mem::replace(&mut self.blocked, blocked) != blocked {
            self.alarm.clear();
        }
        if blocked {
            // Replies may be whole and their requests over: nobody else waits for the client.
            let written = self.tap.written();
            if std::mem::replace(&mut self.written, written) != written {
                self.alarm.clear();
            }
            self.alarm.set_if_clear(self.thread.plan().limits.stall_timeout);
            return self.alarm.poll(cx);
        }
        if self.thread.is_draining() && self.ending == Ending::No {
            self.say_goodbye(cx);
        }
        if self.connection.has_streams() {
            self.alarm.clear();
        } else if self.ending == Ending::No {
            self.alarm.set_if_clear(self.thread.plan().limits.idle_timeout);
        } else {
            self.alarm.set_if_clear(GOODBYE);
        }
        match self.alarm.poll(cx) {
            Poll::Ready(()) if self.ending == Ending::No => {
                self.alarm.clear();
                self.say_goodbye(cx);
                self.alarm.set(GOODBYE);
                self.alarm.poll(cx)
            }
            over => over,
        }
    }

    /// Tell the client to begin nothing new, and look at what comes of it.
    fn say_goodbye(&mut self, cx: &mut Context<'_>) {
        self.ending = Ending::Told;
        self.connection.graceful_shutdown();
        cx.waker().wake_by_ref();
    }

    fn begin(&self, request: Request<RecvStream>, respond: SendResponse<Bytes>) {
        let (thread, remote) = (self.thread.clone(), self.remote.clone());
        let shared = self.shared.clone();
        tokio::task::spawn_local(answer(thread, remote, shared, request, respond));
    }
}

/// Answer one request.
async fn answer(
    thread: Rc<Thread>,
    remote: Rc<Remote>,
    shared: Shared,
    request: Request<RecvStream>,
    mut respond: SendResponse<Bytes>,
) {
    let (parts, body) = request.into_parts();
    let protocol = parts.extensions.get::<Protocol>().map(Protocol::as_str);
    let mut input = Buffer::new(&thread.buffers);
    let key = || base64(thread.chance().to_be_bytes());
    let form = input.append(|out| request::write(&parts, body.is_end_stream(), protocol, key, out));
    let form = match form {
        Ok(form) => form,
        Err(unfit) => {
            shared.conduct.wasted();
            let reason = reply::Reason::Http2Request;
            thread.refused(reason, || remote.told(reason, unfit));
            return respond.send_reset(Reason::PROTOCOL_ERROR);
        }
    };
    let method = Method::of(parts.method.as_str().as_bytes());
    let method = if form == Form::Tunnel { Method::Get } else { method };
    let stream = Stream::new(body, form, method, respond, shared);
    let mut client = Client::new(&thread, Transport::Stream(Box::new(stream)), remote);
    client.input = input;
    forward::serve_one(client).await;
}

/// Base64 of a WebSocket key (RFC 6455 section 4.1): 16 bytes, so 24 characters.
fn base64(bytes: [u8; 16]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |bits: u32| char::from(DIGITS[(bits & 63) as usize]);
    let mut text = String::with_capacity(24);
    for group in bytes.chunks(3) {
        let at = |place: usize| u32::from(group.get(place).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        (0..=group.len()).for_each(|place| text.push(digit(bits >> (18 - 6 * place))));
    }
    while text.len() < 24 {
        text.push('=');
    }
    text
}
