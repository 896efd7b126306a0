//! What of `[store]` can change while it runs, in the words of `CONFIG SET`.

use config::{StoreDurability, StoreHere};

/// A parameter and its value.
pub type Word = (&'static str, String);

/// What is different in `new`.
pub fn changed(old: &StoreHere, new: &StoreHere) -> Vec<Word> {
    let old = words(old);
    words(new).into_iter().filter(|word| !old.contains(word)).collect()
}

fn words(settings: &StoreHere) -> [Word; 5] {
    let sync = match settings.durability {
        StoreDurability::Always => "always",
        StoreDurability::EverySecond => "everysec",
        StoreDurability::Off => "no",
    };
    [
        ("maxmemory", settings.memory_bytes_max.to_string()),
        ("maxmemory-policy", settings.eviction.word().into()),
        ("maxclients", settings.clients_max.to_string()),
        ("busy-reply-threshold", settings.script_timeout.as_millis().to_string()),
        ("appendfsync", sync.into()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use config::StoreEviction;
    use std::time::Duration;

    #[test]
    fn only_what_changed_is_said() {
        let old = StoreHere::default();
        assert_eq!(changed(&old, &old), []);
        let new = StoreHere {
            memory_bytes_max: 1 << 20,
            eviction: StoreEviction::LeastRecent,
            durability: StoreDurability::Off,
            ..old.clone()
        };
        let words = changed(&old, &new);
        let words: Vec<_> = words.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let wanted =
            [("maxmemory", "1048576"), ("maxmemory-policy", "allkeys-lru"), ("appendfsync", "no")];
        assert_eq!(words, wanted);
        let new = StoreHere { script_timeout: Duration::from_millis(1_500), ..old.clone() };
        assert_eq!(changed(&old, &new), [("busy-reply-threshold", "1500".into())]);
    }
}
