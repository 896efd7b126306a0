//! What is compared, a file each.

mod alone;
mod app;
mod cache;
mod columns;
mod compress;
mod connections;
mod files;
mod footprint;
mod guide;
mod measure;
mod noise;
mod notes;
mod observe;
mod overload;
mod proxy;
mod race;
mod reload;
mod replies;
mod settings;
mod store;
mod syscalls;
mod tail;

pub use settings::{Settings, What};
