//! The life of a client connection: idle, a request, idle, … until one side has enough.

use super::answer::{Next, answer};
use super::client::{Break, Client};
use super::greet::{Speaks, greet, preface};
use crate::http2;
use crate::listen::Door;
use crate::socket::Socket;
use crate::thread::Open;
use crate::upgrade::{self, Tunnel};
use std::future::poll_fn;
use std::net::IpAddr;
use std::task::Poll;
use std::time::Duration;

/// How long, and up to how many bytes, a client may go on sending after its connection was closed
/// from this side: closing at once would reset it, and the reply could be lost on the way.
const LINGER: Duration = Duration::from_secs(2);
const LINGER_BYTES_MAX: usize = 4 * 1024 * 1024;

/// How long an idle connection, new or kept, is left open when the edge drains: a request may be on
/// the way, and would find a closed door. Who sends one is answered with `Connection: close`.
const GRACE: Duration = Duration::from_secs(1);

/// Serve a connection until it ends.
pub async fn serve(open: Open, socket: Socket, address: IpAddr, door: Door) {
    let greeted = greet(open.thread(), socket, address, door).await;
    let Some((mut client, mut speaks)) = greeted else { return };
    let mut served = false;
    loop {
        if client.input.is_empty() {
            client.input.release();
            if !next_request(&client, served).await {
                return;
            }
        }
        if speaks.is_none() {
            speaks = preface(&mut client).await;
        }
        match speaks {
            Some(Speaks::Http1) => {}
            Some(Speaks::Http2) => return Box::pin(http2::serve(client)).await,
            None => return,
        }
        match answer(&mut client).await {
            Next::Request => served = true,
            // Bytes that nobody will read would turn the close into a reset as well.
            Next::Close if client.transport.is_quiet(true) => return,
            Next::Close | Next::Linger => return linger(client).await,
            Next::Drop => return,
            Next::Reset => return client.transport.reset_on_close(),
            // Boxed, so that the many connections that are no tunnel need no room for one.
            Next::Tunnel(tunnel) => return Box::pin(pass_on(client, *tunnel)).await,
        }
    }
}

/// The rest of a connection that was upgraded.
async fn pass_on(client: Client, tunnel: Tunnel) {
    if let Some(client) = upgrade::run(client, tunnel).await {
        linger(client).await;
    }
}

/// Serve a client that has one request only: a stream of an HTTP/2 connection. Its head is in the
/// input already.
pub async fn serve_one(mut client: Client) {
    match answer(&mut client).await {
        Next::Request | Next::Close | Next::Linger => client.transport.finish(),
        Next::Drop | Next::Reset => client.transport.reset_on_close(),
        Next::Tunnel(tunnel) => {
            let client = Box::pin(upgrade::run(client, *tunnel)).await;
            client.into_iter().for_each(|client| client.transport.finish());
        }
    }
}

/// Wait for the next request without holding a buffer; false if the connection is to end.
async fn next_request(client: &Client, served: bool) -> bool {
    let limits = &client.thread.plan().limits;
    client.alarm.set(if served { limits.idle_timeout } else { limits.head_timeout });
    let mut graced = false;
    let came = poll_fn(|cx| {
        if client.transport.poll_readable(cx).is_ready() {
            return Poll::Ready(true);
        }
        if client.thread.is_draining() && !std::mem::replace(&mut graced, true) {
            client.alarm.set(GRACE);
        }
        // The next request may have come without epoll having told.
        client.poll_break(cx, None, false).map(|_| served && !client.transport.is_quiet(true))
    });
    came.await
}

/// Close properly: say that nothing more will come, then take what the client still sends.
pub async fn linger(mut client: Client) {
    client.transport.finish();
    client.alarm.set(LINGER);
    let mut taken = 0;
    poll_fn(|cx| {
        while taken < LINGER_BYTES_MAX {
            client.input.clear();
            match client.poll_read(cx) {
                Poll::Ready(Ok(read)) if read > 0 => taken += read,
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => {
                    client.input.release();
                    return client.poll_break(cx, None, false).map(|_: Break| ());
                }
            }
        }
        Poll::Ready(())
    })
    .await;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size_of_result<F>(_: impl FnOnce(Open, Socket, IpAddr, Door) -> F) -> usize {
        size_of::<F>()
    }

    /// What a connection costs while it is idle, beside its socket's registration.
    #[test]
    fn a_connection_is_small() {
        let bytes = size_of_result(serve);
        assert!(bytes <= 2_640, "{bytes}");
    }
}
