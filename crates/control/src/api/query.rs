//! Query strings such as `app=web&lines=100&follow`. Nothing here needs percent-encoding.

use super::Refused;

/// The pairs of a query whose keys are all in `known`. A key without `=` has an empty value.
pub fn pairs<'q>(query: &'q str, known: &[&str]) -> Result<Vec<(&'q str, &'q str)>, Refused> {
    let parts = query.split('&').filter(|part| !part.is_empty());
    let pairs = parts.map(|part| part.split_once('=').unwrap_or((part, "")));
    pairs
        .map(|(key, value)| match known.contains(&key) {
            true => Ok((key, value)),
            false => Err(Refused::bad(format!(
                "There is no parameter {key:?} here. Use {}.",
                known.join(", ")
            ))),
        })
        .collect()
}

/// A switch: present, `=true` or `=1` is on; `=false` or `=0` is off.
pub fn switch(key: &str, value: &str) -> Result<bool, Refused> {
    match value {
        "" | "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(Refused::bad(format!("{key}={value}: write true or false."))),
    }
}
