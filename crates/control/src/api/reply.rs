//! The only place where answers get their form and refusals their status.

use crate::running::Declined;
use base::units::show_duration;
use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE,
    X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Method, Response, StatusCode};
use model::api::Refusal;
use serde::Serialize;
use std::convert::Infallible;
use std::time::Duration;

/// The body of any answer.
pub type Body = UnsyncBoxBody<Bytes, Infallible>;

/// A request that is not answered as asked.
#[derive(Debug)]
pub struct Refused {
    status: StatusCode,
    error: String,
    allow: Option<&'static str>,
    /// When to try again.
    after: Option<Duration>,
}

impl Refused {
    fn new(status: StatusCode, error: impl Into<String>) -> Self {
        Refused { status, error: error.into(), allow: None, after: None }
    }

    /// 400: the request makes no sense.
    pub fn bad(error: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error)
    }

    /// 401: the token is missing or wrong.
    pub fn unauthorized(error: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, error)
    }

    /// 403: a web page tries to reach in.
    pub fn forbidden(error: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, error)
    }

    /// 404: no such path.
    pub fn not_found(path: &str) -> Self {
        let error = format!("There is nothing at {path}. The dashboard is at /.");
        Self::new(StatusCode::NOT_FOUND, error)
    }

    /// 404: no such app.
    pub fn no_app(error: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, error)
    }

    /// 405: another method is right.
    pub fn wrong_method(right: &Method) -> Self {
        let allow = if right == Method::GET { "GET, HEAD" } else { "POST" };
        let error = format!("This path answers to {right} only.");
        Refused { allow: Some(allow), ..Self::new(StatusCode::METHOD_NOT_ALLOWED, error) }
    }

    /// 408: the body did not come in time.
    pub fn slow() -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "The request's body did not come in time. Try again.",
        )
    }

    /// 413.
    pub fn too_large(limit_bytes: usize) -> Self {
        let error = format!("The request's body is larger than {limit_bytes} bytes.");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, error)
    }

    /// 415.
    pub fn not_json(error: impl Into<String>) -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, error)
    }

    /// 429: too many wrong ones.
    pub fn too_often(wait: Duration) -> Self {
        let error = format!("Too many wrong tries. Try again in {}.", show_duration(wait));
        let status = StatusCode::TOO_MANY_REQUESTS;
        Refused { after: Some(wait), ..Self::new(status, error) }
    }

    /// What went wrong, for people.
    pub fn error(&self) -> &str {
        &self.error
    }

    /// 500: Ostler's own fault.
    pub fn broken(error: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, error)
    }

    /// 503: not now.
    pub fn not_now(error: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, error)
    }

    /// As it is sent.
    pub fn into_response(self) -> Response<Body> {
        let mut response = json(&Refusal { error: self.error });
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if let Some(allow) = self.allow {
            headers.insert(ALLOW, HeaderValue::from_static(allow));
        }
        if let Some(after) = self.after {
            headers.insert(RETRY_AFTER, HeaderValue::from(after.as_secs() + 1));
        }
        match self.status {
            StatusCode::UNAUTHORIZED => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
            }
            _ => {}
        }
        response
    }
}

impl From<Declined> for Refused {
    fn from(declined: Declined) -> Self {
        match declined {
            Declined::Unknown(error) => Self::new(StatusCode::NOT_FOUND, error),
            Declined::Busy(error) => Self::new(StatusCode::CONFLICT, error),
            Declined::Impossible(error) => Self::new(StatusCode::BAD_REQUEST, error),
            Declined::Failed(error) => Self::new(StatusCode::INTERNAL_SERVER_ERROR, error),
        }
    }
}

/// 200 with a JSON body.
pub fn json<T: Serialize>(value: &T) -> Response<Body> {
    match serde_json::to_vec(value) {
        Ok(mut text) => {
            text.push(b'\n');
            full("application/json", text)
        }
        Err(error) => Refused::broken(format!("The answer cannot be written: {error}.")).plain(),
    }
}

/// 200 with a whole body.
pub fn full(content_type: &'static str, body: impl Into<Bytes>) -> Response<Body> {
    with(content_type, Full::new(body.into()).boxed_unsync())
}

/// 200 with any body.
pub fn with(content_type: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

impl Refused {
    /// As text, for when even JSON fails.
    fn plain(self) -> Response<Body> {
        let mut response = full("text/plain; charset=utf-8", self.error);
        *response.status_mut() = self.status;
        response
    }
}
