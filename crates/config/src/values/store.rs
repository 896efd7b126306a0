//! The part of the list that is about the store.

use super::list::{List, bytes, path, time};
use crate::{Store, StoreFolder, StoreHere, StorePassword};
use serde_json::{Value, json};

impl List {
    /// `[store]`: of its keys those have no value that mean nothing where the store is.
    pub(super) fn store(&mut self, store: &Store) {
        self.within(&["store"]);
        let (url, here) = match store {
            Store::Off => (None, None),
            Store::Elsewhere(url) => (Some(url), None),
            Store::Here(here) => (None, Some(here)),
        };
        self.add("enabled", json!(*store != Store::Off));
        // Without a password there is nothing to hide in it.
        let secret = url.is_some_and(|url| url.password.is_some());
        self.push("url", url.map_or(Value::Null, |url| json!(url.text)), secret);
        let value = |of: fn(&StoreHere) -> Value| here.map_or(Value::Null, of);
        self.add("listen", value(listen));
        let given = here.is_some_and(|here| matches!(here.password, StorePassword::Given(_)));
        let password = |here: &StoreHere| match &here.password {
            StorePassword::Made => Value::Null,
            StorePassword::Given(text) => json!(text),
            StorePassword::Off => json!(false),
        };
        self.push("password", value(password), given);
        let folder = |here: &StoreHere| match &here.folder {
            StoreFolder::Usual => Value::Null,
            StoreFolder::Given(folder) => path(Some(folder)),
            StoreFolder::Off => json!(false),
        };
        self.add("folder", value(folder));
        self.add("durability", value(|here| json!(here.durability.word())));
        let memory = |here: &StoreHere| match here.memory_bytes_max {
            0 => json!(0),
            most => bytes(most),
        };
        self.add("memory_max", value(memory));
        self.add("eviction", value(|here| json!(here.eviction.word())));
        self.add("databases", value(|here| json!(here.databases)));
        self.add("clients_max", value(|here| json!(here.clients_max)));
        self.add("script_timeout", value(|here| time(here.script_timeout)));
    }
}

/// As it would be written; nothing for a port that is chosen at start.
fn listen(here: &StoreHere) -> Value {
    let Some(addresses) = &here.listen else { return Value::Null };
    let addresses = addresses.iter().map(ToString::to_string);
    let sockets = here.sockets.iter().map(|socket| format!("unix:{}", socket.display()));
    addresses.chain(sockets).map(Value::from).collect()
}
