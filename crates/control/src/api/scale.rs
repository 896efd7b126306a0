use super::{Body, Desk, Refused, carry_out, parse, reply};
use hyper::Response;
use model::api::ScaleRequest;

pub async fn post(desk: &Desk, body: &[u8]) -> Result<Response<Body>, Refused> {
    let request: ScaleRequest = parse(body)?;
    let report = carry_out(desk, desk.running.scale(request.app, request.workers)).await?;
    Ok(reply::json(&report))
}
