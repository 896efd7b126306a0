//! `MEMORY USAGE`.

use crate::command::{Args, Call, Flags, Group, Keys, Run, Spec};
use crate::resp::{Fault, Outcome};

/// `MEMORY USAGE key [SAMPLES count]`
pub const USAGE: Spec = Spec::new("USAGE", -3, Group::Server, Run::Data(usage))
    .flags(Flags::READONLY)
    .keys(Keys::Range { first: 2, last: 2, step: 1 })
    .since("4.0.0");

fn usage(call: &mut Call<'_>) -> Outcome {
    let mut rest = Args::from(call.args, 3);
    while !rest.is_empty() {
        // What is counted is known: nothing is sampled.
        if rest.len() < 2 || !rest.accept("SAMPLES") || rest.int()? < 0 {
            return Err(Fault::Syntax);
        }
    }
    let key = call.args[2];
    match call.keys.unused(key) {
        Some(entry) => {
            let bytes = entry.memory();
            call.reply.count(bytes);
        }
        None => call.reply.null(),
    }
    Ok(())
}
