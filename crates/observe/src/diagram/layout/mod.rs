//! Where everything stands: columns from left to right, each in an order with few crossings, everything as high as
//! what it talks to.

mod column;
mod height;
mod order;
mod place;
mod route;

pub use place::{HEAD, LEGEND, place};
