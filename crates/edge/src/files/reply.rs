//! The reply with a file: what its request's conditions and ranges make of it.

use super::body::FileBody;
use super::site::Ready;
use crate::handling::{Content, Early, Local};
use crate::http::conditional::{ByteRange, Multipart, Role, Selection, content_range, select};
use crate::http::head::RequestHead;
use base::clock;
use bytes::Bytes;
use std::os::fd::OwnedFd;

/// The reply with `ready`.
pub fn reply(ready: Ready<'_>, head: &RequestHead<'_, '_>, chance: impl FnOnce() -> u128) -> Early {
    let Ready { variant, content_type, file } = ready;
    let now = clock::wall().as_secs();
    let (whole, validators) = (variant.length, variant.validators(now));
    let values = |name| head.values(name);
    let selection = select(head.method, Role::Origin, &validators, whole, now, values);
    let content = variant.content.as_ref();
    let part = |part: ByteRange, file: Option<OwnedFd>| match (content, file) {
        (Some(content), _) => Content::Bytes(part.of(content)),
        (None, Some(file)) => Content::File(FileBody::part(file, part)),
        (None, None) => Content::Bytes(Bytes::new()),
    };
    match selection {
        Selection::Whole => {
            let all = ByteRange { first: 0, length: whole };
            local(200, variant.lines(), part(all, file))
        }
        Selection::Part(range) => {
            let lines = with_range(&variant.lines(), Some(range), whole);
            local(206, lines, part(range, file))
        }
        Selection::Parts(parts) => {
            let framed = Multipart::new(&parts, whole, content_type, chance());
            let lines = variant.lines_as(&framed.content_type);
            let content = match (content, file) {
                (None, Some(file)) => Content::File(FileBody::parts(file, framed)),
                (content, _) => Content::Bytes(framed.gather(content.unwrap_or(&Bytes::new()))),
            };
            local(206, lines, content)
        }
        Selection::NotModified => local(304, variant.shared_lines(), Content::None),
        Selection::Failed => local(412, Bytes::new(), Content::Bytes(Bytes::new())),
        Selection::Unsatisfiable => {
            let lines = with_range(&variant.shared_lines(), None, whole);
            local(416, lines, Content::Bytes(Bytes::new()))
        }
    }
}

/// To the same address with a `/` at its end. Only the last name and the query are written, so that
/// whatever else stands in the path cannot lead to another host.
pub fn redirect(head: &RequestHead<'_, '_>) -> Early {
    let (path, target) = (head.path(), head.target());
    let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    let query = memchr::memchr(b'?', target).and_then(|at| target.get(at..)).unwrap_or_default();
    // A dot before it: a name with a colon would be a scheme.
    let lines = [b"Location: ./", name, b"/", query, b"\r\nCache-Control: no-cache\r\n"].concat();
    local(301, lines.into(), Content::Bytes(Bytes::new()))
}

fn local(status: u16, lines: Bytes, content: Content) -> Early {
    Early::Reply(Box::new(Local { status, lines, content }))
}

fn with_range(lines: &[u8], part: Option<ByteRange>, whole: u64) -> Bytes {
    [lines, content_range(part, whole).as_bytes()].concat().into()
}
