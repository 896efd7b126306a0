//! The part of the list that is about what the edge does for the requests of a route.

use super::limit::limits;
use super::list::{List, bytes, path, time};
use crate::{Files, Rules};
use serde_json::{Value, json};

impl List {
    /// What holds for a route, its section being open.
    pub(super) fn rules(&mut self, rules: &Rules) {
        let body = rules.body_bytes_max;
        self.add("body_bytes", if body == 0 { json!(0) } else { bytes(body) });
        self.guard(rules);
        self.redirect(rules.redirect.as_ref());
        self.add("limit", limits(&rules.limits));
        self.add("files", rules.files.as_ref().map_or(Value::Null, files));
    }
}

fn files(files: &Files) -> Value {
    json!({
        "folder": path(Some(&files.folder)),
        "strip": files.strip,
        "index": files.index.as_ref().map_or(json!(false), |name| json!(name)),
        "fallback": files.fallback.as_ref().map_or(json!(false), |name| json!(name)),
        "max_age": time(files.max_age),
        "immutable": files.immutable,
        "precompressed": files.precompressed,
        "dotfiles": files.dotfiles,
        "types": files.types,
    })
}
