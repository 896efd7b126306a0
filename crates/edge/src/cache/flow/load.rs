//! What is on disk and not in memory: the request waits for it, the thread does not.

use super::answer::answer;
use super::errand::{Duty, nothing_cached};
use super::{Errand, Known, Rule, Served};
use crate::cache::policy::{Forwarded, Using, after_start_line, fits, using};
use crate::handling::Local;

impl Errand {
    /// True if the disk may know more than memory.
    pub fn may_load(&self, rule: &Rule) -> bool {
        let is_missed = matches!(self.why, Forwarded::UriMiss | Forwarded::VaryMiss);
        is_missed && matches!(self.duty, Duty::Fetch(_)) && rule.store.has_disk()
    }

    /// Look for the reply on disk. Some: it answers the request. What must be validated first is what
    /// the app is asked about then.
    pub async fn load(
        &mut self,
        rule: &Rule,
        known: &Known<'_>,
        lines: &mut Vec<u8>,
    ) -> Option<Box<Local>> {
        let Duty::Fetch(fetch) = &mut self.duty else { return None };
        let request = after_start_line(known.head);
        let loaded = rule.store.load(&fetch.key, |asks| fits(asks, &request)).await;
        let Some(held) = loaded else {
            return fetch.asked.directives.only_if_cached.then(|| nothing_cached(rule));
        };
        let hit = Served::hit(known.method, known.now_ms, known.chance);
        let (stored, is_purged) = (held.stored(), held.is_purged());
        let (served, count) =
            match using(&rule.settings, &fetch.asked, stored, is_purged, known.now_ms) {
                Using::Fresh => (hit, &rule.meters().hits),
                Using::Stale => (Served { detail: Some("stale"), ..hit }, &rule.meters().stale),
                how => {
                    // Those that come next find it in memory, and may get it while it is refreshed.
                    self.why = match how {
                        Using::ValidateAsAsked => Forwarded::Request,
                        Using::NotForThis => Forwarded::Bypass,
                        _ => Forwarded::Stale,
                    };
                    if fetch.asked.directives.only_if_cached {
                        return Some(nothing_cached(rule));
                    }
                    fetch.kept = Some(held).filter(|_| how != Using::NotForThis);
                    return None;
                }
            };
        count.add(1);
        Some(answer(rule, &held, &fetch.wants[..], &served, lines).into())
    }
}
