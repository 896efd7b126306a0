use super::command::carry_out;
use super::{Body, Desk, Refused, reply};
use hyper::Response;

pub async fn post(desk: &Desk) -> Result<Response<Body>, Refused> {
    let report = carry_out(desk, desk.running.upgrade()).await?;
    Ok(reply::json(&report))
}
