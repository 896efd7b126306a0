//! Whether a reply may be kept, and for how long (RFC 9111 sections 3 and 4.2).

use super::asked::Asked;
use super::control::Control;
use super::directives::{Directives, SECONDS_MAX, seconds};
use super::fields::{Fields, members};
use super::{kept_lines, vary};
use crate::cache::{Encodings, Revalidate, Stored, Times, Validators};
use crate::http::conditional::read_date;
use bytes::Bytes;
use config::Cache;

/// The part of a reply's time since its last change for which it is guessed to be good, and the
/// most that is guessed (RFC 9111 section 4.2.2).
const GUESS_PART: u64 = 10;
const GUESS_MAX_S: u64 = 24 * 3_600;

/// Tags of a reply that are looked at.
const TAGS_MAX: usize = 256;

/// Statuses of RFC 9110 that are understood: for `must-understand`.
const UNDERSTOOD: [u16; 26] = [
    200, 203, 204, 300, 301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 406, 408, 409, 410, 411,
    413, 414, 415, 421, 422, 500, 501,
];

/// Why a reply is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It answers something else than GET.
    Method,
    /// Its status is not one that is kept: a part, a 304, or one that is not understood.
    Status,
    /// It says `no-store`, or the client does.
    NoStore,
    /// It is for one person.
    Private,
    /// The request told who asks, and the reply does not say that others may have it.
    Authorization,
    /// It sets a cookie.
    SetCookie,
    /// It varies on what nobody can tell.
    Vary,
    /// What it says of caching cannot be read.
    Malformed,
    /// It says nothing that makes it worth keeping.
    NoLifetime,
    /// It is larger than the settings allow.
    TooLarge,
}

/// When a request was sent and its reply's head came: milliseconds since the Unix epoch.
#[derive(Debug, Clone, Copy)]
pub struct Moments {
    /// When the request was sent.
    pub asked_ms: u64,
    /// When the reply's head came.
    pub came_ms: u64,
}

/// The reply of `status` with the fields `reply` to the request `asked`, as it is kept, but without its
/// body. `request` is what the app saw.
///
/// # Errors
/// See [`Refusal`].
pub fn admit(
    rules: &Cache,
    asked: &Asked,
    request: &(impl Fields + ?Sized),
    status: u16,
    reply: &(impl Fields + ?Sized),
    moments: Moments,
) -> Result<Stored, Refusal> {
    let control = Control::of_reply(reply);
    let directives = &control.directives;
    may_keep(rules, asked, status, reply, directives)?;
    let freshness = Freshness::of(rules, asked, status, reply, &control, moments)?;
    let asks = vary::asks(rules, request, reply).ok_or(Refusal::Vary)?;
    Ok(Stored {
        status,
        reason: Box::default(),
        lines: kept_lines(rules, &directives.unstored, reply, moments.came_ms),
        body: Bytes::new(),
        times: freshness.times,
        revalidate: revalidate(directives),
        implicit: freshness.implicit,
        immutable: directives.immutable,
        asks,
        tags: tags(reply),
        validators: validators(reply, moments.came_ms),
        encodings: Encodings::default(),
    })
}

fn may_keep(
    rules: &Cache,
    asked: &Asked,
    status: u16,
    reply: &(impl Fields + ?Sized),
    directives: &Directives,
) -> Result<(), Refusal> {
    if !asked.is_get {
        return Err(Refusal::Method);
    }
    let understood = UNDERSTOOD.contains(&status);
    if status < 200 || matches!(status, 206 | 304) || (directives.must_understand && !understood) {
        return Err(Refusal::Status);
    }
    if directives.malformed {
        return Err(Refusal::Malformed);
    }
    // `must-understand` stands in place of `no-store` for who understands (RFC 9111 section 5.2.2.3).
    if (directives.no_store && !directives.must_understand) || asked.directives.no_store {
        return Err(Refusal::NoStore);
    }
    if directives.private {
        return Err(Refusal::Private);
    }
    let shared = directives.public || directives.s_maxage.is_some() || directives.must_revalidate;
    if asked.authorization && !shared {
        return Err(Refusal::Authorization);
    }
    let named = |name: &str| directives.unstored.iter().any(|known| known == name);
    let allowed = (rules.keeps_set_cookie && directives.public) || named("set-cookie");
    if !allowed && reply.has("set-cookie") {
        return Err(Refusal::SetCookie);
    }
    Ok(())
}

fn revalidate(directives: &Directives) -> Revalidate {
    if directives.no_cache {
        return Revalidate::Always;
    }
    // `s-maxage` has the meaning of `proxy-revalidate` (RFC 9111 section 5.2.2.10).
    match directives.must_revalidate || directives.proxy_revalidate || directives.s_maxage.is_some()
    {
        true => Revalidate::StaleAlways,
        false => Revalidate::Stale,
    }
}

/// How long a reply is good, and after that good enough.
struct Freshness {
    times: Times,
    implicit: bool,
}

