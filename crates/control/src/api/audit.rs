//! `GET /api/v1/audit?limit=N`: who did what, the newest first.

use super::{Body, Desk, Refused, query, reply};
use crate::audit::{Entry, RECENT_MAX};
use crate::gate::Caller;
use hyper::Response;
use serde_json::{Value, json};

/// More of a request's body is not kept.
const DETAIL_BYTES_MAX: usize = 1_024;

pub fn get(desk: &Desk, query: &str) -> Result<Response<Body>, Refused> {
    let mut most = 100;
    for (_, value) in query::pairs(query, &["limit"])? {
        let limit = value.parse().ok().filter(|limit| (1..=RECENT_MAX).contains(limit));
        most = limit.ok_or_else(|| {
            Refused::bad(format!("limit={value}: write a number from 1 to {RECENT_MAX}."))
        })?;
    }
    Ok(reply::json(&desk.journal.last(most)))
}

/// A change under way. However it ends, it is noted: what was begun is carried out even if the asker hangs up.
pub struct Action<'d> {
    desk: &'d Desk,
    caller: &'d Caller,
    name: &'static str,
    detail: Value,
    is_noted: bool,
}

impl<'d> Action<'d> {
    pub fn new(desk: &'d Desk, caller: &'d Caller, name: &'static str, body: &[u8]) -> Self {
        let detail = match body {
            [] => json!({}),
            body if body.len() > DETAIL_BYTES_MAX => json!({ "bytes": body.len() }),
            body => serde_json::from_slice(body).unwrap_or_else(|_| json!({ "bytes": body.len() })),
        };
        Action { desk, caller, name, detail, is_noted: false }
    }

    /// It came to its end.
    pub fn ended(mut self, outcome: &str) {
        self.note(outcome);
    }

    fn note(&mut self, outcome: &str) {
        self.is_noted = true;
        let detail = std::mem::take(&mut self.detail);
        self.desk.journal.note(Entry::new(self.caller, self.name, detail, outcome));
    }
}

impl Drop for Action<'_> {
    fn drop(&mut self) {
        if !self.is_noted {
            self.note("the asker hung up before the end");
        }
    }
}
