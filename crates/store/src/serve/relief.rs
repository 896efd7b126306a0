//! The relief thread: serves what needs no data while one command keeps the data thread busy.

use super::baton::{Baton, Held};
use super::connection::{Client, Read};
use super::front::{Front, Slot};
use super::time::Time;
use super::waker::Waker;
use crate::command::Table;
use crate::engine::aside;
use crate::hub::{Hub, Order};
use crate::resp::{Fault, Limits, Reply, Step, Version};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

/// A command may run so long before the front is taken over.
const LOOK_EVERY: Duration = Duration::from_millis(2);
/// After so many looks without a command the thread sleeps until the next.
const QUIET_LOOKS: u32 = 5;
/// While it serves it looks so often whether a script is too slow by now.
const PATIENCE: Duration = Duration::from_millis(50);

/// What the thread has.
pub struct Relief {
    baton: Arc<Baton>,
    hub: Arc<Hub>,
    table: Table,
    time: Time,
    scratch: Vec<u8>,
    reply: Reply,
    /// Clients whose next command has to wait for the data thread.
    later: Vec<Slot>,
    /// What commands want of the data thread.
    kept: Vec<Order>,
    /// Wakes the data thread.
    waker: Waker,
}

impl Relief {
    /// In whose place it stands.
    pub fn new(baton: Arc<Baton>, hub: Arc<Hub>, waker: Waker) -> Self {
        Relief {
            baton,
            hub,
            table: Table::default(),
            time: Time::default(),
            scratch: vec![0; 16 << 10],
            reply: Reply::new(Version::Resp2),
            later: Vec::new(),
            kept: Vec::new(),
            waker,
        }
    }

    /// Look after the data thread until it has ended.
    pub fn run(mut self) {
        let baton = Arc::clone(&self.baton);
        let (mut last, mut quiet) = (0, 0);
        while !baton.is_ended() {
            std::thread::sleep(LOOK_EVERY);
            let turns = baton.turns();
            if turns != last {
                (last, quiet) = (turns, 0);
                continue;
            }
            if baton.running().is_some() {
                if let Some(front) = baton.relieve(turns) {
                    self.stand_in(front);
                }
                continue;
            }
            quiet += 1;
            if quiet > QUIET_LOOKS {
                baton.sleep();
                quiet = 0;
            }
        }
    }

    fn stand_in(&mut self, mut front: Held<'_>) {
        let baton = Arc::clone(&self.baton);
        let since = base::clock::now();
        let mut was_refused = false;
        while !baton.is_wanted() && !baton.is_ended() {
            self.time.set();
            let is_refused = self.refusal(since.elapsed()).is_some();
            if is_refused && !was_refused {
                self.look_again(&mut front);
            }
            was_refused = is_refused;
            // Those who ask again and again are looked at again after what others are told was sent.
            for _ in 0..front.queued() {
                let Some(slot) = front.next() else { break };
                let refusal = self.refusal(since.elapsed());
                self.serve(&mut front, slot, refusal.as_ref());
                self.obey(&mut front);
                if baton.is_wanted() {
                    break;
                }
            }
            front.send(self.time.wall_ms());
            if !baton.is_wanted() {
                let patience = if front.queued() > 0 { Duration::ZERO } else { PATIENCE };
                front.collect(Some(patience), self.time.wall_ms());
            }
        }
        self.look_again(&mut front);
        // News for the data thread may have come here.
        self.waker.wake_anew();
        for order in self.kept.drain(..) {
            self.hub.outbox.push(order);
        }
    }

    /// Why commands that need data are refused: the data is being loaded, or a script takes too long.
    fn refusal(&self, ran: Duration) -> Option<Fault> {
        if self.hub.loading.load(Relaxed) {
            return Some(Fault::plain("LOADING Redis is loading the dataset in memory"));
        }
        let busy = Duration::from_millis(self.hub.limits.busy_ms.load(Relaxed));
        let script = &self.hub.script;
        (script.is_running() && !script.is_killed() && ran >= busy).then_some(Fault::plain(
            "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
        ))
    }

    fn look_again(&mut self, front: &mut Front) {
        for slot in self.later.drain(..) {
            front.queue(slot);
        }
    }

    fn serve(&mut self, front: &mut Front, slot: Slot, refusal: Option<&Fault>) {
        let Some((mut client, read)) = front.begin(slot, &mut self.scratch) else {
            // Its commands run on the data thread, or it waits for a key.
            return;
        };
        let count = match read {
            Read::Bytes(count) => count,
            Read::None => 0,
            Read::End => {
                return front.part(slot, client);
            }
        };
        if client.input.is_empty() {
            client.input.extend_from_slice(self.scratch.get(..count).unwrap_or_default());
        }
        let is_last = self.commands(&mut client, refusal);
        let is_later = client.is_unrun;
        let is_too_long = client.input.len() > self.hub.limits.query_bytes_max.load(Relaxed);
        front.end(slot, client);
        front.reply(slot, self.reply.bytes(), &[]);
        self.reply.truncate(0);
        if is_later {
            self.later.push(slot);
        } else if let Some(connection) = front.get(slot) {
            connection.is_closing |= is_last;
            connection.is_gone |= is_too_long;
            if connection.is_readable {
                front.queue(slot);
            }
        }
        if is_last || is_too_long {
            front.send_later(slot);
        }
    }

    /// Run what can be run now of what the client sent. True if the connection is to be closed.
    fn commands(&mut self, client: &mut Client, refusal: Option<&Fault>) -> bool {
        let known = self.hub.limits.of_requests();
        client.shows_input(client.input.len());
        let bytes = std::mem::take(&mut client.input);
        let (mut at, mut is_last) = (0, false);
        client.is_unrun = false;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let limits = if client.session.known { known } else { Limits::stranger() };
            match client.parser.step(rest, &limits) {
                Ok(Step::More(missing)) => {
                    client.missing = missing;
                    break;
                }
                Ok(Step::Command(len)) => {
                    let args = client.parser.args(rest.get(..len).unwrap_or_default());
                    if let Some(card) = &client.session.card {
                        card.uses(self.time.wall_ms());
                    }
                    let (session, reply, now) =
                        (&mut client.session, &mut self.reply, self.time.now());
                    if !aside(&self.table, &self.hub, session, &args, reply, now, refusal) {
                        client.is_unrun = true;
                        break;
                    }
                    drop(args);
                    client.parser.reset();
                    at += len;
                    if client.session.closing {
                        is_last = true;
                        break;
                    }
                }
                Err(broken) => {
                    self.reply.protocol_error(&broken);
                    (at, is_last) = (bytes.len(), true);
                }
            }
        }
        if client.is_unrun {
            client.parser.reset();
        }
        client.input = bytes;
        client.forget(at);
        is_last
    }

    fn obey(&mut self, front: &mut Front) {
        if !self.hub.outbox.is_empty() {
            let kept = &mut self.kept;
            front.obey(self.hub.outbox.take(), self.time.wall_ms(), None, |client, error| {
                kept.push(Order::Unblock { client, error });
            });
        }
    }
}
