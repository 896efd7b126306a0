//! Logs that other programs send: Elasticsearch's `_bulk`, Loki's push and OTLP over HTTP. Pure.
//!
//! In: the body of a request and what its headers say of it. Out: records, and the reply that such a program
//! expects. Invariant: no body takes more memory than the limits say, however it is packed; what cannot be taken is
//! refused in the sender's own terms.
//! A record carries its line in `raw`; what is in it is found, and secrets are taken out, as in lines of workers.
//! Not here: who may send (`control`), and the keeping (`log`).

mod bulk;
mod line;
mod loki;
mod otlp;
mod otlp_json;
mod take;

pub use take::{Form, Limits, Reply, Request, take};

#[cfg(test)]
mod tests;
