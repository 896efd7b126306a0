//! Notifications: what changed in the keyspace is told on channels.

use super::Engine;
use crate::hub::ChannelKind;

impl Engine {
    /// Tell those who listen what changed since the last call. To be called after each command.
    pub fn announce(&mut self) {
        if !self.keys.has_notices() {
            return;
        }
        let notify = self.keys.settings.notify;
        for notice in self.keys.take_notices() {
            let (db, event) = (notice.db, notice.event.as_bytes());
            if notify.keyspace {
                let mut channel = format!("__keyspace@{db}__:").into_bytes();
                channel.extend_from_slice(&notice.key);
                self.publish_to(&channel, event);
            }
            if notify.keyevent {
                let channel = format!("__keyevent@{db}__:{}", notice.event);
                self.publish_to(channel.as_bytes(), &notice.key);
            }
        }
    }

    fn publish_to(&self, channel: &[u8], message: &[u8]) {
        let hub = &self.hub;
        hub.channels.publish(ChannelKind::Channel, channel, message, &self.outbox);
    }
}
