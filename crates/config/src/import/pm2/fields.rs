use serde_json::{Map, Value};

/// The fields of an app that are not looked at yet. Whatever is left at the end is told.
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    pub(super) fn new(fields: &Map<String, Value>) -> Self {
        Fields(fields.clone())
    }

    /// Take the first of `names` that is there, with the name it has. `null` counts as absent;
    /// the others stay, to be told.
    pub(super) fn take(&mut self, names: &[&'static str]) -> Option<(&'static str, Value)> {
        names.iter().find_map(|name| match self.0.remove(*name)? {
            Value::Null => None,
            value => Some((*name, value)),
        })
    }

    /// Take every field whose name begins so.
    pub(super) fn take_prefix(&mut self, prefix: &str) -> Vec<(String, Value)> {
        let names: Vec<String> =
            self.0.keys().filter(|name| name.starts_with(prefix)).cloned().collect();
        names.into_iter().filter_map(|name| self.0.remove_entry(&name)).collect()
    }

    /// What is left.
    pub(super) fn rest(self) -> impl Iterator<Item = (String, Value)> {
        self.0.into_iter().filter(|(_, value)| !value.is_null())
    }
}
