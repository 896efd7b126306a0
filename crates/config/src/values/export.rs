//! The part of the list that is about exports.

use super::list::{List, bytes, path, time};
use crate::checked::{Export, ExportFile, ExportFluent, ExportForm, ExportHttp, ExportTo};
use serde_json::{Map, Value, json};

impl List {
    pub(super) fn export(&mut self, export: &Export) {
        self.within(&["observe", "export", &export.name]);
        let (mut signals, mut login) = (Vec::new(), (None, None));
        signals.extend(export.logs.then_some("logs"));
        signals.extend(export.metrics.then_some("metrics"));
        self.add("to", json!(export.form()));
        self.add("signals", json!(signals));
        let is_file = matches!(export.to, ExportTo::File(_));
        self.add("url", if is_file { Value::Null } else { json!(export.place()) });
        self.add("labels", map(&export.labels));
        self.add("queue_max", bytes(export.queue_bytes_max));
        self.add("timeout", time(export.timeout));
        let logs = export.form() != "prometheus";
        self.add("level", if logs { json!(export.level) } else { Value::Null });
        self.add("delay", if logs { time(export.delay) } else { Value::Null });
        let metrics = matches!(export.form(), "prometheus" | "otlp");
        self.add("every", if metrics { time(export.every) } else { Value::Null });
        let (http, fluent, file) = match &export.to {
            ExportTo::Http(http) => (Some(http), None, None),
            ExportTo::Fluent(fluent) => (None, Some(fluent), None),
            ExportTo::File(file) => (None, None, Some(file)),
        };
        self.http(http);
        if let Some(ExportFluent { login: Some((user, password)), .. }) = fluent {
            login = (Some(user.clone()), Some(password.clone()));
        }
        self.add("tag", json!(fluent.map(|fluent| &fluent.tag)));
        self.push("shared_key", json!(fluent.and_then(|fluent| fluent.shared_key.as_ref())), true);
        self.add("user", json!(login.0));
        self.push("password", json!(login.1), true);
        let ca = http.and_then(|http| http.ca.as_deref());
        self.add("ca", path(ca.or_else(|| fluent.and_then(|fluent| fluent.ca.as_deref()))));
        self.add("file", path(file.map(|file| file.path.as_path())));
        self.add("rotate_size", file.map_or(Value::Null, |file| bytes(file.rotate_bytes)));
        self.add("keep", file.map_or(Value::Null, |file: &ExportFile| json!(file.keep)));
    }

    /// `token`, `api_key`, and a login by HTTP are headers of the checked form: they are shown, hidden, as such.
    fn http(&mut self, http: Option<&ExportHttp>) {
        let index = match http.map(|http| &http.form) {
            Some(ExportForm::Elasticsearch { index }) => json!(index),
            _ => Value::Null,
        };
        self.add("index", index);
        let own_coding = http.is_none_or(|http| http.form == ExportForm::Prometheus);
        let gzip = http.filter(|_| !own_coding).map(|http| http.gzip);
        self.add("compress", json!(gzip));
        let headers = http.map(|http| http.headers.as_slice()).unwrap_or_default();
        self.push("headers", map(headers), true);
        self.push("token", Value::Null, true);
        self.push("api_key", Value::Null, true);
    }
}

fn map(pairs: &[(String, String)]) -> Value {
    if pairs.is_empty() {
        return Value::Null;
    }
    let map: Map<String, Value> =
        pairs.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    Value::Object(map)
}
