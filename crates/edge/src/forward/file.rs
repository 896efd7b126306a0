//! Send a body that comes from a file.
//!
//! The first bytes are read and leave together with the head. What follows goes from the page cache to
//! the socket (`sendfile`) where nothing stands between the two; else it is read and written in pieces.
//! The thread never waits for a disk as far as the system can tell what is in memory: what is not is
//! read by a thread of the runtime's pool first.

use super::client::{Break, Client};
use super::pace::Pace;
use crate::access::Entry;
use crate::files::{FileBody, Piece, Read, read_waiting, read_warm};
use crate::http::conditional::ByteRange;
use crate::socket::{Buffer, Transport};
use rustix::io::Errno;
use std::cell::Cell;
use std::future::poll_fn;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

/// Read and written at once, so also what a reply from a file holds in memory.
const PIECE_BYTES: u64 = 64 * 1024;
/// Sent by the kernel at once, and looked for in memory before.
const WINDOW_BYTES: u64 = 256 * 1024;
/// After so many bytes other connections have their turn.
const TURN_BYTES: u64 = 512 * 1024;

/// Why a reply from a file ended early. What was sent is not whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// The client went away, or took too long.
    ByClient,
    /// The file has become shorter, or cannot be read.
    ByFile,
}

/// Write `head`, then `body`.
///
/// # Errors
/// See [`Broken`].
pub async fn send(
    client: &Client,
    head: &mut Buffer,
    body: FileBody,
    entry: &mut Entry,
) -> Result<(), Broken> {
    let head_len = head.len() as u64;
    let content = Buffer::new(&client.thread.buffers);
    let pace = Cell::new(Pace::default());
    let mut sending = Sending { client, head, content, pace, written: 0, turn: 0 };
    client.alarm.clear();
    let end = sending.body(body).await;
    client.alarm.clear();
    entry.sent(sending.written.saturating_sub(head_len));
    end
}

struct Sending<'a> {
    client: &'a Client,
    head: &'a mut Buffer,
    /// What is to be written after the head and before anything else.
    content: Buffer,
    pace: Cell<Pace>,
    /// Bytes written, the head among them.
    written: u64,
    /// Those since other connections had their turn.
    turn: u64,
}

