use super::{Body, Desk, Refused, carry_out, reply};
use hyper::Response;

pub async fn post(desk: &Desk) -> Result<Response<Body>, Refused> {
    carry_out(desk, desk.running.stop()).await?;
    Ok(reply::json(&serde_json::json!({})))
}
