//! Catalogue: what the edge does for the requests of a route. A word that may stand in `[edge]`, for all
//! routes, and in `[route."…"]`, for one, is declared once: by a macro, since the path of a key is a
//! literal.

mod all;
mod body;
mod cache;
mod compress;
mod cors;
mod files;
mod guard;
mod headers;
mod limit;
mod priority;

pub(super) use all::{EDGE, ROUTE};
