//! The PROXY protocol header with which a trusted balancer begins a connection.

use super::remote::told;
use crate::proxy_protocol::{HEADER_BYTES_MAX, HeaderError, read};
use crate::reply::Reason;
use crate::socket::Socket;
use crate::thread::Thread;
use std::future::poll_fn;
use std::io;
use std::net::IpAddr;
use std::rc::Rc;
use std::task::Poll;

/// How reading a header ended without one.
enum Broken {
    /// The peer has gone, or everything ends. A balancer that only looks whether the port is open
    /// closes without a word.
    Gone,
    /// It did not come in time.
    Late,
    /// What came is none.
    Malformed(HeaderError),
}

/// Take the header away that `peer` must send first, and give the client's address: the peer's own
/// if the balancer names none. None: the connection is to be closed; that was counted and told.
pub async fn proxied(thread: &Rc<Thread>, socket: &Socket, peer: IpAddr) -> Option<IpAddr> {
    match header(thread, socket).await {
        Ok(source) => Some(source.unwrap_or(peer)),
        Err(Broken::Gone) => None,
        Err(Broken::Late) => {
            let what = "the PROXY protocol header did not come in time";
            thread.refused(Reason::ProxyTimeout, || told(peer, Reason::ProxyTimeout, what));
            None
        }
        Err(Broken::Malformed(error)) => {
            thread.refused(Reason::ProxyHeader, || told(peer, Reason::ProxyHeader, error));
            None
        }
    }
}

async fn header(thread: &Rc<Thread>, socket: &Socket) -> Result<Option<IpAddr>, Broken> {
    let alarm = thread.timer.alarm();
    alarm.set(thread.plan().limits.head_timeout);
    let mut bytes = vec![0; HEADER_BYTES_MAX];
    // Looked at, not read: what follows the header may be TLS, which reads for itself.
    let mut known = 0;
    loop {
        let count = poll_fn(|cx| match socket.poll_peek(cx, &mut bytes, known) {
            Poll::Ready(Ok(0) | Err(_)) => Poll::Ready(Err(Broken::Gone)),
            Poll::Ready(Ok(count)) => Poll::Ready(Ok(count)),
            Poll::Pending if thread.is_cut() => Poll::Ready(Err(Broken::Gone)),
            Poll::Pending => alarm.poll(cx).map(|()| Err(Broken::Late)),
        });
        known = count.await?;
        let header = read(bytes.get(..known).unwrap_or_default()).map_err(Broken::Malformed)?;
        if let Some(header) = header {
            let gone = |_: io::Error| Broken::Gone;
            socket.skip(header.len).map_err(gone)?;
            thread.meters.received.add(header.len as u64);
            return Ok(header.source.map(|source| source.ip().to_canonical()));
        }
    }
}
