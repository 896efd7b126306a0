//! Adding at the ends.

use crate::command::{Call, Flags, Group, Keys, Run, Spec};
use crate::data::list::End;
use crate::data::{List, Value};
use crate::keyspace::Class;
use crate::resp::Outcome;

const fn pusher(name: &'static str, run: fn(&mut Call<'_>) -> Outcome) -> Spec {
    Spec::new(name, -3, Group::List, Run::Data(run))
        .flags(Flags::WRITE.or(Flags::DENYOOM).or(Flags::FAST))
        .keys(Keys::ONE)
}

/// `LPUSH key element [element …]`
pub const LPUSH: Spec = pusher("LPUSH", |call| push(call, End::Head, false));
/// `RPUSH key element [element …]`
pub const RPUSH: Spec = pusher("RPUSH", |call| push(call, End::Tail, false));
/// `LPUSHX key element [element …]`
pub const LPUSHX: Spec = pusher("LPUSHX", |call| push(call, End::Head, true)).since("2.2.0");
/// `RPUSHX key element [element …]`
pub const RPUSHX: Spec = pusher("RPUSHX", |call| push(call, End::Tail, true)).since("2.2.0");

fn push(call: &mut Call<'_>, end: End, only_old: bool) -> Outcome {
    let key = call.args[1];
    if only_old && call.keys.list_mut(key)?.is_none() {
        call.reply.int(0);
        return Ok(());
    }
    let len = add(call, key, end, call.args.get(2..).unwrap_or_default())?;
    call.reply.count(len);
    Ok(())
}

/// Add to the list at `key`, which may be a new one, and say so. Its length then.
pub(super) fn add(
    call: &mut Call<'_>,
    key: &[u8],
    end: End,
    values: &[&[u8]],
) -> Result<usize, crate::resp::Fault> {
    let limits = call.keys.settings.list;
    let len = match call.keys.list_mut(key)? {
        Some(list) => {
            list.push(end, values, &limits);
            list.len()
        }
        None => {
            let mut list = List::default();
            list.push(end, values, &limits);
            call.keys.insert(key, Value::List(Box::new(list)));
            values.len()
        }
    };
    call.keys.changed(key, Class::List, if end == End::Head { "lpush" } else { "rpush" });
    Ok(len)
}
