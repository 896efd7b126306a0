//! A route's folder of files, as one thread serves it.

use super::document::{Document, Variant};
use super::folder::Folder;
use super::load::{self, Found, Making};
use super::path::{Unfit, resolve};
use super::reply::{redirect, reply};
use super::shelf::{Room, Shelf};
use crate::encode::{self, Accepted, Rule};
use crate::forward::Failure;
use crate::handling::{Dress, Early, Look};
use crate::http::Method;
use crate::http::head::{Accept, RequestHead};
use config::Files;
use rustix::io::Errno;
use std::cell::{Cell, RefCell};
use std::os::fd::OwnedFd;
use std::rc::Rc;

/// What is kept in memory for one route by one thread.
const ROOM: Room = Room { names_max: 4_096, bytes_max: 16 * 1024 * 1024 };

/// How long what is known of a name is believed without looking again.
const BELIEVED_MS: u64 = 900;

/// What is known of the fallback is kept under a name that no path has.
const FALLBACK: &str = "\0";

/// A file that is replaced while it is opened is tried again so often.
const TRIES: u32 = 3;

/// A folder and what is known of it.
#[derive(Debug)]
pub struct Site {
    files: Files,
    /// What of a request's path comes before a name in the folder; ends in `/`.
    prefix: String,
    has_app: bool,
    /// How the route's replies are compressed, if they are.
    compress: Option<Rc<Rule>>,
    folder: RefCell<Folder>,
    /// When it was last made sure that the folder is the same.
    checked_ms: Cell<u64>,
    shelf: RefCell<Shelf<Found>>,
}

/// A file to be sent, and, where it is not in memory, opened.
#[derive(Debug)]
pub struct Ready<'d> {
    /// Which form of it.
    pub variant: &'d Variant,
    /// Its content type.
    pub content_type: &'d str,
    /// None: its content is in memory.
    pub file: Option<OwnedFd>,
}

impl Site {
    /// The folder of a route with this path. `has_app`: what is not there is left to an app.
    pub fn new(files: &Files, path: &str, has_app: bool, compress: Option<Rc<Rule>>) -> Self {
        let prefix = match (files.strip, path.rfind('/')) {
            (true, Some(slash)) => path.get(..=slash).unwrap_or("/"),
            _ => "/",
        };
        Site {
            prefix: prefix.into(),
            has_app,
            compress,
            folder: RefCell::new(Folder::new(&files.folder)),
            checked_ms: Cell::new(0),
            shelf: RefCell::new(Shelf::new(ROOM)),
            files: files.clone(),
        }
    }

    /// Answer a request, or leave it to the app.
    pub fn answer(&self, look: &Look<'_, '_, '_>, dress: &mut Dress) -> Option<Early> {
        let (head, now_ms) = (look.head, look.thread.timer.now_ms());
        if !matches!(head.method, Method::Get | Method::Head) {
            if self.has_app {
                return None;
            }
            dress.lines.extend_from_slice(b"Allow: GET, HEAD\r\n");
            return Some(Early::Refused(Failure::MethodNotTaken));
        }
        self.refresh(now_ms);
        let early = match self.wanted(look, now_ms) {
            Ok(None) if self.has_app => return None,
            Ok(None) => Early::Refused(Failure::NoFile),
            Ok(Some(early)) => early,
            Err(failure) => Early::Refused(failure),
        };
        look.thread.date.append(&mut dress.lines);
        Some(early)
    }

    /// What a request asks for; None if that is not there.
    fn wanted(&self, look: &Look<'_, '_, '_>, now_ms: u64) -> Result<Option<Early>, Failure> {
        let head = look.head;
        let path = head.path();
        let Some(rest) = path.strip_prefix(self.prefix.as_bytes()) else {
            // `/assets` for `/assets/*`.
            let root = self.find("", true, false, now_ms)?;
            return Ok(matches!(root, Found::File(_)).then(|| redirect(head)));
        };
        let found = match resolve(rest, self.files.dotfiles) {
            Ok(wanted) => self.find(&wanted.path, wanted.folder, false, now_ms)?,
            Err(Unfit::Malformed) if !self.has_app => return Err(Failure::FilePath),
            // It has a meaning for an app, perhaps.
            Err(_) => Found::Nothing,
        };
        match (found, &self.files.fallback) {
            (Found::File(document), _) => self.send(&document, false, look).map(Some),
            (Found::Folder, _) => Ok(Some(redirect(head))),
            (Found::Nothing, Some(fallback)) if is_navigation(head) => {
                match self.find(fallback, false, true, now_ms)? {
                    Found::File(document) => self.send(&document, true, look).map(Some),
                    _ => Ok(None),
                }
            }
            (Found::Nothing, _) => Ok(None),
        }
    }

