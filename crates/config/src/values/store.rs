//! The part of the list that is about the store.

use super::list::List;
use crate::{Store, StoreUrl};
use serde_json::{Value, json};

impl List {
    /// `[store]`, whose keys have no value where it is absent.
    pub(super) fn store(&mut self, store: &Store) {
        self.within(&["store"]);
        let url = match store {
            Store::Elsewhere(url) => Some(url),
            Store::Off => None,
        };
        // Without a password there is nothing to hide in it.
        let secret = url.is_some_and(|url: &StoreUrl| url.password.is_some());
        self.push("url", url.map_or(Value::Null, |url| json!(url.text)), secret);
    }
}
