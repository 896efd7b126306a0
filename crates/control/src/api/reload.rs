use super::body::parse;
use super::command::carry_out;
use super::{Body, Desk, Refused, reply};
use hyper::Response;
use model::api::ReloadRequest;

/// 200 even if the new version failed: each report says so in `ok`, and the old version goes on.
pub async fn post(desk: &Desk, body: &[u8]) -> Result<Response<Body>, Refused> {
    let request: ReloadRequest = parse(body)?;
    let reports = carry_out(desk, desk.running.reload(request.app)).await?;
    Ok(reply::json(&reports))
}
