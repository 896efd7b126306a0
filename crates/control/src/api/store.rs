//! `GET /api/v1/store/commands` and `/api/v1/store/slowlog`: what the store inside Ostler did.

use super::{Body, Desk, Refused, reply};
use hyper::Response;

pub fn commands(desk: &Desk) -> Result<Response<Body>, Refused> {
    desk.running.store_commands().map(|commands| reply::json(&commands)).ok_or_else(none)
}

pub fn slow_log(desk: &Desk) -> Result<Response<Body>, Refused> {
    desk.running.store_slow_commands().map(|commands| reply::json(&commands)).ok_or_else(none)
}

fn none() -> Refused {
    Refused::no_app("No store runs in this Ostler: it is off, elsewhere, or starting.")
}
