//! A reply out of the cache.

use super::Rule;
use crate::cache::policy::{Fields, Lines, Outcome, Report};
use crate::cache::store::Held;
use crate::cache::{Key, Stored};
use crate::handling::{Content, Kept, Local};
use crate::http::conditional::{
    ByteRange, EntityTag, Multipart, Role, Selection, Validators, content_range, select,
};
use crate::http::{Method, field};
use bytes::Bytes;
use config::CacheReport;
use std::io::Write;
use std::sync::Arc;

/// Fields that say what a body is: a 304 has none (RFC 9110 section 15.4.5).
const OF_A_BODY: [&str; 4] =
    ["content-type", "content-encoding", "content-language", "content-range"];

/// How a kept reply is served.
#[derive(Debug, Clone, Copy)]
pub struct Served {
    /// The request's method: GET or HEAD.
    pub method: Method,
    /// The time, in milliseconds since the Unix epoch.
    pub now_ms: u64,
    /// For the boundary between several parts.
    pub chance: u128,
    /// How the reply came about.
    pub outcome: Outcome,
    /// What the app answered when it was asked.
    pub forwarded_status: Option<u16>,
    /// Another request had asked the app.
    pub collapsed: bool,
    /// Why it is stale, or other than usual.
    pub detail: Option<&'static str>,
}

impl Served {
    /// As the cache serves what it has.
    pub fn hit(method: Method, now_ms: u64, chance: u128) -> Self {
        Served {
            method,
            now_ms,
            chance,
            outcome: Outcome::Hit,
            forwarded_status: None,
            collapsed: false,
            detail: None,
        }
    }
}

/// The reply to a request that `wants` a part, or has a copy. What is different with each use is
/// appended to `lines`.
pub fn answer(
    rule: &Rule,
    held: &Arc<Held>,
    wants: &(impl Fields + ?Sized),
    served: &Served,
    lines: &mut Vec<u8>,
) -> Local {
    let stored = held.stored();
    // Writing into a Vec cannot fail.
    let _ = write!(lines, "Age: {}\r\n", stored.age_ms(served.now_ms) / 1_000);
    report(rule, held.key(), stored, served, lines);
    let length = stored.body.len() as u64;
    let kept = |is_confirmed| Content::Kept(Kept { held: held.clone(), is_confirmed });
    match selection(stored, wants, served) {
        Selection::Whole | Selection::Failed => {
            Local { status: stored.status, lines: stored.lines.clone(), content: kept(false) }
        }
        Selection::NotModified => {
            Local { status: 304, lines: without(&stored.lines, &OF_A_BODY), content: kept(true) }
        }
        Selection::Part(part) => {
            lines.extend_from_slice(content_range(Some(part), length).as_bytes());
            let content = Content::Bytes(part.of(&stored.body));
            Local { status: 206, lines: stored.lines.clone(), content }
        }
        Selection::Parts(parts) => several(stored, &parts, served.chance, lines),
        Selection::Unsatisfiable => {
            lines.extend_from_slice(content_range(None, length).as_bytes());
            let lines = without(&stored.lines, &OF_A_BODY);
            Local { status: 416, lines, content: Content::Bytes(Bytes::new()) }
        }
    }
}

fn report(rule: &Rule, key: &Key, stored: &Stored, served: &Served, lines: &mut Vec<u8>) {
    if rule.settings.report == CacheReport::Off {
        return;
    }
    let left_ms = stored.times.lifetime_ms as i64 - stored.age_ms(served.now_ms) as i64;
    let told = rule.settings.report == CacheReport::WithKey;
    let report = Report {
        outcome: served.outcome,
        forwarded_status: served.forwarded_status,
        ttl: Some((left_ms + 500).div_euclid(1_000)),
        stored: false,
        collapsed: served.collapsed,
        key: told.then_some(key),
        detail: served.detail,
    };
    report.write(lines);
}

/// What of a kept reply is sent.
fn selection(stored: &Stored, wants: &(impl Fields + ?Sized), served: &Served) -> Selection {
    // Conditions are for what would be answered with 2xx, ranges for 200 (RFC 9110 section 13.2.1).
    if !(200..300).contains(&stored.status) {
        return Selection::Whole;
    }
    let kept = &stored.validators;
    let modified = kept.last_modified_s;
    let came_s = stored.times.came_ms / 1_000;
    let validators = Validators {
        tag: kept.etag.as_deref().and_then(EntityTag::read),
        modified,
        // RFC 9110 section 8.8.2.2: it was not changed just before it came.
        modified_is_strong: modified.is_some_and(|modified| modified + 1 < came_s),
    };
    let length = stored.body.len() as u64;
    let now_s = served.now_ms / 1_000;
    let select = select(served.method, Role::Cache, &validators, length, now_s, |name| {
        let all = wants.all().filter(move |(known, _)| known.eq_ignore_ascii_case(name));
        all.map(|(_, value)| value)
    });
    match select {
        Selection::NotModified => Selection::NotModified,
        _ if stored.status != 200 => Selection::Whole,
        selection => selection,
    }
}

fn several(stored: &Stored, parts: &[ByteRange], chance: u128, lines: &mut Vec<u8>) -> Local {
    let kind = Lines(&stored.lines);
    let kind = kind.sole("content-type").and_then(|kind| std::str::from_utf8(kind).ok());
    let whole = stored.body.len() as u64;
    let framed = Multipart::new(parts, whole, kind.unwrap_or_default(), chance);
    let _ = write!(lines, "Content-Type: {}\r\n", framed.content_type);
    let lines = without(&stored.lines, &["content-type"]);
    Local { status: 206, lines, content: Content::Bytes(framed.gather(&stored.body)) }
}

/// Header lines without those of `names`.
fn without(lines: &[u8], names: &[&str]) -> Bytes {
    let mut out = Vec::with_capacity(lines.len());
    for (name, value) in Lines(lines).all() {
        if !names.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            field::line(name.as_bytes(), value, &mut out);
        }
    }
    out.into()
}
