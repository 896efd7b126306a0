//! What std lacks. No product word lives here.
//!
//! `clock` and `random` are the only sources of time and chance; pure cores take both as arguments.

pub mod background;
pub mod calendar;
pub mod clock;
pub mod files;
pub mod histogram;
pub mod random;
pub mod stop;
pub mod task;
pub mod units;
