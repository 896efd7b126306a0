//! Whether a reply is encoded, and what its head says then.

use super::demand::forbids;
use super::types::is_events;
use super::{Coding, Demand, Effort, Flow, Levels, Skip, Types};
use crate::http::Method;
use crate::http::field::varies_on;
use crate::http::head::{Framing, ReplyHead};
use config::{Compress, CompressBreach, CompressCoding};

/// How the replies of a route are compressed.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The codings that are offered, the best first.
    order: Vec<Coding>,
    /// Smaller content is left as it is.
    min_bytes: u64,
    types: Types,
    levels: Levels,
    /// The level drops under load.
    adapts: bool,
    pub(super) breach: CompressBreach,
}

/// What becomes of a reply's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It has this one form. Without a reason it has no content to speak of.
    Only(Option<Skip>),
    /// Others may get it encoded, this client gets it as it is.
    Plain(Skip),
    /// It is encoded.
    Encode {
        /// How.
        coding: Coding,
        /// In the coding's own terms.
        level: i32,
        /// What flows.
        flow: Flow,
    },
    /// 304: the client holds it, perhaps encoded.
    Held,
}

impl Rule {
    /// By what the config says.
    pub fn new(config: &Compress) -> Self {
        let coding = |one: &CompressCoding| match one {
            CompressCoding::Gzip => Coding::Gzip,
            CompressCoding::Brotli => Coding::Brotli,
            CompressCoding::Zstd => Coding::Zstd,
        };
        Rule {
            order: config.order.iter().map(coding).collect(),
            min_bytes: config.min_bytes,
            types: Types::new(config.types.iter().map(String::as_str)),
            levels: Levels { gzip: config.gzip, brotli: config.brotli, zstd: config.zstd },
            adapts: config.adapt,
            breach: config.breach,
        }
    }

    /// The codings that are offered, the best first.
    pub fn order(&self) -> &[Coding] {
        &self.order
    }

    /// The coding that a client gets of content that can be encoded.
    pub fn coding(&self, demand: &Demand) -> Option<Coding> {
        match demand.refused() {
            None => self.choose(demand, false),
            Some(_) => None,
        }
    }

    /// What becomes of the reply to a `method` request.
    pub fn judge(
        &self,
        demand: &Demand,
        method: Method,
        head: &ReplyHead<'_, '_>,
        effort: impl FnOnce() -> Effort,
    ) -> Verdict {
        if head.status == 304 {
            return Verdict::Held;
        }
        let is_empty = head.framing == Framing::None && method != Method::Head;
        if is_empty || matches!(head.status, ..200 | 204 | 205) {
            return Verdict::Only(None);
        }
        if let Some(skip) = self.unfit(head) {
            return Verdict::Only(Some(skip));
        }
        if let Some(skip) = demand.refused() {
            return Verdict::Plain(skip);
        }
        let events = head.values("content-type").any(is_events);
        let Some(coding) = self.choose(demand, events) else {
            return Verdict::Plain(Skip::Unwanted);
        };
        let effort = if self.adapts { effort() } else { Effort::Full };
        let flow = if events { Flow::Events } else { Flow::Body };
        match self.levels.at(coding, effort) {
            Some(level) => Verdict::Encode { coding, level, flow },
            None => Verdict::Plain(Skip::Load),
        }
    }

    /// True if content of this type and of so many bytes is worth encoding.
    pub fn is_worth(&self, content_type: &[u8], bytes: u64) -> bool {
        self.types.has(content_type) && !self.is_small(bytes)
    }

    /// The level of `coding` when there is time for it.
    pub fn level(&self, coding: Coding) -> Option<i32> {
        self.levels.at(coding, Effort::Full)
    }

    /// True if content of so many bytes is too small.
    pub fn is_small(&self, bytes: u64) -> bool {
        bytes < self.min_bytes
    }

    /// Why nobody gets this reply encoded.
    fn unfit(&self, head: &ReplyHead<'_, '_>) -> Option<Skip> {
        const DIGESTS: [&str; 4] = ["content-digest", "repr-digest", "digest", "content-md5"];
        let has = |name: &str| head.values(name).next().is_some();
        let encoded = |value: &[u8]| !value.eq_ignore_ascii_case(b"identity");
        let mut types = head.values("content-type");
        match () {
            () if !types.next().is_some_and(|one| self.types.has(one))
                || types.next().is_some() =>
            {
                Some(Skip::Type)
            }
            () if head.length().is_some_and(|length| self.is_small(length)) => Some(Skip::Small),
            () if head.values("content-encoding").any(encoded) => Some(Skip::Encoded),
            () if head.status == 206 || has("content-range") => Some(Skip::Partial),
            () if head.values("cache-control").any(forbids) => Some(Skip::NoTransform),
            () if DIGESTS.iter().any(|name| has(name)) => Some(Skip::Digest),
            () => None,
        }
    }

    /// Of events each stream lasts long, so gzip goes first: it holds the least memory by far.
    fn choose(&self, demand: &Demand, events: bool) -> Option<Coding> {
        let order = self.order.iter().copied();
        if events {
            let first = self.order.iter().copied().filter(|one| *one == Coding::Gzip);
            demand.accepted().choose(first.chain(order.filter(|one| *one != Coding::Gzip)))
        } else {
            demand.accepted().choose(order)
        }
    }
}

impl Verdict {
    /// Change a reply's head accordingly; what framed its content is left to the caller. Lines are
    /// appended to `lines`.
    pub fn write(&self, demand: &Demand, head: &mut ReplyHead<'_, '_>, lines: &mut Vec<u8>) {
        match self {
            Verdict::Only(_) => {}
            Verdict::Plain(_) => vary(head, lines),
            Verdict::Held => {
                vary(head, lines);
                // The tag that the client knows it by.
                if head.values("etag").any(|tag| demand.holds_weak(tag)) {
                    weaken(head, lines);
                }
            }
            Verdict::Encode { coding, .. } => {
                vary(head, lines);
                weaken(head, lines);
                head.remove("content-encoding");
                // Parts of the app are parts of something else.
                head.remove("accept-ranges");
                lines.extend_from_slice(b"Content-Encoding: ");
                lines.extend_from_slice(coding.name().as_bytes());
                lines.extend_from_slice(b"\r\n");
            }
        }
    }
}

/// The reply depends on `Accept-Encoding`; what it depends on else stays.
fn vary(head: &mut ReplyHead<'_, '_>, lines: &mut Vec<u8>) {
    if head.values("vary").any(|value| varies_on(value, "accept-encoding")) {
        return;
    }
    lines.extend_from_slice(b"Vary: ");
    for value in head.values("vary").filter(|value| !value.is_empty()) {
        lines.extend_from_slice(value);
        lines.extend_from_slice(b", ");
    }
    lines.extend_from_slice(b"Accept-Encoding\r\n");
    head.remove("vary");
}

/// Encoded content has the same meaning, but not the same bytes (RFC 9110 section 8.8.3).
fn weaken(head: &mut ReplyHead<'_, '_>, lines: &mut Vec<u8>) {
    let Some(tag) = head.values("etag").next().filter(|tag| tag.starts_with(b"\"")) else { return };
    lines.extend_from_slice(b"ETag: W/");
    lines.extend_from_slice(tag);
    lines.extend_from_slice(b"\r\n");
    head.remove("etag");
}
