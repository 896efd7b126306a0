//! What is compared, a file each.

mod app;
mod connections;
mod footprint;
mod measure;
mod noise;
mod notes;
mod overload;
mod proxy;
mod reload;
mod settings;
mod tail;

pub use settings::{Settings, What};
