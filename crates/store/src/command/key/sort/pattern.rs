//! Keys that are named after an element: `weight_*`, or a field of a hash: `user_*->age`.

use crate::command::Call;
use crate::data::Value;

/// What the key holds that `pattern` and `element` name; `#` is the element itself.
pub(super) fn look_up(call: &mut Call<'_>, pattern: &[u8], element: &[u8]) -> Option<Vec<u8>> {
    if pattern == b"#" {
        return Some(element.to_vec());
    }
    let star = pattern.iter().position(|byte| *byte == b'*')?;
    let (before, after) = (pattern.get(..star)?, pattern.get(star + 1..)?);
    let arrow = after.windows(2).position(|two| two == b"->");
    let (after, field) = match arrow {
        Some(at) if at + 2 < after.len() => (after.get(..at)?, after.get(at + 2..)),
        _ => (after, None),
    };
    let key = [before, element, after].concat();
    match (call.keys.read(&key)?, field) {
        (Value::Text(text), None) => Some(text.to_vec()),
        (Value::Hash(hash), Some(field)) => Some(hash.get(field)?.text().to_vec()),
        _ => None,
    }
}
