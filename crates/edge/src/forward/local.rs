//! Send a reply of the edge's own.

use super::answer::Next;
use super::client::{Break, Client};
use super::failure::Failure;
use super::receive::Request;
use crate::handling::{Content, Local};
use crate::http::head::Version;
use crate::http::{Method, phrase};
use crate::socket::Buffer;
use bytes::Bytes;
use std::future::poll_fn;
use std::io::Write;
use std::task::Poll;

/// A body of up to so many bytes is copied behind its head: one plain write costs the kernel less
/// than gathering from two places.
const COPIED_BYTES_MAX: usize = 2 * 1024;

/// Send `local` as the reply to `request`, and decide how to go on.
pub async fn send(client: &mut Client, request: &mut Request, local: Local) -> Next {
    let again = request.closed(client, local.status);
    let keep_alive = again && !client.thread.is_draining();
    let mut out = Buffer::new(&client.thread.buffers);
    out.append(|out| head(out, request, &local, keep_alive));
    request.entry.replied(local.status, client.thread.timer.read());
    let mut body = match local.content {
        Content::Bytes(bytes) if request.facts.method != Method::Head => bytes,
        _ => Bytes::new(),
    };
    let length = body.len() as u64;
    if (1..=COPIED_BYTES_MAX).contains(&body.len()) {
        out.append(|out| out.extend_from_slice(&body));
        body = Bytes::new();
    }
    let end = write(client, &out, &body).await;
    match end {
        Ok(()) => request.entry.sent(length),
        Err(_) => request.entry.torn("torn_by_client"),
    }
    request.entry.over(request.took(&client.thread));
    match end {
        Ok(()) if keep_alive => Next::Request,
        Ok(()) if again => Next::Close,
        Ok(()) => Next::Linger,
        Err(_) => Next::Drop,
    }
}

fn head(out: &mut Vec<u8>, request: &Request, local: &Local, keep_alive: bool) {
    // Writing into a Vec cannot fail.
    let _ = write!(out, "HTTP/1.1 {} {}\r\n", local.status, phrase(local.status));
    request.dress.local(&local.lines, out);
    match &local.content {
        Content::None => {}
        Content::Bytes(bytes) => {
            let _ = write!(out, "Content-Length: {}\r\n", bytes.len());
        }
    }
    let old = request.facts.version == Version::Old;
    let end: &[u8] = match (keep_alive, old) {
        (false, _) => b"Connection: close\r\n\r\n",
        (true, true) => b"Connection: keep-alive\r\n\r\n",
        (true, false) => b"\r\n",
    };
    out.extend_from_slice(end);
}

/// Write head and body, the two together as long as both last.
async fn write(client: &Client, head: &Buffer, body: &[u8]) -> Result<(), Failure> {
    let stall = client.thread.plan().limits.stall_timeout;
    let (mut head, mut body) = (head.bytes(), body);
    client.alarm.clear();
    while !head.is_empty() || !body.is_empty() {
        let written = poll_fn(|cx| match client.poll_write(cx, head, body) {
            Poll::Ready(done) => Poll::Ready(done.map_err(|_| Failure::Gone)),
            Poll::Pending => {
                client.alarm.set_if_clear(stall);
                client.poll_break(cx, None, false).map(|_: Break| Err(Failure::Gone))
            }
        });
        let written = written.await?;
        let of_head = written.min(head.len());
        head = head.get(of_head..).unwrap_or_default();
        body = body.get(written - of_head..).unwrap_or_default();
        client.alarm.clear();
    }
    Ok(())
}
