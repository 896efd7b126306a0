use super::stream::{self, Form};
use super::{Body, Desk, Refused, reply};
use hyper::Response;

pub fn follow(desk: &Desk) -> Result<Response<Body>, Refused> {
    let body = stream::body(desk, Form::Events, desk.running.events(), Box::new(|_| true))?;
    Ok(reply::with(Form::Events.content_type(), body))
}
