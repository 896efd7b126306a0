//! Tell a client that its request was not answered.

use super::answer::Next;
use super::client::Client;
use super::failure::Failure;
use super::receive::Facts;
use crate::reply::{self, Asked};
use crate::socket::Buffer;

/// Write the reply that tells `failure`, count it, and decide how to go on.
pub async fn refuse(client: &mut Client, facts: &Facts, failure: &Failure) -> Next {
    let Some(verdict) = reply::verdict(failure) else { return Next::Drop };
    client.thread.meters.count_refusal(verdict.reason);
    let keep_alive = facts.keep_alive && !client.thread.is_draining();
    let asked = Asked {
        method: facts.method,
        accept: facts.accept,
        id: facts.id.as_ref().map_or("", |id| id.as_str()),
        keep_alive,
    };
    let mut out = Buffer::new(&client.thread.buffers);
    out.append(|out| reply::write(&verdict, failure, &asked, out));
    match client.write_all(out.bytes()).await {
        Ok(()) if keep_alive => Next::Request,
        Ok(()) => Next::Linger,
        Err(_) => Next::Drop,
    }
}
