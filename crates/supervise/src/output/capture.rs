//! What a worker's stdout and stderr are: files in memory, which are read from here and given back as they are read.
//!
//! Not pipes: what does not fit into a pipe waits inside Node, which loses it at `process.exit()`, and loggers that
//! write to a full one stop the event loop meanwhile. A write to a file is done when it returns. Not files on disk,
//! which may be full.

use super::lines::Lines;
use rustix::fs::{self, FallocateFlags, MemfdFlags, Mode, OFlags, SealFlags};
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::FileExt;

/// Read at once.
pub const CHUNK_BYTES: usize = 64 * 1024;
/// Chunks read in one turn, so that a worker that writes without end does not hold up the others.
const CHUNKS_MAX: usize = 16;
/// So much is read before its memory is given back.
const FREE_BYTES: u64 = 1 << 20;
/// No page of memory is larger.
const PAGE_BYTES: u64 = 64 << 10;
/// What is written and was not read takes no more memory than this, and what is written between two looks.
const UNREAD_BYTES_MAX: u64 = 64 << 20;
/// So much of the end is kept when that is too much.
const KEPT_BYTES: u64 = 1 << 20;

/// One stream of a worker, to be read.
#[derive(Debug)]
pub struct Capture {
    file: File,
    lines: Lines,
    /// Read up to here.
    at: u64,
    /// And given back up to here.
    freed: u64,
    /// What comes next is the rest of a line whose beginning was skipped.
    is_torn: bool,
}

/// A stream, and what the worker writes to.
///
/// # Errors
/// When the process may open no more files.
pub fn open() -> io::Result<(Capture, OwnedFd)> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let file = fs::memfd_create("ostler-output", flags)?;
    // Another opening of the same file: each write goes to its end, whoever of the worker's processes it is.
    let path = format!("/proc/self/fd/{}", file.as_raw_fd());
    let appends = OFlags::WRONLY | OFlags::APPEND | OFlags::CLOEXEC;
    let end = fs::open(path, appends, Mode::empty())?;
    let file = File::from(file);
    Ok((Capture { file, lines: Lines::default(), at: 0, freed: 0, is_torn: false }, end))
}

impl Capture {
    /// Give all lines that are complete. True: there is more, which should be asked for after the others had their
    /// turn.
    ///
    /// # Errors
    /// When the file cannot be read, which memory can always be.
    pub fn drain(&mut self, chunk: &mut [u8], give: &mut impl FnMut(String)) -> io::Result<bool> {
        let size = self.file.metadata()?.len();
        if size < self.at {
            // The worker opened `/dev/stdout` anew, and emptied it.
            (self.at, self.freed) = (0, 0);
        }
        if size - self.at > UNREAD_BYTES_MAX {
            self.skip(size, give);
        }
        for _ in 0..CHUNKS_MAX {
            let count = self.file.read_at(chunk, self.at)?;
            if count == 0 {
                self.give_back()?;
                return Ok(false);
            }
            self.take(chunk.get(..count).unwrap_or_default(), give);
            self.at += count as u64;
            if self.at - self.freed >= FREE_BYTES {
                self.give_back()?;
            }
        }
        Ok(true)
    }

    /// The worker is gone: a process that it left behind can write no more, since nobody reads it.
    pub fn close(&self) {
        // An error leaves it as it is: the memory goes with the last process that has it open.
        let _ = fs::fcntl_add_seals(&self.file, SealFlags::GROW);
    }

    /// After all was read: the last line may lack its newline.
    pub fn finish(&mut self, give: &mut impl FnMut(String)) {
        self.lines.finish(give);
    }

    fn take(&mut self, mut bytes: &[u8], give: &mut impl FnMut(String)) {
        if self.is_torn {
            let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else { return };
            bytes = bytes.get(end + 1..).unwrap_or_default();
            self.is_torn = false;
        }
        self.lines.push(bytes, give);
    }

    fn skip(&mut self, size: u64, give: &mut impl FnMut(String)) {
        let to = size - KEPT_BYTES;
        let skipped = base::units::show_bytes(to - self.at);
        self.lines.finish(give);
        give(format!(
            "(ostler: {skipped} of output skipped, since it is written faster than it can be read)"
        ));
        (self.at, self.is_torn) = (to, true);
    }

    /// Give back the memory of what was read.
    fn give_back(&mut self) -> io::Result<()> {
        let flags = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
        if self.at > self.freed {
            // Only whole pages go: begin with the one that was not whole the last time.
            let from = self.freed & !(PAGE_BYTES - 1);
            fs::fallocate(&self.file, flags, from, self.at - from)?;
            self.freed = self.at;
        }
        Ok(())
    }
}

impl AsFd for Capture {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn all(capture: &mut Capture) -> Vec<String> {
        let (mut chunk, mut got) = (vec![0; CHUNK_BYTES], Vec::new());
        while capture.drain(&mut chunk, &mut |line| got.push(line)).unwrap() {}
        got
    }

    /// Bytes of memory behind a file.
    fn memory(capture: &Capture) -> u64 {
        std::os::unix::fs::MetadataExt::blocks(&capture.file.metadata().unwrap()) * 512
    }

    #[test]
    fn what_was_read_takes_no_memory() {
        let (mut capture, end) = open().unwrap();
        let mut end = File::from(end);
        for round in 0..20 {
            end.write_all("a line of some length\n".repeat(100_000).as_bytes()).unwrap();
            end.write_all(b"begun").unwrap();
            let lines = all(&mut capture);
            assert_eq!(lines.len(), 100_000);
            assert_eq!(
                lines[0],
                if round == 0 { "a line of some length" } else { "beguna line of some length" }
            );
            // The page that is not full, and what the kernel took with it.
            assert!(memory(&capture) <= 64 << 10, "{}", memory(&capture));
        }
        let mut last = Vec::new();
        capture.finish(&mut |line| last.push(line));
        assert_eq!(last, ["begun"]);
    }

    #[test]
    fn too_much_is_skipped_and_said() {
        let (mut capture, end) = open().unwrap();
        let mut end = File::from(end);
        end.write_all("0123456789abcde\n".repeat((65 << 20) / 16).as_bytes()).unwrap();
        let lines = all(&mut capture);
        assert!(lines[0].starts_with("(ostler: 67.1 MB of output skipped"), "{}", lines[0]);
        assert!(lines[1..].iter().all(|line| line == "0123456789abcde"));
        assert_eq!(lines.len() - 1, (1 << 20) / 16 - 1, "from the next whole line on");
    }

    #[test]
    fn an_emptied_file_is_read_from_its_start() {
        let (mut capture, end) = open().unwrap();
        let mut end = File::from(end);
        end.write_all(b"one\ntwo\n").unwrap();
        assert_eq!(all(&mut capture), ["one", "two"]);
        end.set_len(0).unwrap();
        end.write_all(b"new\n").unwrap();
        assert_eq!(all(&mut capture), ["new"]);
    }

    #[test]
    fn once_closed_nobody_can_write() {
        let (mut capture, end) = open().unwrap();
        let mut end = File::from(end);
        end.write_all(b"last\n").unwrap();
        capture.close();
        assert!(end.write_all(b"more\n").is_err());
        assert_eq!(all(&mut capture), ["last"]);
    }
}
