//! A kept reply in the coding that its client likes best: made once, and kept beside it.

use super::receive::Request;
use crate::cache::store::Held;
use crate::encode::{Coding, Demand, Effort, Rule, Verdict, whole};
use crate::handling::{Content, Kept, Local};
use crate::http::head::{ReplyHead, reply, scratch};
use crate::http::{Method, field};
use crate::thread::Thread;
use bytes::Bytes;
use std::io::Write;
use std::sync::Arc;

/// A body up to so many bytes is encoded at once: about 3 ms. For a larger one that is done beside, and
/// who asks meanwhile gets it as it is.
const AT_ONCE_BYTES_MAX: usize = 128 * 1024;

/// Put a kept reply's content in its place: encoded, if its route compresses and its client can decode.
pub fn unpack(thread: &Thread, request: &Request, local: Local) -> Local {
    let Content::Kept(kept) = local.content else { return local };
    let Local { status, lines, .. } = local;
    let stored = kept.held.stored();
    let Some((rule, demand)) = request.handling.encode.as_deref().zip(request.demand.as_ref())
    else {
        let content = kept.plain();
        return Local { status, lines, content };
    };
    if kept.is_confirmed {
        let lines = dressed(status, &lines, None, |head, added| {
            rule.judge(demand, Method::Get, head, || Effort::Full).write(demand, head, added);
        });
        return Local { status, lines: lines.unwrap_or_default(), content: Content::None };
    }
    let known = known(rule, demand, &kept.held);
    let form = known.unwrap_or_else(|| made(thread, request, rule, demand, &kept.held));
    let place = form.map(|coding| coding as usize);
    let encodings = &stored.encodings;
    let body = place.and_then(|at| encodings.get(at).flatten()).unwrap_or(&stored.body);
    let lines = encodings.lines(place).cloned().unwrap_or(lines);
    match form {
        Some(coding) => thread.meters.encode.began(coding),
        None if stored.status == 204 => return Local { status, lines, content: Content::None },
        None => {}
    }
    Local { status, lines, content: Content::Bytes(body.clone()) }
}

/// The form that a client gets, if all of it was made already: a coding, or none.
fn known(rule: &Rule, demand: &Demand, held: &Held) -> Option<Option<Coding>> {
    let encodings = &held.stored().encodings;
    let form = match rule.coding(demand) {
        None => None,
        Some(coding) => encodings.get(coding as usize)?.map(|_| coding),
    };
    encodings.lines(form.map(|coding| coding as usize)).map(|_| form)
}

/// Make the form that a client gets, or have it made for those who come later.
fn made(
    thread: &Thread,
    request: &Request,
    rule: &Rule,
    demand: &Demand,
    held: &Arc<Held>,
) -> Option<Coding> {
    let stored = held.stored();
    let (mut form, mut waits) = (None, false);
    let length = stored.body.len();
    let lines = dressed(stored.status, &stored.lines, Some(length), |head, added| {
        let verdict = rule.judge(demand, Method::Get, head, || Effort::Full);
        let verdict = match verdict {
            Verdict::Encode { coding, level, .. } => {
                match encoded(thread, request, held, coding, level) {
                    Encoded::Is => {
                        form = Some(coding);
                        verdict
                    }
                    Encoded::IsNot => Verdict::Plain(crate::encode::Skip::Larger),
                    Encoded::Will => {
                        waits = true;
                        Verdict::Plain(crate::encode::Skip::Load)
                    }
                }
            }
            verdict => verdict,
        };
        if let Verdict::Only(_) = verdict
            && let Some(coding) = rule.coding(demand)
        {
            // It is as it is for everybody, whatever they accept.
            stored.encodings.keep(coding as usize, None);
        }
        verdict.write(demand, head, added);
    });
    if let Some(lines) = lines {
        stored.encodings.keep_lines(form.map(|coding| coding as usize), lines);
    }
    if !waits && let Some(cache) = &request.handling.cache {
        cache.store.grew(held);
    }
    form
}

/// Whether there is an encoded form.
enum Encoded {
    Is,
    /// It would be larger.
    IsNot,
    /// Not yet.
    Will,
}

fn encoded(
    thread: &Thread,
    request: &Request,
    held: &Arc<Held>,
    coding: Coding,
    level: i32,
) -> Encoded {
    let at = coding as usize;
    let encodings = &held.stored().encodings;
    let now = || match encodings.get(at) {
        Some(Some(_)) => Encoded::Is,
        Some(None) => Encoded::IsNot,
        None => Encoded::Will,
    };
    if encodings.get(at).is_some() || !encodings.begin(at) {
        return now();
    }
    if held.stored().body.len() <= AT_ONCE_BYTES_MAX {
        let began = base::clock::now();
        make(held, coding, level);
        let made = encodings.get(at).flatten().map_or(0, Bytes::len);
        let taken = held.stored().body.len();
        thread.meters.encode.encoded(coding, taken, made, base::clock::now() - began);
        return now();
    }
    if let Some(cache) = &request.handling.cache {
        let (held, store) = (held.clone(), cache.store.clone());
        tokio::task::spawn_blocking(move || {
            make(&held, coding, level);
            store.grew(&held);
        });
    }
    Encoded::Will
}

fn make(held: &Held, coding: Coding, level: i32) {
    let body = &held.stored().body;
    let made = whole(body, coding, level).ok().filter(|made| made.len() < body.len());
    held.stored().encodings.keep(coding as usize, made);
}

/// Header lines as `change` leaves them, behind those that it adds. None: the lines are no head.
fn dressed(
    status: u16,
    lines: &[u8],
    length: Option<usize>,
    change: impl FnOnce(&mut ReplyHead<'_, '_>, &mut Vec<u8>),
) -> Option<Bytes> {
    let mut whole = Vec::with_capacity(lines.len() + 64);
    // Writing into a Vec cannot fail.
    let _ = write!(whole, "HTTP/1.1 {status} \r\n");
    whole.extend_from_slice(lines);
    if let Some(length) = length {
        let _ = write!(whole, "Content-Length: {length}\r\n");
    }
    whole.extend_from_slice(b"\r\n");
    let mut scratch = scratch();
    let mut head = reply::read(&whole, Method::Get, None, &mut scratch).ok()??;
    let mut out = Vec::with_capacity(lines.len() + 64);
    change(&mut head, &mut out);
    // Said anew when it is sent.
    head.remove("content-length");
    for (name, value) in head.headers() {
        field::line(name.as_bytes(), value, &mut out);
    }
    Some(out.into())
}

impl Kept {
    /// The content as it is.
    fn plain(&self) -> Content {
        match self.is_confirmed || self.held.stored().status == 204 {
            true => Content::None,
            false => Content::Bytes(self.held.stored().body.clone()),
        }
    }
}
