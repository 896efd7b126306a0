use super::command::carry_out;
use super::{Body, Desk, Refused, reply};
use hyper::Response;

pub async fn post(desk: &Desk) -> Result<Response<Body>, Refused> {
    carry_out(desk, desk.running.stop()).await?;
    Ok(reply::json(&serde_json::json!({})))
}
