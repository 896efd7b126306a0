use super::file;
use super::fluent::Fluent;
use super::http::Http;
use super::verdict::Verdict;
use crate::ship::queue::Batch;
use base::task::Tasks;
use config::{Export, ExportFile, ExportTo};
use std::time::Duration;

/// A target, and the connection to it if there is one.
pub struct Door {
    kind: Kind,
    timeout: Duration,
}

enum Kind {
    Http(Http),
    Fluent(Fluent),
    File(ExportFile),
}

impl Door {
    pub fn new(export: &Export, tasks: Tasks) -> Self {
        let kind = match &export.to {
            ExportTo::Http(http) => Kind::Http(Http::new(http.clone(), tasks)),
            ExportTo::Fluent(fluent) => Kind::Fluent(Fluent::new(fluent.clone())),
            ExportTo::File(file) => Kind::File(file.clone()),
        };
        Door { kind, timeout: export.timeout }
    }

    /// Send one batch, within the export's limit of time.
    pub async fn send(&mut self, batch: &Batch) -> Verdict {
        let sent = async {
            match &mut self.kind {
                Kind::Http(http) => http.send(batch).await,
                Kind::Fluent(fluent) => fluent.send(batch).await,
                Kind::File(file) => file::send(file, batch).await,
            }
        };
        match tokio::time::timeout(self.timeout, sent).await {
            Ok(verdict) => verdict,
            Err(_) => {
                let limit = base::units::show_duration(self.timeout);
                Verdict::Later(format!("no answer within {limit}"), None)
            }
        }
    }
}
