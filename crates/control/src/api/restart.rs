use super::{Body, Desk, Refused, carry_out, parse, reply};
use hyper::Response;
use model::api::RestartRequest;

pub async fn post(desk: &Desk, body: &[u8]) -> Result<Response<Body>, Refused> {
    let request: RestartRequest = parse(body)?;
    carry_out(desk, desk.running.restart(request.app, request.number)).await?;
    Ok(reply::json(&serde_json::json!({})))
}
