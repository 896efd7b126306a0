use super::{bulk, loki, otlp, otlp_json};
use crate::Record;
use crate::ship::pack::{self, UnpackError};
use crate::wire::json;
use crate::wire::protobuf::Writer;

/// What is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Elasticsearch's `_bulk`.
    Bulk,
    /// Loki's push.
    Loki,
    /// OTLP's logs.
    Otlp,
}

/// A request, as it came.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// What is sent.
    pub form: Form,
    /// The index in the path of `_bulk`.
    pub index: Option<&'a str>,
    /// `Content-Type`; empty: none.
    pub content_type: &'a str,
    /// `Content-Encoding`; empty: none.
    pub encoding: &'a str,
    /// The body.
    pub body: &'a [u8],
    /// The time now, in milliseconds since 1970.
    pub now_ms: u64,
}

/// What is taken at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a body after it was unpacked.
    pub body_bytes_max: usize,
    /// Records in it.
    pub records_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { body_bytes_max: 20 << 20, records_max: 200_000 }
    }
}

/// What the sender is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: &'static str,
    /// The body.
    pub body: Vec<u8>,
}

/// How the records of a body are written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    Json,
    Protobuf,
}

/// Why nothing of a request was taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// 400: it is not what it says.
    #[error("{0}")]
    Broken(String),
    /// 413.
    #[error("{0}")]
    TooLarge(String),
    /// 415.
    #[error("{0}")]
    Unknown(String),
}

impl Refusal {
    fn status(&self) -> u16 {
        match self {
            Refusal::Broken(_) => 400,
            Refusal::TooLarge(_) => 413,
            Refusal::Unknown(_) => 415,
        }
    }
}

/// What a program sent, and what it is told.
pub fn take(request: &Request<'_>, limits: &Limits) -> (Vec<Record>, Reply) {
    let essence = request.content_type.split(';').next().unwrap_or_default().trim();
    let coding = coding(request.form, essence);
    let taken = coding.clone().and_then(|coding| {
        let body = unpack(request, coding, limits)?;
        match (request.form, coding) {
            (Form::Bulk, _) => bulk::take(request, &body, limits),
            (Form::Loki, Coding::Json) => loki::json(&body, request.now_ms, limits),
            (Form::Loki, Coding::Protobuf) => loki::protobuf(&body, request.now_ms, limits),
            (Form::Otlp, Coding::Protobuf) => otlp::take(&body, request.now_ms, limits),
            (Form::Otlp, Coding::Json) => otlp_json::take(&body, request.now_ms, limits),
        }
    });
    match taken {
        Ok((records, reply)) => (records, reply),
        Err(refusal) => (Vec::new(), refused(request.form, coding.ok(), &refusal)),
    }
}

fn coding(form: Form, essence: &str) -> Result<Coding, Refusal> {
    const JSON: &[&str] = &["application/json", "application/x-ndjson", "application/ndjson"];
    let is = |names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(essence));
    let is_elastic = essence.to_ascii_lowercase().starts_with("application/vnd.elasticsearch+");
    match form {
        Form::Bulk if is(JSON) || is_elastic => Ok(Coding::Json),
        Form::Loki | Form::Otlp if is(&["application/json"]) => Ok(Coding::Json),
        Form::Loki | Form::Otlp if is(&["application/x-protobuf"]) => Ok(Coding::Protobuf),
        Form::Bulk => Err(Refusal::Unknown("send Content-Type: application/x-ndjson".into())),
        Form::Loki | Form::Otlp => {
            let text = "send Content-Type: application/json or application/x-protobuf";
            Err(Refusal::Unknown(text.into()))
        }
    }
}

/// The body as it was before it was packed.
fn unpack(request: &Request<'_>, coding: Coding, limits: &Limits) -> Result<Vec<u8>, Refusal> {
    let most = limits.body_bytes_max;
    let packed = |error: UnpackError| match error {
        UnpackError::TooLarge(_) => Refusal::TooLarge(error.to_string()),
        UnpackError::Broken(_) => Refusal::Broken(error.to_string()),
    };
    match request.encoding.trim().to_ascii_lowercase().as_str() {
        // Loki's protobuf is a snappy block, whether that is said or not.
        "" | "snappy" if request.form == Form::Loki && coding == Coding::Protobuf => {
            pack::unsnap(request.body, most).map_err(packed)
        }
        "" | "identity" if request.body.len() > most => {
            Err(Refusal::TooLarge(format!("the body is larger than {most} bytes")))
        }
        "" | "identity" => Ok(request.body.to_vec()),
        "gzip" => pack::gunzip(request.body, most).map_err(packed),
        other => {
            let text = format!("Content-Encoding: {other} is not understood; send gzip, or none");
            Err(Refusal::Unknown(text))
        }
    }
}

/// A refusal in the sender's own terms.
fn refused(form: Form, coding: Option<Coding>, refusal: &Refusal) -> Reply {
    let (status, text) = (refusal.status(), refusal.to_string());
    let mut body = Vec::new();
    let content_type = match (form, coding) {
        (Form::Bulk, _) => {
            let kind = match refusal {
                Refusal::TooLarge(_) => "circuit_breaking_exception",
                Refusal::Broken(_) | Refusal::Unknown(_) => "illegal_argument_exception",
            };
            body.extend_from_slice(b"{\"error\":{");
            json::pair(&mut body, "type", kind);
            json::pair(&mut body, "reason", &text);
            body.extend_from_slice(b"}");
            json::number(&mut body, "status", status.into());
            body.extend_from_slice(b"}\n");
            "application/json"
        }
        (Form::Loki, _) => {
            body = text.into_bytes();
            body.push(b'\n');
            "text/plain; charset=utf-8"
        }
        (Form::Otlp, Some(Coding::Protobuf)) => {
            let mut status = Writer::default();
            // INVALID_ARGUMENT of gRPC's codes.
            status.number(1, 3);
            status.bytes(2, text.as_bytes());
            body = status.into_bytes();
            "application/x-protobuf"
        }
        (Form::Otlp, _) => {
            body.extend_from_slice(b"{");
            json::number(&mut body, "code", 3);
            json::pair(&mut body, "message", &text);
            body.extend_from_slice(b"}\n");
            "application/json"
        }
    };
    Reply { status, content_type, body }
}

/// More records came than are taken at once.
pub fn too_many(limits: &Limits) -> Refusal {
    Refusal::TooLarge(format!("there are more than {} records in it", limits.records_max))
}
