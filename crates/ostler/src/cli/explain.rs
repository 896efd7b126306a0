//! `ostler explain KEY`.

use super::{Exit, Failure, print};

/// Say what a config key does; list all keys without one.
pub fn explain(key: Option<&str>) -> Result<(), Failure> {
    let Some(key) = key else {
        let keys = config::keys().into_iter().map(|key| format!("{}\n", key.key));
        return print::out(&keys.collect::<String>());
    };
    match config::explain(key) {
        Some(explanation) => print::out(&explanation.to_string()),
        None => {
            let near = config::nearest(key).map(|key| format!(" Did you mean `{key}`?"));
            let text = format!(
                "there is no config key `{key}`.{} `ostler explain` lists all.",
                near.unwrap_or_default()
            );
            Err(Failure::new(Exit::Usage, text))
        }
    }
}
