//! `[app.NAME]`.

mod apps;
mod behaviour;
mod env;
mod run;
mod workers;

pub(super) use apps::{Named, apps, new_name};
pub(super) use behaviour::health;
