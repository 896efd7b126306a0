use super::socket::{self, Duplex};
use super::verdict::{Answer, Verdict, judge};
use crate::ship::pack;
use crate::ship::queue::Batch;
use crate::ship::queue::form::Kind;
use base::task::Tasks;
use bytes::Bytes;
use config::{ExportForm, ExportHttp};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{
    CONTENT_ENCODING, CONTENT_TYPE, HOST, HeaderName, HeaderValue, RETRY_AFTER, USER_AGENT,
};
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;

/// A longer answer is not read to its end: one of `_bulk` about 1 MB of lines is far shorter.
const ANSWER_BYTES_MAX: usize = 8 << 20;

/// An HTTP server, and the connection to it.
pub struct Http {
    target: ExportHttp,
    tasks: Tasks,
    sender: Option<SendRequest<Full<Bytes>>>,
}

/// An answer, read.
struct Read {
    status: u16,
    retry_after: Option<String>,
    body: Bytes,
}

impl Http {
    pub fn new(target: ExportHttp, tasks: Tasks) -> Self {
        Http { target, tasks, sender: None }
    }

    /// Send one batch. A limit of time is the caller's.
    pub async fn send(&mut self, batch: &Batch) -> Verdict {
        match self.exchange(batch).await {
            Ok(Read { status, retry_after, body }) => {
                let answer = Answer { status, retry_after: retry_after.as_deref(), body: &body };
                judge(&self.target.form, batch.kind, &answer)
            }
            Err(why) => Verdict::Later(why, None),
        }
    }

    async fn exchange(&mut self, batch: &Batch) -> Result<Read, String> {
        // A limit of time may end this at any await: then the connection is not used again.
        let kept = self.sender.take().filter(|sender| !sender.is_closed());
        if let Some(mut sender) = kept {
            // One that was idle may have been closed meanwhile: a fresh one is tried at once.
            if sender.ready().await.is_ok()
                && let Ok(response) = sender.send_request(self.request(batch)?).await
            {
                let read = read(response).await?;
                self.sender = Some(sender);
                return Ok(read);
            }
        }
        let stream = socket::connect(&self.target.server, self.target.ca.as_deref()).await?;
        let mut sender = self.begin(stream).await?;
        let response =
            sender.send_request(self.request(batch)?).await.map_err(|error| broken(&error))?;
        let read = read(response).await?;
        self.sender = Some(sender);
        Ok(read)
    }

    async fn begin(&self, stream: Box<dyn Duplex>) -> Result<SendRequest<Full<Bytes>>, String> {
        let (sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(|error| broken(&error))?;
        // Ends with the sender. What breaks it is told there.
        self.tasks.spawn("ship.connection", async move {
            let _ = connection.await;
        });
        Ok(sender)
    }

    fn request(&self, batch: &Batch) -> Result<Request<Full<Bytes>>, String> {
        let ExportHttp { form, server, path, headers, .. } = &self.target;
        let bad = |what: &str| format!("{what} cannot be sent as a header");
        let mut request = Request::new(Full::new(Bytes::from(batch.payload.clone())));
        *request.method_mut() = Method::POST;
        *request.uri_mut() =
            target(form, path, batch.kind).parse().map_err(|_| format!("{path:?} is no path"))?;
        let all = request.headers_mut();
        let host = server.to_string();
        let host = host.split_once("://").map_or("", |(_, host)| host);
        all.insert(HOST, HeaderValue::from_str(host).map_err(|_| bad("the host"))?);
        all.insert(
            USER_AGENT,
            HeaderValue::from_static(concat!("ostler/", env!("CARGO_PKG_VERSION"))),
        );
        all.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(form)));
        match form {
            ExportForm::Prometheus => {
                all.insert(CONTENT_ENCODING, HeaderValue::from_static("snappy"));
                let version = HeaderName::from_static("x-prometheus-remote-write-version");
                all.insert(version, HeaderValue::from_static("0.1.0"));
            }
            _ if pack::is_gzip(&batch.payload) => {
                all.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
            _ => {}
        }
        for (name, value) in headers {
            let header = HeaderName::try_from(name.as_str()).map_err(|_| bad(name))?;
            all.insert(header, HeaderValue::from_str(value).map_err(|_| bad(name))?);
        }
        Ok(request)
    }
}

fn content_type(form: &ExportForm) -> &'static str {
    match form {
        ExportForm::Elasticsearch { .. } => "application/x-ndjson",
        ExportForm::Loki => "application/json",
        ExportForm::Otlp | ExportForm::Prometheus => "application/x-protobuf",
    }
}

/// The path of a request, and its query.
pub fn target(form: &ExportForm, path: &str, kind: Kind) -> String {
    let own = match (form, kind) {
        (ExportForm::Elasticsearch { .. }, _) => "/_bulk",
        (ExportForm::Loki, _) => "/loki/api/v1/push",
        (ExportForm::Prometheus, _) => "/api/v1/write",
        (ExportForm::Otlp, Kind::Logs) => "/v1/logs",
        (ExportForm::Otlp, Kind::Metrics) => "/v1/metrics",
    };
    // Servers of remote write have many paths for it: one that is given is the whole.
    let whole = path.ends_with(own) || (*form == ExportForm::Prometheus && !path.is_empty());
    let path = if whole { path.to_owned() } else { format!("{path}{own}") };
    match form {
        ExportForm::Elasticsearch { .. } => {
            format!(
                "{path}?filter_path=errors,items.*.status,items.*.error.type,items.*.error.reason"
            )
        }
        _ => path,
    }
}

async fn read(response: Response<hyper::body::Incoming>) -> Result<Read, String> {
    let status = response.status().as_u16();
    let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let retry_after = retry_after.map(str::to_owned);
    let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX).collect().await;
    let body = body.map_err(|error| format!("its answer broke off: {error}"))?.to_bytes();
    Ok(Read { status, retry_after, body })
}

fn broken(error: &hyper::Error) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("the connection broke: {error}: {cause}"),
        None => format!("the connection broke: {error}"),
    }
}
