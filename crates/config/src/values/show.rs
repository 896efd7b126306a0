use super::values;
use crate::Config;
use serde_json::{Value, json};

/// Everything that holds, in the shape of the file, for people and programs to see. Tokens and the
/// values of environment variables are hidden.
pub fn show(config: &Config) -> Value {
    let mut root = json!({});
    for setting in values(config) {
        // Indexing makes the objects on the way; no key is both a value and a section.
        let place = setting.path.iter().fold(&mut root, |at, part| &mut at[part.as_str()]);
        *place = setting.shown();
    }
    root
}
