use super::body::parse;
use super::command::carry_out;
use super::{Body, Desk, Refused, reply};
use hyper::Response;
use model::api::PurgeRequest;

pub async fn post(desk: &Desk, body: &[u8]) -> Result<Response<Body>, Refused> {
    let request: PurgeRequest = parse(body)?;
    let report = carry_out(desk, desk.running.purge(request)).await?;
    Ok(reply::json(&report))
}
