//! What a reply of the app means for what is kept.

use super::errand::{Duty, Errand};
use super::fetch::Fetch;
use super::{End, Rule, Served};
use crate::cache::Stored;
use crate::cache::policy::{
    Asked, Fields, Forwarded, Lines, Moments, Outcome, Refusal, Trouble, admit, after_start_line,
    invalidated, is_error, may_stand_in, updated,
};
use crate::cache::store::{Held, Purge, What};
use crate::http::conditional::EntityTag;
use crate::http::head::{Framing, ReplyHead};
use crate::http::{Method, field};
use bytes::Bytes;
use std::sync::Arc;

/// What becomes of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// It is passed on.
    Pass,
    /// It is passed on, and its content, of so many bytes at most, is wanted as well.
    Copy(u64),
    /// The client gets something else: see [`Errand::take_instead`].
    Instead,
}

/// What is known when a reply's head came.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The request's method.
    pub method: Method,
    /// The request's head, as the app gets it.
    pub head: &'a [u8],
    /// The time, in milliseconds since the Unix epoch.
    pub now_ms: u64,
    /// For the boundary between several parts.
    pub chance: u128,
    /// The reply must not be kept, whatever it says.
    pub never: bool,
}

impl Errand {
    /// A final reply's head came. What the client's reply gets is appended to `lines`.
    pub fn replied(
        &mut self,
        rule: &Rule,
        known: &Known<'_>,
        reply: &ReplyHead<'_, '_>,
        lines: &mut Vec<u8>,
    ) -> Says {
        let status = reply.status;
        match &mut self.duty {
            Duty::None => {
                self.report(rule, None, None, lines);
                return Says::Pass;
            }
            Duty::Invalidate(key) => {
                let locations = reply.values("location").chain(reply.values("content-location"));
                for key in invalidated(key, status, locations) {
                    rule.store.invalidate(Purge { what: What::Key(key), soft: false });
                }
                self.report(rule, None, None, lines);
                return Says::Pass;
            }
            Duty::Fetch(fetch) => {
                if fetch.instead(rule, known, reply, self.why) {
                    return Says::Instead;
                }
            }
        }
        let admitted = self.admit(rule, known, reply);
        if self.why == Forwarded::Bypass {
            rule.meters().bypassed.add(1);
        } else {
            rule.meters().misses.add(1);
        }
        match admitted {
            Ok(stored) => {
                self.report(rule, Some(&stored), None, lines);
                let Duty::Fetch(fetch) = &mut self.duty else { return Says::Pass };
                fetch.coming = Some(stored);
                Says::Copy(rule.settings.object_bytes_max)
            }
            Err(refusal) => {
                self.report(rule, None, Some(detail(refusal)), lines);
                match &mut self.duty {
                    // An app that fails is not one whose replies are not kept.
                    Duty::Fetch(fetch) if is_error(status) => {
                        fetch.end(End::Trouble(Trouble::Error), known.now_ms);
                    }
                    _ => self.passed(known.now_ms),
                }
                Says::Pass
            }
        }
    }

    fn admit(
        &mut self,
        rule: &Rule,
        known: &Known<'_>,
        reply: &ReplyHead<'_, '_>,
    ) -> Result<Stored, Refusal> {
        let Duty::Fetch(fetch) = &self.duty else { return Err(Refusal::Method) };
        if known.never {
            return Err(Refusal::Private);
        }
        let max = rule.settings.object_bytes_max;
        match reply.framing {
            // Where only the close tells the end, nobody can tell whether it is the end.
            Framing::UntilClose => return Err(Refusal::Malformed),
            Framing::Length(length) if length > max => return Err(Refusal::TooLarge),
            _ => {}
        }
        let moments = Moments { asked_ms: fetch.asked_ms, came_ms: known.now_ms };
        let request = after_start_line(known.head);
        admit(&rule.settings, &fetch.asked, &request, reply.status, reply, moments)
    }

    /// The whole reply has come: its content is `body`.
    pub fn complete(&mut self, rule: &Rule, body: Bytes, now_ms: u64) {
        let Duty::Fetch(fetch) = &mut self.duty else { return };
        let Some(stored) = fetch.coming.take() else { return };
        let stored = Stored { body, ..stored };
        match rule.store.keep(fetch.key.clone(), stored, fetch.mark) {
            Some(held) => {
                rule.fills.kept(&fetch.key);
                fetch.end(End::Kept(held), now_ms);
            }
            None => fetch.end(End::Passed, now_ms),
        }
    }

    /// The reply is not kept: nobody need wait for it.
    pub fn passed(&mut self, now_ms: u64) {
        if let Duty::Fetch(fetch) = &mut self.duty {
            fetch.coming = None;
            fetch.end(End::Passed, now_ms);
        }
    }

