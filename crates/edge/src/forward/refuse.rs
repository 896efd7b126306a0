//! Tell a client that its request was not answered.

use super::answer::Next;
use super::client::Client;
use super::failure::Failure;
use super::receive::Begun;
use super::remote::told;
use crate::notice;
use crate::reply::{self, Asked, Verdict};
use crate::socket::Buffer;

/// A reply of the edge itself that is to be sent.
pub struct Refused {
    out: Buffer,
    keep_alive: bool,
}

/// Count `failure`, log it, and make the reply that tells it; None when nobody is there to be told.
/// `head` is the request's, as far as it came.
pub fn refuse(
    client: &Client,
    head: &[u8],
    begun: &mut Begun,
    failure: &Failure,
) -> Option<Refused> {
    let Begun { facts, dress, entry } = begun;
    let verdict = reply::verdict(failure)?;
    let id = facts.id.as_ref().map_or("", |id| id.as_str());
    client.thread.refused(verdict.reason, || notice(client, head, id, &verdict, failure));
    let keep_alive = facts.keep_alive && !client.thread.is_draining();
    dress.settle(client.thread.plan().nowhere(), client.remote.tls.is_some());
    let mut lines = Vec::new();
    dress.refusal(reply::NAMES, &mut lines);
    let asked = Asked { method: facts.method, accept: facts.accept, id, keep_alive, lines: &lines };
    let mut out = Buffer::new(&client.thread.buffers);
    let body = out.append(|out| reply::write(&verdict, failure, &asked, out));
    entry.refused(verdict.status, verdict.reason.name());
    entry.sent(body as u64);
    Some(Refused { out, keep_alive })
}

/// Who was refused, why, and a little of what was asked.
fn notice(client: &Client, head: &[u8], id: &str, verdict: &Verdict, failure: &Failure) -> String {
    let (plan, peer) = (client.thread.plan(), client.remote.address);
    let address = notice::client(head, peer, |address| plan.trusts(address));
    let what = told(address, verdict.reason, failure);
    let excerpt = notice::excerpt(head, verdict.reason);
    let id = if id.is_empty() { "none" } else { id };
    format!("{what} with {}, request id {id}: {excerpt}", verdict.status)
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
