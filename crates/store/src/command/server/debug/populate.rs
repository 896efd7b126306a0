//! `DEBUG POPULATE`.

use super::run::FLAGS;
use crate::command::args::count;
use crate::command::{Call, Flags, Group, Run, Spec};
use crate::data::{Text, Value};
use crate::keyspace::Class;
use crate::resp::{Fault, Outcome};

/// `DEBUG POPULATE count [prefix] [size]`: strings where there are none.
pub const POPULATE: Spec = Spec::new("POPULATE", -3, Group::Server, Run::Data(populate))
    .flags(FLAGS.or(Flags::WRITE).or(Flags::DENYOOM));

fn populate(call: &mut Call<'_>) -> Outcome {
    let (keys, prefix, size) = match call.args {
        [_, _, keys] => (keys, &b"key"[..], None),
        [_, _, keys, prefix] => (keys, *prefix, None),
        [_, _, keys, prefix, size] => (keys, *prefix, Some(count(size)?)),
        _ => return Err(Fault::Syntax),
    };
    for number in 0..count(keys)? {
        let key = [prefix, format!(":{number}").as_bytes()].concat();
        if call.keys.exists(&key) {
            continue;
        }
        let mut value = format!("value:{number}").into_bytes();
        value.resize(size.unwrap_or(value.len()), 0);
        call.keys.insert(&key, Value::Text(Text::new(&value)));
        call.keys.changed(&key, Class::Text, "set");
        call.effect(&[b"SET", &key, &value]);
    }
    call.reply.ok();
    Ok(())
}
