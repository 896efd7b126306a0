//! Parts of a string.

use crate::command::{Call, Flags, Group, Keys, Run, Spec, args};
use crate::data::{Text, Value};
use crate::keyspace::Class;
use crate::resp::{Fault, Limits, Outcome};

/// `APPEND key value`
pub const APPEND: Spec = Spec::new("APPEND", 3, Group::Text, Run::Data(append))
    .flags(Flags::WRITE.or(Flags::DENYOOM).or(Flags::FAST))
    .keys(Keys::ONE)
    .since("2.0.0");

/// `GETRANGE key start end`
pub const GETRANGE: Spec = Spec::new("GETRANGE", 4, Group::Text, Run::Data(getrange))
    .flags(Flags::READONLY)
    .keys(Keys::ONE)
    .since("2.4.0");

/// `SUBSTR key start end`
pub const SUBSTR: Spec =
    Spec::new("SUBSTR", 4, Group::Text, Run::Data(getrange)).flags(Flags::READONLY).keys(Keys::ONE);

/// `SETRANGE key offset value`
pub const SETRANGE: Spec = Spec::new("SETRANGE", 4, Group::Text, Run::Data(setrange))
    .flags(Flags::WRITE.or(Flags::DENYOOM))
    .keys(Keys::ONE)
    .since("2.2.0");

fn append(call: &mut Call<'_>) -> Outcome {
    let (key, more) = (call.args[1], call.args[2]);
    let len = match call.keys.text_mut(key)? {
        Some(text) => {
            fits(text.len(), more.len())?;
            text.append(more)
        }
        None => {
            call.keys.insert(key, Value::Text(Text::new(more)));
            more.len()
        }
    };
    call.keys.changed(key, Class::Text, "append");
    call.reply.count(len);
    Ok(())
}

fn getrange(call: &mut Call<'_>) -> Outcome {
    let (start, end) = (args::int(call.args[2])?, args::int(call.args[3])?);
    let mut digits = itoa::Buffer::new();
    let Some(text) = call.keys.text(call.args[1])? else {
        call.reply.bulk(b"");
        return Ok(());
    };
    let bytes = text.bytes(&mut digits);
    // An end before the start of the string is its first byte; ends that are crossed are looked for before.
    let crossed = start < 0 && end < 0 && start > end;
    let end = if end.saturating_add(bytes.len() as i64) < 0 { 0 } else { end };
    let span = if crossed { 0..0 } else { args::span(start, end, bytes.len()) };
    call.reply.bulk(bytes.get(span).unwrap_or_default());
    Ok(())
}

fn setrange(call: &mut Call<'_>) -> Outcome {
    let (key, part) = (call.args[1], call.args[3]);
    let offset = args::int(call.args[2])?;
    let offset = usize::try_from(offset).map_err(|_| Fault::err("offset is out of range"))?;
    let there = call.keys.text_mut(key)?.map(|text| text.len());
    if part.is_empty() {
        call.reply.count(there.unwrap_or(0));
        return Ok(());
    }
    fits(offset, part.len())?;
    if there.is_none() {
        call.keys.insert(key, Value::Text(Text::default()));
    }
    let len = call.keys.text_mut(key)?.map_or(0, |text| text.set_range(offset, part));
    call.keys.changed(key, Class::Text, "setrange");
    call.reply.count(len);
    Ok(())
}

/// A string may not become longer than an argument may be.
fn fits(before: usize, more: usize) -> Outcome {
    match before.checked_add(more) {
        Some(len) if len <= Limits::default().bulk_bytes_max => Ok(()),
        _ => Err(Fault::err("string exceeds maximum allowed size (proto-max-bulk-len)")),
    }
}
