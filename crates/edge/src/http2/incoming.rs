//! What comes in on a stream, as the body of an HTTP/1.1 message.

use super::error::broken;
use super::request::lines;
use crate::socket::Buffer;
use h2::RecvStream;
use std::io::{self, Write};
use std::task::{Context, Poll, ready};

/// The receiving half of a stream, after its head.
#[derive(Debug)]
pub struct Incoming {
    stream: RecvStream,
    /// Put the content into chunks: its length was not announced.
    chunks: bool,
    ended: bool,
}

impl Incoming {
    /// A stream whose content is put into chunks or passed on as it comes.
    pub fn new(stream: RecvStream, chunks: bool) -> Self {
        let ended = stream.is_end_stream() && !chunks;
        Incoming { stream, chunks, ended }
    }

    /// Read more; 0 is the end.
    pub fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut Buffer,
    ) -> Poll<io::Result<usize>> {
        let before = buffer.len();
        while buffer.len() == before && !self.ended {
            match ready!(self.stream.poll_data(cx)) {
                // Empty frames mean nothing, while an empty chunk would be the end.
                Some(Ok(data)) if data.is_empty() => {}
                Some(Ok(data)) => {
                    self.take_in(&data, buffer);
                    // Room for the next bytes: these are held by the one who asked for them.
                    let flow = self.stream.flow_control();
                    flow.release_capacity(data.len()).map_err(broken)?;
                }
                Some(Err(error)) => return Poll::Ready(Err(broken(error))),
                None => {
                    let trailers = ready!(self.stream.poll_trailers(cx)).map_err(broken)?;
                    self.ended = true;
                    if self.chunks {
                        buffer.append(|out| {
                            out.extend_from_slice(b"0\r\n");
                            trailers.iter().for_each(|map| lines(map, out));
                            out.extend_from_slice(b"\r\n");
                        });
                    }
                }
            }
        }
        Poll::Ready(Ok(buffer.len() - before))
    }

    fn take_in(&self, data: &[u8], buffer: &mut Buffer) {
        buffer.append(|out| {
            if self.chunks {
                // Writing into a Vec cannot fail.
                let _ = write!(out, "{:x}\r\n", data.len());
            }
            out.extend_from_slice(data);
            if self.chunks {
                out.extend_from_slice(b"\r\n");
            }
        });
    }
}
