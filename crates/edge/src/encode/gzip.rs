//! gzip (RFC 1952), written around raw deflate.
//!
//! A deflate context takes 0.4 MB, too much for each of ten thousand event streams. So a context is
//! lent: a stream has it from its first push to its next flush, after which whoever needs one may
//! take it. Who gets one that another stream had begins it anew with the end of its own content
//! as the dictionary, so matches still reach back as far as that. While nobody else came in between
//! a stream goes on as if the context were its own.

use super::{Coding, EncodeError};
use flate2::{Compress, Compression, Crc, FlushCompress};

/// What a stream keeps of its content while it has no context.
const TAIL_BYTES_MAX: usize = 8 * 1024;
/// Contexts that are kept though nobody uses them.
const FREE_MAX: usize = 2;
/// No flags, no time, unknown system (RFC 1952 section 2.3.1).
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
/// A last block without content.
const LAST_BLOCK: [u8; 2] = [0x03, 0x00];
/// zlib asks for more than 6 bytes of room, or it would repeat the mark of a flush.
const ROOM_BYTES_MIN: usize = 64;

/// Free contexts, the last used at the end.
#[derive(Debug, Default)]
pub(super) struct Shelf(Vec<Context>);

#[derive(Debug)]
struct Context {
    deflate: Compress,
    /// The stream whose content it knows; 0: nobody's.
    owner: u64,
    level: i32,
}

/// A gzip stream.
#[derive(Debug)]
pub(super) struct Stream {
    number: u64,
    level: i32,
    begun: bool,
    checksum: Crc,
    tail: Vec<u8>,
    /// From a push to the next flush.
    context: Option<Context>,
}

/// Encode `content` as a whole.
pub(super) fn whole(
    shelf: &mut Shelf,
    content: &[u8],
    level: i32,
    out: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    let mut context = shelf.lend(0, level, &[])?;
    let mut checksum = Crc::new();
    checksum.update(content);
    out.extend_from_slice(&HEADER);
    context.run(content, FlushCompress::Finish, out)?;
    shelf.put(context, 0);
    trailer(&checksum, out);
    Ok(())
}

impl Stream {
    /// Nothing written yet.
    pub(super) fn new(number: u64, level: i32) -> Self {
        let (checksum, tail) = (Crc::new(), Vec::new());
        Stream { number, level, begun: false, checksum, tail, context: None }
    }

    pub(super) fn push(
        &mut self,
        shelf: &mut Shelf,
        content: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        self.begin(out);
        let mut context = match self.context.take() {
            Some(context) => context,
            None => shelf.lend(self.number, self.level, &self.tail)?,
        };
        context.run(content, FlushCompress::None, out)?;
        self.context = Some(context);
        self.checksum.update(content);
        self.remember(content);
        Ok(())
    }

    pub(super) fn flush(
        &mut self,
        shelf: &mut Shelf,
        out: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        if let Some(mut context) = self.context.take() {
            context.run(&[], FlushCompress::Sync, out)?;
            shelf.put(context, self.number);
        }
        Ok(())
    }

    pub(super) fn finish(
        &mut self,
        shelf: &mut Shelf,
        out: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        self.begin(out);
        match self.context.take() {
            Some(mut context) => {
                context.run(&[], FlushCompress::Finish, out)?;
                shelf.put(context, 0);
            }
            // What came before ends at a whole byte.
            None => out.extend_from_slice(&LAST_BLOCK),
        }
        trailer(&self.checksum, out);
        Ok(())
    }

    fn begin(&mut self, out: &mut Vec<u8>) {
        if !std::mem::replace(&mut self.begun, true) {
            out.extend_from_slice(&HEADER);
        }
    }

    fn remember(&mut self, content: &[u8]) {
        let from = content.len().saturating_sub(TAIL_BYTES_MAX);
        let new = content.get(from..).unwrap_or_default();
        let over = (self.tail.len() + new.len()).saturating_sub(TAIL_BYTES_MAX);
        self.tail.drain(..over.min(self.tail.len()));
        self.tail.extend_from_slice(new);
    }
}

impl Shelf {
    /// A context that knows of `owner`'s content at least its `tail`.
    fn lend(&mut self, owner: u64, level: i32, tail: &[u8]) -> Result<Context, EncodeError> {
        let own = self.0.iter().position(|one| one.owner == owner && owner != 0);
        if let Some(at) = own {
            return Ok(self.0.remove(at));
        }
        let compression = Compression::new(level.clamp(1, 9).unsigned_abs());
        let mut context = if self.0.is_empty() {
            let deflate = Compress::new(compression, false);
            Context { deflate, owner, level }
        } else {
            // The one that was used longest ago: the stream of another may go on soon.
            let mut context = self.0.remove(0);
            context.deflate.reset();
            if context.level != level {
                context.deflate.set_level(compression).map_err(|_| FAILED)?;
            }
            Context { owner, level, ..context }
        };
        if !tail.is_empty() {
            context.deflate.set_dictionary(tail).map_err(|_| FAILED)?;
        }
        Ok(context)
    }

    fn put(&mut self, context: Context, owner: u64) {
        if self.0.len() < FREE_MAX {
            self.0.push(Context { owner, ..context });
        }
    }
}

const FAILED: EncodeError = EncodeError(Coding::Gzip);

impl Context {
    /// Take in all of `content` and do what `flush` says.
    fn run(
        &mut self,
        mut content: &[u8],
        flush: FlushCompress,
        out: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        loop {
            out.reserve((content.len() / 4).max(ROOM_BYTES_MIN));
            let before = self.deflate.total_in();
            self.deflate.compress_vec(content, out, flush).map_err(|_| FAILED)?;
            let taken = usize::try_from(self.deflate.total_in() - before).map_err(|_| FAILED)?;
            content = content.get(taken..).unwrap_or_default();
            // With room left there was nothing more to write.
            if content.is_empty() && out.len() < out.capacity() {
                return Ok(());
            }
        }
    }
}

/// RFC 1952 section 2.3.1.
fn trailer(checksum: &Crc, out: &mut Vec<u8>) {
    out.extend_from_slice(&checksum.sum().to_le_bytes());
    out.extend_from_slice(&checksum.amount().to_le_bytes());
}
