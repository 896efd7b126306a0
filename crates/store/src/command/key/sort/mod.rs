//! `SORT`: the elements of a list, set or sorted set in order, or what keys named after them hold.

mod asked;
mod order;
mod pattern;
mod run;
mod source;

pub use run::{SORT, SORT_RO};
