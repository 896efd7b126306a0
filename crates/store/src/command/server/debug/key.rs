//! `DEBUG OBJECT`.

use crate::command::Call;
use crate::rdb::{Form, write_value};
use crate::resp::{Fault, Outcome};

/// Seconds since 1970 go into so many bits of what Redis calls the clock of least recent use.
const CLOCK_BITS: u32 = 24;

/// How the value of a key is kept, in one line that tools take apart.
pub fn object(call: &mut Call<'_>) -> Outcome {
    let now_s = call.keys.now_ms() / 1000;
    let Some(record) = call.keys.unused(call.args[2]) else { return Err(Fault::NoSuchKey) };
    let mut bytes = Vec::new();
    write_value(&mut bytes, &record.value, Form::Portable);
    let (at, encoding) = (&raw const record.value, record.value.encoding());
    let clock = record.used & ((1 << CLOCK_BITS) - 1);
    // With a policy that counts uses this is no time, and nothing that anybody can use.
    let idle_s = (now_s - i64::from(record.used)).max(0);
    // The type stands before the value.
    let length = bytes.len().saturating_sub(1);
    let line = format!(
        "Value at:{at:p} refcount:1 encoding:{encoding} serializedlength:{length} lru:{clock} lru_seconds_idle:{idle_s}"
    );
    call.reply.status(&line);
    Ok(())
}
