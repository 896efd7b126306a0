//! A tunnel: bytes both ways, until one side ends or the worker is to end.

use super::frames::{CLOSE_GOING_AWAY, Frames};
use crate::access::Entry;
use crate::forward::Client;
use crate::http::head::Upgrade;
use crate::limit::Held;
use crate::socket::{Buffer, Transport};
use crate::upstream::Upgraded;
use model::Intake;
use std::future::poll_fn;
use std::io;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// How long a client has to answer a close frame.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// The worker's side of an upgraded connection.
#[derive(Debug)]
pub struct Tunnel {
    /// The connection to the worker.
    pub socket: Transport,
    /// What the worker sent after its 101.
    pub input: Buffer,
    /// The connection's place at the worker.
    pub place: Upgraded,
    /// What it speaks.
    pub upgrade: Option<Upgrade>,
    /// What the connection holds of limits, until it ends.
    #[expect(dead_code, reason = "what matters is when it is dropped")]
    pub held: Held,
    /// Its line in the access log.
    pub entry: Entry,
}

/// How far the edge is in closing a tunnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Closing {
    No,
    /// So many bytes of the close frame were written to the client.
    Sending(usize),
    /// The client's answer is awaited.
    Sent,
}

/// Carry bytes both ways until one side ends, or the worker is to end. The client is returned if it is
/// to be closed properly.
pub async fn run(client: Client, tunnel: Tunnel) -> Option<Client> {
    let frames = Frames::default();
    let mut both = Both { client, tunnel, frames, closing: Closing::No, offered: 0 };
    both.client.alarm.clear();
    match poll_fn(|cx| both.poll(cx)).await {
        End::Reset => {
            both.client.transport.reset_on_close();
            None
        }
        End::Closed => Some(both.client),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Closed,
    Reset,
}

struct Both {
    client: Client,
    tunnel: Tunnel,
    /// Follows what the client was sent.
    frames: Frames,
    closing: Closing,
    /// Bytes of the worker's that the client's connection has been given and not told of: they come
    /// first, whatever happens.
    offered: usize,
}

impl Both {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<End> {
        if let Some(end) = self.look_around() {
            return Poll::Ready(end);
        }
        // When one side has ended and all it said was passed on, the other has nobody left to
        // speak to.
        let (up, down) = (self.poll_up(cx), self.poll_down(cx));
        if up.is_ready() || down.is_ready() {
            return Poll::Ready(End::Closed);
        }
        self.client.input.release();
        self.tunnel.input.release();
        self.client.alarm.poll(cx).map(|()| End::Closed)
    }

    /// Whether the worker, or all of the edge, is to end.
    fn look_around(&mut self) -> Option<End> {
        let thread = &self.client.thread;
        if thread.is_cut() || self.tunnel.place.intake() == Intake::Cut {
            // A reset would take the close frame away from a client that has not read it yet.
            return Some(if self.closing == Closing::Sent { End::Closed } else { End::Reset });
        }
        let wanted = self.tunnel.place.intake() == Intake::Closing || thread.is_closing();
        if !wanted || self.closing != Closing::No {
            return None;
        }
        if self.tunnel.upgrade != Some(Upgrade::WebSocket) {
            return Some(End::Reset);
        }
        self.client.alarm.set(CLOSE_TIMEOUT);
        self.closing = if self.frames.is_closed() { Closing::Sent } else { Closing::Sending(0) };
        None
    }

    /// From the client to the worker; ready when that is over.
    fn poll_up(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            while !self.client.input.is_empty() {
                match ready!(self.tunnel.socket.poll_write(cx, self.client.input.bytes(), &[])) {
                    Ok(written) => self.client.input.consume(written),
                    Err(_) => return Poll::Ready(()),
                }
            }
            if ready!(self.client.poll_read(cx)).unwrap_or(0) == 0 {
                return Poll::Ready(());
            }
        }
    }

    /// From the worker to the client; ready when that is over.
    fn poll_down(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            if ready!(self.poll_write_down(cx)).is_err() {
                return Poll::Ready(());
            }
            let read = ready!(self.tunnel.socket.poll_read(cx, &mut self.tunnel.input));
            if read.unwrap_or(0) == 0 {
                return Poll::Ready(());
            }
        }
    }

    /// Write what the client is to get: what the worker sent and, at its place, the close frame.
    fn poll_write_down(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            let bytes = self.tunnel.input.bytes();
            let part = match self.closing {
                _ if self.offered > 0 => bytes.get(..self.offered).unwrap_or(bytes),
                Closing::No => bytes,
                Closing::Sending(0) => {
                    bytes.get(..self.frames.rest_of_frame(bytes)).unwrap_or_default()
                }
                Closing::Sending(_) => &[],
                // Nothing may follow a close frame.
                Closing::Sent => {
                    self.tunnel.input.clear();
                    return Poll::Ready(Ok(()));
                }
            };
            if !part.is_empty() {
                self.offered = part.len();
                let written = ready!(self.client.poll_write(cx, part, &[]))?;
                self.offered = 0;
                self.tunnel.entry.sent(written as u64);
                if self.tunnel.upgrade == Some(Upgrade::WebSocket) {
                    self.frames.pass(part.get(..written).unwrap_or_default());
                }
                self.tunnel.input.consume(written);
                continue;
            }
            let Closing::Sending(sent) = self.closing else { return Poll::Ready(Ok(())) };
            if !self.frames.is_at_boundary() {
                return Poll::Ready(Ok(()));
            }
            let frame = CLOSE_GOING_AWAY.get(sent..).unwrap_or_default();
            let sent = sent + ready!(self.client.poll_write(cx, frame, &[]))?;
            let whole = sent >= CLOSE_GOING_AWAY.len() || self.frames.is_closed();
            self.closing = if whole { Closing::Sent } else { Closing::Sending(sent) };
        }
    }
}
