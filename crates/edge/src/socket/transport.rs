//! A connection of any kind, client's or worker's, as the rest of the edge sees it.

use super::{Buffer, Socket};
use crate::{http2, tls};
use std::io;
use std::os::fd::AsFd;
use std::task::{Context, Poll};

/// A connection: what is in front of its bytes does not matter to who reads and writes them.
#[derive(Debug)]
pub enum Transport {
    /// TCP or unix.
    Plain(Socket),
    /// TLS over TCP.
    Tls(Box<tls::Stream>),
    /// One request of an HTTP/2 client.
    Stream(Box<http2::Stream>),
    /// One request to a worker that speaks HTTP/2.
    Question(Box<http2::Question>),
    /// No client: what is written is thrown away. For requests that the edge makes for itself.
    Nobody,
}

impl Transport {
    /// Read into the free part of `buffer`; 0 is the end of the stream.
    pub fn poll_read(&self, cx: &mut Context<'_>, buffer: &mut Buffer) -> Poll<io::Result<usize>> {
        match self {
            Transport::Plain(socket) => socket.poll_read(cx, buffer),
            Transport::Tls(stream) => stream.poll_read(cx, buffer),
            Transport::Stream(stream) => stream.poll_read(cx, buffer),
            Transport::Question(question) => question.poll_read(cx, buffer),
            Transport::Nobody => Poll::Pending,
        }
    }

    /// Ready when there is something to read, without reading it.
    pub fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<()> {
        match self {
            Transport::Plain(socket) => socket.poll_readable(cx),
            Transport::Tls(stream) => stream.poll_readable(cx),
            // It carries one request only: there is no next one to wait for.
            Transport::Stream(_) | Transport::Question(_) | Transport::Nobody => Poll::Pending,
        }
    }

    /// Ready when the peer has closed its side or the connection broke.
    pub fn poll_gone(&self, cx: &mut Context<'_>) -> Poll<()> {
        match self {
            Transport::Plain(socket) => socket.poll_gone(cx),
            Transport::Tls(stream) => stream.poll_gone(cx),
            Transport::Stream(stream) => stream.poll_gone(cx),
            // Only clients are watched for that; a worker's end is read.
            Transport::Question(_) | Transport::Nobody => Poll::Pending,
        }
    }

    /// Write what fits of `first` and then `second`. Called again after `Pending` it must be given
    /// the same bytes, to which more may have been added.
    pub fn poll_write(
        &self,
        cx: &mut Context<'_>,
        first: &[u8],
        second: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self {
            Transport::Plain(socket) => socket.poll_write(cx, first, second),
            Transport::Tls(stream) => stream.poll_write(cx, first, second),
            Transport::Stream(stream) => stream.poll_write(cx, first, second),
            Transport::Question(question) => question.poll_write(cx, first, second),
            Transport::Nobody => Poll::Ready(Ok(first.len() + second.len())),
        }
    }

    /// Let the kernel write up to `count` bytes of `file` from `at` on; 0 at its end. An error where
    /// something stands between the bytes and the connection.
    pub fn poll_send_file(
        &self,
        cx: &mut Context<'_>,
        file: impl AsFd,
        at: u64,
        count: u64,
    ) -> Poll<io::Result<usize>> {
        match self {
            Transport::Plain(socket) => socket.poll_send_file(cx, file, at, count),
            _ => Poll::Ready(Err(io::ErrorKind::Unsupported.into())),
        }
    }

    /// True if an idle connection can be used again: nothing has come in, not even its end.
    /// `look` asks the kernel; without it only what epoll has told is considered.
    pub fn is_quiet(&self, look: bool) -> bool {
        match self {
            Transport::Plain(socket) => socket.is_quiet(look),
            Transport::Tls(stream) => stream.is_quiet(look),
            Transport::Stream(_) | Transport::Question(_) | Transport::Nobody => false,
        }
    }

    /// Some of what `poll_write` has not told of yet may have left already.
    pub fn has_begun(&self) -> bool {
        match self {
            Transport::Plain(_) | Transport::Stream(_) | Transport::Nobody => false,
            Transport::Tls(stream) => stream.has_begun(),
            Transport::Question(question) => question.has_begun(),
        }
    }

    /// Say that nothing more will be written.
    pub fn finish(&self) {
        match self {
            Transport::Plain(socket) => socket.finish(),
            Transport::Tls(stream) => stream.finish(),
            Transport::Stream(stream) => stream.finish(),
            Transport::Question(_) | Transport::Nobody => {}
        }
    }

    /// Make the coming close a reset, so that the peer cannot take a cut message for a whole one.
    pub fn reset_on_close(&self) {
        match self {
            Transport::Plain(socket) => socket.reset_on_close(),
            Transport::Tls(stream) => stream.reset_on_close(),
            Transport::Stream(stream) => stream.reset(),
            Transport::Question(_) | Transport::Nobody => {}
        }
    }
}
