//! How far a group is behind. Known only where no entry was deleted in between.

use super::{Group, Stream, StreamId};

impl Stream {
    /// How many entries were ever added up to `id`, if that can be told.
    pub fn entries_before(&self, id: StreamId) -> Option<u64> {
        if self.entries_added == 0 {
            return Some(0);
        }
        if self.length == 0 && id <= self.last_id {
            return Some(self.entries_added);
        }
        if id == self.last_id {
            return Some(self.entries_added);
        }
        let first = self.first_id();
        if id > self.last_id || (!self.max_deleted.is_zero() && self.max_deleted >= first) {
            return None;
        }
        let gone = self.entries_added.saturating_sub(self.length);
        match id.cmp(&first) {
            std::cmp::Ordering::Less => Some(gone),
            std::cmp::Ordering::Equal => Some(gone + 1),
            std::cmp::Ordering::Greater => None,
        }
    }

    /// An entry from `start` on was deleted, and one before that is still there: counting from there is not possible.
    pub fn has_gaps_from(&self, start: StreamId) -> bool {
        let deleted = self.max_deleted;
        self.length > 0 && !deleted.is_zero() && start <= deleted && self.first_id() <= deleted
    }

    /// How many entries `group` has not been given yet, if that can be told.
    pub fn lag(&self, group: &Group) -> Option<i64> {
        if self.entries_added == 0 {
            return Some(0);
        }
        let read = match group.entries_read {
            Some(read) if !self.has_gaps_from(group.last_id) => read,
            _ => self.entries_before(group.last_id)?,
        };
        Some((self.entries_added as i64).wrapping_sub(read as i64))
    }
}
