//! Clients that wait for a key, and what commands want done for others.

use super::connection::Client;
use super::data::DataThread;
use super::front::{Front, Slot};
use crate::engine::After;

impl DataThread {
    /// Give those who waited what they waited for, and let others have what commands had for them.
    pub(super) fn deliver(&mut self, front: &mut Front) {
        loop {
            while let Some(client) = self.engine.next_ready() {
                self.run_again(front, client);
            }
            if self.engine.outbox.is_empty() && self.hub.outbox.is_empty() {
                return;
            }
            let now_ms = self.time.wall_ms();
            let mut unblocked = Vec::new();
            let hold = self.told_lsn.take();
            let mut unblock = |client, error| unblocked.push((client, error));
            front.obey(self.hub.outbox.take(), now_ms, None, &mut unblock);
            front.obey(self.engine.outbox.take(), now_ms, hold, &mut unblock);
            for (client, error) in unblocked {
                self.unblock(front, client, error);
            }
        }
    }

    /// Tell those whose time is over.
    pub(super) fn time_out(&mut self, front: &mut Front) {
        while let Some(client) = self.engine.blocked.next_expired(self.time.now()) {
            self.unblock(front, client, false);
        }
    }

    fn unblock(&mut self, front: &mut Front, id: u64, error: bool) {
        self.with(front, id, |data, client| {
            data.reply.set_version(client.session.version);
            if error {
                data.engine.interrupt(&mut client.session, &mut data.reply);
            } else {
                data.engine.time_out(&mut client.session, &mut data.reply);
            }
        });
    }

    fn run_again(&mut self, front: &mut Front, id: u64) {
        self.with(front, id, |data, client| {
            let (start, changes) = (data.reply.len(), data.engine.keys.dirty());
            data.reply.set_version(client.session.version);
            let now = data.time.now();
            if data.engine.resume(&mut client.session, &mut data.reply, now) == After::Replied {
                data.note(start, changes);
            }
        });
    }

    /// Let `run` answer the client `id`, who waits, and go on with what it sent meanwhile.
    fn with(&mut self, front: &mut Front, id: u64, run: impl FnOnce(&mut Self, &mut Client)) {
        let Some(slot) = front.find(id) else { return };
        // Who is about to be closed would take what the next one waits for.
        let lives = front.get(slot).filter(|connection| !connection.is_gone);
        let Some(mut client) = lives.and_then(|connection| connection.client.take()) else {
            return;
        };
        run(self, &mut client);
        let goes_on = client.session.parked.is_none();
        front.end(slot, client);
        self.reply_to(front, slot);
        if goes_on {
            front.queue(slot);
        }
    }

    /// What was written to `reply` goes to the client in `slot`.
    pub(super) fn reply_to(&mut self, front: &mut Front, slot: Slot) {
        front.reply(slot, self.reply.bytes(), &self.holds);
        self.reply.truncate(0);
        self.holds.clear();
    }
}
