//! `GET` and `SET`.

use crate::command::{Call, Flags, Group, Keys, Run, Spec};
use crate::data::Value;
use crate::keyspace::Class;
use crate::resp::Outcome;

/// `GET key`
pub const GET: Spec = Spec::new("GET", 2, Group::Text, Run::Data(get))
    .flags(Flags::READONLY.or(Flags::FAST))
    .keys(Keys::ONE);

/// `SET key value`
pub const SET: Spec = Spec::new("SET", -3, Group::Text, Run::Data(set))
    .flags(Flags::WRITE.or(Flags::DENYOOM))
    .keys(Keys::ONE);

fn get(call: &mut Call<'_>) -> Outcome {
    let text = call.keys.text(call.args[1])?;
    call.reply.bulk_or_null(text.map(Vec::as_slice));
    Ok(())
}

fn set(call: &mut Call<'_>) -> Outcome {
    let (key, value) = (call.args[1], call.args[2]);
    call.keys.insert(key, Value::Text(value.to_vec()));
    call.keys.changed(key, Class::Text, "set");
    call.reply.ok();
    Ok(())
}
