mod kept_for;
mod refused;
mod used;

use super::admission::{Moments, Refusal, admit};
use super::{Asked, Fields};
use crate::cache::Stored;
use crate::http::Method;
use crate::http::conditional::HttpDate;
use config::Cache;

/// When replies of these tests come: a full second since the Unix epoch, in milliseconds.
const CAME_MS: u64 = 1_764_000_000_000;

/// The time that many seconds after replies come.
fn date(after_s: i64) -> String {
    HttpDate((CAME_MS / 1_000).saturating_add_signed(after_s)).to_string()
}

fn asked(rules: &Cache, request: &[(&str, &str)]) -> Asked {
    Asked::read(rules, Method::Get, request).unwrap()
}

/// The reply to `request`, as it is kept.
fn keep(
    rules: &Cache,
    request: &[(&str, &str)],
    status: u16,
    reply: &(impl Fields + ?Sized),
) -> Result<Stored, Refusal> {
    let moments = Moments { asked_ms: CAME_MS, came_ms: CAME_MS };
    admit(rules, &asked(rules, request), request, status, reply, moments)
}

fn micro() -> Cache {
    Cache { keep_for: Some(std::time::Duration::from_secs(1)), ..Cache::default() }
}
