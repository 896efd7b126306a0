//! The elements that are sorted.

use super::asked::Asked;
use crate::command::Call;
use crate::data::Value;
use crate::resp::Fault;

/// Those of the value at the command's key. If their order stays as it is, only those that are wanted.
pub(super) fn elements(call: &mut Call<'_>, asked: &Asked<'_>) -> Result<Vec<Vec<u8>>, Fault> {
    let mut elements: Vec<Vec<u8>> = match call.keys.read(call.args[1]) {
        None => Vec::new(),
        Some(Value::List(list)) => list.elements().map(|item| item.text().to_vec()).collect(),
        Some(Value::Set(set)) => set.iter().map(|member| member.text().to_vec()).collect(),
        Some(Value::Zset(zset)) => zset.iter().map(|(member, _)| member.to_vec()).collect(),
        Some(_) => return Err(Fault::WrongType),
    };
    if asked.as_is {
        if asked.descending {
            elements.reverse();
        }
        let wanted = asked.wanted(elements.len());
        elements.truncate(wanted.end);
        elements.drain(..wanted.start);
    }
    Ok(elements)
}
