//! The file beside the lines in memory: what is in it survives the end of this process, however it comes.
//!
//! It is not synced: a loss of power may take what the system had not written yet. Its lock says that its writer
//! lives; who finds one without takes over the lines.

use super::super::block::meta::level;
use super::super::bytes::{Take, put_counted, put_number};
use super::super::row::{Row, Text};
use model::Stream;
use rustix::fs::{FlockOperation, flock};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const MAGIC: &[u8; 8] = b"OSTWAL01";
/// A frame may have so many bytes, which a damaged one may exceed.
const FRAME_BYTES_MAX: u32 = 64 << 20;

/// A file that lines are appended to.
#[derive(Debug)]
pub struct Wal {
    file: File,
    /// Where it is.
    pub path: PathBuf,
    /// How long it is.
    pub bytes: u64,
    frame: Vec<u8>,
}

impl Wal {
    /// Begin a new one, locked.
    ///
    /// # Errors
    /// When no file can be made.
    pub fn begin(folder: &Path, number: u64) -> io::Result<Self> {
        let path = folder.join(format!("{}-{number}.wal", std::process::id()));
        let options = OpenOptions::new().append(true).create(true).mode(0o600).clone();
        let mut file = options.open(&path)?;
        flock(&file, FlockOperation::NonBlockingLockExclusive)?;
        file.set_len(0)?;
        file.write_all(MAGIC)?;
        Ok(Wal { file, path, bytes: MAGIC.len() as u64, frame: Vec::new() })
    }

    /// Note a line; [`Wal::write`] appends what was noted.
    pub fn note(&mut self, app: &str, stream: Stream, row: &Row) {
        if self.frame.is_empty() {
            self.frame.extend_from_slice(&[0; 8]);
        }
        write_row(app, stream, row, &mut self.frame);
    }

    /// Append what was noted.
    ///
    /// # Errors
    /// When it cannot be written: it is then not in the file, and whole frames before it are.
    pub fn write(&mut self) -> io::Result<()> {
        let Some((head, body)) = self.frame.split_at_mut_checked(8) else { return Ok(()) };
        let (length, sum) =
            ((body.len() as u32).to_le_bytes(), crc32fast::hash(body).to_le_bytes());
        head.iter_mut().zip(length.into_iter().chain(sum)).for_each(|(to, from)| *to = from);
        let written = self.file.write_all(&self.frame);
        match written {
            Ok(()) => self.bytes += self.frame.len() as u64,
            // Half of a frame would hide what follows it.
            Err(_) => drop(self.file.set_len(self.bytes)),
        }
        self.frame.clear();
        self.frame.shrink_to(1 << 20);
        written
    }
}

fn write_row(app: &str, stream: Stream, row: &Row, out: &mut Vec<u8>) {
    put_counted(out, app.as_bytes());
    out.push(u8::from(stream == Stream::Err));
    put_number(out, row.at_ms);
    put_number(out, row.worker.map_or(0, |worker| u64::from(worker) + 1));
    out.push(row.level as u8);
    put_counted(out, row.text().as_bytes());
}

/// A line as it was noted.
pub type Noted = (Arc<str>, Stream, Row);

fn read_row(take: &mut Take<'_>) -> Option<Noted> {
    let app = take.text()?.into();
    let stream = if take.byte()? == 1 { Stream::Err } else { Stream::Out };
    let at_ms = take.number()?;
    let worker = take.number()?.checked_sub(1).and_then(|worker| u32::try_from(worker).ok());
    let level = level(take.byte()?)?;
    let text = Text::Own(take.text()?.into());
    Some((app, stream, Row { at_ms, worker, level, text }))
}

/// The lines of a frame's body; what is damaged ends it.
pub fn read_frame(body: &[u8]) -> Vec<Noted> {
    let mut take = Take(body);
    std::iter::from_fn(|| read_row(&mut take)).collect()
}

/// Give the lines of files whose writers are gone to `give`, and remove those files. Returns how many there were.
pub fn take_over(folder: &Path, mut give: impl FnMut(Vec<Noted>)) -> io::Result<usize> {
    let mut count = 0;
    for entry in fs::read_dir(folder)?.flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|ending| ending != "wal") {
            continue;
        }
        let Ok(file) = File::open(&path) else { continue };
        if flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
            continue;
        }
        read_frames(BufReader::with_capacity(256 << 10, &file), &mut give);
        fs::remove_file(&path)?;
        count += 1;
    }
    Ok(count)
}

/// Give the lines of all files to `give`, and leave the files as they are.
pub fn peek(folder: &Path, mut give: impl FnMut(Vec<Noted>)) -> io::Result<()> {
    for entry in fs::read_dir(folder)?.flatten() {
        if let Ok(file) = File::open(entry.path()) {
            read_frames(BufReader::with_capacity(256 << 10, file), &mut give);
        }
    }
    Ok(())
}

/// Give the lines of each whole frame.
pub fn read_frames(mut from: impl Read, give: &mut impl FnMut(Vec<Noted>)) {
    let mut magic = [0; 8];
    if from.read_exact(&mut magic).is_err() || magic != *MAGIC {
        return;
    }
    let mut head = [0; 8];
    while from.read_exact(&mut head).is_ok() {
        let [a, b, c, d, sum @ ..] = head;
        let length = u32::from_le_bytes([a, b, c, d]);
        if length > FRAME_BYTES_MAX {
            return;
        }
        let mut body = Vec::new();
        let read = from.by_ref().take(u64::from(length)).read_to_end(&mut body);
        if read.ok() != Some(length as usize) || crc32fast::hash(&body) != u32::from_le_bytes(sum) {
            return;
        }
        give(read_frame(&body));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Level;

    fn row(at_ms: u64, text: &str) -> Row {
        Row { at_ms, worker: Some(3), level: Level::Warn, text: Text::Own(text.into()) }
    }

    #[test]
    fn whole_frames_survive() {
        let mut random = base::random::Random::new(base::clock::monotonic_ns());
        let folder = std::env::temp_dir().join(format!("ostler-wal-{:x}", random.next_u64()));
        fs::create_dir_all(&folder).unwrap();
        let mut wal = Wal::begin(&folder, 0).unwrap();
        for at in 0..3 {
            wal.note("web", Stream::Err, &row(at, "one"));
            wal.note("é", Stream::Out, &row(at, "two\nlines"));
            wal.write().unwrap();
        }
        let mut got = Vec::new();
        let mut give = |rows: Vec<Noted>| {
            got.extend(
                rows.into_iter().map(|(app, _, row)| (app, row.at_ms, row.text().to_owned())),
            )
        };
        assert_eq!(take_over(&folder, &mut give).unwrap(), 0, "its writer lives");
        // The process is killed while it writes the last frame.
        wal.file.set_len(wal.bytes - 3).unwrap();
        drop(wal);
        assert_eq!(take_over(&folder, &mut give).unwrap(), 1);
        assert_eq!(got.len(), 4);
        assert_eq!(got.last(), Some(&("é".into(), 1, "two\nlines".into())));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        fs::remove_dir(&folder).unwrap();
    }
}
