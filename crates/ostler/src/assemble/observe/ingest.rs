//! Logs that other programs send, between the admin API and what takes them apart.

use base::clock;
use meter::{Snapshot, names};
use model::api::{Ingest, IngestForm, IngestReply};
use observe::Record;
use observe::ingest::{Form, Limits, Request, take};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The forms, as metrics name them.
const FORMS: [(IngestForm, &str); 3] =
    [(IngestForm::Bulk, "elasticsearch"), (IngestForm::Loki, "loki"), (IngestForm::Otlp, "otlp")];

/// What came, by form.
#[derive(Debug, Default)]
pub struct Ingested {
    records: [AtomicU64; FORMS.len()],
    refused: [AtomicU64; FORMS.len()],
}

impl Ingested {
    /// Count a request that was answered.
    pub fn count(&self, form: IngestForm, records: usize, status: u16) {
        let counts = FORMS.iter().zip(&self.records).zip(&self.refused);
        for ((_, taken), refused) in counts.filter(|(((of, _), _), _)| *of == form) {
            taken.fetch_add(records as u64, Relaxed);
            refused.fetch_add(u64::from(status >= 300), Relaxed);
        }
    }

    /// Its metrics.
    pub fn write(&self, to: &mut Snapshot) {
        for (((_, name), taken), refused) in FORMS.iter().zip(&self.records).zip(&self.refused) {
            to.sample(&names::OBSERVE_INGEST_RECORDS, &[name], taken.load(Relaxed));
            to.sample(&names::OBSERVE_INGEST_REFUSED, &[name], refused.load(Relaxed));
        }
    }
}

/// What was sent, and what its sender is told.
pub fn read(ingest: &Ingest, body_bytes_max: usize) -> (Vec<Record>, IngestReply) {
    let request = Request {
        form: match ingest.form {
            IngestForm::Bulk => Form::Bulk,
            IngestForm::Loki => Form::Loki,
            IngestForm::Otlp => Form::Otlp,
        },
        index: ingest.index.as_deref(),
        content_type: &ingest.content_type,
        encoding: &ingest.encoding,
        body: &ingest.body,
        now_ms: clock::wall_ms(),
    };
    let (records, reply) = take(&request, &Limits { body_bytes_max, ..Limits::default() });
    let reply =
        IngestReply { status: reply.status, content_type: reply.content_type, body: reply.body };
    (records, reply)
}
