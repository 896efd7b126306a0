//! One HTTP request over one fresh connection.

use super::CallError;
use base::task::Tasks;
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::header::{CONTENT_TYPE, HOST, HeaderValue};
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use model::api::Refusal;
use serde::de::DeserializeOwned;
use std::io;
use std::path::Path;
use tokio::net::UnixStream;

/// Larger than the status of an Ostler with a thousand workers.
const ANSWER_BYTES_MAX: usize = 8 * 1024 * 1024;

pub struct Call<'c> {
    socket: &'c Path,
    tasks: &'c Tasks,
    method: Method,
    path: &'c str,
    body: Bytes,
}

impl<'c> Call<'c> {
    pub fn new(socket: &'c Path, tasks: &'c Tasks, method: Method, path: &'c str) -> Self {
        Call { socket, tasks, method, path, body: Bytes::new() }
    }

    pub fn body(self, body: impl Into<Bytes>) -> Self {
        Call { body: body.into(), ..self }
    }

    /// The body of a successful answer.
    pub async fn send(self) -> Result<Incoming, CallError> {
        let stream = connect(self.socket).await?;
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
        // Ends with the answer's body, or when that is dropped. What breaks it is told there.
        self.tasks.spawn("client.connection", async move {
            let _ = connection.await;
        });
        let mut request = Request::new(Full::new(self.body));
        *request.method_mut() = self.method;
        *request.uri_mut() =
            self.path.parse().map_err(|e| CallError::Protocol(format!("{}: {e}", self.path)))?;
        let headers = request.headers_mut();
        headers.insert(HOST, HeaderValue::from_static("localhost"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let response = sender.send_request(request).await.map_err(broken)?;
        if response.status().is_success() {
            return Ok(response.into_body());
        }
        Err(refused(response).await)
    }

    /// A successful answer as JSON.
    pub async fn json<T: DeserializeOwned>(self) -> Result<T, CallError> {
        let path = self.path.to_owned();
        let body = whole(self.send().await?).await?;
        serde_json::from_slice(&body).map_err(|error| {
            CallError::Protocol(format!("the answer to {path} is strange: {error}"))
        })
    }
}

async fn connect(socket: &Path) -> Result<UnixStream, CallError> {
    use io::ErrorKind::{ConnectionRefused, NotFound};
    let stream = UnixStream::connect(socket).await.map_err(|error| match error.kind() {
        NotFound | ConnectionRefused => CallError::NotRunning { socket: socket.to_owned() },
        kind => io::Error::new(kind, format!("cannot open {}: {error}", socket.display())).into(),
    })?;
    // Nobody but this user and root may pose as this user's Ostler.
    let owner = stream.peer_cred()?.uid();
    if owner != 0 && owner != rustix::process::geteuid().as_raw() {
        let text = format!("{} belongs to another user", socket.display());
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, text).into());
    }
    Ok(stream)
}

async fn refused(response: Response<Incoming>) -> CallError {
    let status = response.status();
    match whole(response.into_body()).await {
        Ok(body) => match serde_json::from_slice::<Refusal>(&body) {
            Ok(refusal) => CallError::Refused(refusal),
            Err(_) => CallError::Protocol(format!("it answered {status} without saying why")),
        },
        Err(error) => error,
    }
}

async fn whole(body: Incoming) -> Result<Bytes, CallError> {
    match Limited::new(body, ANSWER_BYTES_MAX).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) => match error.downcast::<hyper::Error>() {
            Ok(error) => Err(broken(*error)),
            Err(error) => Err(CallError::Protocol(format!("its answer: {error}"))),
        },
    }
}

pub fn broken(error: hyper::Error) -> CallError {
    if error.is_parse() {
        return CallError::Protocol(format!("it does not answer in HTTP: {error}"));
    }
    let text = format!("the connection to ostler broke: {error}");
    CallError::Io(io::Error::new(io::ErrorKind::ConnectionAborted, text))
}
