//! Tell a client that its request was not answered.

use super::answer::Next;
use super::client::Client;
use super::failure::Failure;
use super::receive::Facts;
use crate::access::Entry;
use crate::reply::{self, Asked};
use crate::socket::Buffer;

/// A reply of the edge itself that is to be sent.
pub struct Refused {
    out: Buffer,
    keep_alive: bool,
}

/// Count `failure`, log it, and make the reply that tells it; None when nobody is there to be told.
pub fn refuse(
    client: &Client,
    facts: &Facts,
    failure: &Failure,
    entry: &mut Entry,
) -> Option<Refused> {
    let verdict = reply::verdict(failure)?;
    client.thread.meters.count_refusal(verdict.reason);
    let keep_alive = facts.keep_alive && !client.thread.is_draining();
    let asked = Asked {
        method: facts.method,
        accept: facts.accept,
        id: facts.id.as_ref().map_or("", |id| id.as_str()),
        keep_alive,
    };
    let mut out = Buffer::new(&client.thread.buffers);
    let body = out.append(|out| reply::write(&verdict, failure, &asked, out));
    entry.refused(verdict.status, reply::REASONS.get(verdict.reason).copied().unwrap_or_default());
    entry.sent(body as u64);
    Some(Refused { out, keep_alive })
}

impl Refused {
    /// Send it, and decide how to go on.
    pub async fn send(self, client: &mut Client) -> Next {
        match client.write_all(self.out.bytes()).await {
            Ok(()) if self.keep_alive => Next::Request,
            Ok(()) => Next::Linger,
            Err(_) => Next::Drop,
        }
    }
}
