//! The beginning of a connection: TLS, if the listener speaks it, and which HTTP follows.

use super::client::{Break, Client};
use super::failure::Failure;
use super::proxied::proxied;
use super::receive::{self, Begun};
use super::refuse::refuse;
use super::remote::{Origin, Remote, told};
use crate::listen::Door;
use crate::reply::Reason;
use crate::socket::{Socket, Transport};
use crate::thread::Thread;
use crate::tls::{self, Accepted, HandshakeError};
use std::future::poll_fn;
use std::net::IpAddr;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

/// With what an HTTP/2 client without TLS begins (RFC 9113 section 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Which HTTP a client speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaks {
    /// HTTP/1.0 or 1.1.
    Http1,
    /// HTTP/2.
    Http2,
}

/// Shake hands if TLS is spoken there; says what was agreed on, if anything was. None: it came to nothing, and the
/// client was told.
pub async fn greet(
    thread: &Rc<Thread>,
    socket: Socket,
    peer: IpAddr,
    door: Door,
) -> Option<(Client, Option<Speaks>)> {
    let mut address = peer;
    if thread.plan().proxy_protocol && thread.plan().trusts(peer) {
        // Boxed, so that the many connections without it need no room for it.
        address = Box::pin(proxied(thread, &socket, peer)).await?;
    }
    let origin = Origin { address, peer, listener: door.number };
    if door.tls {
        return Box::pin(shake_hands(thread, socket, origin)).await;
    }
    let remote = Rc::new(Remote::new(thread, origin, None));
    let speaks = if thread.plan().http2 { None } else { Some(Speaks::Http1) };
    Some((Client::new(thread, Transport::Plain(socket), remote), speaks))
}

async fn shake_hands(
    thread: &Rc<Thread>,
    socket: Socket,
    origin: Origin,
) -> Option<(Client, Option<Speaks>)> {
    let server = thread.plan().tls.clone()?;
    let alarm = thread.timer.alarm();
    alarm.set(thread.plan().limits.head_timeout);
    let mut shaking = pin!(tls::accept(socket, &server, &thread.buffers));
    let shaken = poll_fn(|cx| match shaking.as_mut().poll(cx) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending if thread.is_cut() => Poll::Ready(None),
        Poll::Pending => alarm.poll(cx).map(|()| None),
    });
    match shaken.await {
        Some(Ok(Accepted { stream, unknown_name })) => {
            if let Some(name) = unknown_name {
                let what = || {
                    format!("a certificate for {name:?}: none has that name, the first was sent")
                };
                thread.refused(Reason::TlsName, || told(origin.address, Reason::TlsName, what()));
            }
            let speaks = if stream.is_http2() { Speaks::Http2 } else { Speaks::Http1 };
            let remote = Rc::new(Remote::new(thread, origin, Some(stream.version())));
            let transport = Transport::Tls(Box::new(stream));
            Some((Client::new(thread, transport, remote), Some(speaks)))
        }
        Some(Err(HandshakeError::Gone)) => None,
        Some(Err(HandshakeError::Plain(socket))) => {
            let remote = Rc::new(Remote::new(thread, origin, None));
            let mut client = Client::new(thread, Transport::Plain(socket), remote);
            let mut begun = Begun { entry: receive::unread(&client, ""), ..Begun::default() };
            let refused = refuse(&client, &[], &mut begun, &Failure::NotTls);
            if let Some(refused) = refused {
                refused.send(&mut client).await;
            }
            None
        }
        Some(Err(error)) => {
            thread.refused(Reason::Tls, || told(origin.address, Reason::Tls, error));
            None
        }
        None => {
            if !thread.is_cut() {
                let what = "the TLS handshake was not over in time";
                thread.refused(Reason::Tls, || told(origin.address, Reason::Tls, what));
            }
            None
        }
    }
}

/// Read the first bytes and see whether they are those of HTTP/2. None: the client has gone.
pub async fn preface(client: &mut Client) -> Option<Speaks> {
    client.alarm.set(client.thread.plan().limits.head_timeout);
    loop {
        let bytes = client.input.bytes();
        let length = bytes.len().min(PREFACE.len());
        if length > 0 && bytes.get(..length) != PREFACE.get(..length) {
            return Some(Speaks::Http1);
        }
        if length == PREFACE.len() {
            return Some(Speaks::Http2);
        }
        let read = poll_fn(|cx| match client.poll_read(cx) {
            Poll::Ready(read) => Poll::Ready(read.unwrap_or(0)),
            Poll::Pending => client.poll_break(cx, None, false).map(|_: Break| 0),
        });
        if read.await == 0 {
            return None;
        }
    }
}
