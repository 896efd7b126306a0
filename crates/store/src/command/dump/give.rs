//! A value as a payload.

use crate::command::{Call, Flags, Group, Keys, Run, Spec};
use crate::rdb::{Form, seal, write_value};
use crate::resp::Outcome;

/// `DUMP key`
pub const DUMP: Spec = Spec::new("DUMP", 2, Group::Generic, Run::Data(dump))
    .flags(Flags::READONLY)
    .keys(Keys::ONE)
    .since("2.6.0");

fn dump(call: &mut Call<'_>) -> Outcome {
    let Some(value) = call.keys.read(call.args[1]) else {
        call.reply.null();
        return Ok(());
    };
    let mut payload = Vec::new();
    write_value(&mut payload, value, Form::Portable);
    seal(&mut payload);
    call.reply.bulk(&payload);
    Ok(())
}
