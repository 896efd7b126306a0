//! The part of the list that is about what the edge does for the requests of a route.

use super::limit::limits;
use super::list::{List, bytes};
use crate::Rules;
use serde_json::json;

impl List {
    /// What holds for a route, its section being open.
    pub(super) fn rules(&mut self, rules: &Rules) {
        let body = rules.body_bytes_max;
        self.add("body_bytes", if body == 0 { json!(0) } else { bytes(body) });
        self.guard(rules);
        self.redirect(rules.redirect.as_ref());
        self.add("limit", limits(&rules.limits));
    }
}