impl Sending<'_> {
    async fn body(&mut self, body: FileBody) -> Result<(), Broken> {
        for piece in body.pieces {
            match piece {
                Piece::Bytes(bytes) => self.content.extend(&bytes),
                Piece::Part(part) => self.part(&body.file, part).await?,
            }
        }
        self.flush().await
    }

    async fn part(&mut self, file: &Arc<OwnedFd>, part: ByteRange) -> Result<(), Broken> {
        let (mut at, end) = (part.first, part.end());
        while at < end {
            let left = end - at;
            if left > PIECE_BYTES && self.nothing_waits() && self.is_plain() {
                at += self.window(file, at, left.min(WINDOW_BYTES)).await?;
            } else {
                let count = left.min(PIECE_BYTES);
                self.read(file, at, count).await?;
                at += count;
                if self.content.len() as u64 >= PIECE_BYTES {
                    self.flush().await?;
                }
            }
            if self.turn >= TURN_BYTES {
                self.turn = 0;
                tokio::task::yield_now().await;
            }
        }
        Ok(())
    }

    fn nothing_waits(&self) -> bool {
        self.head.is_empty() && self.content.is_empty()
    }

    fn is_plain(&self) -> bool {
        cfg!(target_os = "linux") && matches!(self.client.transport, Transport::Plain(_))
    }

    /// Read `count` bytes behind what is to be written.
    async fn read(&mut self, file: &Arc<OwnedFd>, at: u64, count: u64) -> Result<(), Broken> {
        let mut done = 0;
        while done < count {
            let room = usize::try_from(count - done).unwrap_or(0);
            let mut read = Ok(Read::Cold);
            let _ = self.content.append_room(room, |into| {
                read = read_warm(file, into, at + done);
                match read {
                    Ok(Read::Bytes(bytes)) => Ok(bytes),
                    _ => Err(()),
                }
            });
            match read {
                // The file has become shorter.
                Ok(Read::Bytes(0)) | Err(_) => return Err(Broken::ByFile),
                Ok(Read::Bytes(bytes)) => done += bytes as u64,
                Ok(Read::Cold) => {
                    let bytes = fetch(file, at + done, room).await?;
                    self.content.extend(&bytes);
                    done += bytes.len() as u64;
                }
            }
        }
        Ok(())
    }

    /// Let the kernel send `count` bytes.
    async fn window(&mut self, file: &Arc<OwnedFd>, at: u64, count: u64) -> Result<u64, Broken> {
        // The first byte and the last are asked for: the kernel reads ahead between them.
        let cold = |place| matches!(read_warm(file, &mut [0], place), Ok(Read::Cold));
        if cold(at) || cold(at + count - 1) {
            fetch(file, at, usize::try_from(count).unwrap_or(0)).await?;
        }
        let mut done = 0;
        while done < count {
            let sent = poll_fn(|cx| {
                let sent = self.client.poll_send_file(cx, file, at + done, count - done);
                self.patiently(cx, sent)
            });
            match sent.await? {
                // The file has become shorter.
                0 => return Err(Broken::ByFile),
                sent => {
                    self.moved(sent);
                    done += sent as u64;
                }
            }
        }
        Ok(done)
    }

    /// Write all that is to be written.
    async fn flush(&mut self) -> Result<(), Broken> {
        while !self.nothing_waits() {
            let written = poll_fn(|cx| {
                let written = self.client.poll_write(cx, self.head.bytes(), self.content.bytes());
                self.patiently(cx, written)
            });
            let written = written.await?;
            let of_head = written.min(self.head.len());
            self.head.consume(of_head);
            self.content.consume(written - of_head);
            self.moved(written);
        }
        Ok(())
    }

    fn moved(&mut self, bytes: usize) {
        self.written += bytes as u64;
        self.turn += bytes as u64;
        let mut pace = self.pace.get();
        pace.moved(bytes as u64, self.client.thread.timer.now_ms());
        self.pace.set(pace);
        self.client.alarm.clear();
    }

    /// Wait for the client, but not for ever.
    fn patiently(
        &self,
        cx: &mut Context<'_>,
        done: Poll<io::Result<usize>>,
    ) -> Poll<Result<usize, Broken>> {
        match done {
            Poll::Ready(done) => return Poll::Ready(done.map_err(|error| blame(&error))),
            Poll::Pending => {}
        }
        let (plan, now) = (self.client.thread.plan(), self.client.thread.timer.now_ms());
        let mut pace = self.pace.get();
        pace.waits(now);
        self.pace.set(pace);
        let left = Duration::from_millis(pace.left_ms(plan.limits.client_rate_min, now));
        self.client.alarm.set_if_clear(plan.limits.stall_timeout.min(left));
        self.client.poll_break(cx, None, false).map(|_: Break| Err(Broken::ByClient))
    }
}

/// A disk that fails is no fault of the client's.
fn blame(error: &io::Error) -> Broken {
    match Errno::from_io_error(error) {
        Some(Errno::IO | Errno::INVAL | Errno::OVERFLOW) => Broken::ByFile,
        _ => Broken::ByClient,
    }
}

/// Read a part of the file into memory, on a thread that may wait for the disk.
async fn fetch(file: &Arc<OwnedFd>, at: u64, count: usize) -> Result<Vec<u8>, Broken> {
    let file = file.clone();
    let read = tokio::task::spawn_blocking(move || {
        let mut bytes = vec![0; count];
        let read = read_waiting(&file, &mut bytes, at)?;
        bytes.truncate(read);
        Ok::<_, Errno>(bytes)
    });
    match read.await {
        Ok(Ok(bytes)) if !bytes.is_empty() => Ok(bytes),
        // It has become shorter, or cannot be read.
        _ => Err(Broken::ByFile),
    }
}
