use super::{Body, Desk, reply};
use hyper::Response;

pub fn get(desk: &Desk) -> Response<Body> {
    reply::json(&desk.running.config())
}

/// With where each value comes from.
pub fn origins(desk: &Desk) -> Response<Body> {
    reply::json(&desk.running.origins())
}
