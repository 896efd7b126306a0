//! Grafana dashboards and Prometheus alert rules, made of the catalogue of metrics: they cannot name what is not
//! there. `cargo xtask gen` writes them to deploy/.

mod alerts;
mod ask;
mod grafana;
mod pages;

pub use alerts::alerts;
pub use grafana::grafana;
pub use pages::{MACHINE, OVERVIEW, WORKERS};

#[cfg(test)]
mod tests;