impl Freshness {
    fn of(
        rules: &Cache,
        asked: &Asked,
        status: u16,
        reply: &(impl Fields + ?Sized),
        control: &Control,
        moments: Moments,
    ) -> Result<Freshness, Refusal> {
        let came_s = moments.came_ms / 1_000;
        let date_s = reply.sole("date").and_then(|value| read_date(value, came_s));
        let told = told_s(reply, control, date_s.unwrap_or(came_s), came_s);
        let lifetime_ms = match told {
            Some(seconds) => seconds * 1_000,
            None => implied_ms(rules, status, reply, &control.directives, date_s, came_s)
                .ok_or(Refusal::NoLifetime)?,
        };
        let implicit = told.is_none();
        if implicit && asked.is_personal(rules) && !control.directives.no_cache {
            return Err(Refusal::Private);
        }
        let age_ms = match implicit && rules.keep_for.is_some() {
            true => 0,
            false => initial_age_ms(reply, date_s, moments),
        };
        let mut times = Times {
            asked_ms: moments.asked_ms,
            came_ms: moments.came_ms,
            age_ms,
            lifetime_ms,
            ..Times::default()
        };
        grace(rules, &control.directives, &mut times);
        let explicit_grace = control.directives.stale_while_revalidate.is_some()
            || control.directives.stale_if_error.is_some();
        let known = reply.has("etag") || reply.has("last-modified");
        let fresh = lifetime_ms > age_ms && !control.directives.no_cache;
        if !fresh && !known && !explicit_grace {
            return Err(Refusal::NoLifetime);
        }
        Ok(Freshness { times, implicit })
    }
}

/// The lifetime that a reply tells, in seconds (RFC 9111 section 4.2.1).
fn told_s(
    reply: &(impl Fields + ?Sized),
    control: &Control,
    date_s: u64,
    came_s: u64,
) -> Option<u64> {
    let Control { directives, targeted } = control;
    if let Some(seconds) = directives.s_maxage.or(directives.max_age) {
        return Some(seconds);
    }
    if directives.no_cache {
        return Some(0);
    }
    if *targeted {
        return None;
    }
    // An invalid date, above all `0`, is past. Of several the earliest is taken.
    let lifetime = |value| match read_date(value, came_s) {
        Some(expires_s) => expires_s.saturating_sub(date_s).min(SECONDS_MAX),
        None => 0,
    };
    reply.values("expires").map(lifetime).min()
}

/// The lifetime of a reply that tells none, in milliseconds.
fn implied_ms(
    rules: &Cache,
    status: u16,
    reply: &(impl Fields + ?Sized),
    directives: &Directives,
    date_s: Option<u64>,
    came_s: u64,
) -> Option<u64> {
    if let Some(keep_for) = rules.keep_for {
        let kept = rules.statuses.contains(&status);
        return kept.then(|| u64::try_from(keep_for.as_millis()).unwrap_or(u64::MAX));
    }
    if !Cache::STATUSES.contains(&status) && !directives.public {
        return None;
    }
    let modified_s = read_date(reply.sole("last-modified")?, came_s)?;
    let unchanged_s = date_s.unwrap_or(came_s).checked_sub(modified_s)?;
    let guess_s = (unchanged_s / GUESS_PART).min(GUESS_MAX_S);
    (guess_s > 0).then_some(guess_s * 1_000)
}

/// RFC 9111 section 4.2.3.
fn initial_age_ms(reply: &(impl Fields + ?Sized), date_s: Option<u64>, moments: Moments) -> u64 {
    let Moments { asked_ms, came_ms } = moments;
    let apparent_ms = date_s.map_or(0, |date_s| (came_ms / 1_000).saturating_sub(date_s) * 1_000);
    // The first of several is taken (RFC 9111 section 5.1). What is no number was meant to tell an age
    // that nobody knows now, so it is taken for a great one, where the RFC would let it be ignored.
    let told_s = members(reply, "age").next().map_or(0, |age| seconds(age).unwrap_or(SECONDS_MAX));
    let corrected_ms = told_s * 1_000 + came_ms.saturating_sub(asked_ms);
    apparent_ms.max(corrected_ms)
}

/// For how long a reply is good enough after it was good (RFC 5861).
fn grace(rules: &Cache, directives: &Directives, times: &mut Times) {
    if directives.no_cache || directives.must_revalidate || directives.proxy_revalidate {
        return;
    }
    // Who gives a lifetime for shared caches wants it kept, unless the same says otherwise.
    let silent = directives.s_maxage.is_none();
    let ms =
        |duration: std::time::Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let told = |seconds: Option<u64>| seconds.map(|seconds| seconds * 1_000);
    times.while_revalidate_ms =
        told(directives.stale_while_revalidate).unwrap_or(if silent { ms(rules.stale) } else { 0 });
    let set = rules.stale_if_error.filter(|_| silent);
    let if_error_ms = told(directives.stale_if_error).or(set.map(ms));
    times.if_error_ms = if_error_ms.unwrap_or(0);
    times.if_unreachable_ms =
        if_error_ms.unwrap_or(if silent { ms(Cache::UNREACHABLE) } else { 0 });
}

/// What a reply can be asked after with.
fn validators(reply: &(impl Fields + ?Sized), came_ms: u64) -> Validators {
    let last_modified = reply.sole("last-modified");
    Validators {
        etag: reply.sole("etag").map(Into::into),
        last_modified_s: last_modified.and_then(|value| read_date(value, came_ms / 1_000)),
        last_modified: last_modified.map(Into::into),
    }
}

/// `Cache-Tag` is a list with commas, `Surrogate-Key` one with spaces.
fn tags(reply: &(impl Fields + ?Sized)) -> Box<[Box<[u8]>]> {
    let keys = reply.values("surrogate-key").flat_map(|value| value.split(|byte| *byte == b' '));
    let all = members(reply, "cache-tag").chain(keys).filter(|tag| !tag.is_empty());
    let mut tags: Vec<Box<[u8]>> = all.take(TAGS_MAX).map(Into::into).collect();
    tags.sort_unstable();
    tags.dedup();
    tags.into()
}
