use crate::values::written_name;
use std::collections::BTreeMap;
use toml::de::{DeTable, DeValue};

/// The line, from 1, on which each key of a file stands, by its path.
///
/// Two files that say the same are the same wherever they say it: these compare equal.
#[derive(Debug, Clone, Default)]
pub struct Lines(BTreeMap<String, u32>);

impl PartialEq for Lines {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Lines {
    /// Of a parsed text.
    pub(crate) fn of(table: &DeTable<'_>, text: &str) -> Self {
        let mut found = Vec::new();
        walk(table, "", &mut found);
        found.sort_unstable_by_key(|(at, _)| *at);
        // One pass over the text, however many keys there are.
        let (mut line, mut seen) = (1_u32, 0);
        let mut lines = BTreeMap::new();
        for (at, path) in found {
            let between = text.as_bytes().get(seen..at).unwrap_or_default();
            line +=
                u32::try_from(between.iter().filter(|byte| **byte == b'\n').count()).unwrap_or(0);
            seen = seen.max(at);
            lines.entry(path).or_insert(line);
        }
        Lines(lines)
    }

    /// The line of this key, or of the first key below it.
    pub(crate) fn line(&self, path: &str) -> Option<u32> {
        let below = format!("{path}.");
        let own = || self.0.get(path).copied();
        let inner =
            || self.0.range(below.clone()..).next().filter(|(key, _)| key.starts_with(&below));
        own().or_else(|| inner().map(|(_, line)| *line))
    }
}

fn walk(table: &DeTable<'_>, above: &str, found: &mut Vec<(usize, String)>) {
    for (name, value) in table {
        let name_written = written_name(name.get_ref());
        let path = if above.is_empty() { name_written } else { format!("{above}.{name_written}") };
        match value.get_ref() {
            DeValue::Table(table) => {
                walk(table, &path, found);
                found.push((name.span().start, path));
            }
            _ => found.push((name.span().start, path)),
        }
    }
}
