//! Send a reply of the edge's own.

use super::answer::Next;
use super::client::{Break, COPIED_BYTES_MAX, Client};
use super::coded;
use super::file::{self, Broken};
use super::receive::Request;
use crate::handling::{Content, Local};
use crate::http::head::Version;
use crate::http::{Method, phrase};
use crate::socket::Buffer;
use bytes::{Buf, Bytes};
use std::future::poll_fn;
use std::io::Write;
use std::task::Poll;

/// Send `local` as the reply to `request`, and decide how to go on.
pub async fn send(client: &mut Client, request: &mut Request, local: Local) -> Next {
    let local = coded::unpack(&client.thread, request, local);
    let again = request.closed(client, local.status);
    let keep_alive = again && !client.thread.is_draining();
    let mut out = Buffer::new(&client.thread.buffers);
    out.append(|out| head(out, request, &local, keep_alive));
    request.entry.replied(local.status, client.thread.timer.read());
    let end = match local.content {
        _ if request.facts.method == Method::Head => write(client, &mut out, Bytes::new()).await,
        // What is kept was unpacked.
        Content::None | Content::Kept(_) => write(client, &mut out, Bytes::new()).await,
        Content::Bytes(bytes) => {
            let length = bytes.len() as u64;
            let end = write(client, &mut out, bytes).await;
            request.entry.sent(if end.is_ok() { length } else { 0 });
            end
        }
        // Boxed: few replies need the room.
        Content::File(body) => {
            Box::pin(file::send(client, &mut out, body, &mut request.entry)).await
        }
    };
    match end {
        Ok(()) => {}
        Err(Broken::ByClient) => request.entry.torn("torn_by_client"),
        Err(Broken::ByFile) => request.entry.torn("torn_by_file"),
    }
    request.entry.over(request.took(&client.thread));
    match end {
        Ok(()) if keep_alive => Next::Request,
        Ok(()) if again => Next::Close,
        Ok(()) => Next::Linger,
        Err(Broken::ByClient) => Next::Drop,
        Err(Broken::ByFile) => Next::Reset,
    }
}

fn head(out: &mut Vec<u8>, request: &Request, local: &Local, keep_alive: bool) {
    // Writing into a Vec cannot fail.
    let _ = write!(out, "HTTP/1.1 {} {}\r\n", local.status, phrase(local.status));
    request.dress.local(&local.lines, out);
    match &local.content {
        Content::None | Content::Kept(_) => {}
        Content::Bytes(bytes) => {
            let _ = write!(out, "Content-Length: {}\r\n", bytes.len());
        }
        Content::File(body) => {
            let _ = write!(out, "Content-Length: {}\r\n", body.length);
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
async fn write(client: &Client, head: &mut Buffer, mut body: Bytes) -> Result<(), Broken> {
    if (1..=COPIED_BYTES_MAX).contains(&body.len()) {
        head.extend(&std::mem::take(&mut body));
    }
    let stall = client.thread.plan().limits.stall_timeout;
    client.alarm.clear();
    while !head.is_empty() || !body.is_empty() {
        let written = poll_fn(|cx| match client.poll_write(cx, head.bytes(), &body) {
            Poll::Ready(done) => Poll::Ready(done.map_err(|_| Broken::ByClient)),
            Poll::Pending => {
                client.alarm.set_if_clear(stall);
                client.poll_break(cx, None, false).map(|_: Break| Err(Broken::ByClient))
            }
        });
        let written = written.await?;
        let of_head = written.min(head.len());
        head.consume(of_head);
        body.advance(written - of_head);
        client.alarm.clear();
    }
    Ok(())
}
