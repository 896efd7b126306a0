//! What a request's own head means for the head of its reply.

use super::{Handling, Look};
use crate::cors::{self, Cors};
use crate::headers::{Headers, Kind, Nonce, Taken};
use crate::http::field;
use crate::http::head::{Replaced, ReplyHead};
use crate::limit::{self, Held};
use std::rc::Rc;

/// The header in which an app finds the nonce for its scripts.
const NONCE_HEADER: &str = "X-Nonce";
/// What a client must not say to an app in the edge's name.
const SAID_TO_APP: &[&str] =
    &[NONCE_HEADER, "Content-Security-Policy", "Content-Security-Policy-Report-Only"];
/// A page with a nonce in it is for one client and for once.
const NOT_KEPT: &[u8] = b"Cache-Control: no-store\r\n";

/// What a reply's head gets, whoever makes the reply: an app, the edge, or a refusal.
#[derive(Debug, Default)]
pub struct Dress {
    /// Header lines, each with its CRLF, that are the same for whatever reply.
    pub lines: Vec<u8>,
    /// It was decided which rules say more.
    settled: bool,
    /// Boxed: it would make every idle connection larger.
    worn: Option<Box<Worn>>,
    /// What the request holds of limits until its reply is through.
    pub held: Held,
    /// The reply tells how the client stands with limits.
    pub limited: bool,
}

/// The rules that say more, and what they need of the request.
#[derive(Debug)]
struct Worn {
    handling: Rc<Handling>,
    /// The client came by TLS.
    secure: bool,
    page: cors::Page,
    nonce: Option<Nonce>,
}

impl Dress {
    /// By the rules of `handling`, for a request. `chance` makes a nonce; without one the policy of a page
    /// has none, so that its scripts are refused.
    pub fn new(
        handling: &Rc<Handling>,
        look: &Look<'_, '_, '_>,
        chance: impl FnOnce() -> Option<Nonce>,
    ) -> Self {
        if !handling.dresses() {
            return Dress { settled: true, ..Dress::default() };
        }
        let page = handling.cors().map(|cors| cors.page(look.head.values("origin")));
        let nonced = handling.headers().has_nonce() && handling.app().is_some();
        let worn = Worn {
            handling: handling.clone(),
            secure: look.is_secure(),
            page: page.unwrap_or_default(),
            nonce: if nonced { chance() } else { None },
        };
        Dress { settled: true, worn: Some(Box::new(worn)), ..Dress::default() }
    }

    /// By the rules of `handling`, unless others were decided on: the request was not understood.
    pub fn settle(&mut self, handling: &Rc<Handling>, secure: bool) {
        if !std::mem::replace(&mut self.settled, true) {
            let (handling, page) = (handling.clone(), cors::Page::Unasked);
            self.worn = Some(Box::new(Worn { handling, secure, page, nonce: None }));
        }
    }

    /// A page of this reply has a nonce in it, which must not be used for another request.
    pub fn has_nonce(&self) -> bool {
        self.worn.as_ref().is_some_and(|worn| worn.nonce.is_some())
    }

    /// The reply says all about its origin itself.
    pub(super) fn without_cors(&mut self) {
        if let Some(worn) = &mut self.worn {
            worn.page = cors::Page::Unasked;
        }
    }

    /// Who the page is that a request came from.
    pub(super) fn page(&self) -> cors::Page {
        self.worn.as_ref().map_or(cors::Page::Unasked, |worn| worn.page.clone())
    }

