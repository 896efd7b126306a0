//! Other programs' configs as an `ostler.toml`.
pub mod pm2;
pub use pm2::{Imported, from_pm2};
