//! A client's turn: the commands that it sent.

use super::baton::{Baton, Held};
use super::connection::{Client, Read};
use super::data::DataThread;
use super::front::Slot;
use crate::engine::{After, Session};
use crate::resp::{Limits, Step};
use std::sync::atomic::Ordering::Relaxed;

/// What came of running commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// All whole commands ran.
    Done,
    /// There are more; others are to be served first, or those who wait for what changed.
    More,
    /// The next one waits until a pause is over.
    Paused,
    /// What came is no command, or the last was said: the connection ends.
    Last,
}

/// When so much waits to be sent to a client others get their turn.
const REPLY_BYTES_MAX: usize = 1 << 20;

impl DataThread {
    /// Run what the client in `slot` sent.
    pub(super) fn serve<'a>(
        &mut self,
        baton: &'a Baton,
        mut front: Held<'a>,
        slot: Slot,
    ) -> Held<'a> {
        if self.is_behind() {
            front.queue(slot);
            return front;
        }
        let Some((mut client, read)) = front.begin(slot, &mut self.scratch) else {
            return front;
        };
        let count = match read {
            Read::Bytes(count) => count,
            Read::None => 0,
            Read::End => {
                front.part(slot, client);
                return front;
            }
        };
        let from_scratch = client.input.is_empty();
        let (front_again, turn) = self.without(baton, front, |data| {
            if from_scratch {
                let bytes = std::mem::take(&mut data.scratch);
                let (consumed, turn) =
                    data.commands(&mut client, bytes.get(..count).unwrap_or_default());
                client.input.extend_from_slice(bytes.get(consumed..count).unwrap_or_default());
                data.scratch = bytes;
                turn
            } else {
                let bytes = std::mem::take(&mut client.input);
                let (consumed, turn) = data.commands(&mut client, &bytes);
                client.input = bytes;
                client.forget(consumed);
                turn
            }
        });
        front = front_again;
        self.settle(&mut front, slot, client, turn);
        front
    }

    fn settle(&mut self, front: &mut Held<'_>, slot: Slot, mut client: Box<Client>, turn: Turn) {
        let is_paused = turn == Turn::Paused;
        client.is_unrun = !client.input.is_empty() && (is_paused || turn == Turn::More);
        let is_too_long = client.input.len() > self.hub.limits.query_bytes_max.load(Relaxed);
        let is_unrun = client.is_unrun;
        front.end(slot, client);
        self.reply_to(front, slot);
        if let Some(connection) = front.get(slot) {
            connection.is_closing |= turn == Turn::Last;
            connection.is_gone |= is_too_long;
            if is_paused {
                self.paused.insert(slot);
                self.hub.pause.waiting.store(self.paused.len(), Relaxed);
            } else if is_unrun || connection.is_readable {
                front.queue(slot);
            }
        }
        if turn == Turn::Last || is_too_long {
            front.send_later(slot);
        }
        self.deliver(front);
    }

    /// Run the commands at the start of `bytes`; how many of them ran, in bytes.
    fn commands(&mut self, client: &mut Client, bytes: &[u8]) -> (usize, Turn) {
        client.shows_input(bytes.len());
        let known = self.hub.limits.of_requests();
        let mut at = 0;
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            if rest.is_empty() {
                return (at, Turn::Done);
            }
            let limits = if client.session.known { known } else { Limits::stranger() };
            match client.parser.step(rest, &limits) {
                Ok(Step::More(missing)) => {
                    client.missing = missing;
                    return (at, Turn::Done);
                }
                Ok(Step::Command(len)) => {
                    let args = client.parser.args(rest.get(..len).unwrap_or_default());
                    if self.engine.is_paused(&client.session, &args, self.time.now()) {
                        drop(args);
                        client.parser.reset();
                        return (at, Turn::Paused);
                    }
                    let after = self.command(&mut client.session, &args);
                    drop(args);
                    client.parser.reset();
                    at += len;
                    if client.session.closing {
                        return (at, Turn::Last);
                    }
                    if after == After::Waits
                        || self.reply.len() > REPLY_BYTES_MAX
                        || self.engine.keys.has_ready()
                        || !self.engine.outbox.is_empty()
                    {
                        return (at, Turn::More);
                    }
                }
                Err(broken) => {
                    self.reply.protocol_error(&broken);
                    return (bytes.len(), Turn::Last);
                }
            }
        }
    }

    /// Run one command, and note which record its reply has to wait for.
    pub(super) fn command(&mut self, session: &mut Session, args: &[&[u8]]) -> After {
        if args.is_empty() {
            return After::Replied;
        }
        self.baton.next_command();
        let now = self.time.now();
        let start = self.reply.len();
        self.reply.set_version(session.version);
        if let Some(card) = &session.card {
            card.uses(now.wall_ms);
        }
        let changes = self.engine.keys.dirty();
        let after = self.engine.execute(session, args, &mut self.reply, now);
        self.note(start, changes);
        let took_ns = self.time.lap_ns();
        self.engine.took(session, args, took_ns);
        self.hub.traffic.commands.fetch_add(1, Relaxed);
        after
    }

    /// What the last command changed goes to the log, and what it wrote to `reply` from `start` on waits for it.
    pub(super) fn note(&mut self, start: usize, changes: u64) {
        self.engine.announce();
        let Some(persist) = &mut self.persist else {
            // Nobody asks for the record.
            self.engine.keys.take_record();
            return;
        };
        persist.note(&mut self.engine);
        let is_write = self.engine.keys.dirty() != changes;
        let seen = self.engine.keys.seen_lsn();
        if persist.holds(seen, is_write) {
            self.holds.push((seen, start));
            if !self.engine.outbox.is_empty() {
                self.told_lsn = self.told_lsn.max(Some(seen));
            }
        }
    }
}
