//! `GET /api/v1/diagram` and `GET /api/v1/diagram.svg`: the architecture as it runs now.

use super::{Body, Desk, Refused, reply};
use hyper::Response;
use hyper::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use model::api::Graph;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// The first picture needs two looks, so that it can tell what flows.
const PATIENCE: Duration = Duration::from_secs(4);

pub async fn json(desk: &Desk) -> Result<Response<Body>, Refused> {
    Ok(reply::json(&*picture(desk).await?))
}

pub async fn svg(desk: &Desk) -> Result<Response<Body>, Refused> {
    let graph = picture(desk).await?;
    let mut response = reply::full("image/svg+xml", desk.running.draw(&graph));
    // What is drawn is named by others: should a name break out of its place, it does nothing.
    let policy = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

async fn picture(desk: &Desk) -> Result<Arc<Graph>, Refused> {
    let mut pictures = desk.running.diagram();
    let first = pictures.wait_for(Option::is_some);
    match timeout(PATIENCE, first).await {
        Ok(Ok(picture)) => picture.clone().ok_or_else(missing),
        Ok(Err(_)) | Err(_) => Err(missing()),
    }
}

fn missing() -> Refused {
    Refused::not_now(
        "No picture could be drawn in time. Ostler may be ending, or have no thread left for it.",
    )
}
