//! What of a request matters for the coding of its reply.

use super::breach::Source;
use super::{Accepted, Rule, Skip, tags};
use crate::http::field;
use crate::http::head::{RequestHead, Version};

/// What a client asks for.
#[derive(Debug, Default)]
pub struct Demand {
    accepted: Accepted,
    /// It gets content as it is, whatever it accepts.
    refused: Option<Skip>,
    /// Its `If-None-Match`, if it holds something already.
    held: Option<Box<[u8]>>,
}

impl Demand {
    /// Read a request. What of it the app must not see is taken out of `head`: the app would do
    /// itself what the edge does, or take what the edge made weak for something else.
    pub fn new(rule: &Rule, head: &mut RequestHead<'_, '_>) -> Self {
        let accepted = Accepted::read(head.values("accept-encoding"));
        head.hide("accept-encoding");
        if let [Some(list), None] = two(head.values("if-match"))
            && let Some(list) = tags::strengthened(list)
        {
            head.replace("If-Match", &list);
        }
        // A weak tag never allows a part (RFC 9110 section 13.1.5): what the client has is of an
        // encoded whole, and parts of the two do not fit together.
        if head.values("if-range").any(|value| value.starts_with(b"W/")) {
            head.hide("if-range");
            head.hide("range");
        }
        let refused = match () {
            () if head.version == Version::Old => Some(Skip::Old),
            () if head.values("cache-control").any(forbids) => Some(Skip::NoTransform),
            () if source(head).is_foreign(rule.breach) => Some(Skip::Breach),
            () => None,
        };
        let held = head.values("if-none-match").next().map(Box::from);
        Demand { accepted, refused, held }
    }

    /// What it can decode.
    pub fn accepted(&self) -> &Accepted {
        &self.accepted
    }

    /// Why it gets content as it is whatever it accepts, if so.
    pub fn refused(&self) -> Option<Skip> {
        self.refused
    }

    /// True if it holds what has the weak form of the tag `strong`.
    pub(super) fn holds_weak(&self, strong: &[u8]) -> bool {
        self.held.as_ref().is_some_and(|held| tags::has_weak(held, strong))
    }
}

/// `no-transform` is among the directives of a `Cache-Control`.
pub(super) fn forbids(cache_control: &[u8]) -> bool {
    field::list(cache_control).any(|one| one.eq_ignore_ascii_case(b"no-transform"))
}

fn source<'b>(head: &RequestHead<'_, 'b>) -> Source<'b> {
    Source {
        site: head.values("sec-fetch-site").next(),
        origin: head.values("origin").next(),
        referer: head.values("referer").next(),
        host: head.authority(),
        cookie: head.values("cookie").next().is_some(),
        authorization: head.values("authorization").next(),
    }
}

fn two<'b>(mut values: impl Iterator<Item = &'b [u8]>) -> [Option<&'b [u8]>; 2] {
    [values.next(), values.next()]
}
