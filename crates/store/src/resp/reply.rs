//! The bytes of a reply.

use super::{Broken, Fault, double_text};

/// Which form of the protocol a client asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Version {
    /// What a client speaks that has not said otherwise.
    #[default]
    Resp2,
    /// After `HELLO 3`: maps, sets, doubles, pushes.
    Resp3,
}

/// Replies in the order in which they are to be sent. What RESP2 lacks is written as RESP2 writes it: a map as
/// an array of keys and values, a double as a string.
#[derive(Debug, Default)]
pub struct Reply {
    bytes: Vec<u8>,
    version: Version,
}

/// A place in a [`Reply`] where a length is still to be written.
#[derive(Debug, Clone, Copy)]
pub struct Deferred(usize);

impl Reply {
    /// An empty one.
    pub fn new(version: Version) -> Self {
        Reply { bytes: Vec::new(), version }
    }

    /// One that goes on after `bytes`.
    pub fn after(bytes: Vec<u8>, version: Version) -> Self {
        Reply { bytes, version }
    }

    /// The form in which it is written.
    pub fn version(&self) -> Version {
        self.version
    }

    /// Go on in another form (`HELLO`, `redis.setresp`).
    pub fn set_version(&mut self, version: Version) {
        self.version = version;
    }

    /// Its bytes until now.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many bytes it has.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Nothing was written.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Its bytes, to be sent.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Forget what was written after the first `len` bytes.
    pub fn truncate(&mut self, len: usize) {
        self.bytes.truncate(len);
    }

    /// Bytes that are a reply already.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// A status such as `OK`.
    pub fn status(&mut self, text: &str) {
        self.bytes.push(b'+');
        self.line(text.as_bytes());
    }

    /// `+OK`.
    pub fn ok(&mut self) {
        self.bytes.extend_from_slice(b"+OK\r\n");
    }

    /// An error. Line ends in its text, which may quote the client, become spaces.
    pub fn error(&mut self, fault: &Fault) {
        self.bytes.push(b'-');
        let text = fault.bytes();
        let end =
            text.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |at| at + 1);
        let text = text.iter().take(end);
        self.bytes
            .extend(text.map(|byte| if matches!(byte, b'\r' | b'\n') { b' ' } else { *byte }));
        self.bytes.extend_from_slice(b"\r\n");
    }

    /// In the place of what was written after the first `len` bytes: an error.
    pub fn fail(&mut self, len: usize, fault: &Fault) {
        self.truncate(len);
        self.error(fault);
    }

    /// What was sent is no command. The connection is to be closed.
    pub fn protocol_error(&mut self, broken: &Broken) {
        self.error(&Fault::Text(format!("ERR {}", broken.0).into_bytes().into()));
    }

    /// An integer.
    pub fn int(&mut self, value: i64) {
        self.head(b':', value);
    }

    /// A length or count.
    pub fn count(&mut self, value: usize) {
        self.head(b':', value as i64);
    }

    /// A string of any bytes.
    pub fn bulk(&mut self, bytes: &[u8]) {
        self.head(b'$', bytes.len() as i64);
        self.line(bytes);
    }

    /// An integer as a string.
    pub fn bulk_int(&mut self, value: i64) {
        let mut digits = itoa::Buffer::new();
        self.bulk(digits.format(value).as_bytes());
    }

    /// The absence of a string.
    pub fn null(&mut self) {
        self.bytes.extend_from_slice(match self.version {
            Version::Resp2 => b"$-1\r\n",
            Version::Resp3 => b"_\r\n",
        });
    }

    /// The absence of an array.
    pub fn null_array(&mut self) {
        self.bytes.extend_from_slice(match self.version {
            Version::Resp2 => b"*-1\r\n",
            Version::Resp3 => b"_\r\n",
        });
    }

    /// A string, or its absence.
    pub fn bulk_or_null(&mut self, bytes: Option<&[u8]>) {
        match bytes {
            Some(bytes) => self.bulk(bytes),
            None => self.null(),
        }
    }

    /// The head of an array of `len` elements.
    pub fn array(&mut self, len: usize) {
        self.head(b'*', len as i64);
    }

    /// The head of a map of `len` pairs.
    pub fn map(&mut self, len: usize) {
        match self.version {
            Version::Resp2 => self.head(b'*', 2 * len as i64),
            Version::Resp3 => self.head(b'%', len as i64),
        }
    }

    /// The head of a set of `len` elements.
    pub fn set(&mut self, len: usize) {
        match self.version {
            Version::Resp2 => self.head(b'*', len as i64),
            Version::Resp3 => self.head(b'~', len as i64),
        }
    }

    /// The head of a message that is no reply, with `len` elements.
    pub fn push(&mut self, len: usize) {
        match self.version {
            Version::Resp2 => self.head(b'*', len as i64),
            Version::Resp3 => self.head(b'>', len as i64),
        }
    }

    /// A number with a fraction.
    pub fn double(&mut self, value: f64) {
        let text = double_text(value);
        match self.version {
            Version::Resp2 => self.bulk(text.as_bytes()),
            Version::Resp3 => {
                self.bytes.push(b',');
                self.line(text.as_bytes());
            }
        }
    }

    /// True or false.
    pub fn boolean(&mut self, value: bool) {
        match self.version {
            Version::Resp2 => self.int(value.into()),
            Version::Resp3 => {
                self.bytes.extend_from_slice(if value { b"#t\r\n" } else { b"#f\r\n" })
            }
        }
    }

    /// Text for people, in the format `kind` (three letters: `txt`, `mkd`).
    pub fn verbatim(&mut self, kind: &str, text: &[u8]) {
        match self.version {
            Version::Resp2 => self.bulk(text),
            Version::Resp3 => {
                self.head(b'=', text.len() as i64 + 4);
                self.bytes.extend_from_slice(kind.as_bytes());
                self.bytes.push(b':');
                self.line(text);
            }
        }
    }

    /// An array whose length becomes known later: write its elements, then [`Reply::settle_array`].
    pub fn defer(&mut self) -> Deferred {
        Deferred(self.bytes.len())
    }

    /// Write the head of an array of `len` elements before those that were written since.
    pub fn settle_array(&mut self, at: Deferred, len: usize) {
        self.settle(at, |reply| reply.array(len));
    }

    /// As [`Reply::settle_array`], for any head that `write` writes.
    pub fn settle(&mut self, at: Deferred, write: impl FnOnce(&mut Reply)) {
        let end = self.bytes.len();
        write(self);
        let head = self.bytes.split_off(end);
        self.bytes.splice(at.0..at.0, head);
    }

    fn head(&mut self, mark: u8, value: i64) {
        self.bytes.push(mark);
        if let 0..10 = value {
            self.bytes.extend_from_slice(&[b'0' + value as u8, b'\r', b'\n']);
        } else {
            let mut digits = itoa::Buffer::new();
            self.line(digits.format(value).as_bytes());
        }
    }

    fn line(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.bytes.extend_from_slice(b"\r\n");
    }
}
