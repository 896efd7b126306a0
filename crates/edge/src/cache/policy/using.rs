//! Whether a kept reply may be used for a request (RFC 9111 section 4, RFC 5861).

use super::asked::Asked;
use super::directives::SECONDS_MAX;
use crate::cache::{Revalidate, Stored};
use config::Cache;

/// What is to be done with a kept reply that fits a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Using {
    /// Use it.
    Fresh,
    /// Use it, since the client takes stale ones.
    Stale,
    /// Use it, and fetch a newer one meanwhile.
    WhileRevalidating,
    /// Ask the app whether it is still good: it is stale, or says so.
    Validate,
    /// Ask the app, since the client wants that.
    ValidateAsAsked,
    /// It is for others: it was kept without a word of the app, and this request says who asks.
    NotForThis,
}

/// How the app failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// It could not be reached, or did not answer.
    Unreachable,
    /// It answered 500, 502, 503 or 504.
    Error,
}

/// What is to be done with `stored` at `now_ms` for the request `asked`. `purged`: it is stale whatever
/// its lifetime.
pub fn using(rules: &Cache, asked: &Asked, stored: &Stored, purged: bool, now_ms: u64) -> Using {
    if stored.implicit && asked.is_personal(rules) {
        return Using::NotForThis;
    }
    let wants = &asked.directives;
    if wants.no_cache {
        return Using::ValidateAsAsked;
    }
    if stored.revalidate == Revalidate::Always {
        return Using::Validate;
    }
    let ms = |seconds: u64| seconds.saturating_mul(1_000);
    let too_old = wants.max_age.is_some_and(|max| stored.age_ms(now_ms) > ms(max));
    let fresh_ms = if purged { 0 } else { stored.fresh_for_ms(now_ms) };
    let too_stale_soon = wants.min_fresh.is_some_and(|min| fresh_ms < ms(min));
    if fresh_ms > 0 {
        return if too_old || too_stale_soon { Using::ValidateAsAsked } else { Using::Fresh };
    }
    if too_old || too_stale_soon {
        return Using::ValidateAsAsked;
    }
    let stale_ms = stored.stale_for_ms(now_ms);
    if stale_ms < stored.times.while_revalidate_ms {
        return Using::WhileRevalidating;
    }
    // What forbids a stale reply forbids it to the client as well (RFC 9111 section 4.2.4).
    let takes = wants.max_stale.map(|max| if max >= SECONDS_MAX { u64::MAX } else { ms(max) });
    match takes {
        Some(takes_ms)
            if !purged && stored.revalidate == Revalidate::Stale && stale_ms <= takes_ms =>
        {
            Using::Stale
        }
        _ => Using::Validate,
    }
}

/// True if `stored`, which had to be validated, may be used at `now_ms` all the same since the app is in
/// `trouble`.
pub fn may_stand_in(
    rules: &Cache,
    asked: &Asked,
    stored: &Stored,
    trouble: Trouble,
    now_ms: u64,
) -> bool {
    if stored.revalidate == Revalidate::Always || (stored.implicit && asked.is_personal(rules)) {
        return false;
    }
    let allowed_ms = match trouble {
        Trouble::Unreachable => stored.times.if_unreachable_ms,
        Trouble::Error => stored.times.if_error_ms,
    };
    stored.stale_for_ms(now_ms) < allowed_ms
}

/// True for a status that is an error of the app (RFC 5861 section 4).
pub fn is_error(status: u16) -> bool {
    matches!(status, 500 | 502 | 503 | 504)
}
