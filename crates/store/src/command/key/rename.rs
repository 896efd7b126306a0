//! Giving a key another name.

use crate::command::{Call, Flags, Group, Keys, Run, Spec};
use crate::keyspace::Class;
use crate::resp::{Fault, Outcome};

/// `RENAME key newkey`
pub const RENAME: Spec =
    Spec::new("RENAME", 3, Group::Generic, Run::Data(rename)).flags(Flags::WRITE).keys(Keys::TWO);

/// `RENAMENX key newkey`
pub const RENAMENX: Spec = Spec::new("RENAMENX", 3, Group::Generic, Run::Data(renamenx))
    .flags(Flags::WRITE.or(Flags::FAST))
    .keys(Keys::TWO);

fn rename(call: &mut Call<'_>) -> Outcome {
    let (from, to) = (call.args[1], call.args[2]);
    if !call.keys.exists(from) {
        return Err(Fault::NoSuchKey);
    }
    if from != to {
        carry(call, from, to);
    }
    call.reply.ok();
    Ok(())
}

fn renamenx(call: &mut Call<'_>) -> Outcome {
    let (from, to) = (call.args[1], call.args[2]);
    if !call.keys.exists(from) {
        return Err(Fault::NoSuchKey);
    }
    let free = from != to && !call.keys.exists(to);
    if free {
        carry(call, from, to);
    }
    call.reply.int(free.into());
    Ok(())
}

fn carry(call: &mut Call<'_>, from: &[u8], to: &[u8]) {
    let Some(entry) = call.keys.remove(from) else { return };
    call.keys.put(to, entry);
    call.keys.changed(from, Class::Generic, "rename_from");
    call.keys.changed(to, Class::Generic, "rename_to");
    call.effect(&[b"DEL", from]);
    call.whole_effect(to);
}
