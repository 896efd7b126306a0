//! From a name in a folder to a document.

use super::document::{Common, Document, Variant};
use super::folder::Folder;
use super::path::{ending, is_hashed, kind};
use super::read::read_whole;
use super::stamp::{Kind, Stamp};
use crate::encode::{Coding, Rule};
use crate::http::field::media_type;
use bytes::Bytes;
use config::Files;
use rustix::io::Errno;
use std::cell::RefCell;
use std::rc::Rc;

/// Content of up to so many bytes is kept in memory; of more, only what is told of it.
pub const KEPT_BYTES_MAX: u64 = 64 * 1024;

/// Content without a name changes with every release, and is asked about each time.
const ASK: &str = "no-cache";
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// What there is under a name.
#[derive(Debug, Clone)]
pub enum Found {
    /// A file.
    File(Rc<Document>),
    /// A folder with an index, asked for without the `/` at its end.
    Folder,
    /// Nothing that is served.
    Nothing,
}

/// How documents are made of files.
#[derive(Debug, Clone, Copy)]
pub struct Making<'a> {
    /// The settings.
    pub files: &'a Files,
    /// What of a request's path comes before the name.
    pub prefix: &'a str,
    /// How the route's replies are compressed, if they are.
    pub compress: Option<&'a Rule>,
    /// It stands for many addresses: nobody may keep it without asking.
    pub fallback: bool,
}

/// Find what `name` stands for. `folder`: it was asked for as a folder, with a `/` or as nothing.
///
/// # Errors
/// Those of the system, but for those that mean that there is nothing.
pub fn load(from: &Folder, name: &str, folder: bool, how: &Making<'_>) -> Result<Found, Errno> {
    let index = how.files.index.as_deref();
    let found = match (folder, index) {
        (true, None) => return Ok(Found::Nothing),
        (true, Some(index)) => document(from, &format!("{name}{index}"), how).map(Found::File),
        (false, _) => match from.look(name) {
            Ok((Kind::File, _)) => document(from, name, how).map(Found::File),
            Ok((Kind::Folder, _)) => match index {
                Some(index) => from.open(&format!("{name}/{index}")).map(|_| Found::Folder),
                None => Ok(Found::Nothing),
            },
            Ok((Kind::Other, _)) => Ok(Found::Nothing),
            Err(error) => Err(error),
        },
    };
    match found {
        Err(error) if is_absence(error) => Ok(Found::Nothing),
        found => found,
    }
}

/// True if `error` means that there is nothing under a name, or nothing below the folder.
fn is_absence(error: Errno) -> bool {
    matches!(
        error,
        Errno::NOENT
            | Errno::NOTDIR
            | Errno::ISDIR
            | Errno::LOOP
            | Errno::XDEV
            | Errno::NAMETOOLONG
            | Errno::NXIO
            | Errno::MLINK
    )
}

/// True if the document is still what the folder holds.
pub fn is_current(from: &Folder, document: &Document, how: &Making<'_>) -> bool {
    let name = &document.plain.name;
    let same = matches!(from.look(name), Ok((Kind::File, stamp)) if stamp == document.plain.stamp);
    same && beside(from, name, document.compressible, how) == document.looked
}

fn document(from: &Folder, name: &str, how: &Making<'_>) -> Result<Rc<Document>, Errno> {
    let (plain, content) = read(from, name)?;
    let known = kind(name);
    let told = ending(name).and_then(|ending| how.files.types.get(&ending));
    let content_type: Rc<str> = told.map_or(known.content_type, String::as_str).into();
    let compressible = told.map_or(known.compressible, |told| is_text(told));
    let looked = beside(from, name, compressible, how);
    let fresh = |coding: Coding| {
        let stamp = looked.get(coding as usize).copied().flatten();
        stamp.is_some_and(|stamp| !stamp.is_older_than(&plain))
    };
    let codings: Vec<Coding> = Coding::ALL.into_iter().filter(|coding| fresh(*coding)).collect();
    let worth =
        |rule: &Rule| content.is_some() && rule.is_worth(content_type.as_bytes(), plain.size);
    let encodable = codings.is_empty() && how.compress.is_some_and(worth);
    let cache_control = cache_control(name, how);
    let common = Common {
        content_type: &content_type,
        cache_control: &cache_control,
        varies: encodable || !codings.is_empty(),
    };
    let variant = |coding: Coding| {
        let name = format!("{name}{}", coding.suffix());
        // One that cannot be read is not worth failing for: there is the plain one.
        let (stamp, content) = read(from, &name).ok()?;
        Some(Variant::new(&name, Some(coding), stamp, content, &common))
    };
    let mut beside: Vec<Variant> = codings.into_iter().filter_map(variant).collect();
    beside.sort_by_key(|variant| variant.length);
    let plain = Variant::new(name, None, plain, content, &common);
    Ok(Rc::new(Document {
        plain,
        beside,
        looked,
        made: RefCell::default(),
        encodable,
        cache_control,
        content_type,
        compressible,
    }))
}

/// What lies beside a file under the names of its encoded forms.
fn beside(
    from: &Folder,
    name: &str,
    compressible: bool,
    how: &Making<'_>,
) -> [Option<Stamp>; Coding::ALL.len()] {
    if !compressible || !how.files.precompressed {
        return [None; _];
    }
    Coding::ALL.map(|coding| match from.look(&format!("{name}{}", coding.suffix())) {
        Ok((Kind::File, stamp)) => Some(stamp),
        _ => None,
    })
}

/// The state of a file, and its content if that is to be kept.
fn read(from: &Folder, name: &str) -> Result<(Stamp, Option<Bytes>), Errno> {
    let (file, stamp) = from.open(name)?;
    if stamp.size > KEPT_BYTES_MAX {
        return Ok((stamp, None));
    }
    let content = read_whole(&file, usize::try_from(stamp.size).unwrap_or(0))?;
    // Written to while it was read: what was read may be half of each.
    let after = rustix::fs::fstat(&file).map(|stat| Stamp::new(&stat))?;
    Ok((stamp, content.filter(|_| after == stamp).map(Bytes::from)))
}

fn cache_control(name: &str, how: &Making<'_>) -> String {
    let seconds = how.files.max_age.as_secs();
    match seconds {
        _ if how.fallback => ASK.into(),
        _ if how.files.immutable && is_hashed(&format!("{}{name}", how.prefix)) => IMMUTABLE.into(),
        0 => ASK.into(),
        seconds => format!("public, max-age={seconds}"),
    }
}

/// A type of the user's whose content is text.
fn is_text(content_type: &str) -> bool {
    let kind = media_type(content_type.as_bytes());
    let ends = ["json", "xml", "javascript", "wasm"];
    kind.starts_with(b"text/") || ends.iter().any(|end| kind.ends_with(end.as_bytes()))
}
