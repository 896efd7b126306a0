//! The store inside Ostler beside redis-server, each alone on a core.

mod cases;
mod load;
mod report;
mod run;

pub use run::run;
