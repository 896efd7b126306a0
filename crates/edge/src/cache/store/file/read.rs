//! From a file to a reply.

use super::head::{Corrupt, FIXED_BYTES, Head, sum};
use crate::cache::store::Mark;
use crate::cache::{Ask, Encodings, Key, Revalidate, Stored, Times, Validators};
use bytes::Bytes;

/// What a file holds.
#[derive(Debug)]
pub struct Kept {
    /// The reply's address.
    pub key: Key,
    /// The reply; without its body, if only the file's start was read.
    pub stored: Stored,
    /// When its app was asked.
    pub mark: Mark,
    /// A soft purge was meant for it.
    pub is_stale: bool,
    /// When it is of no use any more, in ms since the Unix epoch.
    pub useless_at_ms: u64,
}

/// Read `bytes`, which are a whole file, or its start up to the end of the head. `file_bytes` is the
/// length of the whole file.
///
/// # Errors
/// [`Corrupt`] if anything is not as it was written. Nothing is known of the body if it is not in
/// `bytes`.
pub fn read(bytes: &Bytes, file_bytes: u64) -> Result<Kept, Corrupt> {
    let head = Head::read(bytes)?;
    if head.file_bytes() != file_bytes {
        return Err(Corrupt("wrong length"));
    }
    let body = if bytes.len() as u64 == file_bytes {
        let body = bytes.slice(FIXED_BYTES + head.head_bytes..);
        if sum(&[&body]) != head.body_sum {
            return Err(Corrupt("wrong checksum of the body"));
        }
        body
    } else {
        Bytes::new()
    };
    let mut rest = Rest(head.verified(bytes)?);
    let key = Key::from_bytes(rest.text()?).ok_or(Corrupt("no address"))?;
    let stored = rest.stored(body)?;
    if !rest.0.is_empty() {
        return Err(Corrupt("more than a reply"));
    }
    let Head { is_stale, useless_at_ms, .. } = head;
    Ok(Kept { key, stored, mark: Mark(head.mark), is_stale, useless_at_ms })
}

/// What was not read yet.
struct Rest<'b>(&'b [u8]);

impl<'b> Rest<'b> {
    fn stored(&mut self, body: Bytes) -> Result<Stored, Corrupt> {
        Ok(Stored {
            status: u16::from_le_bytes(self.array()?),
            reason: self.text()?.into(),
            lines: Bytes::copy_from_slice(self.text()?),
            body,
            times: self.times()?,
            revalidate: match self.byte()? {
                0 => Revalidate::Stale,
                1 => Revalidate::StaleAlways,
                2 => Revalidate::Always,
                _ => return Err(Corrupt("unknown value")),
            },
            implicit: self.flag()?,
            immutable: self.flag()?,
            asks: self.many(Rest::ask)?,
            tags: self.many(|rest| Ok(rest.text()?.into()))?,
            validators: Validators {
                etag: self.optional()?.map(Into::into),
                last_modified: self.optional()?.map(Into::into),
                last_modified_s: self.seconds()?,
            },
            encodings: Encodings::default(),
        })
    }

    fn times(&mut self) -> Result<Times, Corrupt> {
        let mut next = || self.array().map(u64::from_le_bytes);
        Ok(Times {
            asked_ms: next()?,
            came_ms: next()?,
            age_ms: next()?,
            lifetime_ms: next()?,
            while_revalidate_ms: next()?,
            if_error_ms: next()?,
            if_unreachable_ms: next()?,
        })
    }

    fn ask(&mut self) -> Result<Ask, Corrupt> {
        let name = std::str::from_utf8(self.text()?).map_err(|_| Corrupt("no name of a header"))?;
        Ok(Ask { name: name.into(), value: self.optional()?.map(Into::into) })
    }

    fn seconds(&mut self) -> Result<Option<u64>, Corrupt> {
        let bytes = self.optional()?.map(<[u8; 8]>::try_from).transpose();
        Ok(bytes.map_err(|_| Corrupt("unknown value"))?.map(u64::from_le_bytes))
    }

    /// As many as there are said to be. The memory asked for grows with what is there.
    fn many<T>(
        &mut self,
        one: impl Fn(&mut Self) -> Result<T, Corrupt>,
    ) -> Result<Box<[T]>, Corrupt> {
        let count = u32::from_le_bytes(self.array()?);
        (0..count).map(|_| one(self)).collect()
    }

    fn optional(&mut self) -> Result<Option<&'b [u8]>, Corrupt> {
        if self.flag()? { self.text().map(Some) } else { Ok(None) }
    }

    fn text(&mut self) -> Result<&'b [u8], Corrupt> {
        let length = u32::from_le_bytes(self.array()?) as usize;
        self.take(length)
    }

    fn flag(&mut self) -> Result<bool, Corrupt> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Corrupt("unknown value")),
        }
    }

    fn byte(&mut self) -> Result<u8, Corrupt> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Corrupt> {
        self.take(N)?.try_into().map_err(|_| Corrupt("too short"))
    }

    fn take(&mut self, length: usize) -> Result<&'b [u8], Corrupt> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Corrupt("too short"))?;
        self.0 = rest;
        Ok(taken)
    }
}
