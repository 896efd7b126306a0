//! A request as the cache sees it: from its head to its reply.

use super::answer::answer;
use super::fetch::Fetch;
use super::fills::{Lead, Turn};
use super::{End, Known, Rule, Served, rewrite};
use crate::cache::policy::{
    Asked, Bypass, Forwarded, Outcome, Report, Trouble, Using, after_start_line, fits, is_unsafe,
    key, may_stand_in, using,
};
use crate::cache::store::Held;
use crate::cache::{Key, Revalidate, Stored, Validators};
use crate::handling::{Content, Local};
use crate::http::Method;
use crate::http::head::{Framing, Peer, RequestHead};
use bytes::Bytes;
use config::CacheReport;
use std::cell::Cell;
use std::sync::Arc;
use tokio::sync::watch;

/// What becomes of a request.
#[derive(Debug)]
pub enum Considered {
    /// It goes to the app, and the errand with it.
    Errand(Box<Errand>),
    /// It is answered.
    Reply(Box<Local>),
    /// It is answered, and with its head a newer reply is to be fetched.
    ReplyAndRefresh(Box<Local>, Box<Errand>),
}

/// What the cache has to do with a request that goes to the app.
#[derive(Debug)]
pub struct Errand {
    pub(super) duty: Duty,
    /// Why it goes there.
    pub(super) why: Forwarded,
}

#[derive(Debug)]
pub(super) enum Duty {
    /// Nothing but telling so.
    None,
    /// It may change what is kept.
    Invalidate(Key),
    /// Its reply may be kept.
    Fetch(Box<Fetch>),
}

/// How far a request is that has to wait.
#[derive(Debug)]
pub enum Stage {
    /// It goes to the app now.
    Go,
    /// It waits for who fetches the same.
    Wait(watch::Receiver<End>),
    /// It is answered.
    Reply(Box<Local>),
}

impl Errand {
    /// One whose reply is passed on.
    fn idle(why: Forwarded) -> Box<Self> {
        Box::new(Errand { duty: Duty::None, why })
    }
}

impl Rule {
    /// Look at a request of `peer`. What its reply gets is appended to `lines`.
    pub fn consider(
        &self,
        head: &RequestHead<'_, '_>,
        peer: &Peer<'_>,
        now_ms: u64,
        chance: impl FnOnce() -> u128,
        lines: &mut Vec<u8>,
    ) -> Considered {
        let secure = head.is_secure(peer);
        let key = key(&self.settings, secure, head.public_authority(peer), head.target());
        // What is in a body may mean anything, and after an upgrade there is no HTTP.
        let plain = head.framing == Framing::None && head.upgrade.is_none();
        let asked = Asked::read(&self.settings, head.method, head);
        let asked = asked.and_then(|asked| if plain { Ok(asked) } else { Err(Bypass::Request) });
        let (key, asked) = match (key, asked) {
            (Some(key), Ok(asked)) => (key, asked),
            (Some(key), Err(Bypass::Method)) if is_unsafe(head.method) => {
                self.meters().bypassed.add(1);
                let why = Forwarded::Method;
                return Considered::Errand(Box::new(Errand { duty: Duty::Invalidate(key), why }));
            }
            (_, asked) => {
                self.meters().bypassed.add(1);
                let method = asked.err() == Some(Bypass::Method);
                let why = if method { Forwarded::Method } else { Forwarded::Bypass };
                return Considered::Errand(Errand::idle(why));
            }
        };
        let known = Cell::new(false);
        let held = self.store.find(&key, |asks| {
            known.set(true);
            fits(asks, head)
        });
        let Some(held) = held else {
            let why = if known.get() { Forwarded::VaryMiss } else { Forwarded::UriMiss };
            return self.fetch(key, asked, None, why, head);
        };
        let served = Served::hit(head.method, now_ms, 0);
        let stale = Served { detail: Some("stale"), ..served };
        match using(&self.settings, &asked, held.stored(), held.is_purged(), now_ms) {
            Using::Fresh => {
                self.meters().hits.add(1);
                let chance = if asked.range { chance() } else { 0 };
                let served = Served { chance, ..served };
                Considered::Reply(answer(self, &held, head, &served, lines).into())
            }
            Using::Stale => {
                self.meters().stale.add(1);
                Considered::Reply(answer(self, &held, head, &stale, lines).into())
            }
            Using::WhileRevalidating => {
                self.meters().stale.add(1);
                let local = answer(self, &held, head, &stale, lines).into();
                match self.refresh(key, asked, held, now_ms) {
                    Some(errand) => Considered::ReplyAndRefresh(local, errand),
                    None => Considered::Reply(local),
                }
            }
            Using::Validate => self.fetch(key, asked, Some(held), Forwarded::Stale, head),
            Using::ValidateAsAsked => self.fetch(key, asked, Some(held), Forwarded::Request, head),
            Using::NotForThis => self.fetch(key, asked, None, Forwarded::Bypass, head),
        }
    }