    /// What is there under a name, as it was within the last second.
    fn find(
        &self,
        name: &str,
        folder: bool,
        fallback: bool,
        now_ms: u64,
    ) -> Result<Found, Failure> {
        // What is sent in place of others has header lines of its own.
        let key = if fallback { FALLBACK } else { name };
        let known = self.shelf.borrow_mut().get(key);
        let how = self.making(fallback);
        if let Some((found, checked_ms)) = known {
            if now_ms < checked_ms + BELIEVED_MS {
                return Ok(found);
            }
            if let Found::File(document) = &found
                && load::is_current(&self.folder.borrow(), document, &how)
            {
                self.shelf.borrow_mut().confirm(key, now_ms);
                return Ok(found);
            }
        }
        self.load(name, key, folder, &how, now_ms)
    }

    fn load(
        &self,
        name: &str,
        key: &str,
        folder: bool,
        how: &Making<'_>,
        now_ms: u64,
    ) -> Result<Found, Failure> {
        let found = load::load(&self.folder.borrow(), name, folder, how).map_err(failure)?;
        let bytes = match &found {
            Found::File(document) => document.memory(),
            Found::Folder | Found::Nothing => size_of::<Found>(),
        };
        self.shelf.borrow_mut().put(key, found.clone(), bytes, now_ms);
        Ok(found)
    }

    /// The reply with a document.
    fn send(
        &self,
        document: &Rc<Document>,
        fallback: bool,
        look: &Look<'_, '_, '_>,
    ) -> Result<Early, Failure> {
        let (head, now_ms) = (look.head, look.thread.timer.now_ms());
        let accepted = || Accepted::read(head.values("accept-encoding"));
        let mut document = document.clone();
        for _ in 0..TRIES {
            if let Some(variant) = self.encoded(&document, head) {
                let ready =
                    Ready { variant: &variant, content_type: &document.content_type, file: None };
                return Ok(reply(ready, head, || look.thread.chance()));
            }
            let coding = match document.beside.as_slice() {
                [] => None,
                some => accepted().choose(some.iter().filter_map(|variant| variant.coding)),
            };
            let variant = document.variant(coding);
            let file = match &variant.content {
                Some(_) => None,
                None => match self.folder.borrow().open(&variant.name) {
                    Ok((file, stamp)) if stamp == variant.stamp => Some(file),
                    Ok(_) | Err(Errno::NOENT) => {
                        // Replaced since it was looked at.
                        let name = document.plain.name.clone();
                        let how = self.making(fallback);
                        let key = if fallback { FALLBACK } else { &name };
                        match self.load(&name, key, false, &how, now_ms)? {
                            Found::File(new) => document = new,
                            _ => return Err(Failure::NoFile),
                        }
                        continue;
                    }
                    Err(error) => return Err(failure(error)),
                },
            };
            let ready = Ready { variant, content_type: &document.content_type, file };
            return Ok(reply(ready, head, || look.thread.chance()));
        }
        Err(Failure::FileBroken)
    }

    /// A document as the edge encodes it, once for all who accept it. Nobody asks for a part of that:
    /// the parts would not fit together after Ostler was replaced by another version.
    fn encoded(&self, document: &Document, head: &RequestHead<'_, '_>) -> Option<Rc<Variant>> {
        let rule = self.compress.as_ref().filter(|_| document.encodable)?;
        if head.values("range").next().is_some() {
            return None;
        }
        let accepted = Accepted::read(head.values("accept-encoding"));
        let coding = accepted.choose(rule.order().iter().copied())?;
        document.encoded(coding, |content| {
            let level = rule.level(coding)?;
            encode::whole(content, coding, level).ok().filter(|made| made.len() < content.len())
        })
    }

    /// Make sure, once in a while, that the folder was not replaced by another.
    fn refresh(&self, now_ms: u64) {
        if now_ms < self.checked_ms.get() + BELIEVED_MS {
            return;
        }
        self.checked_ms.set(now_ms);
        if self.folder.borrow_mut().refresh() {
            self.shelf.borrow_mut().clear();
        }
    }

    fn making(&self, fallback: bool) -> Making<'_> {
        let compress = self.compress.as_deref();
        Making { files: &self.files, prefix: &self.prefix, compress, fallback }
    }
}

/// A browser goes to a page: it asks for HTML, under a name that is none of a file.
fn is_navigation(head: &RequestHead<'_, '_>) -> bool {
    let last = head.path().rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    head.accept == Accept::Html && !last.contains(&b'.')
}

/// What of the system's errors a client is told.
fn failure(error: Errno) -> Failure {
    match error {
        Errno::ACCESS | Errno::PERM => Failure::FileForbidden,
        Errno::MFILE | Errno::NFILE | Errno::NOMEM | Errno::AGAIN => Failure::FilesExhausted,
        _ => Failure::FileBroken,
    }
}
