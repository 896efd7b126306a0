//! What several commands do to a key.

use crate::command::Call;
use crate::data::Value;
use crate::keyspace::Class;

impl Call<'_> {
    /// Remove `key`, say so and log it. Whether it was there.
    pub(in crate::command) fn delete(&mut self, key: &[u8]) -> bool {
        let there = self.keys.remove(key).is_some();
        if there {
            self.keys.changed(key, Class::Generic, "del");
            self.effect(&[b"DEL", key]);
        }
        there
    }

    /// Let `key`, which is there, end at `at_ms` (milliseconds since 1970), say so and log it. If that is over, it
    /// is removed now; but not while commands come from the log, which tells of removals itself.
    pub(in crate::command) fn expire(&mut self, key: &[u8], at_ms: i64) {
        if at_ms <= self.keys.now_ms() && !self.keys.replaying() {
            self.delete(key);
            return;
        }
        self.keys.db().expire(key, Some(at_ms));
        self.keys.changed(key, Class::Generic, "expire");
        self.effect(&[b"PEXPIREAT", key, itoa::Buffer::new().format(at_ms).as_bytes()]);
    }

    /// Let `key` never end, say so and log it. Whether it would have ended.
    pub(in crate::command) fn persist(&mut self, key: &[u8]) -> bool {
        let ends = self.keys.entry(key).is_some_and(|entry| entry.expires_ms().is_some());
        if ends {
            self.keys.db().expire(key, None);
            self.keys.changed(key, Class::Generic, "persist");
            self.effect(&[b"PERSIST", key]);
        }
        ends
    }

    /// Put a value that the command made at `key` in the place of what is there, say so as `event`, and log it whole:
    /// what it was made of may change before the log is read. An empty one removes what is there.
    pub(in crate::command) fn store(
        &mut self,
        key: &[u8],
        value: Value,
        (class, event): (Class, &'static str),
    ) {
        if value.is_empty() {
            self.delete(key);
            return;
        }
        self.keys.insert(key, value);
        self.keys.changed(key, class, event);
        self.whole_effect(key);
    }

    /// Log what `key` of the selected database holds now, whole: that is the same whatever it held before.
    pub(in crate::command) fn whole_effect(&mut self, key: &[u8]) {
        *self.told = true;
        self.keys.log_value(self.keys.selected, key);
    }
}
