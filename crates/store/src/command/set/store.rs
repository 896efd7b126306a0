//! Results that are stored.

use crate::command::Call;
use crate::data::{Set, Value};
use crate::keyspace::Class;

/// So many members go into one effect.
const EFFECT_MEMBERS: usize = 1000;

/// Log `name` of `key` and `members`.
pub(super) fn effects(call: &mut Call<'_>, name: &[u8], key: &[u8], members: &[Vec<u8>]) {
    for part in members.chunks(EFFECT_MEMBERS) {
        let mut args: Vec<&[u8]> = vec![name, key];
        args.extend(part.iter().map(Vec::as_slice));
        call.effect(&args);
    }
}

/// Store the set that a command made at `key` in the place of what is there; an empty one removes it. Logged as a
/// whole value: what it was made of may change before the log is read. How many members it has.
pub(super) fn store(call: &mut Call<'_>, key: &[u8], set: Set, event: &'static str) -> usize {
    let len = set.len();
    if len == 0 {
        if call.keys.remove(key).is_some() {
            call.keys.changed(key, Class::Generic, "del");
            call.effect(&[b"DEL", key]);
        }
        return 0;
    }
    let members: Vec<Vec<u8>> = set.iter().map(|member| member.text().to_vec()).collect();
    call.keys.insert(key, Value::Set(set));
    call.keys.changed(key, Class::Set, event);
    call.effect(&[b"DEL", key]);
    effects(call, b"SADD", key, &members);
    len
}
