//! What is compared, a file each.

mod app;
mod connections;
mod footprint;
mod guide;
mod measure;
mod noise;
mod notes;
mod overload;
mod proxy;
mod race;
mod reload;
mod replies;
mod settings;
mod syscalls;
mod tail;

pub use settings::{Settings, What};