    /// True while a reply is coming in that will be kept.
    pub fn is_filling(&self) -> bool {
        matches!(&self.duty, Duty::Fetch(fetch) if fetch.coming.is_some())
    }
}

impl Fetch {
    /// True if the client gets what is kept instead of this reply.
    fn instead(
        &mut self,
        rule: &Rule,
        known: &Known<'_>,
        reply: &ReplyHead<'_, '_>,
        why: Forwarded,
    ) -> bool {
        let Some(held) = self.kept.clone() else { return false };
        let (settings, now_ms) = (&rule.settings, known.now_ms);
        let served = Served::hit(known.method, now_ms, 0);
        if is_error(reply.status)
            && may_stand_in(settings, &self.asked, held.stored(), Trouble::Error, now_ms)
        {
            self.end(End::Trouble(Trouble::Error), now_ms);
            rule.meters().stale.add(1);
            let forwarded_status = Some(reply.status);
            let served = Served { detail: Some("error"), forwarded_status, ..served };
            self.instead = Some((held, served));
            return true;
        }
        let confirmed = reply.status == 304 && self.validates;
        if !confirmed {
            if known.method == Method::Head && reply.status == 200 {
                self.learn_from_head(rule, known, reply, &held);
            }
            return false;
        }
        let held = self.freshen(rule, known, reply, &held).unwrap_or(held);
        rule.meters().revalidated.add(1);
        for cookie in reply.values("set-cookie") {
            field::line(b"Set-Cookie", cookie, &mut self.once);
        }
        let outcome = Outcome::Forwarded(why);
        let served = Served { outcome, forwarded_status: Some(304), ..served };
        self.instead = Some((held, served));
        true
    }

    /// The app has confirmed `held`: keep it with what the confirmation says (RFC 9111 section 4.3.4).
    fn freshen(
        &mut self,
        rule: &Rule,
        known: &Known<'_>,
        reply: &ReplyHead<'_, '_>,
        held: &Arc<Held>,
    ) -> Option<Arc<Held>> {
        let old = held.stored();
        // What is asked below is whether this may be kept: for GET, also if a HEAD brought it.
        let asked = Asked { is_get: true, ..self.asked.clone() };
        let moments = Moments { asked_ms: self.asked_ms, came_ms: known.now_ms };
        let merged = updated(&Lines(&old.lines), reply);
        let request = after_start_line(known.head);
        let admitted =
            admit(&rule.settings, &asked, &request, old.status, &Lines(&merged), moments);
        let fresh = match admitted {
            Ok(fresh) => fresh,
            Err(refusal) => {
                // What one client may know leaves what all may know as it is.
                if refusal != Refusal::Authorization {
                    rule.store.forget(held);
                }
                self.end(End::Passed, known.now_ms);
                return None;
            }
        };
        let fresh = Stored {
            body: old.body.clone(),
            encodings: old.encodings.clone(),
            // Those that were confirmed, whatever the confirmation says of others.
            validators: old.validators.clone(),
            asks: old.asks.clone(),
            tags: if fresh.tags.is_empty() { old.tags.clone() } else { fresh.tags.clone() },
            ..fresh
        };
        let kept = rule.store.keep(self.key.clone(), fresh, self.mark);
        match &kept {
            Some(kept) => self.end(End::Kept(kept.clone()), known.now_ms),
            None => self.end(End::Passed, known.now_ms),
        }
        kept
    }

    /// What the reply to a HEAD tells of the kept reply to a GET (RFC 9111 section 4.3.5).
    fn learn_from_head(
        &mut self,
        rule: &Rule,
        known: &Known<'_>,
        reply: &ReplyHead<'_, '_>,
        held: &Arc<Held>,
    ) {
        let old = held.stored();
        let same_tag = match (reply.sole("etag"), old.validators.etag.as_deref()) {
            (Some(new), Some(old)) => match (EntityTag::read(new), EntityTag::read(old)) {
                (Some(new), Some(old)) => new.is_strongly(&old),
                _ => new == old,
            },
            (None, None) => true,
            _ => false,
        };
        let same_date = reply.sole("last-modified") == old.validators.last_modified.as_deref();
        let length = reply.values("content-length").next();
        let own = old.body.len().to_string();
        let same_length = length.is_none_or(|length| length == own.as_bytes());
        if same_tag && same_date && same_length {
            self.freshen(rule, known, reply, held);
        } else {
            rule.store.forget(held);
        }
    }
}

/// As `Cache-Status` tells it.
fn detail(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Method => "method",
        Refusal::Status => "status",
        Refusal::NoStore => "no-store",
        Refusal::Private => "private",
        Refusal::Authorization => "authorization",
        Refusal::SetCookie => "set-cookie",
        Refusal::Vary => "vary",
        Refusal::Malformed => "malformed",
        Refusal::NoLifetime => "no-lifetime",
        Refusal::TooLarge => "too-large",
    }
}
