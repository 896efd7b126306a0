//! One reply that is kept.

use super::Encodings;
use bytes::Bytes;

/// One reply that is kept: what it says, for whom, and how long it may be used. Nothing of it
/// changes, but for the codings that are added; a newer reply takes its place.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Its status code.
    pub status: u16,
    /// Its reason phrase; may be empty.
    pub reason: Box<[u8]>,
    /// Its header lines, each with its CRLF, as the app wrote them. Without those of the connection,
    /// those that frame the body (`Content-Length`), and `Age`.
    pub lines: Bytes,
    /// Its body as the app sent it, without framing.
    pub body: Bytes,
    /// When it was made, and how long it may be used.
    pub times: Times,
    /// When it may not be used without asking the app.
    pub revalidate: Revalidate,
    /// Nobody but the edge's settings or a guess gave it its lifetime: it is no answer to a request
    /// with cookies, which might have got another.
    pub implicit: bool,
    /// It will not change as long as it is fresh (RFC 8246).
    pub immutable: bool,
    /// What of its request decided which reply it is: `Vary`, and what the settings add to it.
    pub asks: Box<[Ask]>,
    /// What it belongs to, for being purged together (`Cache-Tag`, `Surrogate-Key`).
    pub tags: Box<[Box<[u8]>]>,
    /// With what the app can be asked whether it is still good.
    pub validators: Validators,
    /// Its body in other codings.
    pub encodings: Encodings,
}

/// The times of a reply, in milliseconds; those of clocks since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Times {
    /// When the request for it was sent.
    pub asked_ms: u64,
    /// When its head came.
    pub came_ms: u64,
    /// How old it was then (RFC 9111 section 4.2.3: the corrected initial age).
    pub age_ms: u64,
    /// How old it may become until it is stale.
    pub lifetime_ms: u64,
    /// For how long after that it may be used while a newer one is fetched (RFC 5861).
    pub while_revalidate_ms: u64,
    /// For how long after that it may be used when the app answers with an error (RFC 5861).
    pub if_error_ms: u64,
    /// For how long after that it may be used when the app cannot be reached.
    pub if_unreachable_ms: u64,
}

/// When a kept reply may not be used before the app was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Revalidate {
    /// When it is stale, unless something allows it.
    #[default]
    Stale,
    /// When it is stale, whatever anybody allows (`must-revalidate`, `proxy-revalidate`, `s-maxage`).
    StaleAlways,
    /// Each time (`no-cache`).
    Always,
}

/// A field of a request, and what it said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The field's name in lower case; `cookie:name` for one cookie.
    pub name: Box<str>,
    /// Its value in normal form; None if the request did not have it.
    pub value: Option<Box<[u8]>>,
}

/// With what the app can be asked whether a reply is still good.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Validators {
    /// `ETag`, as it was written.
    pub etag: Option<Box<[u8]>>,
    /// `Last-Modified`, as it was written.
    pub last_modified: Option<Box<[u8]>>,
    /// The same in seconds since the Unix epoch, if it is a date.
    pub last_modified_s: Option<u64>,
}

impl Stored {
    /// Bytes of memory that it holds, more or less.
    pub fn weight(&self) -> usize {
        let asks = self.asks.iter().map(|ask| {
            size_of::<Ask>() + ask.name.len() + ask.value.as_ref().map_or(0, |value| value.len())
        });
        let tags = self.tags.iter().map(|tag| size_of::<Box<[u8]>>() + tag.len());
        let Validators { etag, last_modified, .. } = &self.validators;
        let validators = [etag, last_modified].into_iter().flatten().map(|value| value.len());
        let parts = asks.chain(tags).chain(validators).sum::<usize>();
        let own = size_of::<Stored>() + self.reason.len() + self.lines.len() + self.body.len();
        own + parts + self.encodings.weight()
    }

    /// How old it is at `now_ms`, in milliseconds (RFC 9111 section 4.2.3).
    pub fn age_ms(&self, now_ms: u64) -> u64 {
        self.times.age_ms.saturating_add(now_ms.saturating_sub(self.times.came_ms))
    }

    /// How much longer it is fresh; 0 if it is stale.
    pub fn fresh_for_ms(&self, now_ms: u64) -> u64 {
        self.times.lifetime_ms.saturating_sub(self.age_ms(now_ms))
    }

    /// For how long it has been stale; 0 if it is fresh.
    pub fn stale_for_ms(&self, now_ms: u64) -> u64 {
        self.age_ms(now_ms).saturating_sub(self.times.lifetime_ms)
    }

    /// True if the same requests get it as get `other`: what takes the place of what.
    pub fn is_variant_of(&self, other: &Stored) -> bool {
        self.asks == other.asks
    }

    /// When it is of no use any more, not even for asking the app with: since the Unix epoch.
    /// `keep_ms`: how long a stale reply with a validator is worth its memory.
    pub fn useless_at_ms(&self, keep_ms: u64) -> u64 {
        let Times { came_ms, age_ms, lifetime_ms, .. } = self.times;
        let Times { while_revalidate_ms, if_error_ms, if_unreachable_ms, .. } = self.times;
        let known = self.validators.etag.is_some() || self.validators.last_modified.is_some();
        let stale = while_revalidate_ms.max(if_error_ms).max(if_unreachable_ms);
        let stale = if known { stale.max(keep_ms) } else { stale };
        came_ms.saturating_add(lifetime_ms.saturating_sub(age_ms)).saturating_add(stale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(times: Times) -> Stored {
        Stored {
            status: 200,
            reason: (*b"OK").into(),
            lines: Bytes::from_static(b"A: b\r\n"),
            body: Bytes::from_static(b"hello"),
            times,
            revalidate: Revalidate::Stale,
            implicit: false,
            immutable: false,
            asks: Box::default(),
            tags: Box::default(),
            validators: Validators::default(),
            encodings: Encodings::default(),
        }
    }

    #[test]
    fn age_goes_on_from_what_it_was() {
        let times = Times { came_ms: 1_000, age_ms: 500, lifetime_ms: 2_000, ..Times::default() };
        let one = stored(times);
        let check = |now_ms, age, fresh, stale| {
            assert_eq!(one.age_ms(now_ms), age);
            assert_eq!((one.fresh_for_ms(now_ms), one.stale_for_ms(now_ms)), (fresh, stale));
        };
        check(1_000, 500, 1_500, 0);
        check(2_500, 2_000, 0, 0);
        check(2_600, 2_100, 0, 100);
        // The clock was set back: it does not become younger than it came.
        check(0, 500, 1_500, 0);
        assert_eq!(one.useless_at_ms(9_000), 2_500);
    }

    #[test]
    fn what_can_be_validated_is_kept_longer() {
        let mut one = stored(Times { came_ms: 1_000, lifetime_ms: 10, ..Times::default() });
        one.validators.etag = Some((*b"\"x\"").into());
        assert_eq!(one.useless_at_ms(9_000), 10_010);
        one.times.if_error_ms = 20_000;
        assert_eq!(one.useless_at_ms(9_000), 21_010);
    }

    #[test]
    fn codings_add_to_the_weight() {
        let one = stored(Times::default());
        let before = one.weight();
        assert!(before > 5);
        one.encodings.keep(0, Some(Bytes::from_static(b"1234")));
        assert_eq!(one.weight(), before + 4);
    }
}
