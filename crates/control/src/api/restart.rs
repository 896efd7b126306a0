use super::body::parse;
use super::command::carry_out;
use super::{Body, Desk, Refused, reply};
use hyper::Response;
use model::api::RestartRequest;

pub async fn post(desk: &Desk, body: &[u8]) -> Result<Response<Body>, Refused> {
    let request: RestartRequest = parse(body)?;
    carry_out(desk, desk.running.restart(request.app, request.number)).await?;
    Ok(reply::json(&serde_json::json!({})))
}
