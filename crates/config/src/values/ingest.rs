use super::list::{List, bytes};
use crate::ObserveIngest;
use serde_json::json;

impl List {
    pub(super) fn ingest(&mut self, ingest: &ObserveIngest) {
        self.within(&["observe", "ingest"]);
        self.add("enabled", json!(ingest.enabled));
        self.add("access", json!(if ingest.token { "token" } else { "local" }));
        self.add("body_max", bytes(ingest.body_bytes_max as u64));
    }
}
