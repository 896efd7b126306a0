//! A request whose reply may be kept, on its way.

use super::fills::{Lead, Refresh};
use super::{End, Served};
use crate::cache::policy::Asked;
use crate::cache::store::{Held, Mark};
use crate::cache::{Key, Stored};
use std::sync::Arc;

/// A request whose reply may be kept.
#[derive(Debug)]
pub(super) struct Fetch {
    pub key: Key,
    pub asked: Asked,
    /// What is to be validated, or may stand in.
    pub kept: Option<Arc<Held>>,
    /// The app is asked whether `kept` is still good.
    pub validates: bool,
    pub lead: Option<Lead>,
    /// The client's own conditions and ranges.
    pub wants: Vec<(String, Vec<u8>)>,
    pub mark: Mark,
    pub asked_ms: u64,
    /// The reply that is coming in.
    pub coming: Option<Stored>,
    /// What the client gets instead of the app's reply, and what the app had answered.
    pub instead: Option<(Arc<Held>, Served)>,
    /// Lines of a 304 that are for its client alone.
    pub once: Vec<u8>,
    /// No client waits for it.
    pub place: Option<Refresh>,
}

impl Fetch {
    pub(super) fn new(key: Key, asked: Asked, kept: Option<Arc<Held>>) -> Self {
        Fetch {
            key,
            asked,
            kept,
            validates: false,
            lead: None,
            wants: Vec::new(),
            mark: Mark::default(),
            asked_ms: 0,
            coming: None,
            instead: None,
            once: Vec::new(),
            place: None,
        }
    }

    /// The kept reply can be asked after.
    pub(super) fn has_validators(&self) -> bool {
        self.kept.as_ref().is_some_and(|held| {
            let validators = &held.stored().validators;
            validators.etag.is_some() || validators.last_modified.is_some()
        })
    }

    /// Its reply will be one that others can use too.
    pub(super) fn may_lead(&self) -> bool {
        let own = self.asked.range || self.asked.conditional;
        self.asked.is_get && (!own || self.has_validators())
    }

    /// `end` is how it ended for those who wait.
    pub(super) fn end(&mut self, end: End, now_ms: u64) {
        if let Some(lead) = self.lead.take() {
            lead.end(end, now_ms / 1_000);
        }
    }
}
