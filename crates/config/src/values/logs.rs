use super::list::{List, bytes, time};
use crate::KeptLogs;
use serde_json::json;

impl List {
    pub(super) fn logs(&mut self, logs: &KeptLogs) {
        self.within(&["observe", "logs"]);
        self.add("disk_max", bytes(logs.disk_bytes_max));
        self.add("age_max", time(logs.age_max));
        self.add("redact", logs.redact.as_ref().map_or(json!(false), |names| json!(names)));
    }
}
