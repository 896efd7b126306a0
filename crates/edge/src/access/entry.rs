//! A request that is being answered, and is told when it is over, however it ends.

use super::lane::Lane;
use super::record::Record;
use base::clock;
use std::net::IpAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// What a request's head says of it.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The client, as trusted proxies tell it.
    pub client: IpAddr,
    /// Who connected.
    pub peer: IpAddr,
    /// The method; empty if the head was not understood.
    pub method: &'a [u8],
    /// Path and query, or the first line of a head that was not understood.
    pub target: &'a [u8],
    /// `Host` as it came.
    pub host: &'a [u8],
    /// `Referer` as it came.
    pub referer: &'a [u8],
    /// `User-Agent` as it came.
    pub user_agent: &'a [u8],
    /// The app that the route leads to; empty if there is none.
    pub app: &'a [u8],
    /// The request's id.
    pub id: &'a [u8],
    /// `HTTP/1.1`; empty if the head was not understood.
    pub protocol: &'static str,
    /// The version of TLS; empty without TLS.
    pub tls: &'static str,
}

/// A request's line in the making. Dropping it hands it in; one of which nothing was said since it
/// was opened tells that the client went away. Without an access log it is nothing.
#[derive(Debug, Default)]
pub struct Entry(Option<Box<Draft>>);

/// What an entry knows so far; used again for other requests, with its memory.
#[derive(Debug)]
pub(super) struct Draft {
    pub record: Record,
    pub texts: Vec<u8>,
    /// Where it is handed in; None while it is spare.
    lane: Option<Rc<Lane>>,
    began: Instant,
    is_over: bool,
}

impl Draft {
    pub(super) fn new(began: Instant) -> Self {
        let record = Record::new(Duration::ZERO);
        Draft { record, texts: Vec::new(), lane: None, began, is_over: false }
    }
}

impl Entry {
    /// A request whose head was complete at `began`.
    pub(super) fn open(lane: &Rc<Lane>, began: Instant, asked: &Asked<'_>) -> Self {
        let mut draft = lane.draft(began);
        let Draft { record, texts, .. } = &mut *draft;
        *record = Record::new(lane.since_begin(began));
        record.client = asked.client;
        record.peer = asked.peer;
        record.protocol = asked.protocol;
        record.tls = asked.tls;
        texts.clear();
        let Asked { method, target, host, referer, user_agent, app, id, .. } = *asked;
        record.put([method, target, host, referer, user_agent, app, id], texts);
        draft.began = began;
        draft.is_over = false;
        draft.lane = Some(lane.clone());
        Entry(Some(draft))
    }

    /// True if somebody will read what is said.
    pub fn is_open(&self) -> bool {
        self.0.is_some()
    }

    /// It was sent to a worker.
    pub fn sent_to(&mut self, worker: u32) {
        if let Some(draft) = &mut self.0 {
            draft.record.worker = Some(worker);
            draft.record.tries = draft.record.tries.saturating_add(1);
        }
    }

    /// Its reply's head came from the worker at `now`.
    pub fn replied(&mut self, status: u16, now: Instant) {
        if let Some(draft) = &mut self.0 {
            // What is an upgrade for the worker is a success for an HTTP/2 client (RFC 8441).
            let tunnel = status == 101 && draft.record.protocol == "HTTP/2.0";
            draft.record.status = if tunnel { 200 } else { status };
            draft.record.reason = "";
            draft.record.first_byte = Some(now.saturating_duration_since(draft.began));
        }
    }

    /// The edge itself replies, and why.
    pub fn refused(&mut self, status: u16, reason: &'static str) {
        if let Some(draft) = &mut self.0 {
            draft.record.status = status;
            draft.record.reason = reason;
            draft.record.first_byte = None;
        }
    }

    /// The reply did not come to its end, and why.
    pub fn torn(&mut self, reason: &'static str) {
        if let Some(draft) = &mut self.0 {
            draft.record.reason = reason;
        }
    }

    /// So many bytes of the reply's body were sent to the client.
    pub fn sent(&mut self, bytes: u64) {
        if let Some(draft) = &mut self.0 {
            draft.record.sent_bytes += bytes;
        }
    }

    /// So many bytes of those were not sent after all.
    pub fn unsent(&mut self, bytes: u64) {
        if let Some(draft) = &mut self.0 {
            draft.record.sent_bytes = draft.record.sent_bytes.saturating_sub(bytes);
        }
    }

    /// It is over; it took so long.
    pub fn over(&mut self, took: Duration) {
        if let Some(draft) = &mut self.0 {
            draft.record.took = took;
            draft.is_over = true;
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let Some(mut draft) = self.0.take() else { return };
        let Some(lane) = draft.lane.take() else { return };
        if !draft.is_over {
            draft.record.took = clock::now().saturating_duration_since(draft.began);
        }
        lane.hand_in(draft);
    }
}
