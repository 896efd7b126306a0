use super::{Body, Desk, reply};
use hyper::Response;

pub fn get(desk: &Desk) -> Response<Body> {
    reply::json(&desk.running.config())
}
