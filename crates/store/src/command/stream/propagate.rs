//! What is logged of a group: its state, not the commands that led to it.

use crate::command::Call;
use crate::data::stream::{Group, Pending, StreamId};

/// What became of pending entries, gathered while the stream is borrowed.
#[derive(Debug, Default)]
pub(super) struct Log {
    commands: Vec<Vec<Vec<u8>>>,
}

impl Log {
    /// `id` is pending as the group says, or it is gone from it.
    pub(super) fn claim(
        &mut self,
        (key, group_name): (&[u8], &[u8]),
        group: &Group,
        id: StreamId,
        pending: &Pending,
    ) {
        let number = |number: i64| number.to_string().into_bytes();
        self.commands.push(vec![
            b"XCLAIM".to_vec(),
            key.to_vec(),
            group_name.to_vec(),
            group.owner(pending).to_vec(),
            b"0".to_vec(),
            id.to_string().into_bytes(),
            b"TIME".to_vec(),
            number(pending.delivered_ms),
            b"RETRYCOUNT".to_vec(),
            number(pending.deliveries as i64),
            b"FORCE".to_vec(),
            b"JUSTID".to_vec(),
            b"LASTID".to_vec(),
            group.last_id.to_string().into_bytes(),
        ]);
    }

    /// How far the group has read.
    pub(super) fn position(&mut self, (key, group_name): (&[u8], &[u8]), group: &Group) {
        let read = group.entries_read.map_or(-1, |read| read as i64);
        self.commands.push(vec![
            b"XGROUP".to_vec(),
            b"SETID".to_vec(),
            key.to_vec(),
            group_name.to_vec(),
            group.last_id.to_string().into_bytes(),
            b"ENTRIESREAD".to_vec(),
            read.to_string().into_bytes(),
        ]);
    }

    /// There is a consumer.
    pub(super) fn consumer(&mut self, (key, group_name): (&[u8], &[u8]), consumer: &[u8]) {
        let words: [&[u8]; 5] = [b"XGROUP", b"CREATECONSUMER", key, group_name, consumer];
        self.commands.push(words.iter().map(|word| word.to_vec()).collect());
    }

    /// Log it, and say that `key` changed if there is anything.
    pub(super) fn write(self, call: &mut Call<'_>, key: &[u8]) {
        call.no_effect();
        if self.commands.is_empty() {
            return;
        }
        call.keys.touched(call.keys.selected, key);
        for command in &self.commands {
            let args: Vec<&[u8]> = command.iter().map(Vec::as_slice).collect();
            call.effect(&args);
        }
    }
}
