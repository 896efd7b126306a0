use super::list::List;
use crate::Observe;
use serde_json::json;

impl List {
    pub(super) fn observe(&mut self, observe: &Observe) {
        self.within(&["observe"]);
        self.add("enabled", json!(observe.enabled));
        self.add("folder", json!(observe.folder));
        self.observe_metrics(&observe.metrics);
        self.logs(&observe.logs);
        self.ingest(&observe.ingest);
        observe.exports.iter().for_each(|export| self.export(export));
    }
}
