use super::list::{List, bytes, time};
use crate::ObserveMetrics;
use serde_json::json;

impl List {
    pub(super) fn observe_metrics(&mut self, metrics: &ObserveMetrics) {
        self.within(&["observe", "metrics"]);
        self.add("keep", time(metrics.keep));
        self.add("series", json!(metrics.series));
        self.add("disk", bytes(metrics.disk_bytes));
    }
}