    fn fetch(
        &self,
        key: Key,
        asked: Asked,
        kept: Option<Arc<Held>>,
        why: Forwarded,
        head: &RequestHead<'_, '_>,
    ) -> Considered {
        if asked.directives.only_if_cached && (kept.is_some() || !self.store.has_disk()) {
            return Considered::Reply(nothing_cached(self));
        }
        let wants =
            if asked.range || asked.conditional { rewrite::wants(head) } else { Vec::new() };
        let fetch = Fetch { wants, ..Fetch::new(key, asked, kept) };
        Considered::Errand(Box::new(Errand { duty: Duty::Fetch(fetch.into()), why }))
    }

    /// An errand without a client, if nobody else fetches.
    fn refresh(&self, key: Key, asked: Asked, held: Arc<Held>, now_ms: u64) -> Option<Box<Errand>> {
        if !asked.is_get {
            return None;
        }
        let place = self.fills.refresh()?;
        match self.fills.turn(&key, asked.is_personal(&self.settings), now_ms / 1_000) {
            Turn::Lead(lead) => {
                let (lead, place) = (Some(lead), Some(place));
                let fetch = Fetch { lead, place, ..Fetch::new(key, asked, Some(held)) };
                let duty = Duty::Fetch(fetch.into());
                Some(Box::new(Errand { duty, why: Forwarded::Stale }))
            }
            Turn::Follow(_) | Turn::Pass => None,
        }
    }
}

/// The answer to who wants what is kept, or nothing.
pub(super) fn nothing_cached(rule: &Rule) -> Box<Local> {
    rule.meters().misses.add(1);
    let (status, lines) = (504, Bytes::from_static(b"Content-Type: text/plain\r\n"));
    let content = Content::Bytes(Bytes::from_static(b"Nothing is cached for this request.\n"));
    Local { status, lines, content }.into()
}

impl Errand {
    /// Who fetches? To be asked before anything is sent.
    pub fn turn(&mut self, rule: &Rule, known: &Known<'_>, lines: &mut Vec<u8>) -> Stage {
        let Known { method, now_ms, chance, .. } = *known;
        let Duty::Fetch(fetch) = &mut self.duty else { return Stage::Go };
        if fetch.lead.is_some() || self.why == Forwarded::Bypass {
            return Stage::Go;
        }
        let personal = fetch.asked.is_personal(&rule.settings);
        if !fetch.may_lead() {
            let end = rule.fills.follow(&fetch.key, personal);
            return end.map_or(Stage::Go, Stage::Wait);
        }
        match rule.fills.turn(&fetch.key, personal, now_ms / 1_000) {
            Turn::Pass => Stage::Go,
            Turn::Follow(end) => Stage::Wait(end),
            Turn::Lead(lead) => {
                // Who led before may have ended since this request was looked at.
                let request = after_start_line(known.head);
                let held = rule.store.find(&fetch.key, |asks| fits(asks, &request));
                let fresh = held.filter(|held| {
                    let (stored, purged) = (held.stored(), held.is_purged());
                    using(&rule.settings, &fetch.asked, stored, purged, now_ms) == Using::Fresh
                });
                let Some(held) = fresh else {
                    fetch.lead = Some(lead);
                    return Stage::Go;
                };
                lead.end(End::Kept(held.clone()), now_ms / 1_000);
                rule.meters().hits.add(1);
                let served = Served::hit(method, now_ms, chance);
                Stage::Reply(answer(rule, &held, &fetch.wants[..], &served, lines).into())
            }
        }
    }

