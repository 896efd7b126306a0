//! Bodies of requests.

use super::{Desk, Refused};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use serde::de::DeserializeOwned;
use tokio::time::timeout;

/// The whole body, within the limits of size and time.
pub async fn read(desk: &Desk, body: Incoming) -> Result<Bytes, Refused> {
    read_up_to(desk, body, desk.settings.limits.body_bytes_max).await
}

/// The same, within another limit of size.
pub async fn read_up_to(desk: &Desk, body: Incoming, bytes_max: usize) -> Result<Bytes, Refused> {
    let whole = Limited::new(body, bytes_max).collect();
    match timeout(desk.settings.limits.body_timeout, whole).await {
        Err(_) => Err(Refused::slow()),
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Refused::too_large(bytes_max)),
        Ok(Err(error)) => Err(Refused::bad(format!("The request's body broke off: {error}"))),
    }
}

/// A body as `T`; an empty one stands for `{}`.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refused> {
    let text = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(text).map_err(|error| {
        Refused::bad(format!("The request's body is not what this call takes: {error}."))
    })
}
