//! What is compared, a file each.

mod app;
mod footprint;
mod measure;
mod notes;
mod proxy;
mod reload;
mod settings;

pub use settings::{Settings, What};