    /// The wait has ended with `end`, or took too long: is that an answer?
    pub fn waited(
        &mut self,
        rule: &Rule,
        end: &End,
        known: &Known<'_>,
        lines: &mut Vec<u8>,
    ) -> Option<Box<Local>> {
        let Known { method, now_ms, chance, .. } = *known;
        if let End::Trouble(trouble) = end {
            return self.stand_in(rule, *trouble, method, now_ms, lines);
        }
        let Duty::Fetch(fetch) = &mut self.duty else { return None };
        let request = after_start_line(known.head);
        let held = match end {
            End::Kept(held) if fits(&held.stored().asks, &request) => held,
            _ => return None,
        };
        // It was fetched for requests like this one, after they had come: it answers them even if it is
        // stale for those that come now. But a reply that the app wants to be asked after each time, or
        // that is stale and was made for somebody who says who they are, is for who fetched it alone.
        let stored = held.stored();
        let personal = fetch.asked.is_personal(&rule.settings);
        match using(&rule.settings, &fetch.asked, stored, false, now_ms) {
            Using::Fresh => {}
            Using::NotForThis => return None,
            _ if personal || stored.revalidate == Revalidate::Always => return None,
            _ => {}
        }
        rule.meters().collapsed.add(1);
        let served = Served {
            outcome: Outcome::Forwarded(self.why),
            collapsed: true,
            ..Served::hit(method, now_ms, chance)
        };
        Some(answer(rule, held, &fetch.wants[..], &served, lines).into())
    }

    /// What is kept, if it may stand in for an app in `trouble`.
    pub fn stand_in(
        &mut self,
        rule: &Rule,
        trouble: Trouble,
        method: Method,
        now_ms: u64,
        lines: &mut Vec<u8>,
    ) -> Option<Box<Local>> {
        let Duty::Fetch(fetch) = &mut self.duty else { return None };
        fetch.end(End::Trouble(trouble), now_ms);
        let held = fetch.kept.clone()?;
        if !may_stand_in(&rule.settings, &fetch.asked, held.stored(), trouble, now_ms) {
            return None;
        }
        rule.meters().stale.add(1);
        let detail = Some(match trouble {
            Trouble::Unreachable => "unreachable",
            Trouble::Error => "error",
        });
        let served = Served { detail, ..Served::hit(method, now_ms, 0) };
        Some(answer(rule, &held, &fetch.wants[..], &served, lines).into())
    }

    /// The request is sent to the app now. Some: with this head instead of `head`.
    pub fn sent(&mut self, rule: &Rule, head: &[u8], now_ms: u64) -> Option<Vec<u8>> {
        let Duty::Fetch(fetch) = &mut self.duty else { return None };
        fetch.mark = rule.store.mark();
        fetch.asked_ms = now_ms;
        // What a client asks of its own copy has no place in a fetch that no client waits for.
        if !fetch.has_validators() {
            return fetch
                .place
                .is_some()
                .then(|| rewrite::conditional(head, &Validators::default()));
        }
        fetch.validates = true;
        let held = fetch.kept.as_ref()?;
        Some(rewrite::conditional(head, &held.stored().validators))
    }

    /// Tell what is known when the app's reply is passed on.
    pub(super) fn report(
        &self,
        rule: &Rule,
        stored: Option<&Stored>,
        detail: Option<&'static str>,
        lines: &mut Vec<u8>,
    ) {
        if rule.settings.report == CacheReport::Off {
            return;
        }
        let key = match &self.duty {
            Duty::Fetch(fetch) => Some(&fetch.key),
            Duty::Invalidate(key) => Some(key),
            Duty::None => None,
        };
        let told = rule.settings.report == CacheReport::WithKey;
        let fresh = stored.map(|stored| (stored.fresh_for_ms(stored.times.came_ms) + 500) / 1_000);
        let report = Report {
            ttl: fresh.and_then(|seconds| i64::try_from(seconds).ok()),
            stored: stored.is_some(),
            key: key.filter(|_| told),
            detail,
            ..Report::new(Outcome::Forwarded(self.why))
        };
        report.write(lines);
    }

    /// Others wait for its reply now.
    pub fn is_awaited(&self) -> bool {
        match &self.duty {
            Duty::Fetch(fetch) => fetch.lead.as_ref().is_some_and(Lead::is_followed),
            Duty::None | Duty::Invalidate(_) => false,
        }
    }

    /// What the client gets instead of the app's reply.
    pub fn take_instead(
        &mut self,
        rule: &Rule,
        chance: u128,
        lines: &mut Vec<u8>,
    ) -> Option<Box<Local>> {
        let Duty::Fetch(fetch) = &mut self.duty else { return None };
        let (held, served) = fetch.instead.take()?;
        lines.append(&mut fetch.once);
        let served = Served { chance, ..served };
        Some(answer(rule, &held, &fetch.wants[..], &served, lines).into())
    }
}