    /// Hand `write` what the app is told of the reply.
    pub fn tell_app<T>(&self, write: impl FnOnce(&Replaced<'_>) -> T) -> T {
        let nonce = self.worn.as_ref().and_then(|worn| Some((worn, worn.nonce.as_ref()?)));
        let Some((worn, nonce)) = nonce else { return write(&Replaced::default()) };
        let mut lines = Vec::with_capacity(512);
        field::line(NONCE_HEADER.as_bytes(), nonce.as_bytes(), &mut lines);
        worn.headers().write_policies(nonce, &mut lines);
        write(&Replaced { names: SAID_TO_APP, lines: &lines })
    }

    /// Take out of an app's reply what the edge says better, and add to `lines` what depends on the
    /// reply. A 101 is left as it is: what follows it is no HTTP.
    pub fn reply(&mut self, head: &mut ReplyHead<'_, '_>) {
        if self.limited {
            head.sift(|name, _| limit::NAMES.iter().any(|own| name.eq_ignore_ascii_case(own)));
        }
        let Some(worn) = self.worn.as_ref().filter(|_| head.status != 101) else { return };
        let mut taken = Taken::default();
        let mut varies = false;
        let cors = worn.cors();
        head.sift(|name, value| {
            let mark = worn.headers().mark(name.as_bytes());
            taken.and(mark.takes);
            if cors.is_none() {
                return mark.goes;
            }
            varies |= name.eq_ignore_ascii_case("vary") && Cors::covers(value);
            mark.goes || Cors::owns(name.as_bytes())
        });
        let kind = match &worn.nonce {
            _ if head.status == 304 => Kind::NotModified,
            Some(nonce) if is_page(head) => Kind::Page(nonce),
            _ => Kind::Other,
        };
        if worn.headers().write(taken, worn.secure, kind, &mut self.lines) {
            head.remove("cache-control");
            self.lines.extend_from_slice(NOT_KEPT);
        }
        if let Some(cors) = cors {
            cors.write(&worn.page, varies, &mut self.lines);
        }
    }

    /// Append the lines of a reply of the edge's own: `theirs`, as far as they stay, and what else it gets.
    pub fn local(&self, theirs: &[u8], out: &mut Vec<u8>) {
        match &self.worn {
            None => out.extend_from_slice(theirs),
            Some(worn) => {
                let (kept, taken) = worn.headers().sift(theirs);
                worn.stay(&kept, out);
                worn.headers().write(taken, worn.secure, Kind::Other, out);
                worn.write_cors(&kept, out);
            }
        }
        out.extend_from_slice(&self.lines);
    }

    /// Append the lines of an error page, which has already those named in `theirs`.
    pub fn refusal(&self, theirs: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(&self.lines);
        if let Some(worn) = &self.worn {
            let taken = worn.headers().taken(theirs);
            worn.headers().write(taken, worn.secure, Kind::Other, out);
            worn.write_cors(theirs, out);
        }
    }
}

impl Worn {
    fn headers(&self) -> &Headers {
        self.handling.headers()
    }

    fn cors(&self) -> Option<&Cors> {
        self.handling.cors().filter(|_| self.page != cors::Page::Unasked)
    }

    /// Append the lines of `theirs` but those that are left to `cors`.
    fn stay(&self, theirs: &[u8], out: &mut Vec<u8>) {
        if self.cors().is_none() || !crate::headers::names(theirs).any(Cors::owns) {
            return out.extend_from_slice(theirs);
        }
        for (_, line) in crate::headers::named(theirs).filter(|(name, _)| !Cors::owns(name)) {
            out.extend_from_slice(line);
        }
    }

    fn write_cors(&self, theirs: &[u8], out: &mut Vec<u8>) {
        let Some(cors) = self.cors() else { return };
        let value =
            |line: &'_ [u8]| line.split(|byte| *byte == b':').nth(1).is_some_and(Cors::covers);
        let varies = crate::headers::named(theirs)
            .any(|(name, line)| name.eq_ignore_ascii_case(b"vary") && value(line));
        cors.write(&self.page, varies, out);
    }
}

/// True for what a browser runs scripts of.
fn is_page(head: &ReplyHead<'_, '_>) -> bool {
    head.values("content-type").next().is_some_and(|kind| {
        let kind = field::media_type(kind);
        [&b"text/html"[..], b"application/xhtml+xml", b"image/svg+xml"]
            .iter()
            .any(|page| kind.eq_ignore_ascii_case(page))
    })
}
