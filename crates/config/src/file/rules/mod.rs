//! What the edge does for the requests of a route: a file for each word. What a route does not say is
//! as `[edge]` says it.

mod all;
mod body;
mod cache;
mod compress;
mod cors;
mod files;
mod guard;
mod headers;
mod limit;
mod rate;
mod redirect;

pub(super) use all::{of_edge, of_route};
